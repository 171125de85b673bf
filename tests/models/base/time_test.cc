#include "models/base/time.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "models/base/random.h"

namespace cv2x {
namespace {

TEST(Time, SecondsToNanosecondsAreRounded) {
  EXPECT_EQ(from_seconds(0), 0);
  EXPECT_EQ(from_seconds(1), kSecond);
  EXPECT_EQ(from_seconds(240.1), 240'100'000'000);
  EXPECT_EQ(from_seconds(1.4e-9), 1);
  EXPECT_EQ(from_seconds(1.6e-9), 2);
  EXPECT_EQ(from_seconds(-1.4e-9), -1);
  EXPECT_EQ(from_seconds(-1.6e-9), -2);
  EXPECT_EQ(from_seconds(2.5e-9), 3);
  EXPECT_EQ(from_seconds(-2.5e-9), -3);
  EXPECT_EQ(from_seconds(0.49999999999999994e-9), 0);  // + 0.5 would round this up
}

TEST(Time, SecondsBeyondTheIntegersSaturate) {
  for (const double huge : {1e10, 1e30, 1e300, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(from_seconds(huge), kNever);
    EXPECT_EQ(from_seconds(-huge), -kNever);
  }
  EXPECT_EQ(from_seconds(9.2e9), 9'200'000'000 * kSecond);
}

TEST(Time, LaterSaturates) {
  EXPECT_EQ(later(3, 4), 7);
  EXPECT_EQ(later(0, kNever), kNever);
  EXPECT_EQ(later(kNever, 0), kNever);
  EXPECT_EQ(later(kNever, 1), kNever);
  EXPECT_EQ(later(kNever - 1, 1), kNever);
  EXPECT_EQ(later(kNever - 1, 2), kNever);
  EXPECT_EQ(later(kNever / 2, kNever / 2), kNever - 1);
}

TEST(Time, SerialisationByHand) {
  EXPECT_EQ(serialisation_ns(1500, 1e9), 12'000);
  EXPECT_EQ(serialisation_ns(300, 2e9), 1'200);
  EXPECT_EQ(serialisation_ns(1, 3e9), 3);   // 2.67 ns
  EXPECT_EQ(serialisation_ns(1, 1e12), 1);  // 0.008 ns
  EXPECT_EQ(serialisation_ns(0, 1e6), 0);
  EXPECT_EQ(serialisation_ns(1'000'000'000, 1e3), 8'000'000 * kSecond);
  EXPECT_EQ(serialisation_ns(1500, std::numeric_limits<double>::infinity()), 0);
  EXPECT_EQ(serialisation_ns(1500, 1e-300), kNever);
  EXPECT_EQ(serialisation_ns(1'000'000'000, 1e-9), kNever);
}

// Never too short, and less than a nanosecond too long: against integer arithmetic.
TEST(Time, SerialisationIsTheCeiling) {
  Stream random({1}, "serialisation", 0);
  for (int i = 0; i < 20'000; ++i) {
    const auto bytes = static_cast<std::int64_t>(random.uniform() * 1e6) + 1;
    const auto mbps = static_cast<std::int64_t>(random.uniform() * 1e4) + 1;
    const std::int64_t nanobits = bytes * 8000;  // / Mbit/s = ns
    ASSERT_EQ(serialisation_ns(bytes, static_cast<double>(mbps) * 1e6), (nanobits + mbps - 1) / mbps)
        << bytes << " B at " << mbps << " Mbit/s";
  }
}

TEST(Time, RoundTripThroughSeconds) {
  Stream random({2}, "seconds", 0);
  for (int i = 0; i < 20'000; ++i) {
    const auto t = static_cast<TimeNs>(random.uniform() * 1e6 * 1e9);  // up to 11 days
    ASSERT_EQ(from_seconds(to_seconds(t)), t);
  }
}

}  // namespace
}  // namespace cv2x
