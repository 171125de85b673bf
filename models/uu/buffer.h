#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/base/time.h"

namespace cv2x::uu {

// Bytes that are sent besides the user's own.
inline constexpr std::int64_t kPdcpHeaderBytes =
    3;  ///< a transfer: PDCP with an 18-bit number (TS 38.323 §6.2.2.3)
/// A part of a transfer in a transport block: MAC subheader with a 16-bit length, 3 (TS 38.321 §6.1.2), and
/// RLC UM with a 6-bit sequence number and segment offset, 3 (TS 38.322 §6.2.2.3). Taken for whole SDUs too,
/// which need 1 or 2 bytes less.
inline constexpr std::int64_t kPartHeaderBytes = 6;
/// In every uplink block: a short buffer status report with its subheader (TS 38.321 §6.1.3.1).
inline constexpr std::int64_t kReportBytes = 2;

using TransferId = std::uint32_t;
inline constexpr TransferId kNoTransfer = std::numeric_limits<TransferId>::max();

/// A message on its way over the radio.
struct Transfer {
  std::uint32_t ref = 0;
  std::uint8_t bearer = 0;
  bool lost = false;   ///< reported as lost; what is left of it is sent all the same
  bool begun = false;  ///< a part of it has been in a transport block
  TransferId next = kNoTransfer, previous = kNoTransfer;
  std::int64_t unsent_bytes = 0;  ///< not yet in a transport block
  std::int64_t open_bytes = 0;    ///< neither received nor lost
  TimeNs enqueue_ns = 0;
  TimeNs usable_ns = 0;      ///< when the UE could use the cell, not before enqueue_ns
  TimeNs ready_ns = 0;       ///< may be in a transmission that starts at or after this
  std::int64_t repeats = 0;  ///< RLC retransmissions of its parts
  TimeNs lost_ns = 0;        ///< end of the last HARQ transmission that made one necessary
  TimeNs possible_ns = 0;    ///< the first grant or assignment that could have carried it; 0: see mac.cc
  TimeNs request_ns = 0;     ///< end of the scheduling request that announced it; 0: none was needed
};

/// Bytes of one transfer in a transport block.
struct Part {
  TransferId transfer;
  std::int64_t bytes;
};

/// All transfers under way. Ids are reused.
class TransferPool {
 public:
  TransferId add(const Transfer& transfer) {
    if (free_.empty()) {
      all_.push_back(transfer);
      return static_cast<TransferId>(all_.size() - 1);
    }
    const TransferId id = free_.back();
    free_.pop_back();
    all_[id] = transfer;
    return id;
  }
  void remove(TransferId id) { free_.push_back(id); }
  Transfer& operator[](TransferId id) { return all_[id]; }
  const Transfer& operator[](TransferId id) const { return all_[id]; }

 private:
  std::vector<Transfer> all_;
  std::vector<TransferId> free_;
};

/// The transfers of one UE and direction in the order of their arrival: first those that are wholly sent and
/// wait for their blocks, then, from `unsent_first`, those with bytes to send.
struct Buffer {
  TransferId first = kNoTransfer, last = kNoTransfer, unsent_first = kNoTransfer;
  std::int64_t unsent_bytes = 0;  ///< with the headers that sending them takes

  bool empty() const { return unsent_first == kNoTransfer; }

  void push(TransferPool& pool, TransferId id) {
    Transfer& t = pool[id];
    t.previous = last;
    (last == kNoTransfer ? first : pool[last].next) = id;
    last = id;
    if (unsent_first == kNoTransfer) unsent_first = id;
    unsent_bytes += t.unsent_bytes + kPartHeaderBytes;
  }

  /// Takes out a transfer that is wholly sent.
  void erase(TransferPool& pool, TransferId id) {
    assert(pool[id].unsent_bytes == 0);
    unlink(pool, id);
    pool.remove(id);
  }

  /// Takes out a transfer of which nothing has been sent.
  void drop(TransferPool& pool, TransferId id) {
    Transfer& t = pool[id];
    assert(!t.begun);
    unsent_bytes -= t.unsent_bytes + kPartHeaderBytes;
    if (unsent_first == id) unsent_first = t.next;
    unlink(pool, id);
    pool.remove(id);
  }

  /// Bytes of an open transfer are to be sent again (RLC AM): before everything that has not been sent at
  /// all.
  void repeat(TransferPool& pool, TransferId id, std::int64_t bytes) {
    Transfer& t = pool[id];
    if (t.unsent_bytes == 0) {
      unlink(pool, id);
      const TransferId next = unsent_first;
      const TransferId previous = next == kNoTransfer ? last : pool[next].previous;
      t.next = next;
      t.previous = previous;
      (previous == kNoTransfer ? first : pool[previous].next) = id;
      (next == kNoTransfer ? last : pool[next].previous) = id;
      unsent_first = id;
      unsent_bytes += kPartHeaderBytes;
    }
    t.unsent_bytes += bytes;
    unsent_bytes += bytes;
  }

  /// Bytes, with headers, that may be in a transmission that starts at `start`.
  std::int64_t ready_bytes(const TransferPool& pool, TimeNs start) const {
    std::int64_t bytes = unsent_bytes;
    if (empty()) return bytes;
    for (TransferId id = last; pool[id].ready_ns > start; id = pool[id].previous) {
      bytes -= pool[id].unsent_bytes + kPartHeaderBytes;
      if (id == unsent_first) break;
    }
    return bytes;
  }

  /// Moves what fits into `room` bytes, and is ready, to `parts`: concatenates and segments. A segment has at
  /// least one byte. Returns the room that is left.
  std::int64_t fill(TransferPool& pool, std::int64_t room, TimeNs start, std::vector<Part>& parts) {
    while (!empty() && room > kPartHeaderBytes && pool[unsent_first].ready_ns <= start) {
      Transfer& t = pool[unsent_first];
      const std::int64_t bytes = std::min(t.unsent_bytes, room - kPartHeaderBytes);
      parts.push_back({unsent_first, bytes});
      room -= bytes + kPartHeaderBytes;
      t.begun = true;
      t.unsent_bytes -= bytes;
      unsent_bytes -= bytes;
      if (t.unsent_bytes == 0) {
        unsent_bytes -= kPartHeaderBytes;
        unsent_first = t.next;
      }
    }
    return room;
  }

 private:
  void unlink(TransferPool& pool, TransferId id) {
    const Transfer& t = pool[id];
    (t.previous == kNoTransfer ? first : pool[t.previous].next) = t.next;
    (t.next == kNoTransfer ? last : pool[t.next].previous) = t.previous;
  }
};

}  // namespace cv2x::uu
