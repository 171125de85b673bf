#pragma once

#include <string>

namespace cv2x {

/// One screen of text about a result file: services with quantiles and intervals, stages, decisions, budgets.
/// Throws UserError when the file is not one.
std::string summary_text(const std::string& path);

/// Verdicts of a result's budgets, a line each. Returns the exit code: 0 all pass, 1 one has failed, 3 none
/// failed but one is inconclusive.
int check_budgets(const std::string& path, std::string& text);

}  // namespace cv2x
