#include "models/radio/control_channel.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cv2x::radio {
namespace {

TEST(ControlChannel, FallsInSinrAndInTheAggregationLevel) {
  double before = 1;
  for (double sinr_db = -15; sinr_db < 0; sinr_db += 0.25) {
    const double rate = control_channel_error_rate(sinr_db, {63, 8, 0});
    EXPECT_LT(rate, before);
    EXPECT_LT(rate, control_channel_error_rate(sinr_db, {63, 4, 0}));
    before = rate;
  }
}

TEST(ControlChannel, IsTheNormalApproximation) {
  // 63 bits on 432 QPSK symbols: at low SNR γ the capacity is γ log2 e bit a symbol and the dispersion
  // 2 γ log2² e; at γ = 0.12 (with the gap of 1 dB) 432 C = 74.8 less 2 % for the constellation.
  const double sinr_db = 10 * std::log10(0.12) + 1;
  const double rate = control_channel_error_rate(sinr_db, {63, 8, 0});
  EXPECT_GT(rate, 0.1);
  EXPECT_LT(rate, 0.35);
  EXPECT_DOUBLE_EQ(control_channel_error_rate(sinr_db - 4, {63, 8, 4}), rate);
}

TEST(ControlChannel, TheInverseIsOne) {
  for (const double rate : {0.5, 0.1, 0.02, 1e-3}) {
    const double sinr_db = control_channel_sinr_db(rate, kInSyncChannel);
    EXPECT_NEAR(control_channel_error_rate(sinr_db, kInSyncChannel), rate, 1e-6);
  }
}

}  // namespace
}  // namespace cv2x::radio
