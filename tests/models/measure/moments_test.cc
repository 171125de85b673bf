#include "models/measure/moments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/base/random.h"

namespace cv2x {
namespace {

constexpr std::size_t kBlocks = 24, kGroups = 16;
constexpr double kInCell = 50;

/// What makes shares differ, as standard deviations.
struct Effects {
  double common = 0;   ///< of a block of time, on all groups
  double vehicle = 0;  ///< of a group, at all times
  double own = 0;      ///< of a group in a block
};

std::vector<double> cells_of(std::uint64_t seed, const Effects& e) {
  Stream random({seed}, "cells", 0);
  std::vector<double> common, vehicle, good;
  for (std::size_t i = 0; i < kBlocks; ++i) common.push_back(e.common * random.normal());
  for (std::size_t i = 0; i < kGroups; ++i) vehicle.push_back(e.vehicle * random.normal());
  for (std::size_t i = 0; i < kBlocks * kGroups; ++i) {
    const double p = 0.5 + common[i / kGroups] + vehicle[i % kGroups] + e.own * random.normal();
    good.push_back(kInCell * p + std::sqrt(kInCell * 0.25) * random.normal());
  }
  return good;
}

TEST(Moments, VarianceIsRightWhateverTheSamplesHaveInCommon) {
  const std::vector<double> totals(kBlocks * kGroups, kInCell);
  const TwoWay two_way(totals, kGroups);
  struct Case {
    std::string name;
    Effects effects;
  };
  for (const auto& [name, effects] :
       {Case{"nothing", {}}, Case{"time", {.common = 0.05}}, Case{"vehicle", {.vehicle = 0.05}},
        Case{"cell", {.own = 0.2}}, Case{"all", {.common = 0.05, .vehicle = 0.05, .own = 0.2}}}) {
    constexpr int kRuns = 400;
    double estimated = 0, sum = 0, squares = 0;
    for (std::uint64_t run = 0; run < kRuns; ++run) {
      const Moments m = two_way.share(cells_of(run, effects));
      estimated += m.variance / kRuns;
      sum += m.ratio / kRuns;
      squares += m.ratio * m.ratio / kRuns;
    }
    const double truth = squares - sum * sum;
    // The spread of 400 runs is known to 7 % (one standard error); V is never below either of its parts, so
    // it comes out too great by some of their noise where neither counts.
    EXPECT_GT(estimated, 0.8 * truth) << name;
    EXPECT_LT(estimated, 1.4 * truth) << name;
  }
}

TEST(Moments, FewGroupsCountAsOne) {
  const auto good = cells_of(1, {.common = 0.05, .vehicle = 0.2});
  std::vector<double> three, totals, one(kBlocks), total_of_one(kBlocks);
  for (std::size_t i = 0; i < good.size(); ++i) {
    const bool there = i % kGroups < 3;
    three.push_back(there ? good[i] : 0);
    totals.push_back(there ? kInCell : 0);
    one[i / kGroups] += three[i];
    total_of_one[i / kGroups] += totals[i];
  }
  const Moments a = TwoWay(totals, kGroups).share(three), b = TwoWay(total_of_one, 1).share(one);
  EXPECT_NEAR(a.variance / b.variance, 1, 1e-9);
  EXPECT_NEAR(a.third / b.third, 1, 1e-9);
  EXPECT_EQ(a.degrees, kBlocks - 1.0);
  // A fourth one, and how much vehicles differ counts.
  for (std::size_t i = 3; i < good.size(); i += kGroups) {
    three[i] = good[i];
    totals[i] = kInCell;
  }
  const Moments four = TwoWay(totals, kGroups).share(three);
  EXPECT_GT(four.variance, 4 * a.variance);
  EXPECT_LT(four.degrees, 4);
}

TEST(Moments, FewBlocksSayNothing) {
  const std::vector<double> totals(7, 100), good = {50, 60, 40, 50, 50, 60, 40};
  const Moments m = TwoWay(totals, 1).share(good);
  EXPECT_EQ(m.ratio, 0.5);
  EXPECT_TRUE(std::isinf(m.variance));
  EXPECT_EQ(share_interval(m).low, 0);
  EXPECT_EQ(share_interval(m).high, 1);
  EXPECT_TRUE(std::isinf(mean_interval(m).high));
  EXPECT_TRUE(
      std::isinf(TwoWay(std::vector<double>(32, 0.0), 1).share(std::vector<double>(32, 0.0)).variance));
}

TEST(Moments, IndependentSharesHaveWilsonsInterval) {
  for (const double n : {200.0, 3000.0}) {
    for (const double p : {0.0, 0.01, 0.4, 0.9, 1.0}) {
      const Moments m{.ratio = p, .total = n, .variance = p * (1 - p) / n, .third = 0, .degrees = 1e9};
      const Interval found = share_interval(m), wanted = wilson(p, n, 1.959964);
      EXPECT_NEAR(found.low, wanted.low, 1e-6) << p;
      EXPECT_NEAR(found.high, wanted.high, 1e-6) << p;
    }
  }
}

TEST(Moments, AMeanThatIsNotSkewedHasStudentsInterval) {
  const Moments m{.ratio = 10, .total = 500, .variance = 4, .third = 0, .degrees = 15};
  EXPECT_NEAR(mean_interval(m).low, 10 - 2.131 * 2, 2e-3);
  EXPECT_NEAR(mean_interval(m).high, 10 + 2.131 * 2, 2e-3);
  // Skewed to the right: a small estimate is further off than a great one.
  const Interval skewed =
      mean_interval({.ratio = 10, .total = 500, .variance = 4, .third = 4, .degrees = 15});
  EXPECT_GT(skewed.high - 10, 1.2 * (10 - skewed.low));
}

/// Share of resamples of the blocks whose studentised deviation is not above `t`: the studentised bootstrap.
double bootstrap_share_below(const std::vector<double>& late, double in_block, double t) {
  constexpr int kResamples = 20000;
  Stream random({}, "resamples", 0);
  const std::size_t k = late.size();
  double ratio = 0;
  for (const double l : late) ratio += l / in_block / static_cast<double>(k);
  int below = 0;
  std::vector<double> drawn(k);
  for (int r = 0; r < kResamples; ++r) {
    double mean = 0, squares = 0;
    for (double& d : drawn) {
      d = late[static_cast<std::size_t>(random.uniform() * static_cast<double>(k))] / in_block;
      mean += d / static_cast<double>(k);
    }
    for (const double d : drawn) squares += (d - mean) * (d - mean);
    const double error = std::sqrt(squares / static_cast<double>(k - 1) / static_cast<double>(k));
    below += (mean - ratio) <= t * error;
  }
  return below / static_cast<double>(kResamples);
}

TEST(Moments, HallsTransformationDoesWhatTheStudentisedBootstrapDoes) {
  // Bursts of late ones: their counts in 32 blocks are skewed, about as those of a queue's p99 are.
  Stream random({}, "bursts", 0);
  std::vector<double> late;
  for (int i = 0; i < 32; ++i) late.push_back(random.exponential(1) * random.exponential(1) * 10);
  const double in_block = 1000;
  const Moments m = TwoWay(std::vector<double>(32, in_block), 1).share(late);
  ASSERT_GT(m.third / std::pow(m.variance, 1.5), 0.2);
  const double error = std::sqrt(m.variance);
  for (const double t : {0.5, 1.0, 1.5}) {  // the truth below the estimate
    const double found = normal_cdf(studentised(m, m.ratio - t * error));
    EXPECT_NEAR(found, bootstrap_share_below(late, in_block, t), 0.02) << t;
    // What is not transformed is further off.
    EXPECT_GT(std::abs(normal_cdf(t) - bootstrap_share_below(late, in_block, t)), 0.02) << t;
  }
}

TEST(Moments, StatisticFallsWithTheTruth) {
  for (const double third : {0.0, 1e-8, 1e-7, -1e-8}) {
    const Moments m{.ratio = 0.01, .total = 20000, .variance = 4e-6, .third = third, .degrees = 20};
    double last = INFINITY;
    for (double truth = 0.0005; truth < 0.999; truth += 0.0005) {
      const double now = studentised(m, truth);
      EXPECT_LE(now, last + 1e-12) << truth;
      last = now;
    }
  }
}

}  // namespace
}  // namespace cv2x
