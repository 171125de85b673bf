#include "models/uu/estimated_delay.h"

namespace cv2x::uu {

EstimatedDelay::EstimatedDelay(double rate_bps, double gap_s, double bytes, double longest_s)
    : rate_bps_(rate_bps),
      longest_s_(longest_s),
      gap_s_(gap_s),
      bytes_(bytes),
      valid_gap_s_(gap_s),
      valid_bytes_(bytes) {}

std::optional<TimeNs> EstimatedDelay::estimate() const {
  const double free_hz = rate_bps_ / (8 * bytes_) - 1 / gap_s_;
  if (free_hz * longest_s_ < 1) return {};  // also when it is negative
  return from_seconds(1 / free_hz);
}

std::optional<TimeNs> EstimatedDelay::send(std::int64_t bytes) {
  ++count_;
  sum_bytes_ += static_cast<double>(bytes);
  const auto delay = estimate();
  if (delay) {
    valid_gap_s_ = gap_s_;
    valid_bytes_ = bytes_;
  }
  return delay;
}

void EstimatedDelay::update(double interval_s, bool settled, double others, double others_bytes) {
  if (count_ == 0) {
    gap_s_ = valid_gap_s_;
    bytes_ = valid_bytes_;
    return;
  }
  const double n = static_cast<double>(count_) + others;
  const double gap_s = interval_s / n;
  gap_s_ = settled && gap_s > gap_s_ ? (gap_s + 3 * gap_s_) / 4 : gap_s;
  bytes_ = (sum_bytes_ + others_bytes) / n;
  count_ = 0;
  sum_bytes_ = 0;
}

}  // namespace cv2x::uu
