#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "models/base/ids.h"
#include "models/base/kinematics.h"
#include "models/mobility/dwell.h"

namespace cv2x {

/// The sites that carry access, for kinds of radio in which the nearest one serves a vehicle.
class NearestSite {
 public:
  struct Found {
    SiteIndex site;
    std::uint32_t place = 0;  ///< of it among those with access
    Point at{};               ///< where the vehicle was
    double slack_m = 0;       ///< as long as it is nearer to that place than this, nothing changes
  };

  /// `positions[i]` is where site `sites[i]` stands. None: the nearest is no site.
  NearestSite(std::vector<SiteIndex> sites, std::vector<Position> positions)
      : sites_(std::move(sites)), positions_(std::move(positions)) {}

  const std::vector<SiteIndex>& sites() const { return sites_; }
  /// In the plane; the first on a tie.
  Found of(const Position& p) const {
    if (sites_.empty()) return {{}, 0, {p.x_m, p.y_m}, std::numeric_limits<double>::infinity()};
    std::size_t best = 0;
    double best_m2 = std::numeric_limits<double>::infinity(), second_m2 = best_m2;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      const double dx = positions_[i].x_m - p.x_m, dy = positions_[i].y_m - p.y_m;
      const double m2 = dx * dx + dy * dy;
      if (m2 < best_m2) {
        second_m2 = best_m2;
        best_m2 = m2;
        best = i;
      } else if (m2 < second_m2) {
        second_m2 = m2;
      }
    }
    // By the triangle inequality the second one gains at most two metres on the first a metre driven.
    const double slack_m = (std::sqrt(second_m2) - std::sqrt(best_m2)) / 2 - kRounding_m;
    return {sites_[best], static_cast<std::uint32_t>(best), {p.x_m, p.y_m}, slack_m};
  }

  /// The same, from what was found before when that still holds.
  void update(Found& found, const Position& p) const {
    const double dx = found.at.x_m - p.x_m, dy = found.at.y_m - p.y_m;
    if (found.slack_m <= 0 || dx * dx + dy * dy >= found.slack_m * found.slack_m) found = of(p);
  }

  /// Until another one is the nearest, if the vehicle goes on as it moves now; kNever: none will be.
  TimeNs dwell_ns(const Found& found, const Kinematics& now) const {
    return positions_.empty() ? kNever : dwell_of_nearest(now, positions_[found.place], positions_);
  }

 private:
  static constexpr double kRounding_m = 1e-3;  // far above the rounding of coordinates up to 1e7 m
  std::vector<SiteIndex> sites_;
  std::vector<Position> positions_;
};

}  // namespace cv2x
