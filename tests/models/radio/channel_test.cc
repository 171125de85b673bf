#include "models/radio/channel.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "models/base/hash.h"

namespace cv2x::radio {
namespace {

constexpr Seed kSeed{.seed = 7, .replication = 0};

/// Key of the i-th of many independent sites.
std::uint64_t site(int i) { return hash_name("site " + std::to_string(i)); }

TEST(GaussianField, MomentsAndAutocorrelation) {
  constexpr int kFields = 20'000;
  constexpr double kCorrelationM = 37;
  const std::vector<double> lags_m = {1, 5, 18.5, 37, 74, 150};
  double sum = 0, square = 0, fourth = 0, beyond = 0;
  std::vector<double> along_x(lags_m.size()), along_y(lags_m.size());
  for (int i = 0; i < kFields; ++i) {
    const GaussianField field(kSeed, "test", site(i), kCorrelationM);
    const double here = field.at(1234.5, -876.5);
    sum += here, square += here * here, fourth += here * here * here * here;
    beyond += std::abs(here) > 1.959964;
    for (std::size_t k = 0; k < lags_m.size(); ++k) {
      along_x[k] += here * field.at(1234.5 + lags_m[k], -876.5);
      along_y[k] += here * field.at(1234.5, -876.5 - lags_m[k]);
    }
  }
  // Five standard errors: of the mean 1/√n, of the variance and of a product at most √(2/n).
  const double error = 5 / std::sqrt(kFields), product_error = error * std::sqrt(2.0);
  EXPECT_NEAR(sum / kFields, 0, error);
  EXPECT_NEAR(square / kFields, 1, product_error);
  EXPECT_NEAR(fourth / kFields, 3 - 1.5 / GaussianField::kWaves, 5 * std::sqrt(96.0 / kFields));
  EXPECT_NEAR(beyond / kFields, 0.05, 5 * std::sqrt(0.05 * 0.95 / kFields));
  for (std::size_t k = 0; k < lags_m.size(); ++k) {
    const double expected = std::exp(-lags_m[k] / kCorrelationM);
    EXPECT_NEAR(along_x[k] / kFields, expected, product_error) << lags_m[k] << " m along x";
    EXPECT_NEAR(along_y[k] / kFields, expected, product_error) << lags_m[k] << " m along y";
  }
}

TEST(GaussianField, OneFieldAloneIsLikeTheEnsemble) {
  // Over 40 km × 40 km of a single site: what a vehicle sees on a long drive.
  const GaussianField field(kSeed, "test", site(0), 50);
  double sum = 0, square = 0, lag = 0;
  int n = 0;
  for (double x = -20'000; x < 20'000; x += 157) {
    for (double y = -20'000; y < 20'000; y += 163, ++n) {
      const double here = field.at(x, y);
      sum += here, square += here * here, lag += here * field.at(x + 30, y + 40);
    }
  }
  EXPECT_NEAR(sum / n, 0, 0.02);
  EXPECT_NEAR(square / n, 1, 0.03);
  EXPECT_NEAR(lag / n, std::exp(-1), 0.06);
}

TEST(GaussianField, DifferentKeysPurposesAndSeedsAreIndependent) {
  constexpr int kFields = 5000;
  double keys = 0, purposes = 0, seeds = 0, replications = 0;
  for (int i = 0; i < kFields; ++i) {
    const double here = GaussianField(kSeed, "a", site(i), 37).at(100, 100);
    keys += here * GaussianField(kSeed, "a", site(i + kFields), 37).at(100, 100);
    purposes += here * GaussianField(kSeed, "b", site(i), 37).at(100, 100);
    seeds += here * GaussianField({.seed = 8}, "a", site(i), 37).at(100, 100);
    replications += here * GaussianField({.seed = 7, .replication = 1}, "a", site(i), 37).at(100, 100);
  }
  for (const double covariance : {keys, purposes, seeds, replications}) {
    EXPECT_NEAR(covariance / kFields, 0, 5 / std::sqrt(kFields));
  }
}

TEST(GaussianField, FarPlacesLoseNoPrecision) {
  // A step of 1 cm is as small 1000 km away as near the origin (in 32-bit floats it would vanish or jump).
  const GaussianField field(kSeed, "test", site(1), 37);
  const auto rms_step = [&](double x0) {
    double square = 0;
    for (int i = 0; i < 4000; ++i) {
      const double step = field.at(x0 + 3.0 * i + 0.01, x0) - field.at(x0 + 3.0 * i, x0);
      square += step * step;
    }
    return std::sqrt(square / 4000);
  };
  const double near = rms_step(0);
  EXPECT_GT(near, 1e-4);
  for (const double far : {1e6, -1e6}) EXPECT_NEAR(rms_step(far) / near, 1, 0.05) << far;
}

TEST(GaussianField, SameBitsInEveryBuild) {
  // Values of the first working build. The kernel is explicit about its lanes, so optimisation level, vector
  // width and sanitizers must not change a bit.
  std::uint64_t bits = 0;
  for (int i = 0; i < 50; ++i) {
    const GaussianField field(kSeed, "golden", site(i), 13 + i);
    for (int j = 0; j < 50; ++j)
      bits = combine(bits, std::bit_cast<std::uint32_t>(field.at(97.13 * j, -41.77 * j)));
  }
  EXPECT_EQ(bits, 2482050723235452896U);
}

/// Terminal at `d2d_m` of a base station at (1000, 2000).
constexpr Position kBs{1000, 2000, 25};
Position terminal(double d2d_m, double angle = 0.7) {
  return {kBs.x_m + d2d_m * std::cos(angle), kBs.y_m + d2d_m * std::sin(angle), 1.5};
}

TEST(LargeScaleChannel, LineOfSightShareIsItsProbability) {
  constexpr int kSites = 8000;
  for (const Environment environment : {Environment::kUma, Environment::kUmi, Environment::kRma}) {
    const LargeScaleChannel channel({.environment = environment}, 3.5e9, kSeed);
    std::vector<CellField> fields;
    for (int i = 0; i < kSites; ++i) fields.push_back(channel.make_field(site(i)));
    for (const double d2d_m : {5.0, 40.0, 90.0, 200.0, 500.0, 1500.0}) {
      int los = 0;
      for (const CellField& field : fields) los += channel.line_of_sight(field, kBs, terminal(d2d_m));
      const double p = channel.path_loss().los_probability({d2d_m, 25, 1.5});
      EXPECT_NEAR(static_cast<double>(los) / kSites, p, 5 * std::sqrt(p * (1 - p) / kSites) + 0.003)
          << "environment " << static_cast<int>(environment) << " at " << d2d_m;
    }
  }
}

TEST(LargeScaleChannel, NeighboursShareLineOfSight) {
  const LargeScaleChannel channel({}, 3.5e9, kSeed);
  int one_metre = 0, far = 0;
  constexpr int kSites = 3000;
  for (int i = 0; i < kSites; ++i) {
    const CellField field = channel.make_field(site(i));
    const bool here = channel.line_of_sight(field, kBs, terminal(80));
    one_metre += here != channel.line_of_sight(field, kBs, terminal(81));
    far += here != channel.line_of_sight(field, kBs, terminal(80, 0.7 + M_PI));
  }
  // Correlation 0.98: arccos(0.98)/π = 6 % differ; none: 2 p (1 − p), p = 0.41.
  EXPECT_NEAR(one_metre / 3000.0, 0.06, 0.02);
  EXPECT_NEAR(far / 3000.0, 0.48, 0.05);
}

TEST(LargeScaleChannel, ShadowingHasTheStandardsSigma) {
  constexpr int kSites = 12'000;
  constexpr double kGainDb = 8;
  for (const Environment environment : {Environment::kUma, Environment::kUmi, Environment::kRma}) {
    const LargeScaleChannel channel({.environment = environment}, 3.5e9, kSeed);
    const double d2d_m = environment == Environment::kRma ? 700 : 90;
    const LinkGeometry link{d2d_m, 25, 1.5};
    double sum[2] = {}, square[2] = {};
    int count[2] = {};
    for (int i = 0; i < kSites; ++i) {
      const CellField field = channel.make_field(site(i), kGainDb);
      const bool los = channel.line_of_sight(field, kBs, terminal(d2d_m));
      const double shadow_db =
          kGainDb - channel.path_loss().loss_db(link, los) - channel.gain_db(field, kBs, terminal(d2d_m));
      sum[los] += shadow_db, square[los] += shadow_db * shadow_db, ++count[los];
    }
    for (const bool los : {false, true}) {
      const double sigma_db = channel.path_loss().shadowing(link, los).sigma_db, root = std::sqrt(count[los]);
      ASSERT_GT(count[los], 2000);
      // Independent of the line-of-sight state, so that each half is centred.
      EXPECT_NEAR(sum[los] / count[los], 0, 5 * sigma_db / root);
      EXPECT_NEAR(std::sqrt(square[los] / count[los]), sigma_db, 5 * sigma_db / root / std::sqrt(2.0));
    }
  }
}

TEST(LargeScaleChannel, ShadowingDecorrelatesOverItsOwnDistance) {
  // RMa: 37 m in line of sight (certain within 10 m of the site), 120 m without (nearly certain at 5 km).
  constexpr int kSites = 12'000;
  const LargeScaleChannel channel({.environment = Environment::kRma}, 0.7e9, kSeed);
  double los = 0, nlos = 0;
  int nlos_count = 0;
  const auto shadow_db = [&](const CellField& field, double d2d_m, double angle, bool in_sight) {
    return -channel.path_loss().loss_db({d2d_m, 25, 1.5}, in_sight) -
           channel.gain_db(field, kBs, terminal(d2d_m, angle));
  };
  for (int i = 0; i < kSites; ++i) {
    const CellField field = channel.make_field(site(i));
    los += shadow_db(field, 9.9, 0.7, true) * shadow_db(field, 9.9, 0.7 + M_PI, true);
    const double angle = 0.7 + 100.0 / 5000;
    if (channel.line_of_sight(field, kBs, terminal(5000)) ||
        channel.line_of_sight(field, kBs, terminal(5000, angle))) {
      continue;
    }
    nlos += shadow_db(field, 5000, 0.7, false) * shadow_db(field, 5000, angle, false);
    ++nlos_count;
  }
  const double tolerance = 5 * std::sqrt(2.0 / kSites);
  EXPECT_GT(nlos_count, kSites * 0.95);
  EXPECT_NEAR(los / kSites / (4 * 4), std::exp(-19.8 / 37), tolerance);
  EXPECT_NEAR(nlos / nlos_count / (8 * 8), std::exp(-100.0 / 120), tolerance);
}

TEST(LargeScaleChannel, WithoutShadowingOnlyPathLossAndAntenna) {
  const LargeScaleChannel channel({.shadowing = false}, 3.5e9, kSeed);
  const CellField field = channel.make_field(site(0), 8);
  for (const double d : {10.0, 90.0, 800.0}) {
    const bool los = channel.line_of_sight(field, kBs, terminal(d));
    EXPECT_NEAR(channel.gain_db(field, kBs, terminal(d)), 8 - channel.path_loss().loss_db({d, 25, 1.5}, los),
                1e-4);
  }
}

TEST(LargeScaleChannel, AFunctionOfItsOwnSiteOnly) {
  const LargeScaleChannel channel({}, 3.5e9, kSeed);
  const CellField alone = channel.make_field(site(1));
  const float before = channel.gain_db(alone, kBs, terminal(300));
  const CellField other = channel.make_field(site(2));
  EXPECT_NE(channel.gain_db(other, kBs, terminal(300)), before);
  const LargeScaleChannel second({}, 3.5e9, kSeed);
  second.make_field(site(3));
  EXPECT_EQ(second.gain_db(second.make_field(site(1)), kBs, terminal(300)), before);
  // Another carrier of the same site: other path loss, the same shadowing (UMa: dB difference is 20 log10 f).
  const LargeScaleChannel low({}, 1.75e9, kSeed);
  const double apart_db = low.gain_db(low.make_field(site(1)), kBs, terminal(300)) - before;
  EXPECT_NEAR(apart_db, 20 * std::log10(2), 1e-4);
}

TEST(LargeScaleChannel, BatchEqualsOneByOne) {
  const LargeScaleChannel channel({.environment = Environment::kUmi}, 5.9e9, kSeed);
  const CellField field = channel.make_field(site(4), 3);
  std::vector<Position> uts;
  for (int i = 0; i < 101; ++i) uts.push_back(terminal(7.0 * i, 0.1 * i));
  std::vector<float> gains(uts.size());
  channel.gains_db(field, kBs, uts, gains);
  for (std::size_t i = 0; i < uts.size(); ++i) EXPECT_EQ(gains[i], channel.gain_db(field, kBs, uts[i]));
}

TEST(LargeScaleChannel, SoftTransitionHasNoJumps) {
  const LargeScaleChannel hard({.shadowing = false}, 3.5e9, kSeed);
  const LargeScaleChannel soft({.shadowing = false, .soft_los = true}, 3.5e9, kSeed);
  double largest_hard_db = 0, largest_soft_db = 0, apart = 0;
  int n = 0;
  for (int i = 0; i < 40; ++i) {
    const CellField field = hard.make_field(site(i));
    for (double d = 60; d < 200; d += 0.01) {
      const double h = hard.gain_db(field, kBs, terminal(d)), s = soft.gain_db(field, kBs, terminal(d));
      if (d > 60) {
        largest_hard_db =
            std::max(largest_hard_db, std::abs(h - hard.gain_db(field, kBs, terminal(d - 0.01))));
        largest_soft_db =
            std::max(largest_soft_db, std::abs(s - soft.gain_db(field, kBs, terminal(d - 0.01))));
      }
      apart += std::abs(h - s);
      ++n;
    }
  }
  // The state field is rough (its autocorrelation falls linearly), so a centimetre is not nothing either.
  EXPECT_GT(largest_hard_db, 10);
  EXPECT_LT(largest_soft_db, 5) << "within a centimetre";
  EXPECT_LT(apart / n, 2) << "the same but for the transitions";
}

TEST(LargeScaleChannel, SoftGainLiesBetweenTheStates) {
  const LargeScaleChannel soft({.shadowing = false, .soft_los = true}, 3.5e9, kSeed);
  for (int i = 0; i < 200; ++i) {
    const CellField field = soft.make_field(site(i));
    for (const double d : {15.0, 60.0, 200.0, 1000.0, 4000.0}) {
      const LinkGeometry link{d, 25, 1.5};
      const double gain = soft.gain_db(field, kBs, terminal(d));
      EXPECT_LE(gain, -soft.path_loss().los_db(link) + 1e-3);
      EXPECT_GE(gain, -soft.path_loss().nlos_db(link) - 1e-3);
    }
  }
}

TEST(LargeScaleChannel, SitesShareShadowingAsFarAsTheyAreToldTo) {
  constexpr int kPlaces = 4000;
  for (const double correlation : {0.0, 0.5, 1.0}) {
    const ChannelParams params{.environment = Environment::kRma, .site_correlation = correlation};
    const LargeScaleChannel channel(params, 2e9, kSeed);
    const ChannelParams without{.environment = Environment::kRma, .shadowing = false};
    const LargeScaleChannel mean(without, 2e9, kSeed);
    const CellField a = channel.make_field(site(1)), b = channel.make_field(site(2));
    const Position bs_a{0, 0, 35}, bs_b{3000, 0, 35};
    double aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < kPlaces; ++i) {
      const Position at{1500 + 300.0 * (i % 63), 5e4 + 300.0 * (i / 63), 1.5};  // NLOS, as good as always
      if (mean.line_of_sight(a, bs_a, at) || mean.line_of_sight(b, bs_b, at)) continue;
      const double x = channel.gain_db(a, bs_a, at) - mean.gain_db(a, bs_a, at);
      const double y = channel.gain_db(b, bs_b, at) - mean.gain_db(b, bs_b, at);
      aa += x * x, bb += y * y, ab += x * y;
    }
    EXPECT_NEAR(ab / std::sqrt(aa * bb), correlation, 0.08) << correlation;
    EXPECT_NEAR(std::sqrt(aa / kPlaces), 8, 0.6) << "sigma stays";
  }
}

}  // namespace
}  // namespace cv2x::radio
