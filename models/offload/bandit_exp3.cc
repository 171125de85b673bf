#include <cmath>

#include "models/base/random.h"
#include "models/offload/arms.h"
#include "models/offload/params.h"
#include "models/offload/policies.h"

namespace cv2x {
namespace {

/// Exp3: in each context (arms.h) arm j of K is drawn with probability
///
///     p_j = (1 − γ) w_j / Σ w + γ / K
///
/// and when its result has come, w_j ← w_j · exp(γ · (worth / p_j) / K), with the p_j that it was drawn with.
/// Weights are 1 at first; all are divided by the largest when one exceeds 10¹⁰⁰, which changes no
/// probability. The draw is a function of the seed and the task.
///
/// Source: P. Auer, N. Cesa-Bianchi, Y. Freund, R. E. Schapire, The nonstochastic multiarmed bandit problem,
/// SIAM Journal on Computing 32(1), 2002, 48–77, figure 1. Made for rewards that an adversary chooses, as
/// those of hosts look that others load. Different here: results come after other draws.
class BanditExp3 final : public Policy {
 public:
  explicit BanditExp3(const PolicySetup& setup)
      : gamma_(setup.params.policies.bandit_exp3.gamma),
        seed_(setup.seed),
        arms_(setup.params.policies.bandit_exp3.arms) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const auto candidates = arms_.candidates(view);
    const std::uint64_t context = arms_.context(task, candidates);
    auto& known = arms_.of(context, view);
    const auto k = static_cast<double>(candidates.size());
    double sum = 0;
    for (const auto arm : candidates) sum += known[arm].weight;
    const auto probability = [&](std::uint32_t arm) {
      return (1 - gamma_) * known[arm].weight / sum + gamma_ / k;
    };
    double left = Stream(seed_, "policy bandit_exp3", task.task_id).uniform();
    std::uint32_t drawn = candidates.back();  // where rounding leaves a rest
    for (const auto arm : candidates) {
      left -= probability(arm);
      if (left < 0) {
        drawn = arm;
        break;
      }
    }
    arms_.open(task.task_id, {context, drawn, probability(drawn) * k});
    return Arms<Arm>::target(drawn);
  }

  void finished(const TaskResult& result) override {
    if (!arms_.is_open(result)) return;
    const auto play = arms_.close(result);
    Arm& arm = arms_.of(play);
    arm.weight *= std::exp(gamma_ * arms_.worth(result) / play.chance);
    if (arm.weight > kLargest) {
      const double largest = arm.weight;
      for (auto& a : arms_.all_of(play)) a.weight /= largest;
    }
  }

 private:
  static constexpr double kLargest = 1e100;
  struct Arm {
    double weight = 1;
  };
  double gamma_;
  Seed seed_;
  Arms<Arm> arms_;
};

}  // namespace

std::unique_ptr<Policy> make_bandit_exp3_policy(const PolicySetup& setup) {
  return std::make_unique<BanditExp3>(setup);
}

}  // namespace cv2x
