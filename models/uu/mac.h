#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/ids.h"
#include "models/base/outcome.h"
#include "models/base/stage.h"
#include "models/base/time.h"
#include "models/uu/params.h"

namespace cv2x::uu {

/// A UE as the caller numbers it (its mobility slot): small, reused after detach.
using Ue = std::uint32_t;

enum class Direction : std::uint8_t { kUplink, kDownlink };

/// A transfer that has ended: delivered, or lost with its reason.
struct Done {
  std::uint32_t ref = 0;  ///< the caller's number for the transfer
  Ue ue = 0;
  std::uint16_t cell = 0;
  Direction direction = Direction::kUplink;
  Outcome outcome = Outcome::kDelivered;
  TimeNs end_ns = 0;  ///< when the receiver has it (or when it was given up); may lie after the call's `now`
  std::uint32_t first_stage = 0,
                stages = 0;  ///< into Mac::stages() of the same call: monotone, first at the enqueue time
};

}  // namespace cv2x::uu
