#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "models/base/kinematics.h"
#include "models/base/random.h"
#include "models/radio/params.h"

namespace cv2x::radio {

/// Small-scale fading of one link: power gain over place and frequency, mean 1. A sum of kWaves plane waves
/// of equal power (Hoeher, IEEE Trans. Veh. Technol. 41(4) 1992) from directions spread evenly around the
/// terminal (Clarke), with delays drawn from an exponential power delay profile, and with line of sight one
/// more wave that is stronger than all others together by the K-factor. So the envelope is Rayleigh or Rice,
/// the autocorrelation over a distance d is J0(2π d/λ), which at speed v is that of the Doppler spread v/λ,
/// and the one over frequency is that of the delay spread. Evaluated where it is needed: a function of (seed,
/// key, place, frequency), so a terminal that stands keeps its gain.
///
/// Left out: several antennas (diversity, ranks), spread in elevation, Doppler of scatterers that move, and
/// clusters.
class Fading {
 public:
  static constexpr int kWaves = 32;

  Fading() = default;
  /// `group_hz`: distance between the middles of two groups of PRBs.
  Fading(const FadingParams& params, double frequency_hz, double group_hz, const Seed& seed,
         std::uint64_t key);

  /// Power gain (linear) of groups first … first + out.size() − 1 at a place (|x|, |y| < 100 km).
  void gains(const Position& at, bool line_of_sight, int first, std::span<float> out) const;

 private:
  // Turns · 2^32 per 0.1 mm along x and y, per group of PRBs, and at the origin; the last wave is the direct
  // one.
  static constexpr int kLanes = 8, kAll = kWaves + kLanes;
  alignas(32) std::array<std::uint32_t, kAll> kx_{}, ky_{}, kf_{}, phase_{};
  float direct_ = 0, scattered_ = 1;  // amplitudes with line of sight
};

}  // namespace cv2x::radio
