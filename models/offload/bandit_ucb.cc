#include <cmath>
#include <limits>

#include "models/offload/arms.h"
#include "models/offload/params.h"
#include "models/offload/policies.h"

namespace cv2x {
namespace {

/// UCB1: in each context (arms.h) every arm once, in the order of the candidates, then the one with the
/// largest
///
///     mean worth + exploration · √(2 ln n / n_j)
///
/// with n plays in the context, n_j of them of arm j. On a tie the first candidate. A play counts in n and
/// n_j from its decision, so that those who decide before its result is there do not all take the same arm;
/// the mean is of the results that have come, and 1 before the first.
///
/// Source: P. Auer, N. Cesa-Bianchi, P. Fischer, Finite-time analysis of the multiarmed bandit problem,
/// Machine Learning 47, 2002, 235–256, figure 1 (`exploration` is 1 there). Its bound on the regret is for
/// independent rewards of fixed distributions; a host that others load is neither.
class BanditUcb final : public Policy {
 public:
  explicit BanditUcb(const PolicySetup& setup)
      : exploration_(setup.params.policies.bandit_ucb.exploration),
        arms_(setup.params.policies.bandit_ucb.arms) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    const auto candidates = arms_.candidates(view);
    const std::uint64_t context = arms_.context(task, candidates);
    auto& known = arms_.of(context, view);
    double plays = 0;
    for (const auto arm : candidates) plays += static_cast<double>(known[arm].plays);
    const double radius = plays > 0 ? 2 * std::log(plays) : 0;
    std::uint32_t best = 0;
    double most = -std::numeric_limits<double>::infinity();
    for (const auto arm : candidates) {
      const Arm& a = known[arm];
      const auto n = static_cast<double>(a.plays);
      const double mean = a.results > 0 ? a.sum / static_cast<double>(a.results) : 1;
      const double bound = a.plays == 0 ? std::numeric_limits<double>::infinity()
                                        : mean + exploration_ * std::sqrt(radius / n);
      if (bound > most) {
        most = bound;
        best = arm;
      }
    }
    ++known[best].plays;
    arms_.open(task.task_id, {context, best});
    return Arms<Arm>::target(best);
  }

  void finished(const TaskResult& result) override {
    if (!arms_.is_open(result)) return;
    Arm& arm = arms_.of(arms_.close(result));
    ++arm.results;
    arm.sum += arms_.worth(result);
  }

 private:
  struct Arm {
    std::int64_t plays = 0, results = 0;
    double sum = 0;  // of the worth of the results
  };
  double exploration_;
  Arms<Arm> arms_;
};

}  // namespace

std::unique_ptr<Policy> make_bandit_ucb_policy(const PolicySetup& setup) {
  return std::make_unique<BanditUcb>(setup);
}

}  // namespace cv2x
