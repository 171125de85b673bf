#pragma once

#include "models/radio/params.h"

namespace cv2x::radio {

/// [m/s]
inline constexpr double kSpeedOfLight = 299'792'458.0;

/// A base station and a terminal: horizontal distance and antenna heights above ground [m].
struct LinkGeometry {
  double d2d_m = 0;
  double h_bs_m = 25;
  double h_ut_m = 1.5;
};

/// Standard deviation of shadowing and the distance over which its autocorrelation falls to 1/e.
struct Shadowing {
  double sigma_db = 0;
  double correlation_m = 0;
};

/// Path loss, line-of-sight probability and shadowing statistics of TR 38.901 V17.0.0 for one deployment
/// scenario and carrier frequency: tables 7.4.1-1 (path loss, sigma), 7.4.2-1 (probability), 7.5-6
/// (correlation distance). All losses in dB between isotropic antennas, without shadowing.
///
/// Valid range of the table: d2D 10 m … 5 km (RMa 10 km; its NLOS 5 km), hUT 1.5 … 22.5 m (RMa 1 … 10 m), hBS
/// = 25 m (UMa), 10 m (UMi), 10 … 150 m (RMa). Outside it the same formulas are used, except that a d2D below
/// 10 m counts as 10 m (heights stay as they are), and hUT is not allowed to come so near to the effective
/// environment height that there is no breakpoint: it counts as at least 1.1 m in the breakpoint distance.
///
/// Left out: outdoor-to-indoor and car penetration loss (§7.4.3; antennas are on the roof), the random
/// environment height of UMa for hUT ≥ 13 m (hE = 1 m always; a vehicle is lower), the optional NLOS
/// formulas.
class PathLoss {
 public:
  /// `light_mps` enters the breakpoint distance only; ns-3 uses 3.0e8.
  PathLoss(const ChannelParams& params, double frequency_hz, double light_mps = kSpeedOfLight);

  double los_db(const LinkGeometry& link) const;
  /// max(LOS, the NLOS formula): never less than los_db.
  double nlos_db(const LinkGeometry& link) const;
  /// los ? los_db : nlos_db.
  double loss_db(const LinkGeometry& link, bool los) const { return los ? los_db(link) : nlos_db(link); }

  /// Effective breakpoint distance d'BP (UMa, UMi) or dBP (RMa) [m].
  double breakpoint_m(double h_bs_m, double h_ut_m) const;
  /// P(line of sight) in [0, 1], of the unclamped d2D.
  double los_probability(const LinkGeometry& link) const;
  /// RMa LOS has a sigma of 4 dB before the breakpoint and 6 dB behind it.
  Shadowing shadowing(const LinkGeometry& link, bool los) const;

  Environment environment() const { return environment_; }

 private:
  double los_at(double d3d_m, double log_d3d, const LinkGeometry& link) const;
  double rma_pl1(double d3d_m, double log_d3d) const;

  Environment environment_;
  double frequency_hz_;
  double light_mps_;
  double log_f_ghz_;
  // RMa, from W and h.
  double slope_db_ = 0, offset_db_ = 0, per_metre_db_ = 0;
  double street_db_ = 0, building_height_m_ = 0;
};

}  // namespace cv2x::radio
