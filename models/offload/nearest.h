#pragma once

#include "models/offload/policy.h"

namespace cv2x {

/// The reachable host of one tier (edge or cloud) with the smallest network delay, the first on a tie; the
/// vehicle itself when it is not connected or none is reachable.
inline Target nearest_host(const PolicyView& view, bool cloud) {
  Target best = kLocal;
  if (!view.connected) return best;
  TimeNs best_delay = kNever;
  for (std::uint32_t i = 0; i < view.hosts.size(); ++i) {
    const auto& host = view.hosts[i];
    if (host.cloud != cloud || !host.reachable || host.network_delay_ns >= best_delay) continue;
    best_delay = host.network_delay_ns;
    best = Target{HostIndex{i}};
  }
  return best;
}

}  // namespace cv2x
