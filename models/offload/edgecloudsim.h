#pragma once

#include <cstdint>

#include "models/offload/policy.h"

namespace cv2x::edgecloudsim {

// What the policies edgecloudsim_* share. They are those of EdgeCloudSim's vehicular sample
// (CagataySonmez/EdgeCloudSim, commit 0c82e35, sample_app5, VehicularEdgeOrchestrator; GPL-3.0; C. Sonmez,
// C. Tunca, A. Ozgovde, C. Ersoy, IEEE T-ITS 22(4) 2021, doi 10.1109/TITS.2020.3024233), written anew from a
// description of them. They choose among three ways and are blind to which machine it is: machines at the
// edge are taken in turn over all sites, wherever the vehicle is, those of clouds too.
//
// Two differences: there the turn is taken when the input has arrived at the first site, here when the
// decision is taken; and the length of a task is its service's mean, not its own.

/// Where a task may go.
enum class Way : std::uint8_t { kEdge, kCloudByServingSite, kCloudByCellular };

/// The machine whose turn it is.
class Turns {
 public:
  Target next(Way way, const PolicyView& view) {
    if (way == Way::kEdge) return {take(view, false, edge_), kServing};
    return {take(view, true, cloud_), way == Way::kCloudByCellular ? kCellular : kServing};
  }

 private:
  /// Not valid when there is none, which is the vehicle itself.
  static HostIndex take(const PolicyView& view, bool cloud, std::uint32_t& at) {
    const auto n = static_cast<std::uint32_t>(view.hosts.size());
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t host = at++ % n;
      at %= n;
      if (view.hosts[host].cloud == cloud) return HostIndex{host};
    }
    return {};
  }
  std::uint32_t edge_ = 0, cloud_ = 0;
};

}  // namespace cv2x::edgecloudsim
