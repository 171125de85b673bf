#pragma once

#include <vector>

#include "models/sidelink/params.h"

namespace cv2x::sidelink {

/// Excess loss behind another vehicle: max(0 dB, normal of this mean and deviation).
struct Blockage {
  double mean_db = 0;
  double sigma_db = 0;
};

/// Propagation between two vehicles whose antennas are equally high. Laws, in double precision, in dB:
///
/// * winner_b1: WINNER+ B1 LOS (D5.3 V1.0 table 4-1), f in GHz, h' = height − environment height, c = 3e8:
///   below d'BP = 4 h'² f / c: 22.7 log d + 27 + 20 log f; beyond: 40 log d + 7.56 − 34.6 log h' + 2.7 log f;
///   with `free_space_floor` at least 20 log d + 46.4 + 20 log(f/5). Always in line of sight.
/// * tr37885_highway: TR 37.885 V15.3.0 table 6.2.1-1: 32.4 + 20 log d + 20 log f; line of sight with the
///   probability of table 6.2-2, otherwise NLOSv: the same loss and the blockage of §6.2.1.
/// * tr37885_urban: 38.77 + 16.7 log d + 18.2 log f and min(1, 1.05 exp(−0.0114 d)); one street, without
///   buildings.
///
/// Left out: the mix of vehicle heights (one blocker height), NLOS around buildings.
class Propagation {
 public:
  Propagation(const SidelinkChannelParams& params, double frequency_hz, double antenna_height_m);

  /// `d_m` is the distance of the antennas in the plane; less than least_distance_m counts as that.
  double loss_db(double d_m) const;
  double los_probability(double d_m) const;
  Blockage blockage(double d_m) const;
  /// E[10^(−(loss + shadowing + blockage)/10)] over shadowing and line of sight: linear, for far
  /// interference.
  double mean_gain(double d_m) const;
  bool always_los() const { return params_.model == SidelinkPropagation::kWinnerB1; }
  const SidelinkChannelParams& params() const { return params_; }

 private:
  SidelinkChannelParams params_;
  double log_f_, effective_height_m_, breakpoint_m_;
  double blockage_mean_db_ = 0, blockage_sigma_db_ = 0;
  bool blocked_ = true;
};

}  // namespace cv2x::sidelink
