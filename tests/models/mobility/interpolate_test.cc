#include "models/mobility/interpolate.h"

#include <gtest/gtest.h>

namespace cv2x {
namespace {

constexpr TraceSample kFrom{0, 100, 50, 20, 0};
constexpr TraceSample kTo{0, 110, 52, 20, 4};

TEST(Interpolate, IsExactAtTheSamplesAndLinearBetween) {
  const auto at = [](TimeNs t) { return interpolate(kFrom, kSecond, kTo, kSecond + 500 * kMillisecond, t); };
  EXPECT_EQ(at(kSecond).position.x_m, 100);
  EXPECT_EQ(at(kSecond).vy_mps, 0);
  EXPECT_EQ(at(kSecond + 500 * kMillisecond).position.x_m, 110);
  EXPECT_EQ(at(kSecond + 500 * kMillisecond).position.y_m, 52);
  EXPECT_DOUBLE_EQ(at(kSecond + 125 * kMillisecond).position.x_m, 102.5);
  EXPECT_DOUBLE_EQ(at(kSecond + 125 * kMillisecond).position.y_m, 50.5);
  EXPECT_DOUBLE_EQ(at(kSecond + 125 * kMillisecond).vy_mps, 1);
  EXPECT_DOUBLE_EQ(at(kSecond + 125 * kMillisecond).vx_mps, 20);
}

TEST(Interpolate, HoldsOutsideTheSamples) {
  EXPECT_EQ(interpolate(kFrom, 10, kTo, 20, 5).position.x_m, 100);
  EXPECT_EQ(interpolate(kFrom, 10, kTo, 20, 1'000'000).position.x_m, 110);
  EXPECT_EQ(interpolate(kFrom, 10, kTo, 20, 1'000'000).vy_mps, 4);
}

TEST(Interpolate, StaysThenJumpsWhereNobodyCouldHaveDriven) {
  const TraceSample far{0, 1900, 50, 20, 0};
  const TimeNs step = 500 * kMillisecond;
  EXPECT_TRUE(is_jump(kFrom, far, step));
  EXPECT_EQ(interpolate(kFrom, 0, far, step, step - 1).position.x_m, 100);
  EXPECT_EQ(interpolate(kFrom, 0, far, step, step).position.x_m, 1900);
}

TEST(Interpolate, TakesHardDrivingForDriving) {
  const auto jumps = [](double from_mps, double to_mps, double dx_m, double dy_m, TimeNs step) {
    return is_jump({0, 0, 0, from_mps, 0}, {0, dx_m, dy_m, to_mps, 0}, step);
  };
  EXPECT_FALSE(jumps(0, 10, 5, 0, kSecond)) << "full throttle from rest";
  EXPECT_FALSE(jumps(40, 0, 40, 0, kSecond)) << "SUMO moves by the old or the new speed";
  EXPECT_FALSE(jumps(30, 30, 3, 3.75, 100 * kMillisecond)) << "a lane change at once";
  EXPECT_FALSE(jumps(0, 0, 40, 0, 10 * kSecond)) << "stop and go between far samples";
  EXPECT_TRUE(jumps(0, 0, 30, 0, kSecond)) << "teleported out of a jam";
  EXPECT_TRUE(jumps(100, 100, -90, 0, 100 * kMillisecond)) << "a wrap of the shortest, fastest highway";
}

}  // namespace
}  // namespace cv2x
