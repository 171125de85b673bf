#pragma once

#include <vector>

#include "models/measure/budget_meter.h"
#include "sim/config/scenario.h"
#include "sim/record/reader.h"

namespace cv2x {

/// What a finished result says about the budgets of `scenario` (its own, or others in their place), measured
/// from what it holds: its messages, tasks and stages, by the class that measures during a run, so that a
/// result with all rows gives the very numbers that the run would have given. A sample of the rows gives an
/// estimate, of latency and reliability. Without rows (recording: histogram) only latency quantiles and
/// reliability of whole services can be told, without what is to blame; with an interval, but for files
/// before format 1.2, where it is [−inf, +inf] but for the reliability of one service. What cannot be told is
/// a UserError that names the budget and the reason. Memory is that of a few chunks of the tables.
std::vector<BudgetMeasure> measure_again(const Result& result, const std::string& path,
                                         const Scenario& scenario);

}  // namespace cv2x
