#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/offload/policy.h"
#include "models/offload/policy_params.h"
#include "models/offload/predict.h"

namespace cv2x {

/// What the bandits have in common. Arms: the vehicle itself (0) and the `arms` hosts within reach that have
/// the shortest network delay (1 + index). Contexts: the service, and the nearest of these hosts, which
/// stands for the place. A result is worth 1 − latency / (horizon · deadline), at least 0, and 0 when lost.
/// Results come late, so a play is open until then.
template <class Arm>
class Arms {
 public:
  explicit Arms(const ArmParams& params) : params_(params) {}

  struct Play {
    std::uint64_t context;
    std::uint32_t arm;
    double chance = 1;  ///< probability with which it was drawn, times the number of arms
  };

  /// The arms that may be played now, the vehicle first, then by delay. Valid until the next call.
  std::span<const std::uint32_t> candidates(const PolicyView& view) {
    candidates_.assign(1, 0);
    const auto most = static_cast<std::size_t>(params_.arms) + 1;
    for_each_host(view, [&](std::uint32_t i, const TargetView& host) {
      const auto delay = [&](std::uint32_t arm) { return view.hosts[arm - 1].network_delay_ns; };
      if (candidates_.size() == most && delay(candidates_.back()) <= host.network_delay_ns) return;
      if (candidates_.size() == most) candidates_.pop_back();
      candidates_.push_back(i + 1);
      for (std::size_t at = candidates_.size() - 1; at > 1 && delay(candidates_[at - 1]) > delay(i + 1); --at)
        std::swap(candidates_[at - 1], candidates_[at]);
    });
    return candidates_;
  }
  /// Of the service, at the place that these candidates tell.
  std::uint64_t context(const TaskRequest& task, std::span<const std::uint32_t> candidates) const {
    return std::uint64_t{task.service.value} << 32 | (candidates.size() > 1 ? candidates[1] : 0);
  }
  /// What is known of an arm in a context; its address stays until the next new context.
  std::vector<Arm>& of(std::uint64_t context, const PolicyView& view) {
    auto& arms = known_[context];
    if (arms.size() <= view.hosts.size()) arms.resize(view.hosts.size() + 1);
    return arms;
  }
  Arm& of(const Play& play) { return known_[play.context][play.arm]; }
  std::vector<Arm>& all_of(const Play& play) { return known_[play.context]; }

  static Target target(std::uint32_t arm) { return arm == 0 ? kLocal : Target{HostIndex{arm - 1}}; }

  void open(std::uint64_t task, const Play& play) { open_.emplace(task, play); }
  /// The play that a result is of; it is closed.
  Play close(const TaskResult& result) {
    const auto at = open_.find(result.task_id);
    const Play play = at->second;
    open_.erase(at);
    return play;
  }
  bool is_open(const TaskResult& result) const { return open_.contains(result.task_id); }
  double worth(const TaskResult& result) const {
    if (result.outcome != Outcome::kDelivered) return 0;
    const double deadlines = to_seconds(result.end_ns - result.created_ns) / to_seconds(result.deadline_ns);
    return std::max(0.0, 1 - deadlines / params_.horizon);
  }

 private:
  ArmParams params_;
  std::vector<std::uint32_t> candidates_;
  std::unordered_map<std::uint64_t, std::vector<Arm>> known_;  // by context; only looked up
  std::unordered_map<std::uint64_t, Play> open_;               // by task; only looked up
};

}  // namespace cv2x
