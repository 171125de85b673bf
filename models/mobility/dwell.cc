#include "models/mobility/dwell.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cv2x {
namespace {

struct Vector {
  double x, y;
};

Vector from(const Position& site, const Kinematics& vehicle) {
  return {vehicle.position.x_m - site.x_m, vehicle.position.y_m - site.y_m};
}

double dot(const Vector& a, const Vector& b) { return a.x * b.x + a.y * b.y; }

}  // namespace

TimeNs dwell_of_nearest(const Kinematics& vehicle, const Position& serving, std::span<const Position> sites) {
  const Vector v{vehicle.vx_mps, vehicle.vy_mps};
  const Vector s = from(serving, vehicle);
  const double s_m2 = dot(s, s);
  double first_s = std::numeric_limits<double>::infinity();
  for (const Position& site : sites) {
    // |o + vt|² = |s + vt|² is linear in t. A gap of 0 or less: the site is as near as the serving one.
    const Vector o = from(site, vehicle);
    const double gap_m2 = dot(o, o) - s_m2;
    const double closing_m2ps = 2 * (dot(s, v) - dot(o, v));
    if (gap_m2 < 0) return 0;
    if (closing_m2ps > 0 && gap_m2 < first_s * closing_m2ps) first_s = gap_m2 / closing_m2ps;
  }
  return from_seconds(first_s);
}

TimeNs dwell_before(const Kinematics& vehicle, const Position& serving, const Position& other,
                    double ahead_db, double margin_db, double slope_db) {
  if (ahead_db >= margin_db) return 0;
  const Vector v{vehicle.vx_mps, vehicle.vy_mps};
  const Vector s = from(serving, vehicle);
  const Vector o = from(other, vehicle);
  const double s_m2 = std::max(1.0, dot(s, s));
  const double k = s_m2 / std::max(1.0, dot(o, o)) * std::pow(10, 2 * (margin_db - ahead_db) / slope_db);
  // f(t) = |s + vt|² − K |o + vt|² = a t² + b t + c comes from below to 0.
  const double a = dot(v, v) * (1 - k);
  const double b = 2 * (dot(s, v) - k * dot(o, v));
  const double c = s_m2 - k * std::max(1.0, dot(o, o));
  const double discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return kNever;
  // The smallest positive root, in the form that does not cancel.
  const double denominator = b + std::sqrt(discriminant);
  return denominator > 0 ? from_seconds(-2 * c / denominator) : kNever;
}

}  // namespace cv2x
