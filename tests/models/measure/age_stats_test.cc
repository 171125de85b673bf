#include "models/measure/age_stats.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "models/base/hash.h"
#include "models/base/random.h"

namespace cv2x {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr std::array kQuantiles = {0.01, 0.5, 0.95, 0.99};
constexpr double kBucket = 1.0 / 512;  // width of a bucket, relative

/// A vehicle's sawtooth from `begin` on: updates every `period`, each `latency` old when it is there.
void sawtooth(AgeStats& to, std::uint64_t vehicle, TimeNs begin, TimeNs period, TimeNs latency, int teeth) {
  for (int i = 0; i < teeth; ++i) to.add(begin + i * period, begin + (i + 1) * period, latency, vehicle);
}

TEST(AgeStats, ASawtoothIsUniform) {
  // From the latency to the latency plus the period.
  AgeStats stats(kSecond);
  constexpr TimeNs kPeriod = 100 * kMillisecond, kLatency = 12'345'678;
  for (std::uint64_t v = 0; v < 50; ++v)
    sawtooth(stats, mix64(v), kSecond + static_cast<TimeNs>(v) * 1'777'777, kPeriod, kLatency, 200);
  EXPECT_EQ(stats.ramps(), 10000u);
  const Histogram time = stats.half_ns();
  const double all = 2.0 * 10000 * kPeriod;  // [half ns], but for where in a bucket the teeth begin and end
  EXPECT_NEAR(static_cast<double>(time.count()), all, all * kBucket);
  const auto found = stats.quantiles_ns(kQuantiles);
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    const double truth = kLatency + kQuantiles[i] * kPeriod;
    EXPECT_NEAR(found[i].value, truth, kBucket * truth) << kQuantiles[i];
    EXPECT_LE(found[i].interval.low, truth);
    EXPECT_GE(found[i].interval.high, truth);
    EXPECT_LT(found[i].interval.high - found[i].interval.low, 0.05 * kPeriod);
  }
  EXPECT_NEAR(stats.mean_ns(), kLatency + 0.5 * kPeriod, kBucket * 6e7);
}

TEST(AgeStats, OneRampSpendsItsTimeEvenly) {
  AgeStats stats(0);
  stats.add(5, 5'000'005, 0, 0);
  const Histogram time = stats.half_ns();
  for (const double q : {0.001, 0.1, 0.5, 0.9, 0.999})
    EXPECT_NEAR(time.quantile_ns(q), q * 5e6, 1 + kBucket * q * 5e6) << q;
  AgeStats instant(0);
  instant.add(7, 8, 1000, 0);  // a nanosecond at age 1000
  EXPECT_EQ(instant.half_ns().count(), 2u);
  EXPECT_EQ(instant.half_ns().quantile_ns(0.5), 1000);
}

TEST(AgeStats, ABlockHoldsTheAgesWithinIt) {
  // An age that grows through the whole run: the early blocks hold small ones, the late ones large ones, and
  // cutting it at their edges changes nothing of the whole.
  AgeStats whole(0), pieces(0);
  whole.add(0, 100 * kSecond, kSecond, 1);
  for (TimeNs t = 0; t < 100 * kSecond; t += 7 * kMillisecond)
    pieces.add(t, std::min(t + 7 * kMillisecond, 100 * kSecond), kSecond + t, 1);
  const auto a = whole.half_ns().entries(), b = pieces.half_ns().entries();
  EXPECT_EQ(a, b);
  EXPECT_NEAR(whole.mean_ns(), 51e9, 51e9 * kBucket);
}

TEST(AgeStats, SameWhateverTheOrder) {
  AgeStats forward(0), backward(0);
  struct Ramp {
    TimeNs from, to, age;
    std::uint64_t vehicle;
  };
  std::vector<Ramp> ramps;
  Stream random({}, "ramps", 0);
  for (int i = 0; i < 5000; ++i) {
    const auto from = static_cast<TimeNs>(random.uniform() * 60e9);
    ramps.push_back({from, from + 1 + static_cast<TimeNs>(random.exponential(3e8)),
                     static_cast<TimeNs>(random.exponential(2e7)), random.next()});
  }
  for (const auto& r : ramps) forward.add(r.from, r.to, r.age, r.vehicle);
  for (auto r = ramps.rbegin(); r != ramps.rend(); ++r) backward.add(r->from, r->to, r->age, r->vehicle);
  const auto a = forward.quantiles_ns(kQuantiles), b = backward.quantiles_ns(kQuantiles);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].value, b[i].value);
    EXPECT_EQ(a[i].interval.low, b[i].interval.low);
    EXPECT_EQ(a[i].interval.high, b[i].interval.high);
  }
}

