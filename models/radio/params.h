#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/base/describe.h"

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
