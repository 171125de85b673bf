#include "models/measure/area.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/random.h"

namespace cv2x {
namespace {

using testing::HasSubstr;

AreaParams polygon(std::vector<Point> points) {
  AreaParams a;
  a.kind = AreaKind::kPolygon;
  a.points = std::move(points);
  return a;
}

TEST(Area, CircleAndRectangleHoldTheirEdges) {
  AreaParams circle;
  circle.x_m = 100;
  circle.y_m = -50;
  circle.radius_m = 5;
  EXPECT_TRUE(contains(circle, 103, -46));
  EXPECT_FALSE(contains(circle, 103, -45.99));
  AreaParams rectangle;
  rectangle.kind = AreaKind::kRectangle;
  rectangle.x_min_m = -1;
  rectangle.x_max_m = 2;
  rectangle.y_min_m = 10;
  rectangle.y_max_m = 20;
  EXPECT_TRUE(contains(rectangle, -1, 20));
  EXPECT_TRUE(contains(rectangle, 2, 10));
  EXPECT_FALSE(contains(rectangle, 2.001, 15));
  EXPECT_FALSE(contains(rectangle, 0, 9.999));
}

TEST(Area, PolygonWithABay) {
  // A U: the bay between its arms is outside.
  for (const bool turned : {false, true}) {
    std::vector<Point> points = {{0, 0}, {30, 0}, {30, 30}, {20, 30}, {20, 10}, {10, 10}, {10, 30}, {0, 30}};
    if (turned) std::reverse(points.begin(), points.end());
    const AreaParams u = polygon(points);
    EXPECT_TRUE(contains(u, 5, 25));
    EXPECT_TRUE(contains(u, 25, 25));
    EXPECT_TRUE(contains(u, 15, 5));
    EXPECT_FALSE(contains(u, 15, 25));
    EXPECT_FALSE(contains(u, -1, 5));
    EXPECT_FALSE(contains(u, 31, 25));
  }
}

TEST(Area, PolygonsThatShareSidesPartitionThePlane) {
  // Four triangles around a point, and points on their sides and corners among others.
  const Point a{0, 0}, b{7, 1}, c{6, 8}, d{-1, 5}, m{3.3, 3.7};
  const std::vector<AreaParams> parts = {polygon({a, b, m}), polygon({b, c, m}), polygon({m, c, d}),
                                         polygon({d, a, m})};
  const AreaParams all = polygon({a, b, c, d});
  Stream random({}, "points", 0);
  for (int i = 0; i < 20000; ++i) {
    Point p{-2 + 10 * random.uniform(), -1 + 10 * random.uniform()};
    if (i % 4 == 0) p = {m.x_m + (b.x_m - m.x_m) * p.x_m / 10, m.y_m + (b.y_m - m.y_m) * p.x_m / 10};
    if (i % 40 == 0) p = m;
    int in = 0;
    for (const auto& part : parts) in += contains(part, p.x_m, p.y_m);
    ASSERT_EQ(in, contains(all, p.x_m, p.y_m)) << p.x_m << ' ' << p.y_m;
  }
}

TEST(Area, FaultsOfPolygons) {
  EXPECT_EQ(polygon_fault(std::vector<Point>{{0, 0}, {10, 0}, {0, 10}}), "");
  EXPECT_EQ(polygon_fault(std::vector<Point>{{0, 0}, {5, 0}, {10, 0}, {0, 10}}), "");  // straight on
  EXPECT_THAT(polygon_fault(std::vector<Point>{{0, 0}, {10, 0}, {0, 10}, {0, 0}}),
              HasSubstr("corners 1 and 4 are the same point"));
  EXPECT_THAT(polygon_fault(std::vector<Point>{{0, 0}, {10, 10}, {10, 0}, {0, 10}}),
              HasSubstr("the sides 1 to 2 and 3 to 4 cross or touch"));
  EXPECT_THAT(polygon_fault(std::vector<Point>{{0, 0}, {10, 0}, {10, 10}, {5, 0}}),
              HasSubstr("the sides 1 to 2 and 3 to 4 cross or touch"));  // a corner on a side
  EXPECT_THAT(polygon_fault(std::vector<Point>{{0, 0}, {5, 5}, {10, 10}}),
              HasSubstr("the sides 2 to 3 and 3 to 1 lie on each other"));
  EXPECT_THAT(polygon_fault(std::vector<Point>{{0, 0}, {10, 0}, {5, 0}, {5, 5}}),
              HasSubstr("the sides 1 to 2 and 2 to 3 lie on each other"));
}

}  // namespace
}  // namespace cv2x
