#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "models/base/random.h"
#include "models/base/size_kind.h"
#include "models/base/time.h"

namespace cv2x {

/// One direction of a link: a transmitter of fixed rate behind a bounded first-in-first-out queue, then a
/// fixed propagation delay. Store and forward: a message arrives when its last bit does. Because it is FIFO,
/// the whole way of a message is known when it is accepted. Traffic of others is simulated packet by
/// packet, when somebody looks, without an event. Left out: framing overhead (choose the rate accordingly).
class LinkDirection {
 public:
  struct Passage {
    TimeNs start_ns;   ///< transmission begins (the queue ends)
    TimeNs sent_ns;    ///< last bit has left
    TimeNs arrive_ns;  ///< last bit has arrived
  };

  LinkDirection(double rate_bps, TimeNs delay_ns, std::int64_t queue_bytes);
  /// From time 0 on, packets come in a Poisson process of `rate_bps` (> 0), sizes as draw_bytes() has them.
  void add_background(double rate_bps, SizeKind kind, std::int64_t mean_bytes, const Stream& stream);

  /// Offers a message at `now`, which never decreases from call to call, whichever is called. Nothing: it
  /// would wait and does not fit into the queue. A message in transmission takes no place in the queue.
  std::optional<Passage> send(std::int64_t bytes, TimeNs now);

  /// Bytes whose transmission has not begun by `now`.
  std::int64_t queued_bytes(TimeNs now);

  struct Load {
    std::uint64_t bytes = 0;  ///< accepted since the last call
    std::uint32_t drops = 0;  ///< refused since the last call
    TimeNs busy_ns = 0;       ///< of the time since the last call
  };
  /// What happened since the last call.
  Load take_load(TimeNs now);

 private:
  struct Waiting {
    TimeNs start_ns;
    std::int64_t bytes;
  };
  struct Background {
    double gap_ns;  // mean
    SizeKind kind;
    std::int64_t mean_bytes;
    Stream stream;
    double next_ns;
  };
  void forget_started(TimeNs now);
  void catch_up(TimeNs now);
  std::optional<Passage> accept(std::int64_t bytes, TimeNs now);

  std::optional<Background> background_;
  double rate_bps_;
  TimeNs delay_ns_;
  std::int64_t queue_bytes_;
  TimeNs free_at_ = 0;  // end of the last accepted transmission
  std::deque<Waiting> waiting_;
  std::int64_t waiting_bytes_ = 0;
  Load load_;
  TimeNs committed_ns_ = 0;  // transmission time accepted, ever
  TimeNs reported_ns_ = 0;   // of it, told by take_load
};

}  // namespace cv2x
