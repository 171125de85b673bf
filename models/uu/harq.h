#pragma once

#include <cstdint>
#include <vector>

#include "models/uu/buffer.h"
#include "models/uu/occasions.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// HARQ processes of a UE, each direction (TS 38.214 §5.1, §6.1).
inline constexpr int kHarqProcesses = 16;

using BlockId = std::uint32_t;

/// A UE that receives a broadcast block.
struct Listener {
  Ue ue = 0;
  bool on_the_cell = false;  ///< false: still in the interruption of its handover
  bool decoded = false;
  double sinr = 0;             ///< linear
  std::uint64_t sequence = 0;  ///< counts the broadcast blocks of this UE
};

/// A transport block: a HARQ process at work, from its grant until the gNB knows its fate.
struct Block {
  Ue ue = 0;
  Cell cell = 0;
  Direction direction = Direction::kUplink;
  SliceId slice = 0;
  bool granted = true;     ///< its first transmission: by PDCCH; false: on a periodic grant
  bool abandoned = false;  ///< its UE has been detached: to be forgotten where it turns up next
  bool decoded = false;
  bool broadcast = false;  ///< `ue` is kEverybody, parts are of broadcasts; see broadcast.cc
  std::uint8_t mcs = 0;
  std::uint8_t transmissions = 0;
  std::uint16_t prbs = 0;
  std::uint16_t first_prb = 0;          ///< of the latest transmission
  std::uint16_t sent_prbs = 0;          ///< … which may be fewer than those that its size is made for
  std::uint8_t passed_over = 0;         ///< how often its retransmission did not fit
  float noise_interference_mw = 0;      ///< a PRB's, at its latest reception
  float punctured = 0;                  ///< share of the latest transmission that mini-slots have taken
  double sinr = 0;                      ///< linear, of the latest reception
  double sinr_sum = 0;                  ///< linear, over all receptions (Chase combining)
  std::uint64_t sequence = 0;           ///< counts the UE's blocks of this direction
  double fate = 0;                      ///< uniform in (0, 1): decoded once the error rate is not above it
  Tick grant = 0;                       ///< PDCCH of the first transmission
  Tick start = 0;                       ///< of the latest transmission
  Tick first_start = 0;                 ///< of the first transmission
  std::int64_t granted_bytes_then = 0;  ///< uplink: what the UE had been granted in all, this block included
  std::int64_t report_bytes = 0;        ///< uplink: the buffer status report in it
  std::vector<Part> parts;
  std::vector<Listener> listeners;  ///< of a broadcast
};

/// All blocks at work. Ids, and the memory of the parts, are reused.
class BlockPool {
 public:
  BlockId add() {
    if (free_.empty()) {
      all_.emplace_back();
      return static_cast<BlockId>(all_.size() - 1);
    }
    const BlockId id = free_.back();
    free_.pop_back();
    std::vector<Part> parts = std::move(all_[id].parts);
    std::vector<Listener> listeners = std::move(all_[id].listeners);
    parts.clear();
    listeners.clear();
    all_[id] = Block{};
    all_[id].parts = std::move(parts);
    all_[id].listeners = std::move(listeners);
    return id;
  }
  /// The block must not turn up anywhere any more.
  void remove(BlockId id) {
    all_[id].abandoned = true;
    free_.push_back(id);
  }
  Block& operator[](BlockId id) { return all_[id]; }
  const Block& operator[](BlockId id) const { return all_[id]; }

  /// All blocks of a UE are forgotten where they turn up next. Looks through the whole pool: for handovers.
  void abandon(Ue ue) {
    for (Block& block : all_) {
      if (block.ue == ue) block.abandoned = true;
    }
  }

 private:
  std::vector<Block> all_;
  std::vector<BlockId> free_;
};

}  // namespace cv2x::uu
