#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/base/describe.h"
#include "models/base/time.h"

namespace cv2x {

/// Deployment scenario of TR 38.901 §7.4: which path loss, line-of-sight probability and shadowing apply.
enum class Environment : std::uint8_t { kUma, kUmi, kRma };
inline constexpr std::array<std::string_view, 3> kEnvironmentNames = {"uma", "umi", "rma"};

/// Large-scale propagation.
struct ChannelParams {
  Environment environment = Environment::kUma;
  bool shadowing = true;
  bool soft_los = false;         ///< a smooth transition between LOS and NLOS instead of a jump
  double site_correlation = 0;   ///< of the shadowing of one terminal towards different sites
  double street_width_m = 20;    ///< rma: W of TR 38.901 table 7.4.1-1
  double building_height_m = 5;  ///< rma: h of the same table
};

/// Small-scale fading, and what the gNB knows of it.
struct FadingParams {
  TimeNs delay_spread_ns = 100;  ///< rms, of an exponential power delay profile
  double k_factor_db = 9;        ///< with line of sight: the direct wave over all others
  std::int64_t prb_group = 4;    ///< PRBs that have one gain
  TimeNs csi_period_ns = 5 * kMillisecond;
  TimeNs csi_delay_ns = 4 * kMillisecond;  ///< measurement → the scheduler uses it
};

inline void describe(Visitor& v, FadingParams& p) {
  v.duration({"delay_spread", "rms delay spread (TR 38.901 table 7.5-6: medians of 20 ns to 400 ns)"},
             p.delay_spread_ns, {1, 10'000});
  v.quantity({"k_factor", "with line of sight: power of the direct wave over that of all others"},
             p.k_factor_db, Dimension::kRatio, {-20, 40});
  v.integer({"prb_group", "PRBs that have one gain"}, p.prb_group, 1, 275);
  v.duration({"csi_period", "period of channel state reports (downlink) and sounding (uplink)"},
             p.csi_period_ns, {125'000, 640e6});
  v.duration({"csi_delay", "from the measurement until the scheduler uses it"}, p.csi_delay_ns, {0, 640e6});
}

inline void describe(Visitor& v, ChannelParams& p) {
  v.choice({"environment", "TR 38.901 scenario: path loss, line-of-sight probability and shadowing"},
           p.environment, kEnvironmentNames);
  v.flag({"shadowing", "log-normal shadowing, correlated in space (TR 38.901 tables 7.4.1-1 and 7.5-6)"},
         p.shadowing);
  v.flag(
      {"soft_los", "smooth transition between line of sight and none (TR 38.901 §7.6.3.4) instead of a jump"},
      p.soft_los);
  v.number(
      {"site_correlation",
       "correlation of the shadowing of one vehicle towards different sites: TR 38.901 has 0, TR 36.814 and "
       "TR 36.885 0.5"},
      p.site_correlation, kShareBounds);
  v.quantity({"street_width", "rma: average street width"}, p.street_width_m, Dimension::kLength, {5, 50});
  v.quantity({"building_height", "rma: average building height"}, p.building_height_m, Dimension::kLength,
             {5, 50});
}

}  // namespace cv2x
