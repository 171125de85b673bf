#pragma once

#include "models/base/describe.h"

namespace cv2x {

/// Electric power of a machine, linear in its utilisation between idle and peak
/// (Fan, Weber, Barroso, "Power provisioning for a warehouse-sized computer",
/// ISCA 2007, eq. 1: within 1 % over thousands of servers). Left out: frequency
/// scaling, sleep states, cooling.
struct PowerParams {
  double idle_w = 0;
  double peak_w = 0;

  /// Power that a machine draws more while a `part` of it is busy.
  double busy_w(double part) const { return (peak_w - idle_w) * part; }
  /// Of `up_s` seconds during which it was on, in which it was busy for
  /// `busy_s` in all.
  double energy_j(double up_s, double busy_s) const { return idle_w * up_s + (peak_w - idle_w) * busy_s; }
};

inline void describe(Visitor& v, PowerParams& p) {
  v.number({"idle", "watts when nothing runs; 0: not modelled"}, p.idle_w, {0, 1e7});
  v.number({"peak", "watts when all of it is busy; in between linear"}, p.peak_w, {0, 1e7});
  v.require(p.peak_w >= p.idle_w, "peak", "must not be below idle");
}

}  // namespace cv2x
