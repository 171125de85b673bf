#pragma once

#include "models/base/kinematics.h"
#include "models/radio/antenna_params.h"

namespace cv2x::radio {

/// Gain [dBi] of a cell's antenna towards a place.
///
/// Element: TR 38.901 V17 §7.3 table 7.3-1: vertical A_V = −min(12 ((θ − 90°)/65°)², 30), horizontal A_H =
/// −min(12 (φ/65°)², 30), together −min(−(A_V + A_H), 30), and the largest gain (there 8 dBi). θ and φ are
/// those of the antenna's own axes, turned to azimuth and mechanical downtilt (§7.1).
///
/// `sector`: a column of M elements half a wavelength apart with equal weights: a fixed beam in the main
/// direction, |Σ e^(jπ m cos θ)|² / M (§7.3, ITU-R M.2101-0 §5.2). `array`: the element alone, plus
/// steering_db(served): the beam's 10 log10(rows · columns) towards the UE that it is steered to (electrical
/// steering of half-wavelength panels keeps the array gain; scan loss is the element's), and 0 dB towards all
/// others: that is the mean of the array factor over beams spread evenly over the sines of the angles (power
/// is conserved). Left out: that a beam now and then hits a UE of a neighbour with all its gain, and misses
/// it by more than the mean otherwise; polarisation; errors of beam management.
class Antenna {
 public:
  /// Omnidirectional.
  explicit Antenna(double gain_db = 0) : largest_db_(gain_db) {}
  /// `azimuth_deg`: compass bearing of the main direction, 0° = +y (north), 90° = +x (east). `downtilt_deg`:
  /// below the horizon. `element_gain_db`: the largest, of one element.
  Antenna(const AntennaParams& params, double element_gain_db, double azimuth_deg, double downtilt_deg);

  /// From the antenna at `from` to `to`; without steering_db. Straight below or above is well defined.
  double gain_db(const Position& from, const Position& to) const;
  /// What steering adds for the UE that is served.
  double steering_db() const { return steering_db_; }
  bool omni() const { return kind_ == AntennaKind::kOmni; }

 private:
  AntennaKind kind_ = AntennaKind::kOmni;
  double largest_db_ = 0;
  double steering_db_ = 0;
  int rows_ = 1;
  // Unit vectors: main direction, left of it, above it.
  double ahead_[3]{}, left_[3]{}, up_[3]{};
};

/// Power pattern of a uniform line of n elements half a wavelength apart with equal weights, relative to one
/// element and for the same total power: |Σ e^(jπ m u)|² / n, u = difference of the sines of direction and
/// steering, [−2, 2]. Its maximum is n, its mean over a period of u is 1.
double line_factor(int n, double u);

}  // namespace cv2x::radio
