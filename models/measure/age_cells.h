#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/base/time.h"
#include "models/measure/latency_cells.h"

namespace cv2x {

/// How long ages were at least so old, by block of time and group of vehicles, for the doubt about their
/// quantiles. An age is made of ramps (age_stats.h): how long it was above an edge follows exactly from how
/// many ramps began and ended below it, and at which ages; both are kept in the buckets of LatencyCells. Up
/// to 2³¹ − 1 ramps in each. Memory is bounded: 192 KiB a power of two that was used.
class AgeCells {
 public:
  static constexpr std::size_t kBlocks = LatencyCells::kBlocks;
  static constexpr std::size_t kGroups = LatencyCells::kGroups;

  /// A ramp, or a piece of one, from an age ≥ 0 to a later one.
  void add(std::size_t block, std::size_t group, TimeNs from_age_ns, TimeNs to_age_ns);
  /// Blocks 2i and 2i + 1 become block i.
  void merge_neighbours();

  /// Shares of time at every edge from below the youngest age to above the oldest one, then at +inf; `ramps`:
  /// no more independent samples than that. None if there are no ramps.
  std::vector<LaterShare> later_shares(double ramps) const;

 private:
  static constexpr int kCoarser = 4;  ///< Histogram's buckets, shifted by this
  static constexpr std::uint32_t kBuckets = Histogram::kSubBuckets >> kCoarser;
  /// Of the ramps that begin in a bucket, less those that end there.
  struct Net {
    std::array<std::int32_t, kBuckets> ramps{};
    std::array<TimeNs, kBuckets> age_ns{};
  };
  using Nets = std::array<Net, kBlocks * kGroups>;

  void count(std::size_t cell, TimeNs age_ns, std::int32_t ramps);

  std::array<std::unique_ptr<Nets>, Histogram::kOctaves + 1> octaves_;
  std::array<TimeNs, kBlocks * kGroups> total_ns_{};
};

}  // namespace cv2x
