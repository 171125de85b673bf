#include "models/measure/budget.h"

#include <algorithm>
#include <cmath>

namespace cv2x {
namespace {

/// Intervals are z standard errors wide: Student's t over replications, about the normal's within a run.
double width_of(std::int64_t replications) {
  return replications < 2 ? 1.96 : student_t_975(static_cast<std::size_t>(replications - 1));
}

/// The least n > `have` at which what is `distance` from the limit after `have` replications, each with a
/// standard deviation of `deviation`, is decided with a probability of 80 %.
std::optional<std::int64_t> needed(double distance, double deviation, std::int64_t have) {
  constexpr double kWanted = 0.8;
  constexpr double kMost = 1e6;  // beyond so many the honest answer is that nobody knows
  const auto done = static_cast<double>(have);
  if (!(deviation < std::numeric_limits<double>::infinity()) || !(distance >= 0)) return std::nullopt;
  for (std::int64_t n = have + 1; static_cast<double>(n) < kMost; n += std::max<std::int64_t>(1, n / 100)) {
    const auto all = static_cast<double>(n);
    const double arm = width_of(n) * deviation / std::sqrt(all);
    const double spread = deviation * std::sqrt((all - done) / all / done);
    if (normal_cdf((distance - arm) / spread) + normal_cdf((-distance - arm) / spread) >= kWanted) return n;
  }
  return std::nullopt;
}

}  // namespace

Judgement judge(const BudgetParams& budget, const Estimate& measured, std::int64_t replications) {
  Judgement out;
  out.measured = measured;
  const auto& [low, high] = measured.interval;
  const bool share = budget.metric == BudgetMetric::kReliability;
  const double limit = share ? budget.at_least : static_cast<double>(budget.limit_ns);
  out.limit = limit;
  if (share ? low >= limit : high <= limit) out.verdict = Verdict::kPass;
  if (share ? high < limit : low > limit) out.verdict = Verdict::kFail;
  if (out.verdict != Verdict::kInconclusive) return out;

  const double end = measured.value <= limit ? high : low;  // towards the limit
  double error = std::abs(end - measured.value) / width_of(replications);
  // Wilson's interval ends where (p − x)² = z²·x(1 − x)/n: what is decided depends on the error at the limit.
  if (share) error *= std::sqrt(limit * (1 - limit) / (end * (1 - end)));
  out.replications = needed(std::abs(measured.value - limit),
                            error * std::sqrt(static_cast<double>(replications)), replications);
  return out;
}

}  // namespace cv2x
