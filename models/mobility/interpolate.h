#pragma once

#include <algorithm>
#include <cmath>

#include "models/base/kinematics.h"
#include "models/base/time.h"
#include "models/mobility/trace.h"

namespace cv2x {

/// Whether a vehicle cannot have driven from one sample to the next, `step_ns` later, at the speeds that they
/// tell: SUMO teleported it, or a highway wrapped it around. Generous on purpose: twice the faster of the two
/// speeds, 10 m/s² of acceleration in between, and 10 m for lane changes (instantaneous in SUMO by default)
/// and for lanes whose length is not that of their shape.
inline bool is_jump(const TraceSample& from, const TraceSample& to, TimeNs step_ns) {
  const double step_s = to_seconds(step_ns);
  const double dx = to.x_m - from.x_m, dy = to.y_m - from.y_m;
  // Nearly always this settles it, without a root: the reach is not below this.
  const double at_least_m = 10.0 + 1.9 * std::max(std::abs(from.vx_mps), std::abs(from.vy_mps)) * step_s;
  if (dx * dx + dy * dy < at_least_m * at_least_m) return false;
  const double speed_mps = std::max(std::hypot(from.vx_mps, from.vy_mps), std::hypot(to.vx_mps, to.vy_mps));
  const double reach_m = 10.0 + 2.0 * speed_mps * step_s + 5.0 * step_s * step_s;
  return std::hypot(dx, dy) > reach_m;
}

/// Where a vehicle is at `t`, between two samples of it at from_ns < to_ns: position and velocity linear in
/// time, exact at both samples, held before the first and after the last. Across a jump it stays, then jumps
/// at to_ns. z is 0: the antenna's height is the caller's. (Linear: a curve is cut by its chord, which at
/// 100 ms and 0.3 g is off by at most 4 mm.)
inline Kinematics interpolate(const TraceSample& from, TimeNs from_ns, const TraceSample& to, TimeNs to_ns,
                              TimeNs t) {
  const auto at = [](const TraceSample& s) { return Kinematics{{s.x_m, s.y_m, 0}, s.vx_mps, s.vy_mps}; };
  if (t >= to_ns) return at(to);
  if (t <= from_ns || is_jump(from, to, to_ns - from_ns)) return at(from);
  const double share = static_cast<double>(t - from_ns) / static_cast<double>(to_ns - from_ns);
  const auto mix = [share](double a, double b) { return a + share * (b - a); };
  return {{mix(from.x_m, to.x_m), mix(from.y_m, to.y_m), 0},
          mix(from.vx_mps, to.vx_mps),
          mix(from.vy_mps, to.vy_mps)};
}

}  // namespace cv2x
