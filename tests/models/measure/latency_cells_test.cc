#include "models/measure/latency_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "models/base/random.h"

namespace cv2x {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// Samples of one vehicle, block by block.
struct Samples {
  LatencyCells cells;
  Histogram all;
  void add(std::size_t block, TimeNs latency_ns, std::size_t group = 0) {
    cells.add(block, group, Histogram::bucket_of(latency_ns), latency_ns, true);
    all.add(latency_ns);
  }
  void lose(std::size_t block) {
    cells.add_lost(block, 0);
    all.add_lost();
  }
  Interval of(double q) const { return quantile_interval(all, cells.later_shares(), q); }
};

TEST(LatencyCells, SharesAtEveryEdgeAreThoseOfTheSamples) {
  Stream random({}, "latencies", 0);
  Samples run;
  std::vector<TimeNs> latencies;
  for (std::size_t i = 0; i < 3000; ++i) {
    latencies.push_back(static_cast<TimeNs>(random.exponential(i % 2 == 0 ? 600 : 4e7)));
    run.add(i % 32, latencies.back(), i % 7);
  }
  for (std::size_t i = 0; i < 30; ++i) run.lose(i);
  const auto later = run.cells.later_shares();
  ASSERT_GT(later.size(), 100u);
  EXPECT_EQ(later.front().share.ratio, 1);
  EXPECT_EQ(later.back().latency_ns, kInf);
  EXPECT_DOUBLE_EQ(later.back().share.ratio, 30.0 / 3030);
  for (const auto& edge : later) {
    const auto seen = std::count_if(latencies.begin(), latencies.end(),
                                    [&](TimeNs l) { return static_cast<double>(l) >= edge.latency_ns; });
    EXPECT_DOUBLE_EQ(edge.share.ratio, static_cast<double>(seen + 30) / 3030) << edge.latency_ns;
    EXPECT_EQ(edge.share.total, 3030);
  }
  for (std::size_t i = 1; i < later.size(); ++i) EXPECT_GT(later[i].latency_ns, later[i - 1].latency_ns);
}

TEST(LatencyCells, NeighboursMerge) {
  Samples fine, coarse;
  Stream random({}, "latencies", 1);
  for (std::size_t i = 0; i < 5000; ++i) {
    const auto latency = static_cast<TimeNs>(random.exponential(1e7));
    fine.add(i % 32, latency, i % 5);
    coarse.add(i % 32 / 2, latency, i % 5);
  }
  fine.lose(31);
  coarse.lose(15);
  fine.cells.merge_neighbours();
  const auto a = fine.cells.later_shares(), b = coarse.cells.later_shares();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].latency_ns, b[i].latency_ns);
    EXPECT_EQ(a[i].share.variance, b[i].share.variance);
    EXPECT_EQ(a[i].share.third, b[i].share.third);
  }
  for (std::size_t i = 0; i < fine.cells.cells().size(); ++i) {
    EXPECT_EQ(fine.cells.cells()[i].count, coarse.cells.cells()[i].count);
    EXPECT_EQ(fine.cells.cells()[i].sum_ns, coarse.cells.cells()[i].sum_ns);
    EXPECT_EQ(fine.cells.cells()[i].lost, coarse.cells.cells()[i].lost);
  }
}

TEST(LatencyCells, EntriesRestoreThemAndMergeAddsThem) {
  // Two services; the in-time ones of each are the early ones.
  LatencyCells first, second, both;
  Stream random({}, "latencies", 6);
  for (std::size_t i = 0; i < 6000; ++i) {
    const auto latency = static_cast<TimeNs>(random.exponential(1e7));
    const std::uint32_t bucket = Histogram::bucket_of(latency);
    for (LatencyCells* to : {i % 2 == 0 ? &first : &second, &both}) {
      if (i % 100 == 0) {
        to->add_lost(i % 29, i % 11);
      } else {
        to->add(i % 29, i % 11, bucket, latency, latency <= 12'345'678);
      }
    }
  }
  LatencyCells restored;
  for (const LatencyCells* from : {&first, &second}) {
    LatencyCells one;
    for (const auto& entry : from->entries()) {
      EXPECT_GT(entry.count, 0u);
      EXPECT_LE(entry.in_time, entry.count);
      EXPECT_GT(LatencyCells::upper_ns(entry.lower_ns), entry.lower_ns - (entry.lower_ns == kNever));
      one.restore(entry);
    }
    restored.merge(one);
  }
  const auto a = restored.later_shares(), b = both.later_shares();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].latency_ns, b[i].latency_ns);
    EXPECT_EQ(a[i].share.ratio, b[i].share.ratio);
    EXPECT_EQ(a[i].share.variance, b[i].share.variance);
    EXPECT_EQ(a[i].share.third, b[i].share.third);
  }
  EXPECT_EQ(reliability(restored).value, reliability(both).value);
  EXPECT_EQ(reliability(restored).interval.low, reliability(both).interval.low);
  const LatencyCells copy = both;
  EXPECT_EQ(copy.entries().size(), both.entries().size());
}