TEST(AgeStats, IntervalsCoverTheTruth) {
  // Updates as a Poisson process, there at once: the age is exponential. Sixteen vehicles for 100 updates.
  constexpr int kRuns = 100;
  std::array<int, kQuantiles.size()> covered{};
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    AgeStats stats(0);
    for (std::uint64_t v = 0; v < 64; ++v) {
      Stream random({run}, "updates", v);
      double now = 0;
      while (now < 10e9) {
        const double next = std::min(10e9, now + random.exponential(1e8));
        if (static_cast<TimeNs>(next) > static_cast<TimeNs>(now))
          stats.add(static_cast<TimeNs>(now), static_cast<TimeNs>(next), 0, mix64(v));
        now = next;
      }
    }
    const auto found = stats.quantiles_ns(kQuantiles);
    for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
      // Each begins at age 0 and not in the steady state: of the first 100 ms of 10 s.
      const double truth = -std::log(1 - kQuantiles[i]) * 1e8;
      covered[i] += found[i].interval.low <= truth && truth <= found[i].interval.high;
    }
  }
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) EXPECT_GE(covered[i], 90) << kQuantiles[i];
}

/// Vehicles that send updates which are there at once, for 20 s; the gaps of each are exponential with a mean
/// of 100 ms · (1 ± spread), either with probability ½. From the steady state.
AgeStats updates(std::uint64_t run, std::size_t vehicles, double spread) {
  AgeStats stats(0);
  for (std::uint64_t v = 0; v < vehicles; ++v) {
    Stream random({run}, "updates", v);
    const double mean_ns = 1e8 * (random.uniform() < 0.5 ? 1 + spread : 1 - spread);
    double now = -random.exponential(mean_ns);
    while (now < 20e9) {
      const double next = now + random.exponential(mean_ns);
      const auto from = static_cast<TimeNs>(std::max(0.0, now));
      const auto to = static_cast<TimeNs>(std::min(20e9, next));
      if (from < to) stats.add(from, to, from - static_cast<TimeNs>(now), mix64(v + 1000 * run));
      now = next;
    }
  }
  return stats;
}

TEST(AgeStats, IntervalsAreOfTheVehiclesThatMightDriveThere) {
  constexpr int kRuns = 100;
  constexpr double kSpread = 0.5;
  // A vehicle's age is above x for a share exp(−x/mean) of the time; the truth is that of the mixture.
  double low = 0, high = 1e10;
  for (int i = 0; i < 100; ++i) {
    const double x = 0.5 * (low + high);
    const double later = 0.5 * (std::exp(-x / (1e8 * (1 + kSpread))) + std::exp(-x / (1e8 * (1 - kSpread))));
    (later > 0.5 ? low : high) = x;
  }
  int of_others = 0, of_one = 0;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    const Interval many = updates(run, 40, kSpread).quantiles_ns(kQuantiles)[1].interval;
    of_others += many.low <= low && low <= many.high;
    const Interval one = updates(run, 1, 0).quantiles_ns(kQuantiles)[1].interval;
    of_one += one.low <= std::log(2) * 1e8 && std::log(2) * 1e8 <= one.high;
  }
  EXPECT_GE(of_others, 88);
  EXPECT_GE(of_one, 88);
  const Interval differ = updates(0, 40, kSpread).quantiles_ns(kQuantiles)[1].interval;
  const Interval alike = updates(0, 40, 0).quantiles_ns(kQuantiles)[1].interval;
  EXPECT_GT(differ.high - differ.low, 3 * (alike.high - alike.low));
}

TEST(AgeStats, NothingAndLittleSayNothing) {
  AgeStats none(0), one_vehicle(0), few(0);
  EXPECT_TRUE(std::isnan(none.mean_ns()));
  EXPECT_TRUE(std::isnan(none.quantiles_ns(kQuantiles)[0].value));
  sawtooth(one_vehicle, 3, 0, kSecond, 0, 1000);  // at other times it would do the same
  EXPECT_NEAR(one_vehicle.quantiles_ns(kQuantiles)[1].value, 5e8, 1e6);
  EXPECT_LT(one_vehicle.quantiles_ns(kQuantiles)[1].interval.high, 5.5e8);
  one_vehicle = AgeStats(0);
  sawtooth(one_vehicle, 3, 0, kSecond, 0, 4);
  EXPECT_EQ(one_vehicle.quantiles_ns(kQuantiles)[1].interval.high, kInf);
  // 160 teeth are not enough to say how high the 99 % quantile may be.
  for (std::uint64_t v = 0; v < 16; ++v) sawtooth(few, v, 0, kSecond, 0, 10);
  EXPECT_EQ(few.quantiles_ns(kQuantiles)[3].interval.high, kInf);
  EXPECT_LT(few.quantiles_ns(kQuantiles)[1].interval.high, 7e8);
}

}  // namespace
}  // namespace cv2x
