#include "models/mobility/highway.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/mobility/interpolate.h"

namespace cv2x {
namespace {

TEST(Highway, GapsFollowTr37885) {
  HighwayParams params;
  params.length_m = 1e6;  // 14 000 vehicles a lane or so
  HighwaySource source(params, {.seed = 5});
  TraceStep step;
  ASSERT_TRUE(source.next(step));
  std::map<double, std::vector<double>> lanes;
  for (const auto& s : step.samples) lanes[s.y_m].push_back(s.x_m);
  EXPECT_EQ(lanes.size(), 6U);
  std::vector<double> gaps;
  for (auto& [y, xs] : lanes) {
    EXPECT_TRUE(std::abs(y) == 2 || std::abs(y) == 6 || std::abs(y) == 10) << y;
    std::sort(xs.begin(), xs.end());
    for (std::size_t i = 0; i < xs.size(); ++i)
      gaps.push_back((i + 1 < xs.size() ? xs[i + 1] : xs[0] + params.length_m) - xs[i] - 5);
  }
  std::sort(gaps.begin(), gaps.end());
  const double n = static_cast<double>(gaps.size());
  const double mean_m = 2.0 * 140 / 3.6;
  EXPECT_GE(gaps.front(), 2 - 1e-6);
  // max(2 m, exponential): its median and share at 2 m, within four standard errors.
  EXPECT_NEAR(gaps[gaps.size() / 2], mean_m * std::log(2.0), 4 * mean_m / std::sqrt(n));
  const double at_least_m = 2 + 1e-6;
  const double share =
      static_cast<double>(std::lower_bound(gaps.begin(), gaps.end(), at_least_m) - gaps.begin()) / n;
  const double expected = 1 - std::exp(-2 / mean_m);
  EXPECT_NEAR(share, expected, 4 * std::sqrt(expected / n));
  // Kolmogorov–Smirnov distance above 2 m; 1.95/√n is exceeded with probability 1e-3.
  double distance = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (gaps[i] > at_least_m)
      distance = std::max(distance, std::abs(1 - std::exp(-gaps[i] / mean_m) - static_cast<double>(i) / n));
  }
  EXPECT_LT(distance, 1.95 / std::sqrt(n));
}

TEST(Highway, FleetSpeedAndGapsStayOverManyWraps) {
  HighwayParams params;
  params.length_m = 500;
  HighwaySource source(params, {});
  TraceStep before, step;
  ASSERT_TRUE(source.next(before));
  const auto first = before.samples;
  EXPECT_EQ(before.entered.size(), first.size());
  EXPECT_EQ(before.entered[3].name, "hw-3");
  int wraps = 0;
  for (int k = 1; k < 2000; ++k) {  // 7.8 km
    ASSERT_TRUE(source.next(step));
    EXPECT_EQ(step.time_ns, k * kHighwayStepNs);
    EXPECT_TRUE(step.entered.empty());
    EXPECT_TRUE(step.left.empty());
    ASSERT_EQ(step.samples.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      const auto& a = before.samples[i];
      const auto& b = step.samples[i];
      ASSERT_EQ(b.slot, i);
      ASSERT_GE(b.x_m, 0);
      ASSERT_LT(b.x_m, params.length_m);
      ASSERT_EQ(b.vx_mps, b.y_m < 0 ? params.speed_mps : -params.speed_mps) << "right-hand traffic";
      if (is_jump(a, b, kHighwayStepNs)) {
        ++wraps;
        ASSERT_NEAR(std::abs(b.x_m - a.x_m), params.length_m - params.speed_mps * 0.1, 1e-6);
      } else {
        ASSERT_NEAR(b.x_m - a.x_m, b.vx_mps * 0.1, 1e-6);
      }
    }
    std::swap(before, step);
  }
  EXPECT_NEAR(wraps, static_cast<double>(first.size()) * 199.9 * params.speed_mps / params.length_m,
              static_cast<double>(first.size()));
}

TEST(Highway, DependsOnTheSeedAndAddsLanesWithoutMovingOthers) {
  const auto rows = [](const HighwayParams& params, const Seed& seed) {
    HighwaySource source(params, seed);
    TraceStep step;
    source.next(step);
    std::vector<std::pair<double, double>> out;
    for (const auto& s : step.samples) out.emplace_back(s.x_m, s.y_m);
    return out;
  };
  HighwayParams params;
  EXPECT_EQ(rows(params, {1, 0}), rows(params, {1, 0}));
  EXPECT_NE(rows(params, {1, 0}), rows(params, {2, 0}));
  EXPECT_NE(rows(params, {1, 0}), rows(params, {1, 1}));
  HighwayParams wider = params;
  wider.lanes = 4;
  const auto few = rows(params, {});
  const auto many = rows(wider, {});
  EXPECT_TRUE(std::all_of(few.begin(), few.end(), [&](const auto& row) {
    return std::find(many.begin(), many.end(), row) != many.end();
  }));
}

}  // namespace
}  // namespace cv2x
