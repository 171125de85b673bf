#include "models/compute/failures.h"

#include <algorithm>
#include <cmath>

namespace cv2x {

Outages::Outages(const FailureParams& params, const Seed& seed, std::uint64_t host_key)
    : kind_(params.kind),
      mtbf_ns_(static_cast<double>(params.mtbf_ns)),
      mttr_ns_(static_cast<double>(params.mttr_ns)),
      stream_(seed, "failures", host_key) {
  if (kind_ == FailureKind::kGiven) {
    auto outages = params.outages;
    std::sort(outages.begin(), outages.end(),
              [](const auto& a, const auto& b) { return a.from_ns < b.from_ns; });
    for (const auto& outage : outages) {
      const TimeNs until = later(outage.from_ns, outage.duration_ns);
      if (changes_.empty() || outage.from_ns > changes_.back()) {
        changes_.insert(changes_.end(), {outage.from_ns, until});
      } else {
        changes_.back() = std::max(changes_.back(), until);
      }
    }
  }
  plan();
}

void Outages::plan() {
  if (kind_ == FailureKind::kNone) {
    next_ns_ = kNever;
  } else if (kind_ == FailureKind::kGiven) {
    next_ns_ = at_ < changes_.size() ? changes_[at_++] : kNever;
  } else {
    next_ns_ = later(next_ns_, from_seconds(stream_.exponential(up_ ? mtbf_ns_ : mttr_ns_) * 1e-9));
  }
}

void Outages::pop() {
  up_ = !up_;
  plan();
}

}  // namespace cv2x
