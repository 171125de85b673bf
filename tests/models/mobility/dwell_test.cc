#include "models/mobility/dwell.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/base/random.h"

namespace cv2x {
namespace {

Kinematics at(double x_m, double y_m, double vx_mps, double vy_mps) {
  return {.position = {x_m, y_m, 1.5}, .vx_mps = vx_mps, .vy_mps = vy_mps};
}

const Position kHere{0, 0, 25};

TEST(DwellOfNearest, EndsOnThePerpendicularBisector) {
  const std::vector<Position> sites = {kHere, {1000, 0, 25}, {0, 3000, 25}};
  // The border to the second site is x = 500.
  EXPECT_EQ(dwell_of_nearest(at(100, 0, 20, 0), kHere, sites), 20 * kSecond);
  EXPECT_EQ(dwell_of_nearest(at(100, 70, 20, 0), kHere, sites), 20 * kSecond);
  // To the third y = 1500: 1500 m at 50 m/s, before 500 m at 10 m/s.
  EXPECT_EQ(dwell_of_nearest(at(0, 0, 10, 50), kHere, sites), 30 * kSecond);
  EXPECT_EQ(dwell_of_nearest(at(0, 0, 20, 50), kHere, sites), 25 * kSecond);
}

TEST(DwellOfNearest, IsForeverAtRestAndOnTheWayOut) {
  const std::vector<Position> sites = {kHere, {1000, 0, 25}};
  EXPECT_EQ(dwell_of_nearest(at(100, 0, 0, 0), kHere, sites), kNever);
  EXPECT_EQ(dwell_of_nearest(at(100, 0, -20, 0), kHere, sites), kNever);
  EXPECT_EQ(dwell_of_nearest(at(100, 0, 0, 30), kHere, sites), kNever);  // along the border
  EXPECT_EQ(dwell_of_nearest(at(100, 0, 20, 0), kHere, std::vector{kHere}), kNever);
}

TEST(DwellOfNearest, IsOverBeyondTheBorder) {
  const std::vector<Position> sites = {kHere, {1000, 0, 25}};
  EXPECT_EQ(dwell_of_nearest(at(501, 0, 20, 0), kHere, sites), 0);
  EXPECT_EQ(dwell_of_nearest(at(501, 0, -20, 0), kHere, sites), 0);
}

// As strong now as where the distances were equal, no margin: the border is the bisector.
TEST(DwellBefore, IsTheBisectorWithEqualPowers) {
  const Position other{1000, 0, 25};
  const Kinematics car = at(100, 0, 20, 0);
  const double ahead_db = -40 * std::log10(900.0 / 100.0);
  EXPECT_NEAR(to_seconds(dwell_before(car, kHere, other, ahead_db, 0, 40)), 20, 1e-6);
}

// By hand: in the middle, equally strong, 6.02 dB of margin at 20 dB a decade: where d_s = 2 d_o, x = 2000/3.
TEST(DwellBefore, AMarginPutsItOff) {
  const Position other{1000, 0, 25};
  const double margin_db = 20 * std::log10(2.0);
  const Kinematics car = at(500, 0, 25, 0);
  EXPECT_NEAR(to_seconds(dwell_before(car, kHere, other, 0, margin_db, 20)), (2000.0 / 3 - 500) / 25, 1e-6);
  EXPECT_EQ(dwell_before(at(500, 0, -25, 0), kHere, other, 0, margin_db, 20), kNever);
  EXPECT_EQ(dwell_before(at(500, 0, 0, 0), kHere, other, 0, margin_db, 20), kNever);
  EXPECT_EQ(dwell_before(car, kHere, other, margin_db, margin_db, 20), 0);
  // Past the other site too far aside to come within its circle.
  EXPECT_EQ(dwell_before(at(-4000, 2000, 30, 0), kHere, other, -3, margin_db, 20), kNever);
}

TEST(DwellBefore, IsWhereThePowersDifferByTheMargin) {
  Stream random({3}, "dwell", 0);
  int ends = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto metres = [&] { return 2000 * (random.uniform() - 0.5); };
    const Position serving{metres(), metres(), 25}, other{metres(), metres(), 25};
    const Kinematics car =
        at(metres(), metres(), 60 * (random.uniform() - 0.5), 60 * (random.uniform() - 0.5));
    const double ahead_db = 20 * (random.uniform() - 0.8), margin_db = 5;
    const auto ahead_at = [&](double t) {
      const auto far = [](double x, double y, const Position& p) { return std::hypot(x - p.x_m, y - p.y_m); };
      const double x = car.position.x_m + car.vx_mps * t, y = car.position.y_m + car.vy_mps * t;
      const double lost = far(x, y, serving) / far(car.position.x_m, car.position.y_m, serving);
      const double gained = far(x, y, other) / far(car.position.x_m, car.position.y_m, other);
      return ahead_db + 40 * std::log10(lost / gained);
    };
    const TimeNs dwell = dwell_before(car, serving, other, ahead_db, margin_db, 40);
    const double until_s = dwell == kNever ? 1000 : to_seconds(dwell);
    for (int i = 0; i < 100; ++i) ASSERT_LT(ahead_at(until_s * 0.0099 * i), margin_db) << round;
    if (dwell == kNever) continue;
    ++ends;
    ASSERT_NEAR(ahead_at(until_s), margin_db, 1e-4) << round;
  }
  EXPECT_GT(ends, 500);
  EXPECT_LT(ends, 1800);
}

}  // namespace
}  // namespace cv2x
