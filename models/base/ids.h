#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace cv2x {

/// An index into one kind of thing. Different kinds do not mix: a CellIndex is not a SiteIndex.
/// Indices follow the order of the scenario file (or of arrival) and never key a random stream.
template <class Tag>
struct Index {
  std::uint32_t value = std::numeric_limits<std::uint32_t>::max();

  constexpr bool valid() const { return value != std::numeric_limits<std::uint32_t>::max(); }
  constexpr auto operator<=>(const Index&) const = default;
};

using VehicleIndex = Index<struct VehicleTag>;
using SiteIndex = Index<struct SiteTag>;
using LinkIndex = Index<struct LinkTag>;
using CellIndex = Index<struct CellTag>;
using SliceIndex = Index<struct SliceTag>;
using ServiceIndex = Index<struct ServiceTag>;
using HostIndex = Index<struct HostTag>;
/// A journey (message, copy or task) under way; reused once it has ended. Not the id in the result file.
using JourneyIndex = Index<struct JourneyTag>;

}  // namespace cv2x
