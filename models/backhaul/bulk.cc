#include "models/backhaul/bulk.h"

#include <algorithm>

namespace cv2x {

Bulk::Bulk(const BulkParams& params, std::int64_t bytes)
    : params_(params),
      to_send_(bytes),
      to_arrive_(bytes),
      window_(static_cast<double>(std::min(params.initial_window_bytes, params.window_bytes))),
      threshold_(static_cast<double>(params.window_bytes)) {}

std::int64_t Bulk::take_chunk(TimeNs now) {
  const std::int64_t chunk = std::min(params_.chunk_bytes, to_send_);
  if (chunk == 0) return 0;
  // After a loss only an acknowledgement or the timer lets it go on. One chunk is always allowed: the window
  // may be smaller.
  if (now < not_before_ns_ || (under_way_ > 0 && static_cast<double>(under_way_ + chunk) > window_)) return 0;
  to_send_ -= chunk;
  under_way_ += chunk;
  return chunk;
}

bool Bulk::arrived(std::int64_t bytes) {
  to_arrive_ -= bytes;
  return to_arrive_ == 0;
}

void Bulk::acknowledged(std::int64_t bytes) {
  under_way_ -= bytes;
  not_before_ns_ = 0;
  recovering_ = std::max<std::int64_t>(0, recovering_ - bytes);
  const auto acked = static_cast<double>(bytes);
  const auto chunk = static_cast<double>(params_.chunk_bytes);
  if (window_ < threshold_) {
    // From below a chunk the first acknowledgement opens it to two: a chunk is what is acknowledged at least.
    window_ = std::min(std::max(window_, acked) + acked, threshold_);
  } else {
    window_ += chunk * acked / window_;
  }
  window_ = std::min(window_, static_cast<double>(params_.window_bytes));
}

void Bulk::lost(std::int64_t bytes, TimeNs now) {
  if (recovering_ == 0) {
    recovering_ = under_way_ - bytes;
    threshold_ = std::max(static_cast<double>(under_way_) / 2, static_cast<double>(2 * params_.chunk_bytes));
    window_ = threshold_;
  } else {
    recovering_ = std::max<std::int64_t>(0, recovering_ - bytes);
  }
  under_way_ -= bytes;
  to_send_ += bytes;
  not_before_ns_ = later(now, params_.retry_ns);
}

}  // namespace cv2x
