#include <algorithm>

#include "models/offload/policies.h"

namespace cv2x {
namespace {

/// Predicts the latency of each target and takes the smallest, the vehicle itself on a tie:
///
///     local:  work ahead / (cores · speed) + start of the container + expected service
///     host:   access up + access down + input/min(uplink, route) + output/min(downlink, route) + 2·network +
///     the same of the host
///
/// The work ahead is that of the last load report, so the prediction is as stale as the view. Greedy: it
/// takes no account of what its own choice does to later tasks.
class LeastLatency final : public Policy {
 public:
  Target decide(const TaskRequest& task, const PolicyView& view) override {
    Target best = kLocal;
    double best_s = execution_s(view.local);
    if (!view.connected) return best;
    for (std::uint32_t i = 0; i < view.hosts.size(); ++i) {
      const auto& host = view.hosts[i];
      if (!host.reachable) continue;
      const double up_bps = std::min(view.uplink_bps, host.bottleneck_bps);
      const double down_bps = std::min(view.downlink_bps, host.bottleneck_bps);
      const double latency_s =
          to_seconds(view.uplink_delay_ns + view.downlink_delay_ns + 2 * host.network_delay_ns) +
          8 * static_cast<double>(task.input_bytes) / up_bps +
          8 * static_cast<double>(task.output_bytes) / down_bps + execution_s(host);
      if (latency_s < best_s) {
        best_s = latency_s;
        best = Target{HostIndex{i}};
      }
    }
    return best;
  }

 private:
  static double execution_s(const TargetView& target) {
    // A free core means no wait; otherwise the work ahead is shared by all cores.
    const bool busy = target.running >= target.cores;
    const double wait_s =
        busy ? target.waiting_cycles / (target.speed_cps * static_cast<double>(target.cores)) : 0;
    return wait_s + to_seconds(target.start_ns + target.service_ns);
  }
};

}  // namespace

std::unique_ptr<Policy> make_least_latency_policy(const PolicySetup&) {
  return std::make_unique<LeastLatency>();
}

}  // namespace cv2x
