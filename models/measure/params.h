#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"

namespace cv2x {

enum class AreaKind : std::uint8_t { kCircle, kRectangle, kPolygon };
inline constexpr std::array<std::string_view, 3> kAreaKindNames = {"circle", "rectangle", "polygon"};

/// A part of the plane, in metres of the road network. area.h says what is in it.
struct AreaParams {
  std::string name;
  AreaKind kind = AreaKind::kCircle;
  double x_m = 0, y_m = 0;  ///< circle: its centre
  double radius_m = 100;
  double x_min_m = 0, x_max_m = 0;  ///< rectangle
  double y_min_m = 0, y_max_m = 0;
  std::vector<Point> points;  ///< polygon: its corners in order, either way round
};

enum class BudgetMetric : std::uint8_t { kLatency, kReliability, kAgeOfInformation };
inline constexpr std::array<std::string_view, 3> kBudgetMetricNames = {"latency", "reliability",
                                                                       "age_of_information"};

/// A limit on what was measured of a service, a slice, an area, or where they meet, checked against its
/// confidence interval.
struct BudgetParams {
  std::string name;
  std::string service;  ///< empty: any, as are the others; not all three are
  std::string slice;
  std::string area;
  BudgetMetric metric = BudgetMetric::kLatency;
  double quantile = 0.99;                ///< latency, age: of which quantile
  TimeNs limit_ns = 100 * kMillisecond;  ///< latency, age: at most
  double at_least = 0.99;                ///< reliability: share delivered within the deadline
};

void describe(Visitor& v, AreaParams& p);
void describe(Visitor& v, BudgetParams& p);

}  // namespace cv2x
