#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/measure/interval.h"
#include "models/measure/params.h"

namespace cv2x {

/// The number is what the result file holds.
enum class Verdict : std::uint8_t { kPass, kFail, kInconclusive };
inline constexpr std::array<std::string_view, 3> kVerdictNames = {"pass", "fail", "inconclusive"};

struct Judgement {
  Verdict verdict = Verdict::kInconclusive;
  double limit = 0;  ///< [ns] for latency and age, a share for reliability
  Estimate measured;
  /// Inconclusive: how many replications of this length (all, not how many more) would decide, with a
  /// probability of 80 % over what is not known yet ("assurance": O'Hagan, Stevens, Campbell, Pharmaceutical
  /// Statistics 4 (2005) 187). After R replications the value is D from the limit with a standard error s/√R:
  /// 1/t of the interval's arm towards the limit (1/1.96 of it within one run), of a share by Wilson's law.
  /// So the mean of n is expected at N(D, (n − R)/n · s²/R) from the limit, and decided beyond t·s/√n, t of n
  /// − 1 degrees. At most about 60·R, which is for a value right at the limit. To 1 % of it. Empty when it
  /// cannot be told: no interval on that side.
  std::optional<std::int64_t> replications;
};

/// Holds an estimate against a budget: `measured` is the budget's quantile [ns] or the reliability, taken
/// from `replications` ≥ 1 runs. Pass: the whole interval keeps the limit. Fail: all of it breaks the limit.
/// Else inconclusive.
Judgement judge(const BudgetParams& budget, const Estimate& measured, std::int64_t replications = 1);

}  // namespace cv2x
