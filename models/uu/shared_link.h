#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/base/time.h"
#include "models/uu/access_params.h"

namespace cv2x::uu {

/// One direction of a site's link with its vehicles: a rate that all transfers under way share, either in
/// equal parts at every moment (egalitarian processor sharing: Kleinrock, Queueing Systems vol. II, §4.4;
/// found by its virtual time) or one after the other, first in, first out. Sans-IO: told the time, it says
/// what has ended and when it wants to be asked again. Left out: that the vehicles' rates differ by where
/// they are, losses, and every overhead (choose the rate accordingly).
class SharedLink {
 public:
  struct Ended {
    std::uint32_t id;
    TimeNs end_ns;
  };

  SharedLink(double rate_bps, LinkDiscipline discipline);

  // Times never decrease from call to call. Take out what has ended by `now` before the other calls.

  /// A transfer of `bytes` (> 0) begins, or joins the queue. `id`: the caller's.
  void start(std::uint32_t id, std::int64_t bytes, TimeNs now);
  /// Takes out the first transfer that has ended by `now`, by its end (rounded up to whole nanoseconds), then
  /// by its start; nothing when there is none.
  std::optional<Ended> take_ended(TimeNs now);
  /// When the next one ends unless others begin; kNever when idle.
  TimeNs next_wakeup() const { return next_ns_; }
  /// Gives up a transfer that is under way; true when there was one of that id.
  bool remove(std::uint32_t id, TimeNs now);

  std::size_t under_way() const { return sharing_.size() + waiting_.size(); }
  /// Sizes of the transfers under way, whole ones.
  std::int64_t bytes_under_way() const { return bytes_; }
  /// What a transfer that begins now would get: a share of the rate; FIFO: its size is not known here, so the
  /// rate divided by the number of transfers that then are under way, the same.
  double share_bps() const { return rate_bps_ / static_cast<double>(under_way() + 1); }

  struct Load {
    std::uint64_t bytes = 0;  ///< begun since the last call
    TimeNs busy_ns = 0;       ///< of the time since the last call
  };
  Load take_load(TimeNs now);

 private:
  struct Transfer {
    double finish_bits;   // virtual time at which it ends
    std::uint64_t order;  // of the start: ties end in it
    std::uint32_t id;
    std::int64_t bytes;
    bool operator>(const Transfer& other) const {
      return finish_bits != other.finish_bits ? finish_bits > other.finish_bits : order > other.order;
    }
  };
  void move_to(TimeNs now);
  void plan();
  void next_waiting();

  double rate_bps_;
  double bits_per_ns_;
  LinkDiscipline discipline_;
  std::vector<Transfer> sharing_;  // min-heap by their end; FIFO: the one in transmission
  std::deque<Transfer> waiting_;   // FIFO only; finish_bits: its own bits
  double virtual_bits_ = 0;        // what a transfer that was always there would have got
  TimeNs at_ns_ = 0;               // of virtual_bits_
  TimeNs next_ns_ = kNever;
  std::int64_t bytes_ = 0;
  std::uint64_t order_ = 0;
  Load load_;
};

}  // namespace cv2x::uu
