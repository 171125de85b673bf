#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/uu/slice_params.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// A QoS flow: what all UEs have for one kind of traffic, in both directions.
struct BearerParams {
  std::string name = "default";
  std::uint8_t slice = 0;
  std::int64_t five_qi = 9;
  std::array<std::int64_t, kDirections> message_bytes{300, 300};  ///< for grants sized by the message
};

/// All slices and bearers of a network. At least one of each.
struct QosParams {
  std::vector<SliceParams> slices{SliceParams{}};
  std::vector<BearerParams> bearers{BearerParams{}};
};

}  // namespace cv2x::uu
