#include "models/radio/numeric.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/radio/power.h"

namespace cv2x::radio {
namespace {

TEST(Numeric, Log2) {
  for (double x = 1e-30; x < 1e30; x *= 1.0173) {
    EXPECT_NEAR(log2p(x), std::log2(x), 1e-14 + 5e-16 * std::abs(std::log2(x))) << x;
  }
  EXPECT_EQ(log2p(1), 0);
  EXPECT_EQ(log2p(0.125), -3);
  EXPECT_EQ(log2p(0x1p300), 300);
}

TEST(Numeric, Exp2) {
  for (double x = -1000; x < 1000; x += 0.0737) EXPECT_NEAR(exp2p(x) / std::exp2(x), 1, 1e-13) << x;
  EXPECT_EQ(exp2p(0), 1);
  EXPECT_EQ(exp2p(-3), 0.125);
  EXPECT_EQ(exp2p(-1e9), 0);
}

TEST(Numeric, Decibels) {
  EXPECT_NEAR(to_db(2), 3.010299956639812, 1e-14);
  EXPECT_NEAR(from_db(-30), 1e-3, 1e-16);
  for (double db = -200; db < 200; db += 0.31) EXPECT_NEAR(to_db(from_db(db)), db, 1e-11);
}

TEST(Numeric, NormalTail) {
  double before = 1;
  for (double z = -8; z < 8; z += 0.003) {
    const double tail = normal_tail(z);
    EXPECT_NEAR(tail, 0.5 * std::erfc(z / std::sqrt(2.0)), 7.6e-8) << z;
    EXPECT_LE(tail, before);
    before = tail;
  }
  // Relative error where small targets look (1e-5, 1e-6).
  EXPECT_NEAR(normal_tail(4.264890793922602) / 1e-5, 1, 2e-3);
  EXPECT_NEAR(normal_tail(4.753424308822899) / 1e-6, 1, 1e-2);
}

TEST(Numeric, NormalQuantile) {
  for (double z = -6; z < 6; z += 0.0137) {
    const double p = 0.5 * std::erfc(-z / std::sqrt(2.0));
    EXPECT_NEAR(normal_quantile(p), z, 1e-8 + 2e-9 * std::abs(z)) << z;
  }
  EXPECT_EQ(normal_quantile(0.5), 0);
}

TEST(Numeric, Angles) {
  for (double a = -M_PI + 1e-4; a <= M_PI; a += 0.00731) {
    for (const double r : {1e-6, 1.0, 1e9}) {
      EXPECT_NEAR(atan2p(r * std::sin(a), r * std::cos(a)), a, 1e-13) << a;
    }
  }
  EXPECT_EQ(atan2p(0, 0), 0);
  EXPECT_NEAR(atan2p(0, -1), M_PI, 1e-13);
  for (double t = -40; t < 40; t += 0.01373) {
    EXPECT_NEAR(sin_turns(t), std::sin(2 * M_PI * t), 1e-13) << t;
    EXPECT_NEAR(cos_turns(t), std::cos(2 * M_PI * t), 1e-13) << t;
  }
  EXPECT_NEAR(sin_turns(0.25), 1, 1e-15);
}

TEST(Power, Noise) {
  // 360 kHz: −174 + 55.563 + 9 dBm.
  EXPECT_NEAR(noise_dbm_per_prb(1, 9), -174 + 10 * std::log10(360e3) + 9, 1e-9);
  EXPECT_NEAR(noise_dbm_per_prb(0, 0), -121.447, 1e-3);
}

TEST(Power, OpenLoop) {
  // −80 + 10 log10(2 · 10) + 0.8 · 90 = 5.0103 dBm.
  EXPECT_NEAR(pusch_power_dbm(23, -80, 0.8, 1, 10, 90), 5.0103, 1e-4);
  EXPECT_EQ(pusch_power_dbm(23, -80, 0.8, 1, 10, 140), 23) << "limited";
  EXPECT_NEAR(pusch_power_dbm(23, -80, 0, 0, 1, 140), -80, 1e-12) << "no compensation";
  // Full compensation: what arrives per PRB is P0 (at 15 kHz).
  EXPECT_NEAR(per_prb_dbm(pusch_power_dbm(50, -80, 1, 0, 25, 100), 25) - 100, -80, 1e-9);
}

TEST(Power, Spread) {
  EXPECT_NEAR(per_prb_dbm(46, 51), 46 - 10 * std::log10(51), 1e-9);
  EXPECT_NEAR(per_resource_element_dbm(-80), -80 - 10.7918, 1e-4);
}

}  // namespace
}  // namespace cv2x::radio
