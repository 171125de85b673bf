#include "models/compute/autoscaler.h"

#include <algorithm>
#include <cmath>

namespace cv2x {
namespace {

/// ceil() of a quotient whose rounding error must not make one more of it.
std::int64_t ceil_of(double value) { return static_cast<std::int64_t>(std::ceil(value - 1e-9)); }

}  // namespace

std::int64_t Autoscaler::recommend(const Sample& sample) const {
  const std::int64_t current = sample.ready + sample.not_ready;
  if (sample.ready == 0) return current;  // no metric of a ready instance
  constexpr double kRounding = 1e-9;
  const auto within = [&](double ratio) { return std::abs(1 - ratio) <= params_.tolerance + kRounding; };
  const double ratio = sample.metric / params_.target();
  if (sample.not_ready == 0 || ratio <= 1)
    return within(ratio) ? current : ceil_of(ratio * static_cast<double>(sample.ready));
  const double spread = ratio * static_cast<double>(sample.ready) / static_cast<double>(current);
  if (within(spread) || spread < 1) return current;
  return ceil_of(spread * static_cast<double>(current));
}

std::int64_t Autoscaler::rate_limit(std::int64_t current, TimeNs now) {
  while (!added_.empty() && added_.front().time_ns <= now - kRateWindowNs) added_.pop_front();
  std::int64_t before = current;
  for (const auto& a : added_) before -= a.replicas;
  return std::max(current, std::max(2 * before, before + kMostMore));
}

std::int64_t Autoscaler::decide(const Sample& sample, TimeNs now) {
  const std::int64_t current = sample.ready + sample.not_ready;
  if (current == 0) return 0;
  while (!recommendations_.empty() && recommendations_.front().time_ns <= now - params_.stabilisation_ns)
    recommendations_.pop_front();
  const std::int64_t recommended = recommend(sample);
  recommendations_.push_back({now, recommended});
  std::int64_t desired = recommended;
  for (const auto& r : recommendations_) desired = std::max(desired, r.replicas);
  // The largest of the past does not scale up what has been scaled down since.
  desired = std::max(recommended, std::min(desired, current));
  desired = std::min(desired, rate_limit(current, now));
  desired = std::clamp(desired, replicas_.min, replicas_.max);
  if (desired > current) added_.push_back({now, desired - current});
  return desired;
}

}  // namespace cv2x
