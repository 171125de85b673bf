#include <cmath>
#include <limits>
#include <unordered_map>

#include "models/base/random.h"
#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// Every vehicle stays, for each of its services, with the target it has: it changes to the one with the
/// least predicted latency only when that is below (1 − margin) of the present one's, and its last change a
/// while ago: a time that is drawn after each change from `hold` / 2 to 3/2 `hold`, so that they do not all
/// change at the same time; at once when the present one cannot be reached any more. So of those that a load
/// report tells to flee, few do before the next one shows what became of it. The prediction is that of
/// least_latency, and so is the first choice.
///
/// Source: event A3 of TS 38.331 V17 §5.5.4.4 (a neighbour must be better than the serving cell by an offset
/// and a hysteresis) carried over to hosts; the rule is ours.
class Hysteresis final : public Policy {
 public:
  explicit Hysteresis(const PolicySetup& setup)
      : params_(setup.params.policies.hysteresis), seed_(setup.seed) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const std::uint64_t key = std::uint64_t{task.vehicle.value} << 32 | task.service.value;
    const auto [at, first] = choices_.try_emplace(key);
    Choice& choice = at->second;
    const double present_s = first ? kInfinite : latency_s(task, view, choice.target);
    const bool lost = std::isinf(present_s) || std::isnan(present_s);
    if (lost || view.now_ns >= choice.free_ns) {
      const Target best = cheapest(view, execution_s(view.local), [&](std::uint32_t, const TargetView& host) {
        return transfer_s(task, view, host) + execution_s(host);
      });
      const bool other = best.host != choice.target.host;
      if (lost || (other && latency_s(task, view, best) < (1 - params_.margin) * present_s)) {
        choice.target = best;
        const double part = 0.5 + Stream(seed_, "policy hysteresis", task.task_id).uniform();
        choice.free_ns = view.now_ns + from_seconds(part * to_seconds(params_.hold_ns));
      }
    }
    choice.used_ns = view.now_ns;
    const Target target = choice.target;
    if (choices_.size() >= forget_at_) forget(view.now_ns);
    return target;
  }

 private:
  struct Choice {
    Target target;
    TimeNs free_ns = 0, used_ns = 0;  // when it may change again; when it was asked last
  };
  static constexpr double kInfinite = std::numeric_limits<double>::infinity();
  static constexpr TimeNs kForgetNs = 60 * kSecond;

  static double latency_s(const TaskRequest& task, const PolicyView& view, Target target) {
    if (target.is_local()) return execution_s(view.local);
    const TargetView& host = view.hosts[target.host.value];
    if (!view.connected || !host.reachable) return kInfinite;
    return transfer_s(task, view, host) + execution_s(host);
  }

  /// Vehicles that have left never ask again: memory is bounded by twice those of the last minute.
  void forget(TimeNs now) {
    const TimeNs long_ago = now - std::max(kForgetNs, 2 * params_.hold_ns);
    std::erase_if(choices_, [&](const auto& entry) { return entry.second.used_ns < long_ago; });
    forget_at_ = std::max<std::size_t>(kFewest, 2 * choices_.size());
  }

  static constexpr std::size_t kFewest = 1024;
  HysteresisParams params_;
  Seed seed_;
  std::unordered_map<std::uint64_t, Choice> choices_;  // by vehicle and service; only looked up
  std::size_t forget_at_ = kFewest;
};

}  // namespace

std::unique_ptr<Policy> make_hysteresis_policy(const PolicySetup& setup) {
  return std::make_unique<Hysteresis>(setup);
}

}  // namespace cv2x
