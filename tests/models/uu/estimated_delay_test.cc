#include "models/uu/estimated_delay.h"

#include <gtest/gtest.h>

namespace cv2x::uu {
namespace {

constexpr double kWlan_bps = 10e6;

TEST(EstimatedDelay, IsTheMeanTimeInAnMM1QueueOfTheEstimates) {
  // µ = 10 Mbit/s / (8 · 25 000 B) = 50 Hz, λ = 10 Hz.
  EstimatedDelay d(kWlan_bps, 0.1, 25'000, 7.5);
  EXPECT_EQ(d.send(20'000), 25 * kMillisecond);
  EXPECT_EQ(d.send(80'000), 25 * kMillisecond);  // whatever its size
  // Two transfers of 50 kB in the mean in half a second: µ = 25 Hz, λ = 4 Hz.
  d.update(0.5, false);
  EXPECT_EQ(d.estimate(), from_seconds(1.0 / 21));
}

TEST(EstimatedDelay, FailsWhenNegativeOrTooLong) {
  EXPECT_FALSE(EstimatedDelay(kWlan_bps, 0.01, 25'000, 7.5).estimate());      // λ = 100 Hz
  EXPECT_FALSE(EstimatedDelay(kWlan_bps, 1 / 49.9, 25'000, 7.5).estimate());  // 10 s
  EXPECT_EQ(EstimatedDelay(kWlan_bps, 1 / 49.5, 25'000, 7.5).estimate(), 2 * kSecond);
}

TEST(EstimatedDelay, BelievesAFallingLoadByAQuarterOnly) {
  EstimatedDelay d(8000, 0.1, 1, 7.5);  // µ = 1000 Hz
  d.send(1);
  d.update(0.5, true);  // T = (0.5 + 3 · 0.1)/4 = 0.2
  EXPECT_EQ(d.estimate(), from_seconds(1.0 / (1000 - 5)));
  for (int i = 0; i < 50; ++i) d.send(1);
  d.update(0.5, true);  // rising: T = 0.01
  EXPECT_EQ(d.estimate(), from_seconds(1.0 / (1000 - 100)));
  d.send(1);
  d.update(0.5, false);  // in the warm-up at once
  EXPECT_EQ(d.estimate(), from_seconds(1.0 / (1000 - 2)));
}

TEST(EstimatedDelay, WithoutTransfersGoesBackToTheLastValidEstimate) {
  EstimatedDelay d(8000, 0.1, 1, 7.5);
  d.send(1);
  d.update(0.5, true);
  EXPECT_EQ(d.send(10'000), from_seconds(1.0 / (1000 - 5)));
  d.update(0.5, true);  // 10 kB at 8 kbit/s take 10 s: not valid
  EXPECT_FALSE(d.estimate());
  EXPECT_FALSE(d.send(1));  // counts as load all the same
  d.update(0.5, true);
  EXPECT_TRUE(d.estimate());  // 1 B
  d.send(10'000);
  d.update(0.5, true);
  EXPECT_FALSE(d.estimate());
  d.update(0.5, true);  // nobody
  EXPECT_TRUE(d.estimate());
}

TEST(EstimatedDelay, CountsOthersOnlyWhenThereIsATransfer) {
  EstimatedDelay d(8e6, 1, 1000, 7.5);
  d.update(0.5, true, 10, 50'000);
  EXPECT_EQ(d.estimate(), from_seconds(1.0 / (1000 - 1)));
  d.send(6000);
  d.update(0.5, true, 11, 54'000);  // 12 of 5000 B in 0.5 s
  EXPECT_EQ(d.estimate(), from_seconds(1.0 / (200 - 24)));
}

}  // namespace
}  // namespace cv2x::uu
