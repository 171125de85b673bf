#include "models/measure/area.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cv2x {
namespace {

bool in_polygon(std::span<const Point> corners, double x_m, double y_m) {
  bool inside = false;
  for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
    // From its lower end, whichever way round it is walked: so a side that two polygons share is cut at the
    // same place, to the last bit.
    Point low = corners[i], high = corners[j];
    if (low.y_m > high.y_m) std::swap(low, high);
    if (low.y_m > y_m || high.y_m <= y_m) continue;
    const double cut_m = low.x_m + (high.x_m - low.x_m) * ((y_m - low.y_m) / (high.y_m - low.y_m));
    if (x_m < cut_m) inside = !inside;
  }
  return inside;
}

/// Twice the area of the triangle: positive when c is on the left of a → b, 0 on the line.
double turn(const Point& a, const Point& b, const Point& c) {
  return (b.x_m - a.x_m) * (c.y_m - a.y_m) - (b.y_m - a.y_m) * (c.x_m - a.x_m);
}

/// Of a point on the line through a and b: whether it is between them.
bool between(const Point& a, const Point& b, const Point& c) {
  return std::min(a.x_m, b.x_m) <= c.x_m && c.x_m <= std::max(a.x_m, b.x_m) &&
         std::min(a.y_m, b.y_m) <= c.y_m && c.y_m <= std::max(a.y_m, b.y_m);
}

bool meet(const Point& a, const Point& b, const Point& c, const Point& d) {
  const double c_side = turn(a, b, c), d_side = turn(a, b, d), a_side = turn(c, d, a), b_side = turn(c, d, b);
  const auto apart = [](double p, double q) { return (p > 0 && q < 0) || (p < 0 && q > 0); };
  if (apart(c_side, d_side) && apart(a_side, b_side)) return true;
  return (c_side == 0 && between(a, b, c)) || (d_side == 0 && between(a, b, d)) ||
         (a_side == 0 && between(c, d, a)) || (b_side == 0 && between(c, d, b));
}

}  // namespace

bool contains(const AreaParams& area, double x_m, double y_m) {
  switch (area.kind) {
    case AreaKind::kCircle: {
      const double dx = x_m - area.x_m, dy = y_m - area.y_m;
      return dx * dx + dy * dy <= area.radius_m * area.radius_m;
    }
    case AreaKind::kRectangle:
      return area.x_min_m <= x_m && x_m <= area.x_max_m && area.y_min_m <= y_m && y_m <= area.y_max_m;
    case AreaKind::kPolygon:
      return in_polygon(area.points, x_m, y_m);
  }
  return false;
}

std::string polygon_fault(std::span<const Point> corners) {
  const std::size_t n = corners.size();
  const auto corner = [&](std::size_t i) -> const Point& { return corners[i % n]; };
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = i + 1; k < n; ++k) {
      if (corner(i).x_m == corner(k).x_m && corner(i).y_m == corner(k).y_m)
        return fmt::format("corners {} and {} are the same point (the last one joins the first by itself)",
                           i + 1, k + 1);
    }
  }
  const auto side = [&](std::size_t i) { return fmt::format("{} to {}", i + 1, (i + 1) % n + 1); };
  for (std::size_t i = 0; i < n; ++i) {
    // Neighbours share a corner; they must not turn back onto each other.
    const Point &a = corner(i), &b = corner(i + 1), &c = corner(i + 2);
    if (turn(a, b, c) == 0 && (between(a, b, c) || between(b, c, a)))
      return fmt::format("the sides {} and {} lie on each other", side(i), side((i + 1) % n));
    for (std::size_t k = i + 2; k < n; ++k) {
      if (k + 1 == i + n) continue;
      if (meet(a, b, corner(k), corner(k + 1)))
        return fmt::format("the sides {} and {} cross or touch", side(i), side(k));
    }
  }
  return {};
}

}  // namespace cv2x
