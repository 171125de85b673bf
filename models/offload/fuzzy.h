#pragma once

#include <array>
#include <cstdint>

namespace cv2x::fuzzy {

/// Degrees of membership in low, medium and high.
using Degrees = std::array<double, 3>;

/// Corners of the three terms of an input: low is 1 up to `low[0]` and falls to 0 at `low[1]`; medium rises
/// from `medium[0]` to 1 at `medium[1]` and falls to 0 at `medium[2]`; high rises from `high[0]` to 1 at
/// `high[1]` and stays.
struct Terms {
  std::array<double, 2> low;
  std::array<double, 3> medium;
  std::array<double, 2> high;
};
Degrees fuzzify(double value, const Terms& terms);

// Of the first system: WAN rate, task size, delay sensitivity, utilisation of the edge host. Rate [Mbit/s],
// size [10⁹ instructions], sensitivity 0 to 1, utilisation and its kin [%]. Of the second: delay of the
// metropolitan network [s].
inline constexpr Terms kWanMbps = {{2, 4}, {3, 5, 7}, {6, 8}};
inline constexpr Terms kTaskGiga = {{4, 8}, {6, 12, 18}, {16, 20}};
inline constexpr Terms kSensitivity = {{0.2, 0.4}, {0.3, 0.5, 0.7}, {0.6, 0.8}};
inline constexpr Terms kUtilisation = {{20, 40}, {30, 50, 70}, {60, 80}};
inline constexpr Terms kMetroDelay = {{0.001, 0.004}, {0.002, 0.007, 0.012}, {0.01, 0.013}};

/// Whether the second stage prefers the cloud to the edge host.
bool prefers_cloud(double utilisation, double task_giga, double wan_mbps, double sensitivity);
/// Whether the first stage prefers the other edge host to the nearest one.
bool prefers_remote(double nearest_utilisation, double remote_utilisation, double metro_delay_s);

}  // namespace cv2x::fuzzy
