#include "models/mobility/ring.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "models/mobility/interpolate.h"

namespace cv2x {
namespace {

RingParams two_speeds(std::int64_t vehicles) {
  RingParams p;
  p.vehicles = vehicles;
  p.stretches = {{"slow", 1000, 10}, {"fast", 3000, 30}};  // 100 s each
  return p;
}

/// Metres from the start of the ring.
double place_m(const TraceSample& s, double length_m) {
  const double angle = std::atan2(s.y_m, s.x_m);
  return (angle < 0 ? angle + 2 * std::numbers::pi : angle) * length_m / (2 * std::numbers::pi);
}

TEST(Ring, EveryStretchIsDrivenAtItsSpeed) {
  RingSource source(two_speeds(50), {.seed = 2});
  EXPECT_EQ(source.length_m(), 4000);
  EXPECT_EQ(source.lap_s(), 200);
  TraceStep before, step;
  ASSERT_TRUE(source.next(before));
  EXPECT_EQ(before.entered.size(), 50U);
  for (int second = 1; second <= 400; ++second) {
    ASSERT_TRUE(source.next(step));
    EXPECT_EQ(step.time_ns, second * kSecond);
    EXPECT_TRUE(step.entered.empty());
    for (std::size_t i = 0; i < step.samples.size(); ++i) {
      const double from = place_m(before.samples[i], 4000), to = place_m(step.samples[i], 4000);
      const double driven = std::fmod(to - from + 4000, 4000);
      if (from < 990) {
        EXPECT_NEAR(driven, 10, 1e-6);
      }
      if (from > 1001 && from < 3970) {
        EXPECT_NEAR(driven, 30, 1e-6);
      }
      EXPECT_NEAR(std::hypot(step.samples[i].vx_mps, step.samples[i].vy_mps), to < 1000 ? 10 : 30, 1e-6);
      EXPECT_FALSE(is_jump(before.samples[i], step.samples[i], kRingStepNs));
    }
    std::swap(before, step);
  }
}

TEST(Ring, AVehicleIsBackAfterALap) {
  RingSource source(two_speeds(20), {.seed = 2});
  TraceStep first, step;
  ASSERT_TRUE(source.next(first));
  for (int second = 1; second <= 1000; ++second) ASSERT_TRUE(source.next(step));  // five laps
  for (std::size_t i = 0; i < step.samples.size(); ++i) {
    EXPECT_NEAR(step.samples[i].x_m, first.samples[i].x_m, 1e-6);
    EXPECT_NEAR(step.samples[i].y_m, first.samples[i].y_m, 1e-6);
  }
}

// Uniform at the start (a quarter of the road is slow); half of the time in the long run.
TEST(Ring, StartsUniformAndIsOccupiedInInverseProportionToItsSpeed) {
  constexpr int kVehicles = 4000;
  RingSource source(two_speeds(kVehicles), {.seed = 4});
  TraceStep step;
  double slow = 0;
  for (int second = 0; second < 200; ++second) {
    ASSERT_TRUE(source.next(step));
    double now = 0;
    for (const auto& s : step.samples) now += place_m(s, 4000) < 1000;
    if (second == 0) {
      EXPECT_NEAR(now / kVehicles, 0.25, 4 * std::sqrt(0.25 * 0.75 / kVehicles));
    }
    slow += now;
  }
  EXPECT_NEAR(slow / (200.0 * kVehicles), 0.5, 0.005);
}

TEST(Ring, APlaceIsTheNamesAndNobodyElses) {
  RingSource few(two_speeds(3), {.seed = 2}), many(two_speeds(30), {.seed = 2});
  TraceStep a, b;
  few.next(a);
  many.next(b);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(a.samples[i].x_m, b.samples[i].x_m);
}

}  // namespace
}  // namespace cv2x
