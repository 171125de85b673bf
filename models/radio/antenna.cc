#include "models/radio/antenna.h"

#include <algorithm>
#include <cmath>

#include "models/radio/numeric.h"

namespace cv2x::radio {
namespace {

constexpr double kBeamwidthDeg = 65;   // θ3dB and φ3dB
constexpr double kLargestFallDb = 30;  // A_max and SLA_V
constexpr double kDegrees = 57.29577951308232;

double fall_db(double angle_deg) {
  const double x = angle_deg / kBeamwidthDeg;
  return std::min(12 * x * x, kLargestFallDb);
}

}  // namespace

Antenna::Antenna(const AntennaParams& params, double element_gain_db, double azimuth_deg, double downtilt_deg)
    : kind_(params.kind), largest_db_(element_gain_db) {
  if (omni()) return;
  rows_ = kind_ == AntennaKind::kSector ? static_cast<int>(params.rows) : 1;
  if (kind_ == AntennaKind::kArray) steering_db_ = to_db(static_cast<double>(params.rows * params.columns));
  const double bearing = azimuth_deg / 360, tilt = downtilt_deg / 360;
  const double x = sin_turns(bearing), y = cos_turns(bearing), down = sin_turns(tilt), flat = cos_turns(tilt);
  ahead_[0] = flat * x, ahead_[1] = flat * y, ahead_[2] = -down;
  left_[0] = -y, left_[1] = x;
  up_[0] = down * x, up_[1] = down * y, up_[2] = flat;
}

double Antenna::gain_db(const Position& from, const Position& to) const {
  if (omni()) return largest_db_;
  const double x = to.x_m - from.x_m, y = to.y_m - from.y_m, z = to.z_m - from.z_m;
  const double length = std::sqrt(x * x + y * y + z * z);
  if (!(length > 0)) return largest_db_;
  const double ahead = x * ahead_[0] + y * ahead_[1] + z * ahead_[2];
  const double left = x * left_[0] + y * left_[1];
  const double up = x * up_[0] + y * up_[1] + z * up_[2];
  const double azimuth = kDegrees * atan2p(left, ahead);
  const double elevation = kDegrees * atan2p(up, std::sqrt(ahead * ahead + left * left));
  const double gain = largest_db_ - std::min(fall_db(elevation) + fall_db(azimuth), kLargestFallDb);
  if (rows_ == 1) return gain;
  // Nulls are filled to where the element's own side lobes are.
  return gain + std::max(to_db(std::max(line_factor(rows_, up / length), 1e-12)), -kLargestFallDb);
}

double line_factor(int n, double u) {
  const double half = u / 4;  // turns of half the phase step
  const double below = sin_turns(half);
  if (std::abs(below) < 1e-9) return n;
  const double ratio = sin_turns(n * half) / below;
  return ratio * ratio / n;
}

}  // namespace cv2x::radio
