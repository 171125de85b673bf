#include <vector>

#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// Drift plus penalty. Each host h has a virtual backlog Q_h [s]: what this policy has sent there, less what
/// the host has had time to work off,
///
///     Q_h ← max(Q_h − time since, 0) + a_h,   a_h = service / cores,
///
/// so it needs no load report and cannot be misled by an old one. Energy that a task takes out of the vehicle
/// has a virtual queue Z [J] against the mean of `energy_j` a task, Z ← max(Z + e − energy_j, 0). A task goes
/// where
///
///     V · (both ways of the network + start + service) + Q_h · a_h + Z · e
///
/// is least (Z · e in J², counted as s²); in the vehicle Q is the work ahead of its processor, which it
/// knows. On a tie the vehicle, then the first host. Backlogs are O(V), and the mean latency apart from them
/// is within O(1/V) of the least possible.
///
/// Source: M. J. Neely, Stochastic Network Optimization with Application to Communication and Queueing
/// Systems, Morgan & Claypool 2010, chapter 4: virtual queues, and the algorithm that minimises the drift of
/// the squared queues plus V times the penalty. Different here: a slot is the time between two tasks.
class Lyapunov final : public Policy {
 public:
  explicit Lyapunov(const PolicySetup& setup) : params_(setup.params.policies.lyapunov) {}

  void begin(const std::shared_ptr<const PolicyView>& view) override { queues_.resize(view->hosts.size()); }

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    if (queues_.size() < view.hosts.size()) queues_.resize(view.hosts.size());
    const double v_s = to_seconds(params_.v_ns);
    const double local_s = to_seconds(view.local.service_ns);
    const double local_j = local_energy_j(view), sending_j = sending_energy_j(task, view);
    const double z_local = debt_j_ > 0 ? debt_j_ * local_j : 0,
                 z_host = debt_j_ > 0 ? debt_j_ * sending_j : 0;
    const double local =
        v_s * local_s + wait_s(view.local) * local_s / static_cast<double>(view.local.cores) + z_local;
    const Target best = cheapest(view, local, [&](std::uint32_t i, const TargetView& host) {
      const double penalty_s =
          transfer_s(task, view, host) + to_seconds(host.start_ns) + to_seconds(host.service_ns);
      return v_s * penalty_s + backlog_s(i, view.now_ns) * arrival_s(host) + z_host;
    });
    if (!best.is_local()) {
      const std::uint32_t i = best.host.value;
      queues_[i] = {backlog_s(i, view.now_ns) + arrival_s(view.hosts[i]), view.now_ns};
    }
    if (params_.energy_j > 0)
      debt_j_ = std::max(0.0, debt_j_ + (best.is_local() ? local_j : sending_j) - params_.energy_j);
    return best;
  }

 private:
  struct Queue {
    double backlog_s = 0;
    TimeNs at_ns = 0;
  };
  static double arrival_s(const TargetView& host) {
    return to_seconds(host.service_ns) / static_cast<double>(host.cores);
  }
  double backlog_s(std::uint32_t i, TimeNs now) const {
    return std::max(0.0, queues_[i].backlog_s - to_seconds(now - queues_[i].at_ns));
  }

  LyapunovParams params_;
  std::vector<Queue> queues_;  // by host
  double debt_j_ = 0;          // Z
};

}  // namespace

std::unique_ptr<Policy> make_lyapunov_policy(const PolicySetup& setup) {
  return std::make_unique<Lyapunov>(setup);
}

}  // namespace cv2x
