#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "models/base/kinematics.h"
#include "models/base/random.h"
#include "models/radio/params.h"
#include "models/radio/path_loss.h"

namespace cv2x::radio {

/// A Gaussian random field over the plane (mean 0, variance 1, autocorrelation exp(−distance /
/// correlation_m)) as a sum of plane waves: evaluated where it is needed, nothing is stored a place. Wave
/// numbers are drawn from the field's spectrum, one from each of kWaves equally probable intervals. Phases
/// are turns in 32-bit fixed point, so far places lose no precision; places are rounded to 1 cm.
class GaussianField {
 public:
  static constexpr int kWaves = 64;

  GaussianField() = default;
  /// The field is a function of (seed, purpose, key, correlation_m).
  GaussianField(const Seed& seed, std::string_view purpose, std::uint64_t key, double correlation_m);

  /// Good for |x|, |y| < 21 000 km. The same bits on every vector width.
  float at(double x_m, double y_m) const;

 private:
  // Turns · 2^32 per cm along x and y, and at the origin.
  alignas(32) std::array<std::uint32_t, kWaves> kx_{}, ky_{}, phase_{};
};

/// What one site adds to the channel: its random fields and antenna.
struct CellField {
  GaussianField state;  ///< decides line of sight
  GaussianField los_shadowing, nlos_shadowing;
  double antenna_gain_db = 0;
};

/// Large-scale gain between a cell and a terminal on one carrier: path loss, line-of-sight state and
/// shadowing of TR 38.901. The fields lie over the offset from the base station. Stateless: the gain is a
/// function of (seed, site, the two positions), whoever else exists and in whatever order it is asked for.
///
/// Line of sight where Φ(state field) < P_LOS (§7.6.3.3 with the correlation distances of table 7.6.3.1-2:
/// 50 m, RMa 60 m), so places near each other agree and the share at a distance is P_LOS. Shadowing: one
/// field each for LOS and NLOS with the autocorrelation of §7.4.4, sigma of table 7.4.1-1 and distance of
/// table 7.5-6. Between LOS and NLOS the gain jumps, or with `soft_los` (§7.6.3.4) is the sum of both, the
/// LOS field weighted by s and the NLOS field by √(1 − s²), s = ½ + arctan(√(20/λ) (F − G))/π with G the
/// state field and Φ(F) = P_LOS, λ in metres; their phases are independent, so powers add. `site_correlation`
/// c: shadowing towards a site is √c times a field over the ground that all sites share and √(1 − c) times
/// its own.
///
/// Left out: fast fading.
class LargeScaleChannel {
 public:
  LargeScaleChannel(const ChannelParams& params, double frequency_hz, const Seed& seed);

  /// `site_key`: hash_name of what the fields belong to. Cells of one site that share a key share line of
  /// sight and shadowing (as TR 38.901 has it); different keys are independent.
  CellField make_field(std::uint64_t site_key, double antenna_gain_db = 0) const;

  /// Antenna gain − path loss − shadowing [dB], normally negative. `bs.z_m`, `ut.z_m`: antenna heights.
  float gain_db(const CellField& field, const Position& bs, const Position& ut) const;
  /// The same for many terminals; out[i] belongs to uts[i].
  void gains_db(const CellField& field, const Position& bs, std::span<const Position> uts,
                std::span<float> out) const;

  bool line_of_sight(const CellField& field, const Position& bs, const Position& ut) const;
  const PathLoss& path_loss() const { return path_loss_; }

 private:
  bool is_los(const CellField& field, const LinkGeometry& link, double x_m, double y_m) const;
  /// Share of the power of the LOS state, s².
  double los_share(const CellField& field, const LinkGeometry& link, const Position& offset) const;
  /// − path loss − shadowing [dB] in one state.
  double state_gain_db(const CellField& field, const LinkGeometry& link, bool los, const Position& offset,
                       const Position& ut) const;

  PathLoss path_loss_;
  Seed seed_;
  bool shadowing_, soft_los_;
  double steepness_;             // √(20/λ)
  double shared_ = 0, own_ = 1;  // weights of the shadowing fields
  GaussianField shared_los_, shared_nlos_;
};

}  // namespace cv2x::radio
