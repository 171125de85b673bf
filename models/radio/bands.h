#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace cv2x::radio {

/// An NR operating band (data/bands.csv says from which tables). Frequencies in Hz.
struct Band {
  std::string_view name;
  bool fdd = true;
  double uplink_low_hz = 0, uplink_high_hz = 0;
  double downlink_low_hz = 0, downlink_high_hz = 0;
  std::array<std::vector<double>, 4> bandwidths_hz;  ///< by µ, ascending

  /// Whether the whole channel lies in the downlink's part of the band.
  bool holds(double centre_hz, double bandwidth_hz) const {
    return centre_hz - bandwidth_hz / 2 >= downlink_low_hz &&
           centre_hz + bandwidth_hz / 2 <= downlink_high_hz;
  }
};

std::span<const Band> bands();
/// Null where there is none.
const Band* find_band(std::string_view name);

/// The value of the key `band` that checks nothing.
inline constexpr std::string_view kAnyBand = "any";
/// kAnyBand and the names of all bands.
std::span<const std::string_view> band_names();

}  // namespace cv2x::radio
