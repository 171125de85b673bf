#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/measure/blame.h"
#include "models/measure/budget.h"

namespace cv2x {

/// Budgets that are not the scenario's own (sim/config/budgets.h).
struct BudgetsFile {
  std::string text;
  std::string name;  ///< stands for it in messages
};

/// A budget held against what one run, or several replications of one scenario together, measured.
struct Assessment {
  BudgetParams budget;
  Judgement judgement;
  std::uint64_t samples = 0;  ///< counted messages or tasks; age: stretches of time between two deliveries
  /// Why it is inconclusive; also of another verdict, that it stands on a sample of the messages, or on
  /// replications most of which are too short for the quantile. Or empty.
  std::string reason;
  BlameSums sums;  ///< of all runs together
  Blame blame;
};

/// Verdicts on the budgets of the scenario, or of `file`, in their order. One result: its value and the
/// interval within the run. Several, which must be different replications of one scenario: the mean of their
/// values, or the share in all of them, and the interval over replications (interval.h); those in which
/// nothing was measured are left out. A recorded budget is taken as the run measured it; those of a file are
/// measured again (measure_again.h). Throws UserError: no result, one that is not complete, not replications,
/// a mistake in the file, a budget that cannot be judged from what the results hold.
std::vector<Assessment> assess(const std::vector<std::string>& paths,
                               const std::optional<BudgetsFile>& file = std::nullopt);

}  // namespace cv2x
