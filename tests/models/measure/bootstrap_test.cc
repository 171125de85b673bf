#include "models/measure/bootstrap.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "models/base/random.h"

namespace cv2x {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr std::array kQuantiles = {0.5, 0.9, 0.99};

struct Samples {
  LatencyCells cells;
  Histogram all;
  void add(std::size_t block, std::size_t group, double latency_ns) {
    const auto ns = static_cast<TimeNs>(latency_ns);
    cells.add(block, group, Histogram::bucket_of(ns), ns, true);
    all.add(ns);
  }
  std::vector<Interval> bootstrap(std::uint64_t seed = 1) const {
    return bootstrap_intervals(all, cells, kQuantiles, {seed});
  }
  Interval two_way(double q) const { return quantile_interval(all, cells.later_shares(), q); }
};

double width(const Interval& i) { return i.high - i.low; }

/// 32 blocks of 16 groups with 20 samples each; the latency of a cell is exponential with this mean.
Samples cells_with_means(const std::function<double(std::size_t, std::size_t)>& mean_ns,
                         std::size_t groups = 16) {
  Samples out;
  Stream random({}, "latencies", 0);
  for (std::size_t block = 0; block < 32; ++block) {
    for (std::size_t group = 0; group < groups; ++group) {
      for (int i = 0; i < 20; ++i) out.add(block, group, random.exponential(mean_ns(block, group)));
    }
  }
  return out;
}

TEST(Bootstrap, IsAsWideAsTheTwoWayVarianceWhateverSamplesHaveInCommon) {
  Stream random({}, "effects", 0);
  std::array<double, 32> of_block{};
  std::array<double, 16> of_group{};
  for (double& x : of_block) x = std::exp(0.5 * random.normal());
  for (double& x : of_group) x = std::exp(0.5 * random.normal());
  // Independent ones: the pigeonhole bootstrap, unshrunk, would be √3 times as wide.
  const Samples independent = cells_with_means([](std::size_t, std::size_t) { return 1e7; });
  const Samples in_time = cells_with_means([&](std::size_t b, std::size_t) { return 1e7 * of_block[b]; });
  const Samples by_vehicle = cells_with_means([&](std::size_t, std::size_t g) { return 1e7 * of_group[g]; });
  const Samples both =
      cells_with_means([&](std::size_t b, std::size_t g) { return 1e7 * of_block[b] * of_group[g]; });
  for (const auto* samples : {&independent, &in_time, &by_vehicle, &both}) {
    const auto found = samples->bootstrap();
    for (std::size_t i = 0; i < 2; ++i) {
      const double ratio = width(found[i]) / width(samples->two_way(kQuantiles[i]));
      EXPECT_NEAR(ratio, 1, 0.3) << (samples == &independent) << (samples == &by_vehicle) << kQuantiles[i];
    }
  }
  EXPECT_GT(width(by_vehicle.bootstrap()[0]), 3 * width(independent.bootstrap()[0]));
  EXPECT_GT(width(in_time.bootstrap()[0]), 3 * width(independent.bootstrap()[0]));
}

TEST(Bootstrap, OfOneVehicleIsOverTime) {
  Stream random({}, "effects", 1);
  std::array<double, 32> of_block{};
  for (double& x : of_block) x = std::exp(0.5 * random.normal());
  const Samples one = cells_with_means([&](std::size_t b, std::size_t) { return 1e7 * of_block[b]; }, 1);
  const double ratio = width(one.bootstrap()[0]) / width(one.two_way(0.5));
  EXPECT_NEAR(ratio, 1, 0.3);
}

TEST(Bootstrap, IsAFunctionOfTheSeed) {
  const Samples samples = cells_with_means([](std::size_t, std::size_t) { return 1e7; });
  const auto a = samples.bootstrap(7), b = samples.bootstrap(7), other = samples.bootstrap(8);
  EXPECT_EQ(a[1].low, b[1].low);
  EXPECT_EQ(a[1].high, b[1].high);
  EXPECT_TRUE(a[1].low != other[1].low || a[1].high != other[1].high);
  EXPECT_NEAR(width(a[1]) / width(other[1]), 1, 0.2);
}

TEST(Bootstrap, CannotTellWhatWasNotSeen) {
  const Samples none;
  EXPECT_EQ(none.bootstrap()[0].high, kInf);
  Samples few_blocks, few_late, lost;
  Stream random({}, "latencies", 2);
  for (std::size_t i = 0; i < 7000; ++i) few_blocks.add(i % 7, 0, random.exponential(1e7));
  EXPECT_EQ(few_blocks.bootstrap()[0].low, 0);
  EXPECT_EQ(few_blocks.bootstrap()[0].high, kInf);
  for (std::size_t i = 0; i < 320; ++i) few_late.add(i % 32, 0, random.exponential(1e7));
  EXPECT_LT(few_late.bootstrap()[1].high, 1e8);
  EXPECT_EQ(few_late.bootstrap()[2].high, kInf);
  for (std::size_t i = 0; i < 3200; ++i) {
    if (i % 20 == 0) {
      lost.cells.add_lost(i % 32, 0);
      lost.all.add_lost();
    } else {
      lost.add(i % 32, 0, random.exponential(1e7));
    }
  }
  EXPECT_LT(lost.bootstrap()[0].high, 1e8);
  EXPECT_EQ(lost.bootstrap()[2].high, kInf);
  EXPECT_EQ(lost.bootstrap()[2].low, kInf);  // 5 % are lost in every block
}

}  // namespace
}  // namespace cv2x
