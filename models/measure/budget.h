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
  double limit = 0;  ///< [ns] for latency, a share for reliability
  Estimate measured;
  /// Inconclusive: how many replications of this length would decide (all, not how many more), if what was
  /// measured is true: R·(w/d)², w the interval's arm towards the limit, d the distance to it. Empty when
  /// that cannot be told (w infinite, d zero).
  std::optional<std::int64_t> replications;
};

/// Holds an estimate against a budget: `measured` is the budget's quantile [ns] or the reliability, taken
/// from `replications` ≥ 1 runs. Pass: the whole interval keeps the limit. Fail: all of it breaks the limit.
/// Else inconclusive.
Judgement judge(const BudgetParams& budget, const Estimate& measured, std::int64_t replications = 1);

}  // namespace cv2x
