#include "models/offload/observer.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace cv2x {
namespace {

/// x / (x + scale); 1 when x is infinite or not known.
float squash(double x, double scale) {
  if (!(x < std::numeric_limits<double>::max())) return 1;
  return static_cast<float>(x / (x + scale));
}

double number(std::int64_t n) { return static_cast<double>(n); }

constexpr double kDeadlineScaleS = 0.1;

}  // namespace

double expected_energy_j(const TaskRequest& task, const PolicyView& view, Target target) {
  const TargetView& at = target.is_local() ? view.local : view.hosts[target.host.value];
  const double executing_j = (at.busy_power_w - at.idle_power_w) * to_seconds(at.service_ns);
  if (target.is_local() || view.uplink_power_w == 0) return executing_j;
  return executing_j + view.uplink_power_w * 8 * number(task.input_bytes) / view.uplink_bps;
}

Observer::Observer(std::size_t services, std::size_t hosts) : services_(services), sent_(hosts) {}

void Observer::forget_before(TimeNs measured_ns) {
  while (!decisions_.empty() && decisions_.front().time_ns < measured_ns) {
    Sent& sent = sent_[decisions_.front().host];
    sent.cycles = --sent.tasks == 0 ? 0 : std::max(0.0, sent.cycles - decisions_.front().cycles);
    decisions_.pop_front();
  }
}

void Observer::observe(const TaskRequest& task, const PolicyView& view, std::span<float> out,
                       std::span<std::int8_t> mask) {
  assert(out.size() == size() && mask.size() == targets() && view.hosts.size() == sent_.size());
  forget_before(view.now_ns - view.report_age_ns);
  const double deadline_s = to_seconds(task.deadline_ns);
  float* to = out.data();
  *to++ = view.connected ? 1 : 0;
  *to++ = view.connected ? squash(to_seconds(view.uplink_delay_ns + view.downlink_delay_ns), deadline_s) : 1;
  *to++ = view.dwell_ns == kNever ? 1 : squash(to_seconds(view.dwell_ns), deadline_s);
  *to++ = squash(to_seconds(view.report_age_ns), deadline_s);
  *to++ = squash(deadline_s, kDeadlineScaleS);
  for (std::size_t s = 0; s < services_; ++s) *to++ = s == task.service.value ? 1 : 0;
  for (std::size_t i = 0; i < targets(); ++i) {
    const bool available = i == sent_.size() || (view.connected && view.hosts[i].reachable);
    mask[i] = available ? 1 : 0;
    to = observe_target(task, view, i, available, to);
  }
}

float* Observer::observe_target(const TaskRequest& task, const PolicyView& view, std::size_t i,
                                bool available, float* to) const {
  const bool vehicle = i == sent_.size();
  const TargetView& at = vehicle ? view.local : view.hosts[i];
  const double deadline_s = to_seconds(task.deadline_ns);
  const double all_cores_cps = number(at.cores) * at.speed_cps;
  *to++ = available ? 1 : 0;
  *to++ = vehicle ? 1 : 0;
  *to++ = !vehicle && at.cloud ? 1 : 0;
  if (vehicle || !available) {
    *to++ = vehicle ? 0 : 1;
    *to++ = vehicle ? 0 : 1;
  } else {
    *to++ = squash(2 * to_seconds(at.network_delay_ns), deadline_s);
    *to++ = squash(8 * number(task.input_bytes) / std::min(view.uplink_bps, at.bottleneck_bps) +
                       8 * number(task.output_bytes) / std::min(view.downlink_bps, at.bottleneck_bps),
                   deadline_s);
  }
  *to++ = squash(to_seconds(at.start_ns), deadline_s);
  *to++ = squash(to_seconds(at.service_ns), deadline_s);
  *to++ = squash(at.waiting_cycles / all_cores_cps, deadline_s);
  *to++ = std::min(1.0F, static_cast<float>(number(at.running) / number(at.cores)));
  *to++ = squash(number(at.waiting), number(at.cores));
  *to++ = vehicle ? 0 : squash(sent_[i].cycles / all_cores_cps, deadline_s);
  *to++ = task.memory_bytes == 0 ? 0 : squash(number(task.memory_bytes), number(at.memory_free_bytes));
  const Target target = vehicle ? kLocal : Target{HostIndex{static_cast<std::uint32_t>(i)}};
  *to++ = squash(std::max(0.0, expected_energy_j(task, view, target)), 1);
  *to++ = squash(at.price_per_hour, 1);
  return to;
}

void Observer::decided(const TaskRequest& task, const PolicyView& view, Target target) {
  if (target.is_local()) return;
  Sent& sent = sent_[target.host.value];
  ++sent.tasks;
  sent.cycles += task.cycles;
  decisions_.push_back({view.now_ns, target.host.value, task.cycles});
}

}  // namespace cv2x
