#include "models/offload/observer.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace cv2x {
namespace {

/// x / (x + scale); 1 when x is infinite.
float squash(double x, double scale) {
  if (x >= std::numeric_limits<double>::max()) return 1;
  return static_cast<float>(x / (x + scale));
}

double count(std::int64_t n) { return static_cast<double>(n); }

}  // namespace

Observer::Observer(std::size_t services, std::size_t hosts)
    : services_(services), hosts_(hosts), sent_cycles_(hosts) {}

void Observer::forget_at_new_report(const PolicyView& view) {
  const TimeNs measured_ns = view.now_ns - view.report_age_ns;
  if (std::exchange(measured_ns_, measured_ns) == measured_ns) return;
  std::fill(sent_cycles_.begin(), sent_cycles_.end(), 0.0);
}

void Observer::observe(const TaskRequest& task, const PolicyView& view, std::span<float> out,
                       std::span<std::int8_t> mask) {
  assert(out.size() == size() && mask.size() == targets() && view.hosts.size() == hosts_);
  forget_at_new_report(view);
  const double deadline_s = to_seconds(task.deadline_ns);
  constexpr double kDeadlineScaleS = 0.1;
  float* to = out.data();
  *to++ = view.connected ? 1 : 0;
  *to++ = view.connected ? squash(to_seconds(view.uplink_delay_ns + view.downlink_delay_ns), deadline_s) : 1;
  *to++ = squash(to_seconds(view.report_age_ns), deadline_s);
  *to++ = squash(deadline_s, kDeadlineScaleS);
  for (std::size_t s = 0; s < services_; ++s) *to++ = s == task.service.value ? 1 : 0;

  for (std::size_t i = 0; i <= hosts_; ++i) {
    const bool vehicle = i == hosts_;
    const TargetView& at = vehicle ? view.local : view.hosts[i];
    const bool available = vehicle || (view.connected && at.reachable);
    const double speed_cps = count(at.cores) * at.speed_cps;  // of all cores
    mask[i] = available ? 1 : 0;
    *to++ = available ? 1 : 0;
    *to++ = vehicle ? 1 : 0;
    *to++ = !vehicle && at.cloud ? 1 : 0;
    if (vehicle) {
      *to++ = 0;
      *to++ = 0;
    } else if (!available) {
      *to++ = 1;
      *to++ = 1;
    } else {
      *to++ = squash(2 * to_seconds(at.network_delay_ns), deadline_s);
      const double seconds =
          8 * static_cast<double>(task.input_bytes) / std::min(view.uplink_bps, at.bottleneck_bps) +
          8 * static_cast<double>(task.output_bytes) / std::min(view.downlink_bps, at.bottleneck_bps);
      *to++ = squash(seconds, deadline_s);
    }
    *to++ = squash(task.cycles / at.speed_cps, deadline_s);
    *to++ = squash(at.waiting_cycles / speed_cps, deadline_s);
    *to++ = std::min(1.0F, static_cast<float>(count(at.running) / count(at.cores)));
    *to++ = squash(count(at.waiting), count(at.cores));
    *to++ = vehicle ? 0 : squash(sent_cycles_[i] / speed_cps, deadline_s);
  }
}

void Observer::decided(const TaskRequest& task, const PolicyView& view, Target target) {
  if (target.is_local()) return;
  forget_at_new_report(view);
  sent_cycles_[target.host.value] += task.cycles;
}

}  // namespace cv2x
