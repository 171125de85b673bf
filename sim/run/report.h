#pragma once

#include <string>
#include <vector>

namespace cv2x {

/// One screen of text about a result file: services with quantiles and intervals, stages, decisions, budgets.
/// Throws UserError when the file is not one.
std::string summary_text(const std::string& path);

/// Verdicts, a line each (and one that says what is to blame), on the budgets of one result or of several
/// replications together; `budgets_path` not empty: on those of a budgets file. Returns the exit code: 0 all
/// pass, 1 one has failed, 3 none failed but one is inconclusive. Errors as of assess(), and where there are
/// no budgets.
int check_budgets(const std::vector<std::string>& paths, const std::string& budgets_path, std::string& text);

}  // namespace cv2x
