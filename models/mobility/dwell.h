#pragma once

#include <span>

#include "models/base/kinematics.h"
#include "models/base/time.h"

namespace cv2x {

/// How long a point that keeps its velocity stays nearer to `serving` than to every one of `sites`, in the
/// plane: until it crosses the first edge of the Voronoi cell. 0: it is not; kNever: it stays for good (at
/// rest, or on its way out with nobody ahead). `serving` itself may be among the sites.
TimeNs dwell_of_nearest(const Kinematics& vehicle, const Position& serving, std::span<const Position> sites);

/// How long until a cell at `other` is received stronger than the one at `serving` by `margin_db`, when it is
/// `ahead_db` stronger now and both lose `slope_db` a decade of distance: the received powers differ by
/// ahead + slope · log10((d_s / d_s0) / (d_o / d_o0)), so the border is a circle of Apollonius,
///
///     d_s² = K d_o²,   K = (d_s0 / d_o0)² 10^(2 (margin − ahead) / slope),
///
/// and its crossing the root of a quadratic. Distances are in the plane, and at least a metre now. What
/// shadowing and antennas add now is taken to stay. 0: it is already; kNever: it never will.
TimeNs dwell_before(const Kinematics& vehicle, const Position& serving, const Position& other,
                    double ahead_db, double margin_db, double slope_db);

}  // namespace cv2x
