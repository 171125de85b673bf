#pragma once

#include <cstdint>

#include "models/base/ids.h"
#include "models/base/time.h"

namespace cv2x {

/// What a task asks of the machine that runs it.
struct Work {
  ServiceIndex service;
  double cycles = 0;            ///< CPU cycles of this very task
  TimeNs deadline_ns = kNever;  ///< moment by which its result is wanted
};

}  // namespace cv2x
