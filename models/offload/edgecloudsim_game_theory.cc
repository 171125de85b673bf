#include <algorithm>
#include <vector>

#include "models/offload/edgecloudsim.h"
#include "models/offload/policies.h"

namespace cv2x {
namespace {

using edgecloudsim::Way;

/// GAME_THEORY of EdgeCloudSim's vehicular sample (edgecloudsim.h; its GameTheoryHelper): a fair coin picks
/// the way to the cloud, then vehicle i sends a task there with the probability
///
///     p_i = (De − Dc) / (7.2 · max_delay · (1 − Π_{j<i} (1 − a_j p_j)))    within [0.01, 0.99]
///
/// De: execution at the edge stretched by 1/(1 − mean share in use there), and the WLAN up and down; Dc: the
/// WAN or the cellular network up and down, without the WLAN before the WAN and without any execution (there
/// an integer division makes it 0). A network that would fail counts as 9 (WLAN), 7 (WAN) and 8 s (GSM). The
/// product runs over the vehicles that entered before (most often it is about 0); a: mean gap between the
/// vehicle's tasks over 20 s; a = 0.5 and p = 0.33 until its first decision. With another radio the delays
/// are those that the view gives for a message of the task's size.
class EdgeCloudSimGameTheory final : public Policy {
 public:
  explicit EdgeCloudSimGameTheory(const PolicySetup& setup) : random_(setup.seed, "edgecloudsim", 0) {}

  std::uint8_t sees() const override { return kViewAccess | kViewLoads | kViewHosts; }
  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const Way cloud = random_.uniform() < 0.5 ? Way::kCloudByCellular : Way::kCloudByServingSite;
    const double gain_s = edge_s(task, view) - cloud_s(cloud, task, view);
    const double deadline_s = to_seconds(task.deadline_ns);
    if (task.vehicle.value >= players_.size()) players_.resize(task.vehicle.value + 1);
    const double others = 1 - nobody_before(task.vehicle.value);
    double p = gain_s > 0 ? 0.99 : 0.01;  // as what follows has it when `others` is 0
    if (others > 0) p = gain_s / (2 * 0.6 * 6 * deadline_s * others);
    p = p <= 0 ? 0.01 : p >= 1 ? 0.99 : p;
    players_[task.vehicle.value] = {.p = p, .a = to_seconds(task.gap_ns) / 20};
    return turns_.next(random_.uniform() <= p ? cloud : Way::kEdge, view);
  }

 private:
  struct Player {
    double p = 0.33, a = 0.5;
  };

  double nobody_before(std::uint32_t vehicle) const {
    double product = 1;
    // Below half of the last digit of 1 it makes no difference any more.
    for (std::uint32_t j = 0; j < vehicle && product > 0x1p-54; ++j)
      product *= 1 - players_[j].a * players_[j].p;
    return product;
  }

  static double seconds_or(TimeNs delay, double invalid_s) {
    return delay >= kUnreachableNs ? invalid_s : to_seconds(delay);
  }

  static double edge_s(const TaskRequest& task, const PolicyView& view) {
    double share = 0, hosts = 0, speed_cps = 0;
    for (const auto& host : view.hosts) {
      if (host.cloud) continue;
      share += host.admitted_share;
      speed_cps += host.speed_cps;
      ++hosts;
    }
    if (hosts == 0) return 0;
    const double execution_s = task.cycles / (speed_cps / hosts) / std::max(1e-9, 1 - share / hosts);
    if (view.networks.given)
      return execution_s + seconds_or(view.networks.wlan_ns[0], 9) + seconds_or(view.networks.wlan_ns[1], 9);
    return execution_s + to_seconds(view.uplink_delay_ns + view.downlink_delay_ns) +
           8 * static_cast<double>(task.input_bytes) / view.uplink_bps +
           8 * static_cast<double>(task.output_bytes) / view.downlink_bps;
  }

  static double cloud_s(Way way, const TaskRequest& task, const PolicyView& view) {
    const auto& n = view.networks;
    if (n.given && way == Way::kCloudByCellular)
      return seconds_or(n.cellular_ns[0], 8) + seconds_or(n.cellular_ns[1], 8);
    if (n.given) return seconds_or(n.wan_ns[0], 7) + seconds_or(n.wan_ns[1], 7);
    for (const auto& host : view.hosts) {
      if (host.cloud && host.reachable)
        return 2 * to_seconds(host.network_delay_ns) +
               8 * static_cast<double>(task.input_bytes + task.output_bytes) / host.bottleneck_bps;
    }
    return 2 * 7;
  }

  Stream random_;
  edgecloudsim::Turns turns_;
  std::vector<Player> players_;  // by number of the vehicle
};

}  // namespace

std::unique_ptr<Policy> make_edgecloudsim_game_theory_policy(const PolicySetup& setup) {
  return std::make_unique<EdgeCloudSimGameTheory>(setup);
}

}  // namespace cv2x
