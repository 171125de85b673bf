#include "models/offload/fuzzy.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "models/offload/nearest.h"
#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace fuzzy {
namespace {

// [utilisation][task size][WAN rate], a letter for each delay sensitivity low, medium, high: E edge, C cloud.
constexpr std::string_view kCloudRules[3][3][3] = {
    {{"EEE", "CEE", "CEE"}, {"EEE", "CCE", "CCE"}, {"EEE", "CCE", "CCE"}},
    {{"EEE", "CCE", "CCE"}, {"EEE", "CCE", "CCE"}, {"CCE", "CCE", "CCE"}},
    {{"CCE", "CCC", "CCC"}, {"CCE", "CCC", "CCC"}, {"CCE", "CCC", "CCC"}}};

// [nearest edge's utilisation][other edge's utilisation], a letter for each delay between them low, medium,
// high: N nearest, R remote.
constexpr std::string_view kRemoteRules[3][3] = {
    {"RNN", "NNN", "NNN"}, {"RRN", "RRN", "NNN"}, {"RRR", "RRR", "RRN"}};

/// Whether the crisp output is above 50. Output terms are triangles: stay (0, 30, 60), leave (40, 70, 100).
/// Rules act and accumulate by min and max, and the crisp value is the leftmost maximum: of the term with the
/// larger degree d, 30 · d or 40 + 30 · d.
bool leaves(double stay, double leave) { return leave > stay && 40 + 30 * leave > 50; }

}  // namespace

Degrees fuzzify(double value, const Terms& t) {
  const auto rising = [&](double from, double to) {
    return std::clamp((value - from) / (to - from), 0.0, 1.0);
  };
  return {1 - rising(t.low[0], t.low[1]),
          std::min(rising(t.medium[0], t.medium[1]), 1 - rising(t.medium[1], t.medium[2])),
          rising(t.high[0], t.high[1])};
}

bool prefers_cloud(double utilisation, double task_giga, double wan_mbps, double sensitivity) {
  const Degrees u = fuzzify(utilisation, kUtilisation), z = fuzzify(task_giga, kTaskGiga);
  const Degrees w = fuzzify(wan_mbps, kWanMbps), s = fuzzify(sensitivity, kSensitivity);
  double edge = 0, cloud = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      const double uz = std::min(u[i], z[j]);
      if (uz == 0) continue;
      for (std::size_t k = 0; k < 3; ++k) {
        const double uzw = std::min(uz, w[k]);
        for (std::size_t l = 0; l < 3; ++l) {
          double& side = kCloudRules[i][j][k][l] == 'C' ? cloud : edge;
          side = std::max(side, std::min(uzw, s[l]));
        }
      }
    }
  }
  return leaves(edge, cloud);
}

bool prefers_remote(double nearest_utilisation, double remote_utilisation, double metro_delay_s) {
  const Degrees n = fuzzify(nearest_utilisation, kUtilisation), r = fuzzify(remote_utilisation, kUtilisation);
  const Degrees d = fuzzify(metro_delay_s, kMetroDelay);
  double nearest = 0, remote = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      for (std::size_t k = 0; k < 3; ++k) {
        double& side = kRemoteRules[i][j][k] == 'R' ? remote : nearest;
        side = std::max(side, std::min({n[i], r[j], d[k]}));
      }
    }
  }
  return leaves(nearest, remote);
}

}  // namespace fuzzy

namespace {

/// Two stages of fuzzy inference: is the least utilised of the other edge hosts better than the nearest one;
/// and is the cloud better than the one of these two. Without another edge host, or a cloud, within reach
/// that stage is left out; without any host the vehicle itself.
///
/// Source: C. Sonmez, A. Ozgovde, C. Ersoy, Fuzzy workload orchestration for edge computing, IEEE
/// Transactions on Network and Service Management 16(2), 2019, 769–782: the two stages and their inputs.
/// Terms, rules (81 and 27) and the defuzzification (leftmost maximum, threshold 50) are those of the
/// authors' program, EdgeCloudSim, sample_app4, FCL_definition.java and FuzzyEdgeOrchestrator.java. What they
/// say of their world is read from ours:
///
/// * utilisation of a host: running / cores, of its last load report (there: of its virtual machines);
/// * WAN rate: 1 Mbit over the time that 1 Mbit takes to the cloud, empty links (there: loaded ones), in
/// units
///   of `wan` / 8;
/// * task size: its cycles, in units of `task` / 20 (there: 10⁹ instructions);
/// * metropolitan delay: of 1 Mbit between the two edge hosts by way of the serving site, in units of
///   `metro_delay` / 13;
/// * delay sensitivity, there given by application: the share of its deadline that the task would take on
///   the idle candidate, which is ours.
///
/// The least utilised of the other edge hosts; on a tie the nearest, then the first (there: the first).
class Fuzzy final : public Policy {
 public:
  explicit Fuzzy(const PolicySetup& setup) : params_(setup.params.policies.fuzzy) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const std::uint32_t nearest = nearest_of(view, false), cloud = nearest_of(view, true);
    if (nearest == kNone) return cloud == kNone ? kLocal : Target{HostIndex{cloud}};
    std::uint32_t candidate = nearest;
    const std::uint32_t remote = least_utilised_but(view, nearest);
    if (remote != kNone) {
      const TargetView& other = view.hosts[remote];
      const double delay_s = to_seconds(other.network_delay_ns - view.hosts[nearest].network_delay_ns) +
                             1e6 / other.bottleneck_bps;
      if (fuzzy::prefers_remote(utilisation(view.hosts[nearest]), utilisation(other),
                                delay_s * 0.013 / to_seconds(params_.metro_delay_ns)))
        candidate = remote;
    }
    if (cloud == kNone) return Target{HostIndex{candidate}};
    const TargetView& edge = view.hosts[candidate];
    const double megabit_s = 1e6 / std::min(view.uplink_bps, view.hosts[cloud].bottleneck_bps) +
                             to_seconds(view.uplink_delay_ns + view.hosts[cloud].network_delay_ns);
    const double idle_s = transfer_s(task, view, edge) + to_seconds(edge.start_ns + edge.service_ns);
    const bool to_cloud =
        fuzzy::prefers_cloud(utilisation(edge), 20 * task.cycles / params_.task_cycles,
                             8e6 / (megabit_s * params_.wan_bps), idle_s / to_seconds(task.deadline_ns));
    return Target{HostIndex{to_cloud ? cloud : candidate}};
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  static double utilisation(const TargetView& host) {
    return 100 * std::min(1.0, static_cast<double>(host.running) / static_cast<double>(host.cores));
  }
  static std::uint32_t nearest_of(const PolicyView& view, bool cloud) {
    const Target nearest = nearest_host(view, cloud);
    return nearest.is_local() ? kNone : nearest.host.value;
  }
  static std::uint32_t least_utilised_but(const PolicyView& view, std::uint32_t nearest) {
    std::uint32_t best = kNone;
    for_each_host(view, [&](std::uint32_t i, const TargetView& host) {
      if (i == nearest || host.cloud) return;
      if (best != kNone) {
        const double here = utilisation(host), least = utilisation(view.hosts[best]);
        if (here > least || (here == least && host.network_delay_ns >= view.hosts[best].network_delay_ns))
          return;
      }
      best = i;
    });
    return best;
  }

  FuzzyParams params_;
};

}  // namespace

std::unique_ptr<Policy> make_fuzzy_policy(const PolicySetup& setup) { return std::make_unique<Fuzzy>(setup); }

}  // namespace cv2x
