#include "models/backhaul/link.h"

#include <algorithm>

namespace cv2x {

LinkDirection::LinkDirection(double rate_bps, TimeNs delay_ns, std::int64_t queue_bytes)
    : rate_bps_(rate_bps), delay_ns_(delay_ns), queue_bytes_(queue_bytes) {}

void LinkDirection::add_background(double rate_bps, SizeKind kind, std::int64_t mean_bytes,
                                   const Stream& stream) {
  background_.emplace(Background{.gap_ns = static_cast<double>(mean_bytes) * 8e9 / rate_bps,
                                 .kind = kind,
                                 .mean_bytes = mean_bytes,
                                 .stream = stream,
                                 .next_ns = 0});
  background_->next_ns = background_->stream.exponential(background_->gap_ns);
}

/// The packets of others that have come until `now`, one at this very time included.
void LinkDirection::catch_up(TimeNs now) {
  if (!background_) return;
  Background& b = *background_;
  while (b.next_ns <= static_cast<double>(now)) {
    const auto at = static_cast<TimeNs>(b.next_ns);
    accept(draw_bytes(b.kind, b.mean_bytes, b.stream), at);
    b.next_ns += b.stream.exponential(b.gap_ns);
  }
}

void LinkDirection::forget_started(TimeNs now) {
  while (!waiting_.empty() && waiting_.front().start_ns <= now) {
    waiting_bytes_ -= waiting_.front().bytes;
    waiting_.pop_front();
  }
}

std::optional<LinkDirection::Passage> LinkDirection::send(std::int64_t bytes, TimeNs now) {
  catch_up(now);
  return accept(bytes, now);
}

std::optional<LinkDirection::Passage> LinkDirection::accept(std::int64_t bytes, TimeNs now) {
  forget_started(now);
  const TimeNs start = std::max(now, free_at_);
  if (start > now) {
    if (waiting_bytes_ + bytes > queue_bytes_) {
      ++load_.drops;
      return std::nullopt;
    }
    waiting_.push_back({start, bytes});
    waiting_bytes_ += bytes;
  }
  free_at_ = later(start, serialisation_ns(bytes, rate_bps_));
  committed_ns_ += free_at_ - start;
  load_.bytes += static_cast<std::uint64_t>(bytes);
  return Passage{start, free_at_, later(free_at_, delay_ns_)};
}

std::int64_t LinkDirection::queued_bytes(TimeNs now) {
  catch_up(now);
  forget_started(now);
  return waiting_bytes_;
}

LinkDirection::Load LinkDirection::take_load(TimeNs now) {
  catch_up(now);
  Load load = load_;
  load_ = {};
  // Everything accepted so far, less what still lies ahead: the transmitter never pauses between now and
  // free_at_.
  const TimeNs spent = committed_ns_ - std::max<TimeNs>(0, free_at_ - now);
  load.busy_ns = spent - reported_ns_;
  reported_ns_ = spent;
  return load;
}

}  // namespace cv2x
