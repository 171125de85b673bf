#pragma once

#include <cstdint>

#include "models/backhaul/bulk_params.h"
#include "models/base/time.h"

namespace cv2x {

/// The sender of many bytes, in chunks with a window: what TCP does to them at the scale of chunks. Slow
/// start and congestion avoidance as RFC 5681 (the window grows by what is acknowledged below the threshold,
/// by a chunk a window above it; a loss halves it, once a window), up to the receiver's window. A lost chunk
/// is sent again with the next acknowledgement, or after `retry` when nothing is under way (RFC 6298, without
/// its estimate of the round trip: the caller knows losses at once, not by silence). Sans-IO. Left out:
/// segments, delayed acknowledgements, the handshake.
class Bulk {
 public:
  /// `bytes` ≥ 0.
  Bulk(const BulkParams& params, std::int64_t bytes);

  /// Size of a chunk to be sent now; 0: none now. Call until it says so.
  std::int64_t take_chunk(TimeNs now);
  /// A chunk has arrived. True: that was the last one.
  bool arrived(std::int64_t bytes);
  /// The sender knows that it has.
  void acknowledged(std::int64_t bytes);
  void lost(std::int64_t bytes, TimeNs now);
  /// When to call take_chunk again if nothing happens until then; kNever: only then.
  TimeNs next_wakeup() const { return under_way_ == 0 && to_send_ > 0 ? not_before_ns_ : kNever; }

  double window_bytes() const { return window_; }

 private:
  BulkParams params_;
  std::int64_t to_send_;  // not sent yet, or lost
  std::int64_t to_arrive_;
  std::int64_t under_way_ = 0;  // sent, neither acknowledged nor lost
  double window_;
  double threshold_;
  std::int64_t recovering_ = 0;  // bytes of the window in which a loss was: no further halving for its others
  TimeNs not_before_ns_ = 0;
};

}  // namespace cv2x
