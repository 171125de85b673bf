#include "models/radio/fading.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace cv2x::radio {
namespace {

constexpr double kFrequency = 3e9, kGroupHz = 1e6;
constexpr int kLinks = 4000;
const FadingParams kParams;  // 100 ns, K = 9 dB

/// Gains of many links at the places d metres east of the origin, in group `first` and on.
std::vector<std::vector<float>> gains(const std::vector<double>& d, int first, std::size_t groups, bool los) {
  std::vector<std::vector<float>> out;
  for (std::uint64_t key = 0; key < kLinks; ++key) {
    const Fading fading(kParams, kFrequency, kGroupHz, {.seed = 7, .replication = 0}, key);
    auto& row = out.emplace_back(d.size() * groups);
    for (std::size_t i = 0; i < d.size(); ++i)
      fading.gains({123.4 + d[i], 56.7, 1.5}, los, first, std::span(row).subspan(i * groups, groups));
  }
  return out;
}

double mean(const std::vector<std::vector<float>>& rows, auto value) {
  double sum = 0;
  for (const auto& row : rows) sum += value(row);
  return sum / static_cast<double>(rows.size());
}

TEST(Fading, WithoutLineOfSightIsRayleigh) {
  const auto rows = gains({0}, 3, 1, false);
  EXPECT_NEAR(mean(rows, [](const auto& g) { return g[0]; }), 1, 0.06);
  for (const double threshold : {0.1, 1.0, 3.0}) {
    const double below = mean(rows, [&](const auto& g) { return g[0] < threshold ? 1.0 : 0.0; });
    EXPECT_NEAR(below, 1 - std::exp(-threshold), 0.03) << threshold;
  }
}

TEST(Fading, WithLineOfSightIsRice) {
  const auto rows = gains({0}, 3, 1, true);
  const double m = mean(rows, [](const auto& g) { return g[0]; });
  const double square = mean(rows, [](const auto& g) { return g[0] * g[0]; });
  const double k = std::pow(10, 0.9);
  EXPECT_NEAR(m, 1, 0.03);
  EXPECT_NEAR(square - m * m, (1 + 2 * k) / ((1 + k) * (1 + k)), 0.02);
}

/// Of the power gain: the square of that of the complex gain.
double correlation(const std::vector<std::vector<float>>& rows, std::size_t a, std::size_t b) {
  return mean(rows, [&](const auto& g) { return (g[a] - 1.0) * (g[b] - 1.0); });
}

TEST(Fading, OverDistanceIsClarkes) {
  const double wavelength = 299'792'458.0 / kFrequency;
  const std::vector<double> at = {0, 0.1, 0.25, 0.3827, 0.6};  // wavelengths; 0.3827: first zero of J0
  std::vector<double> d;
  for (const double x : at) d.push_back(x * wavelength);
  const auto rows = gains(d, 0, 1, false);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double j0 = std::cyl_bessel_j(0.0, 2 * std::numbers::pi * at[i]);
    EXPECT_NEAR(correlation(rows, 0, i), j0 * j0, 0.08) << at[i];
  }
}

TEST(Fading, OverFrequencyIsThatOfTheDelaySpread) {
  const auto rows = gains({0}, 0, 8, false);
  for (std::size_t i = 0; i < 8; ++i) {
    const double x = 2 * std::numbers::pi * static_cast<double>(i) * kGroupHz * 100e-9;
    EXPECT_NEAR(correlation(rows, 0, i), 1 / (1 + x * x), 0.08) << i;
  }
}

TEST(Fading, IsAFunctionOfItsArguments) {
  const Fading a(kParams, kFrequency, kGroupHz, {.seed = 7, .replication = 0}, 5);
  const Fading b(kParams, kFrequency, kGroupHz, {.seed = 7, .replication = 0}, 5);
  std::vector<float> all(6), one(1);
  a.gains({10, 20, 1.5}, true, 2, all);
  b.gains({10, 20, 1.5}, true, 5, one);
  EXPECT_EQ(all[3], one[0]);
  const Fading other(kParams, kFrequency, kGroupHz, {.seed = 7, .replication = 0}, 6);
  other.gains({10, 20, 1.5}, true, 5, one);
  EXPECT_NE(all[3], one[0]);
}

}  // namespace
}  // namespace cv2x::radio
