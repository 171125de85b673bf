#pragma once

#include <vector>

#include "models/base/random.h"
#include "models/uu/params.h"
#include "sim/record/rows.h"
#include "sim/world/cell_gain.h"

namespace cv2x {

/// A rectangle of the plane [m].
struct MapBox {
  double x_min_m = 0, y_min_m = 0, x_max_m = 0, y_max_m = 0;
};

/// Side of the squares [m] into which a map of this box is divided: 1, 2 or 5 times a power of ten, at least
/// 5 m, so that there are at most kMostSquares.
inline constexpr double kMostSquares = 4000;
double coverage_pitch_m(const MapBox& box);

/// Strongest cell, its RSRP and its SINR in the middle of every square, row by row from the south-west, for a
/// terminal `height_m` above ground. The same gains (path loss, line of sight, shadowing, antennas, beams)
/// that vehicles there see; interference as if all other cells of the carrier transmitted at full power on
/// all PRBs. Left out: fast fading.
std::vector<CoverageRow> coverage_map(const RadioParams& params, const std::vector<NrCell>& cells,
                                      const Seed& seed, const MapBox& box, double height_m);

}  // namespace cv2x
