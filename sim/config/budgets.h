#pragma once

#include <string>

#include "sim/config/scenario.h"

namespace cv2x {

/// What a result says about how it came about: of its resolved scenario the sections simulation, slices,
/// services, areas, budgets and recording; the others are left empty. So it can be read wherever the input
/// files are, and whatever other keys a scenario has come to have since. `path`: of the result, for messages.
Scenario recorded_scenario(const std::string& resolved, const std::string& path);

/// A key of a scenario that is the same for all its replications, and for no other scenario: the resolved
/// text but for the seed and the number of the replication, whatever the order of its keys.
std::string scenario_key(const std::string& resolved);

/// The text of a budgets file (UTF-8, at most 16 MB); UserError when it cannot be had.
std::string read_budgets_file(const std::string& path);

/// Puts the budgets of a budgets file in the place of those of `recorded`, and adds its areas, which go
/// before areas of the same name. The file is YAML with the keys `budgets` and `areas` exactly as in a
/// scenario; every mistake in it, with its place (`name` stands for the file), is thrown as UserError. Names
/// of services and slices are those of `recorded`.
void replace_budgets(const std::string& text, const std::string& name, Scenario& recorded);

}  // namespace cv2x