TEST(LatencyCells, IndependentSamplesHaveTheIntervalOfTheirRanks) {
  // Uniform latencies: the interval of a quantile is that of the binomial share, p ± t·√(p(1 − p)/n).
  Samples run;
  Stream random({}, "latencies", 2);
  constexpr int kSamples = 64000;
  for (std::size_t i = 0; i < kSamples; ++i)
    run.add(i % 32, static_cast<TimeNs>(1e9 + 1e9 * random.uniform()));
  for (const double q : {0.1, 0.5, 0.95, 0.99}) {
    const Interval found = run.of(q);
    const double half = 0.5 * (found.high - found.low) / 1e9;
    EXPECT_LT(found.low, 1e9 + q * 1e9 + 5e6);
    EXPECT_GT(found.high, 1e9 + q * 1e9 - 5e6);
    EXPECT_NEAR(half / (2.04 * std::sqrt(q * (1 - q) / kSamples)), 1, 0.35) << q;
  }
}

TEST(LatencyCells, ManyOfTheSameLatency) {
  Samples all_same, two;
  for (std::size_t i = 0; i < 6400; ++i) {
    all_same.add(i % 32, 5000000);
    two.add(i % 32, i % 50 == 0 ? 80000000 : 5000000);  // 2 %, in every block as often
  }
  const double low = Histogram::middle_ns(Histogram::bucket_of(5000000));
  const double high = Histogram::middle_ns(Histogram::bucket_of(80000000));
  for (const double q : {0.1, 0.5, 0.99}) {
    EXPECT_EQ(all_same.of(q).low, low);
    EXPECT_EQ(all_same.of(q).high, low);
  }
  EXPECT_EQ(two.of(0.5).high, low);
  EXPECT_EQ(two.of(0.95).high, low);
  EXPECT_EQ(two.of(0.98).low, low);  // may be either
  EXPECT_EQ(two.of(0.98).high, high);
  EXPECT_EQ(two.of(0.99).low, high);
  EXPECT_EQ(two.of(0.99).high, high);
}

TEST(LatencyCells, LostOnesAreTheLatest) {
  Samples few, many, some;
  const std::array<std::pair<Samples*, double>, 3> runs = {{{&few, 0.001}, {&many, 0.05}, {&some, 0.0098}}};
  Stream random({}, "latencies", 3);
  for (std::size_t i = 0; i < 32000; ++i) {
    const auto latency = static_cast<TimeNs>(1e6 + random.exponential(1e6));
    for (const auto& [run, lost] : runs) {
      if (random.uniform() < lost) {
        run->lose(i % 32);
      } else {
        run->add(i % 32, latency);
      }
    }
  }
  EXPECT_LT(few.of(0.99).high, kInf);
  EXPECT_LT(many.of(0.9).high, kInf);
  EXPECT_EQ(many.of(0.99).low, kInf);
  EXPECT_EQ(many.of(0.99).high, kInf);
  EXPECT_LT(some.of(0.99).low, kInf);  // about 1 % is lost
  EXPECT_EQ(some.of(0.99).high, kInf);
}

TEST(LatencyCells, OpenAboveWhenTooFewWereLate) {
  Samples hundreds, thousands, burst;
  Stream random({}, "latencies", 4);
  for (std::size_t i = 0; i < 320; ++i) hundreds.add(i % 32, static_cast<TimeNs>(random.exponential(1e6)));
  for (std::size_t i = 0; i < 3200; ++i) {
    const auto latency = static_cast<TimeNs>(random.exponential(1e6));
    thousands.add(i % 32, latency);
    burst.add(i / 100, i >= 1600 && i < 1660 ? latency + 50000000 : latency);  // 60 at a stretch
  }
  EXPECT_EQ(hundreds.of(0.99).high, kInf);
  EXPECT_LT(hundreds.of(0.9).high, kInf);
  EXPECT_LT(thousands.of(0.99).high, 1e7);
  EXPECT_EQ(burst.of(0.99).high, kInf);
  EXPECT_LT(burst.of(0.99).low, 1e7);
  EXPECT_LT(burst.of(0.8).high, 1e7);
}

TEST(LatencyCells, NothingAndLittle) {
  const Samples none;
  EXPECT_TRUE(none.cells.later_shares().empty());
  EXPECT_EQ(none.of(0.5).low, 0);
  EXPECT_EQ(none.of(0.5).high, kInf);
  Samples lost;
  for (std::size_t i = 0; i < 320; ++i) lost.lose(i % 32);
  EXPECT_EQ(lost.of(0.5).low, kInf);
  Samples few;
  for (std::size_t i = 0; i < 320; ++i) few.add(i % 7, 1000000);  // 7 blocks
  EXPECT_EQ(few.of(0.5).low, 0);
  EXPECT_EQ(few.of(0.5).high, kInf);
}

/// Lets `runs` runs of `n` independent samples in 32 blocks be covered.
int covered(int runs, std::size_t n, double q) {
  int held = 0;
  for (int r = 0; r < runs; ++r) {
    Samples run;
    Stream random({static_cast<std::uint64_t>(r)}, "latencies", 5);
    for (std::size_t i = 0; i < n; ++i) run.add(i % 32, static_cast<TimeNs>(random.exponential(1e6)));
    const Interval found = run.of(q);
    const double truth = -std::log(1 - q) * 1e6;
    held += found.low <= truth && truth <= found.high;
  }
  return held;
}

TEST(LatencyCells, FewIndependentSamplesCoverTheTruth) {
  using Case = std::pair<std::size_t, double>;
  for (const auto& [n, q] : {Case{64, 0.5}, Case{64, 0.9}, Case{500, 0.95}, Case{1000, 0.99}}) {
    const int held = covered(300, n, q);
    EXPECT_GE(held, 276) << n << " samples, q = " << q;  // 92 %
  }
}

}  // namespace
}  // namespace cv2x
