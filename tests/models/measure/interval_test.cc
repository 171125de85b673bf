#include "models/measure/interval.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "models/base/random.h"
#include "models/measure/histogram.h"

namespace cv2x {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(Interval, StudentsQuantilesAreThoseOfTheTables) {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  EXPECT_NEAR(student_t_975(1), 12.706, 1e-3);
  EXPECT_NEAR(student_t_975(9), 2.262, 1e-3);
  EXPECT_NEAR(student_t_975(10), 2.228, 1e-3);
  EXPECT_NEAR(student_t_975(15), 2.131, 1e-3);
  EXPECT_NEAR(student_t_975(31), 2.040, 1e-3);
  EXPECT_NEAR(student_t_975(100), 1.984, 1e-3);
  EXPECT_NEAR(normal_cdf(-1.959964), 0.025, 1e-6);
}

TEST(Interval, WilsonsIsThatOfTheTextbook) {
  // 81 of 263 (Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3).
  const Interval i = wilson(81.0 / 263, 263, 1.959964);
  EXPECT_NEAR(i.low, 0.2553, 1e-4);
  EXPECT_NEAR(i.high, 0.3662, 1e-4);
  const Interval none_failed = wilson(1, 1000, 1.959964);
  EXPECT_EQ(none_failed.high, 1);
  EXPECT_NEAR(none_failed.low, 1 - 3.84 / 1000, 2e-5);
  EXPECT_EQ(wilson(0, 29, 1.959964).low, 0);
  EXPECT_NEAR(wilson(0, 29, 1.959964).high, 0.1170, 1e-4);  // the same table: 0 of 29
}

TEST(Interval, RatioVarianceOfEqualBlocksIsThatOfTheirMean) {
  const std::vector<Share> blocks = {{1, 10}, {3, 10}, {2, 10}, {6, 10}};
  // Means 0.1 0.3 0.2 0.6: variance 0.14/3, over 4.
  EXPECT_NEAR(ratio_variance(blocks), 0.14 / 3 / 4, 1e-12);
}

TEST(Interval, ClustersMakeSharesLessSure) {
  // 4 of 40 failed, one in each block of 10, or all in one block.
  const std::vector<Share> spread = {{9, 10}, {9, 10}, {9, 10}, {9, 10}};
  const std::vector<Share> together = {{10, 10}, {10, 10}, {6, 10}, {10, 10}};
  const Interval a = clustered_wilson(0.9, 40, ratio_variance(spread), 4);
  const Interval b = clustered_wilson(0.9, 40, ratio_variance(together), 4);
  EXPECT_LT(b.low, a.low);
  EXPECT_GT(b.high, a.high);
}

TEST(Interval, ReplicationsByStudent) {
  const Estimate e = over_replications(std::array{1.0, 2.0, 3.0});
  EXPECT_EQ(e.value, 2);
  EXPECT_NEAR(e.interval.high, 2 + 4.30265 / std::sqrt(3.0), 1e-4);
  EXPECT_NEAR(e.interval.low, 2 - 4.30265 / std::sqrt(3.0), 1e-4);
}

TEST(Interval, ReplicationsOfAQueueCoverTheTruth) {
  // 500 times five replications that share nothing: M/M/1 with ρ = 0.5, 15 000 customers each.
  constexpr std::array kQuantiles = {0.5, 0.95, 0.99};
  constexpr double kLoad = 0.5;
  constexpr std::uint64_t kGroups = 500, kReplications = 5;
  std::array<int, 3> held{};
  for (std::uint64_t group = 0; group < kGroups; ++group) {
    std::array<std::array<double, kReplications>, 3> values{};
    for (std::uint64_t r = 0; r < kReplications; ++r) {
      Stream random({group, r}, "queue", 0);
      Histogram latencies;
      double wait =
          random.uniform() < 1 - kLoad ? 0 : random.exponential(1 / (1 - kLoad));  // the steady state's
      for (int i = 0; i < 15000; ++i) {
        const double sojourn = wait + random.exponential(1);
        latencies.add(static_cast<TimeNs>(1e6 * sojourn));
        wait = std::max(0.0, sojourn - random.exponential(1 / kLoad));
      }
      for (std::size_t i = 0; i < 3; ++i) values[i][r] = latencies.quantile_ns(kQuantiles[i]);
    }
    for (std::size_t i = 0; i < 3; ++i) {
      const Interval found = over_replications(values[i]).interval;
      const double truth = -std::log(1 - kQuantiles[i]) / (1 - kLoad) * 1e6;
      held[i] += found.low <= truth && truth <= found.high;
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    RecordProperty(i == 0 ? "p50" : i == 1 ? "p95" : "p99", held[i]);
    EXPECT_GE(held[i], 460) << kQuantiles[i];  // 92 %
    EXPECT_LE(held[i], 490) << kQuantiles[i];  // 98 %
  }
}

TEST(Interval, FewOrLostReplicationsSayLittle) {
  EXPECT_EQ(over_replications(std::array{5.0}).interval.high, kInf);
  EXPECT_EQ(over_replications(std::array{5.0}).value, 5);
  EXPECT_TRUE(std::isnan(over_replications({}).value));
  const Estimate some = over_replications(std::array{4.0, kInf, 6.0});
  EXPECT_EQ(some.interval.low, 4);
  EXPECT_EQ(some.interval.high, kInf);
  EXPECT_EQ(over_replications(std::array{kInf, kInf}).interval.low, kInf);
  EXPECT_EQ(reliability_over_replications(std::array{Share{9, 10}}).interval.low, 0);
  const Estimate pooled = reliability_over_replications(std::array{Share{90, 100}, Share{288, 300}});
  EXPECT_NEAR(pooled.value, 378.0 / 400, 1e-12);
  EXPECT_LT(pooled.interval.low, 0.9);
}

}  // namespace
}  // namespace cv2x
