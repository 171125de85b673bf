#pragma once

#include <span>
#include <string>

#include "models/measure/params.h"

namespace cv2x {

/// Whether a point lies in the area. A circle and a rectangle hold their edges. A polygon holds what a ray
/// from the point crosses an odd number of sides of (Shimrat, CACM 5 (1962) 434); of two polygons that share
/// a side, each point of it is in exactly one.
bool contains(const AreaParams& area, double x_m, double y_m);

/// What is wrong with the corners of a polygon: two that are the same, sides that meet other than at their
/// common corner, no area. Empty: nothing.
std::string polygon_fault(std::span<const Point> corners);

}  // namespace cv2x
