#include "models/measure/budget.h"

#include <algorithm>
#include <cmath>

namespace cv2x {

Judgement judge(const BudgetParams& budget, const Estimate& measured, std::int64_t replications) {
  Judgement out;
  out.measured = measured;
  const Interval& in = measured.interval;
  double arm = 0;  // from the value towards the limit
  if (budget.metric != BudgetMetric::kReliability) {
    out.limit = static_cast<double>(budget.limit_ns);
    if (in.high <= out.limit) out.verdict = Verdict::kPass;
    if (in.low > out.limit) out.verdict = Verdict::kFail;
    arm = measured.value <= out.limit ? in.high - measured.value : measured.value - in.low;
  } else {
    out.limit = budget.at_least;
    if (in.low >= out.limit) out.verdict = Verdict::kPass;
    if (in.high < out.limit) out.verdict = Verdict::kFail;
    arm = measured.value >= out.limit ? measured.value - in.low : in.high - measured.value;
  }
  if (out.verdict == Verdict::kInconclusive) {
    const double ratio = arm / std::abs(measured.value - out.limit);
    const double needed = static_cast<double>(replications) * ratio * ratio;
    // Beyond a million the honest answer is that nobody knows.
    if (needed < 1e6)
      out.replications = std::max(replications + 1, static_cast<std::int64_t>(std::ceil(needed)));
  }
  return out;
}

}  // namespace cv2x
