#include <unordered_map>
#include <vector>

#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// The offloading game: each task goes where its own overhead is least, given where the others' tasks are:
///
///     overhead = λᵗ · time + λᵉ · energy of the vehicle
///     local:  time = work ahead of the vehicle's processor + service
///     host:   time = both ways of the network + start + service · (1 + max(0, n + 1 − cores) / cores)
///
/// with n tasks of others under way to the host or on it, which whoever runs the game knows, as it hears all
/// decisions and all ends; it needs no load report. The best response to the others' present choices, one
/// player after another in the order of the tasks; on a tie the vehicle, then the first host.
///
/// Source: X. Chen, L. Jiao, W. Li, X. Fu, Efficient multi-user computation offloading for mobile-edge cloud
/// computing, IEEE/ACM Transactions on Networking 24(5), 2016, 2795–2808: overheads of local and of offloaded
/// computing as weighted sums of time and energy (section II), the game and its best responses, which reach a
/// Nash equilibrium in finitely many steps if played one at a time (section III). Different here: the players
/// are tasks, which come and go; what they share is the hosts' cores (there: the interference of a channel,
/// which here the view's uplink_bps brings in), so there are many hosts to choose from.
class GameTheoretic final : public Policy {
 public:
  explicit GameTheoretic(const PolicySetup& setup) : params_(setup.params.policies.game_theoretic) {}

  void begin(const std::shared_ptr<const PolicyView>& view) override { players_.resize(view->hosts.size()); }

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    if (players_.size() < view.hosts.size()) players_.resize(view.hosts.size());
    const double sending_j = sending_energy_j(task, view);
    const Target best =
        cheapest(view, overhead(execution_s(view.local), local_energy_j(view)),
                 [&](std::uint32_t i, const TargetView& host) {
                   const auto cores = static_cast<double>(host.cores);
                   const double crowd = std::max(0.0, static_cast<double>(players_[i]) + 1 - cores) / cores;
                   const double time_s = transfer_s(task, view, host) + to_seconds(host.start_ns) +
                                         to_seconds(host.service_ns) * (1 + crowd);
                   return overhead(time_s, sending_j);
                 });
    if (!best.is_local() && places_.emplace(task.task_id, best.host.value).second)
      ++players_[best.host.value];
    return best;
  }

  void finished(const TaskResult& result) override {
    const auto at = places_.find(result.task_id);
    if (at == places_.end()) return;
    --players_[at->second];
    places_.erase(at);
  }

 private:
  double overhead(double time_s, double energy_j) const {
    return params_.time_weight * time_s + params_.energy_weight * energy_j;
  }

  GameParams params_;
  std::vector<std::int64_t> players_;  // by host: tasks under way
  std::unordered_map<std::uint64_t, std::uint32_t>
      places_;  // by task: the host it was sent to; only looked up
};

}  // namespace

std::unique_ptr<Policy> make_game_theoretic_policy(const PolicySetup& setup) {
  return std::make_unique<GameTheoretic>(setup);
}

}  // namespace cv2x
