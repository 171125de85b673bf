#pragma once

#include <algorithm>

#include "models/offload/policy.h"

namespace cv2x {

// What a policy may expect of a target, from its view alone; so as stale as the load report.

/// Work ahead of a new task [s]: none while a core is free, otherwise shared by all cores.
inline double wait_s(const TargetView& target) {
  if (target.running < target.cores) return 0;
  return target.waiting_cycles / (target.speed_cps * static_cast<double>(target.cores));
}

/// Work ahead + start of the container + execution [s].
inline double execution_s(const TargetView& target) {
  return wait_s(target) + to_seconds(target.start_ns + target.service_ns);
}

/// Both ways between the vehicle and a host that it can reach [s]:
/// access up + access down + input/min(uplink, route) + output/min(downlink, route) + 2·network.
/// Infinite, or not a number, where a rate is 0.
inline double transfer_s(const TaskRequest& task, const PolicyView& view, const TargetView& host) {
  const double up_bps = std::min(view.uplink_bps, host.bottleneck_bps);
  const double down_bps = std::min(view.downlink_bps, host.bottleneck_bps);
  return to_seconds(view.uplink_delay_ns + view.downlink_delay_ns + 2 * host.network_delay_ns) +
         8 * static_cast<double>(task.input_bytes) / up_bps +
         8 * static_cast<double>(task.output_bytes) / down_bps;
}

/// Energy that a task takes out of the vehicle when it runs there, and when its input is sent to a host [J].
inline double local_energy_j(const PolicyView& view) {
  return (view.local.busy_power_w - view.local.idle_power_w) * to_seconds(view.local.service_ns);
}
inline double sending_energy_j(const TaskRequest& task, const PolicyView& view) {
  return view.uplink_power_w * 8 * static_cast<double>(task.input_bytes) / view.uplink_bps;
}

/// Calls `visit(index, host)` for all hosts that can be reached now.
template <class Visit>
void for_each_host(const PolicyView& view, Visit&& visit) {
  if (!view.connected) return;
  for (std::uint32_t i = 0; i < view.hosts.size(); ++i) {
    if (view.hosts[i].reachable) visit(i, view.hosts[i]);
  }
}

/// The target with the least `local_cost` and `cost(host)`; the vehicle, then the first host on a tie. What
/// is not a number is not chosen.
template <class Cost>
Target cheapest(const PolicyView& view, double local_cost, Cost&& cost) {
  Target best = kLocal;
  double least = local_cost;
  for_each_host(view, [&](std::uint32_t i, const TargetView& host) {
    const double here = cost(i, host);
    if (here < least) {
      least = here;
      best = Target{HostIndex{i}};
    }
  });
  return best;
}

}  // namespace cv2x
