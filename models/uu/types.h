#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "models/base/outcome.h"
#include "models/base/time.h"

namespace cv2x::uu {

/// A UE as the caller numbers it (its mobility slot): small, reused after detach.
using Ue = std::uint32_t;
/// A cell of one carrier, in the caller's order.
using Cell = std::uint16_t;
inline constexpr Cell kNoCell = std::numeric_limits<Cell>::max();
/// Whom a broadcast block is for.
inline constexpr Ue kEverybody = std::numeric_limits<Ue>::max();

/// A QoS flow (bearer.h) and a slice, in the caller's order.
using BearerId = std::uint8_t;
using SliceId = std::uint8_t;

enum class Direction : std::uint8_t { kUplink, kDownlink };
inline constexpr std::size_t kDirections = 2;

/// A transfer that has ended: delivered, or lost with its reason.
struct Done {
  std::uint32_t ref = 0;  ///< the caller's number for the transfer
  Ue ue = 0;
  Cell cell = 0;
  Direction direction = Direction::kUplink;
  Outcome outcome = Outcome::kDelivered;
  TimeNs end_ns = 0;  ///< when the receiver has it (or when it was given up); may lie after the call's `now`
  std::uint32_t first_stage = 0,
                stages = 0;  ///< into Mac::stages() of the same call: monotone, first at the enqueue time
};

/// A transfer that had not ended when its UE was detached.
struct Unfinished {
  std::uint32_t ref = 0;
  Direction direction = Direction::kUplink;
};

/// What a cell has carried since it was last asked; index: Direction.
struct CellLoad {
  std::uint32_t ues = 0;                ///< attached now
  double prb_slots[kDirections]{};      ///< PRBs used, summed over the slots
  std::uint32_t blocks[kDirections]{};  ///< transport blocks sent, retransmissions included
  std::uint32_t nacks[kDirections]{};   ///< of these, not decoded (nobody answers to a broadcast)
};

/// The same of a slice in a cell. Means over the blocks sent: sum / blocks.
struct SliceLoad {
  double prb_slots[kDirections]{};
  std::uint32_t blocks[kDirections]{};
  std::uint32_t nacks[kDirections]{};
  double mcs_sum[kDirections]{};
  double sinr_db_sum[kDirections]{};  ///< of each transmission by itself; of a broadcast, the mean
                                      ///< over its receivers, and 0 without any
  std::uint32_t preempted = 0;        ///< downlink blocks that lost PRBs to a slice that pre-empts
};

}  // namespace cv2x::uu
