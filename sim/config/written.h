#pragma once

#include <string>

#include "sim/config/load.h"
#include "sim/config/value.h"

namespace cv2x::config {

/// What is written of a scenario, for programs that change one and save it: the tree of a file with all that
/// it extends and the overrides laid on it, before any default is filled in. It stands by itself: no
/// `extends`, no null, no key of a kind that was overridden, and relative paths count from the folder of the
/// main file. Checked as Extent::kPart; throws UserError with all mistakes.
Value written_file(const std::string& path, const LoadOptions& options = {});

/// The same for a text; relative paths count from `folder` (empty: the working folder).
Value written_text(const std::string& text, const std::string& name, const std::string& folder = {},
                   const LoadOptions& options = {});

}  // namespace cv2x::config
