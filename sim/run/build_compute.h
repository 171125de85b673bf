#pragma once

#include "sim/config/scenario.h"
#include "sim/world/compute.h"

namespace cv2x {

/// Hosts and the vehicles' processors of a scenario that has been checked.
ComputeWorld compute_world(const Scenario& scenario);

}  // namespace cv2x
