#pragma once

#include <cstdint>
#include <vector>

#include "models/base/time.h"
#include "models/uu/types.h"

namespace cv2x::uu {

using BroadcastId = std::uint32_t;

/// One UE that a broadcast is for.
struct Receiver {
  Ue ue = 0;
  std::uint32_t ref = 0;  ///< the caller's number of this UE's reception
};

/// A message to many UEs of a cell at once (NR MBS broadcast, TS 38.300 §16.10).
struct Broadcast {
  Cell cell = kNoCell;
  BearerId bearer = 0;
  SliceId slice = 0;
  bool under_way = false;
  bool begun = false;                                    ///< a part of it has been assigned
  std::uint32_t version = 0;                             ///< counts the uses of this place in the pool
  std::int64_t unsent_bytes = 0;                         ///< not yet in a transport block
  std::int32_t open_blocks = 0;                          ///< of which the receptions have not been decided
  TimeNs enqueue_ns = 0, ready_ns = 0, possible_ns = 0;  ///< as in Transfer
  std::vector<Receiver> receivers;                       ///< who may still get all of it
};

/// All broadcasts under way. Ids, and the memory of the receivers, are reused.
class BroadcastPool {
 public:
  BroadcastId add() {
    if (free_.empty()) {
      all_.emplace_back();
      free_.push_back(static_cast<BroadcastId>(all_.size() - 1));
    }
    const BroadcastId id = free_.back();
    free_.pop_back();
    Broadcast fresh;
    fresh.under_way = true;
    fresh.version = all_[id].version + 1;
    fresh.receivers = std::move(all_[id].receivers);
    fresh.receivers.clear();
    all_[id] = std::move(fresh);
    return id;
  }
  void remove(BroadcastId id) {
    all_[id].under_way = false;
    free_.push_back(id);
  }
  Broadcast& operator[](BroadcastId id) { return all_[id]; }
  std::vector<Broadcast>& all() { return all_; }

 private:
  std::vector<Broadcast> all_;
  std::vector<BroadcastId> free_;
};

}  // namespace cv2x::uu
