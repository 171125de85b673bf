#include "models/measure/params.h"

#include "models/measure/area.h"

namespace cv2x {
namespace {

constexpr Bounds kPlane{.min = -1e7, .max = 1e7};

}  // namespace

void describe(Visitor& v, AreaParams& p) {
  v.variant({"kind", "its shape", true}, p.kind, kAreaKindNames, [&](AreaKind kind) {
    switch (kind) {
      case AreaKind::kCircle:
        v.quantity({"x", "centre, east, in the coordinates of the road network", true}, p.x_m,
                   Dimension::kLength, kPlane);
        v.quantity({"y", "centre, north, in the coordinates of the road network", true}, p.y_m,
                   Dimension::kLength, kPlane);
        v.quantity({"radius", "how far from its centre it reaches", true}, p.radius_m, Dimension::kLength,
                   {0, 1e7, true});
        break;
      case AreaKind::kRectangle:
        v.quantity({"x_min", "western edge", true}, p.x_min_m, Dimension::kLength, kPlane);
        v.quantity({"x_max", "eastern edge", true}, p.x_max_m, Dimension::kLength, kPlane);
        v.quantity({"y_min", "southern edge", true}, p.y_min_m, Dimension::kLength, kPlane);
        v.quantity({"y_max", "northern edge", true}, p.y_max_m, Dimension::kLength, kPlane);
        break;
      case AreaKind::kPolygon:
        v.points({"points", "its corners in order: [[x, y], [x, y], [x, y], …]", true}, p.points, kPlane, 3);
        break;
    }
  });
  v.require(p.kind != AreaKind::kRectangle || p.x_min_m < p.x_max_m, "x_max", "must be greater than x_min");
  v.require(p.kind != AreaKind::kRectangle || p.y_min_m < p.y_max_m, "y_max", "must be greater than y_min");
  if (p.kind == AreaKind::kPolygon) {
    const std::string fault = polygon_fault(p.points);
    v.require(fault.empty(), "points", fault);
  }
}

void describe(Visitor& v, BudgetParams& p) {
  v.reference({"service", "the service it is about; default: any"}, p.service, "services");
  v.reference({"slice", "the slice whose services it is about; default: any"}, p.slice, "slices");
  v.reference({"area",
               "where the sending vehicle was when it created the message (also of a warning's copies, "
               "wherever they are received); default: anywhere"},
              p.area, "areas");
  v.variant({"metric",
             "latency: a quantile is at most a limit; reliability: the share delivered within the deadline; "
             "age_of_information: a quantile over time of how old the newest delivered update of a vehicle "
             "is (telemetry uploads, perception tasks)",
             true},
            p.metric, kBudgetMetricNames, [&](BudgetMetric metric) {
              switch (metric) {
                case BudgetMetric::kLatency:
                  v.quantity({"quantile", "which quantile; lost messages count as infinitely late", true},
                             p.quantile, Dimension::kShare, {0, 0.999999, true});
                  v.duration({"limit", "the quantile may be at most this", true}, p.limit_ns, kPositive);
                  break;
                case BudgetMetric::kReliability:
                  v.quantity({"at_least", "share of the messages delivered within their deadline", true},
                             p.at_least, Dimension::kShare, kShareBounds);
                  break;
                case BudgetMetric::kAgeOfInformation:
                  v.quantity({"quantile",
                              "which quantile: the age keeps the limit for this share of the time", true},
                             p.quantile, Dimension::kShare, {0, 0.999999, true});
                  v.duration({"limit", "the quantile may be at most this", true}, p.limit_ns, kPositive);
                  break;
              }
            });
  v.require(!p.service.empty() || !p.slice.empty() || !p.area.empty(), "service",
            "a budget is about a service, a slice, an area, or where they meet: at least one of the keys "
            "service, slice and area is needed");
}

}  // namespace cv2x
