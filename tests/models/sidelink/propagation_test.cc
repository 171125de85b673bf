#include "models/sidelink/propagation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/base/random.h"

namespace cv2x::sidelink {
namespace {

SidelinkChannelParams winner(double environment_height_m, bool floor) {
  SidelinkChannelParams p;
  p.model = SidelinkPropagation::kWinnerB1;
  p.environment_height_m = environment_height_m;
  p.free_space_floor = floor;
  return p;
}

TEST(Propagation, WinnerB1WithoutEnvironmentHeightIsThatOfGonzalezMartin) {
  const Propagation p(winner(0, true), 5.91e9, 1.5);
  const double f = std::log10(5.91);
  // Breakpoint 4 · 1.5² · 5.91e9 / 3e8 = 177.3 m.
  EXPECT_NEAR(p.loss_db(177), 22.7 * std::log10(177) + 27 + 20 * f, 1e-9);
  EXPECT_NEAR(p.loss_db(178), 40 * std::log10(178) + 7.56 - 34.6 * std::log10(1.5) + 2.7 * f, 1e-9);
  EXPECT_NEAR(p.loss_db(300), 102.64, 0.01);
  EXPECT_EQ(p.loss_db(0), p.loss_db(3));
  EXPECT_EQ(p.los_probability(1000), 1);
}

TEST(Propagation, WinnerB1WithAMetreOfEnvironmentHeightIsThatOfWiLab) {
  const Propagation p(winner(1, false), 5.9e9, 1.5);
  // Beyond 19.67 m: 20.06 + 40 log d.
  EXPECT_NEAR(p.loss_db(300), 119.14, 0.01);
  EXPECT_NEAR(p.loss_db(100) - p.loss_db(50), 40 * std::log10(2), 1e-9);
}

TEST(Propagation, FreeSpaceIsTheLeast) {
  const Propagation with(winner(0, true), 5.91e9, 1.5), without(winner(0, false), 5.91e9, 1.5);
  const double free_space = 20 * std::log10(4) + 46.4 + 20 * std::log10(5.91 / 5);
  EXPECT_NEAR(with.loss_db(4), std::max(free_space, without.loss_db(4)), 1e-9);
  for (double d = 3; d < 2000; d *= 1.3) EXPECT_GE(with.loss_db(d), without.loss_db(d));
}

TEST(Propagation, HighwayIsThatOfTr37885) {
  SidelinkChannelParams params;
  params.model = SidelinkPropagation::kHighway;
  const Propagation p(params, 5.9e9, 1.6);
  EXPECT_NEAR(p.loss_db(100), 32.4 + 40 + 20 * std::log10(5.9), 1e-9);
  EXPECT_NEAR(p.los_probability(100), 2.1013e-6 * 1e4 - 0.2 + 1.0193, 1e-12);
  EXPECT_NEAR(p.los_probability(600), 0.54 - 0.125, 1e-12);
  EXPECT_EQ(p.los_probability(1200), 0);
  EXPECT_EQ(p.los_probability(1), 1);
  EXPECT_NEAR(p.blockage(100).mean_db, 5, 1e-12);
  EXPECT_NEAR(p.blockage(1000).mean_db, 5 + 4, 1e-9);  // 15 · 3 − 41
  EXPECT_EQ(p.blockage(100).sigma_db, 4);
}

TEST(Propagation, BlockageGoesByTheHeights) {
  SidelinkChannelParams params;
  params.blocker_height_m = 3;
  EXPECT_EQ(Propagation(params, 5.9e9, 1.6).blockage(100).mean_db, 9);
  EXPECT_EQ(Propagation(params, 5.9e9, 1.6).blockage(100).sigma_db, 4.5);
  params.blocker_height_m = 1.6;
  EXPECT_EQ(Propagation(params, 5.9e9, 3).blockage(100).mean_db, 0);
}

TEST(Propagation, MeanGainIsTheMeanOverDraws) {
  SidelinkChannelParams params;
  const Propagation p(params, 5.9e9, 1.6);
  Stream random(Seed{1, 0}, "test", 0);
  for (const double d : {150.0, 900.0}) {
    double sum = 0;
    const int n = 200'000;
    for (int i = 0; i < n; ++i) {
      double loss = p.loss_db(d) + params.shadowing_db * random.normal();
      const Blockage b = p.blockage(d);
      if (random.uniform() >= p.los_probability(d))
        loss += std::max(0.0, b.mean_db + b.sigma_db * random.normal());
      sum += std::pow(10, -loss / 10);
    }
    EXPECT_NEAR(p.mean_gain(d) / (sum / n), 1, 0.01) << d;
  }
}

}  // namespace
}  // namespace cv2x::sidelink
