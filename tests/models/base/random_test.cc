#include "models/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "models/base/hash.h"

namespace cv2x {
namespace {

/// Inverse of mix64, so that a test can choose the key into which seed, replication and stream are folded.
std::uint64_t unmix64(std::uint64_t x) {
  const auto unshift = [](std::uint64_t y, int n) {
    std::uint64_t z = y;
    for (int i = n; i < 64; i += n) z = y ^ (z >> n);
    return z;
  };
  x = unshift(x, 31) * 0x319642b2d24d8ec3ULL;
  x = unshift(x, 27) * 0x96de1b173f119089ULL;
  return unshift(x, 30) - 0x9e3779b97f4a7c15ULL;
}

/// The stream that makes `key` out of `seed`: key = mix64(mix64(mix64(seed) ^ mix64(replication)) ^
/// mix64(stream)).
std::uint64_t stream_for(const Seed& seed, std::uint64_t key) {
  return unmix64(unmix64(key) ^ combine(seed.seed, seed.replication));
}

TEST(Philox, UnmixInvertsMix) {
  for (std::uint64_t x : {0ULL, 1ULL, 0x123456789abcdef0ULL, ~0ULL}) {
    ASSERT_EQ(unmix64(mix64(x)), x);
    ASSERT_EQ(mix64(unmix64(x)), x);
  }
}

// Random123's known answers (tests/kat_vectors, "philox4x32 10"): counter words 0–3, key words 0–1, output
// words 0–3.
TEST(Philox, KnownAnswersOfRandom123) {
  struct Known {
    std::array<std::uint32_t, 4> counter;
    std::array<std::uint32_t, 2> key;
    std::array<std::uint32_t, 4> out;
  };
  const Known known[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  const auto pair = [](std::uint32_t low, std::uint32_t high) {
    return static_cast<std::uint64_t>(high) << 32 | low;
  };
  for (const Seed& seed : {Seed{1, 0}, Seed{42, 7}}) {
    for (const auto& k : known) {
      EXPECT_EQ(philox(seed, stream_for(seed, pair(k.key[0], k.key[1])), pair(k.counter[2], k.counter[3]),
                       pair(k.counter[0], k.counter[1])),
                k.out);
    }
  }
}

TEST(Philox, EveryInputMatters) {
  const auto base = philox({1, 0}, 2, 3, 4);
  EXPECT_EQ(philox({1, 0}, 2, 3, 4), base);
  EXPECT_NE(philox({2, 0}, 2, 3, 4), base);
  EXPECT_NE(philox({1, 1}, 2, 3, 4), base);
  EXPECT_NE(philox({1, 0}, 3, 3, 4), base);
  EXPECT_NE(philox({1, 0}, 2, 4, 4), base);
  EXPECT_NE(philox({1, 0}, 2, 3, 5), base);
  EXPECT_NE(philox({0, 1}, 2, 3, 4), base);  // seed and replication do not trade places
  EXPECT_NE(philox({1, 0}, 2, 4, 3), base);
}

TEST(Philox, NoTwoSeedsOrReplicationsOfACampaignShareAKey) {
  std::set<std::array<std::uint32_t, 4>> blocks;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (std::uint64_t replication = 0; replication < 100; ++replication)
      blocks.insert(philox({seed, replication}, 2, 3, 4));
  }
  EXPECT_EQ(blocks.size(), 100u * 100);
}

TEST(Stream, TakesBothHalvesOfEveryBlockInOrder) {
  const Seed seed{5, 1};
  Stream stream(seed, "arrivals", 9);
  for (std::uint64_t counter = 0; counter < 3; ++counter) {
    const auto b = philox(seed, hash_name("arrivals"), 9, counter);
    EXPECT_EQ(stream.next(), static_cast<std::uint64_t>(b[1]) << 32 | b[0]);
    EXPECT_EQ(stream.next(), static_cast<std::uint64_t>(b[3]) << 32 | b[2]);
  }
}

TEST(Stream, DrawsDoNotDependOnTheOrderInWhichStreamsAreUsed) {
  const Seed seed{3};
  constexpr int kStreams = 20, kDraws = 50;
  std::vector<std::vector<std::uint64_t>> one_by_one(kStreams);
  for (std::uint64_t s = 0; s < kStreams; ++s) {
    Stream stream(seed, "x", s);
    for (int i = 0; i < kDraws; ++i) one_by_one[s].push_back(stream.next());
  }
  std::vector<Stream> streams;
  for (std::uint64_t s = 0; s < kStreams; ++s) streams.emplace_back(seed, "x", s);
  std::vector<std::vector<std::uint64_t>> mixed(kStreams);
  Stream order(Seed{99}, "order", 0);
  for (int i = 0; i < 100'000; ++i) {
    const std::size_t s = order.next() % kStreams;
    if (mixed[s].size() < kDraws) mixed[s].push_back(streams[s].next());
  }
  EXPECT_EQ(mixed, one_by_one);
}

TEST(Stream, PurposesEntitiesSeedsAndReplicationsAreUncorrelated) {
  const auto correlation = [](Stream a, Stream b) {
    constexpr int kDraws = 20'000;
    double sum = 0;
    for (int i = 0; i < kDraws; ++i) sum += (a.uniform() - 0.5) * (b.uniform() - 0.5) * 12;
    return sum / kDraws;
  };
  const double limit = 4.5 / std::sqrt(20'000.0);
  EXPECT_LT(std::abs(correlation({{1}, "a", 1}, {{1}, "b", 1})), limit);
  EXPECT_LT(std::abs(correlation({{1}, "a", 1}, {{1}, "a", 2})), limit);
  EXPECT_LT(std::abs(correlation({{1}, "a", 1}, {{2}, "a", 1})), limit);
  EXPECT_LT(std::abs(correlation({{1, 0}, "a", 1}, {{1, 1}, "a", 1})), limit);
  EXPECT_GT(correlation({{1}, "a", 1}, {{1}, "a", 1}), 0.9);  // the measure itself works
}

TEST(Uniform, NeverReachesZeroOrOne) {
  constexpr std::uint64_t kAllOnes = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(to_uniform(0), 0x1.0p-53);
  EXPECT_EQ(to_uniform(kAllOnes), 1 - 0x1.0p-53);
  EXPECT_LT(to_uniform(kAllOnes), 1.0);
  // The steps are equal everywhere: nothing is rounded, at the ends or around the middle.
  constexpr std::uint64_t kStep = 1 << 12, kHalf = std::uint64_t{1} << 63;
  for (const std::uint64_t bits : {std::uint64_t{0}, kStep * 12345, kHalf - kStep, kHalf, kAllOnes - kStep})
    EXPECT_EQ(to_uniform(bits + kStep) - to_uniform(bits), 0x1.0p-52) << bits;
}

struct Moments {
  double mean = 0, variance = 0, skewness = 0, kurtosis = 0;
};

template <class Draw>
Moments moments(int n, Draw draw) {
  std::vector<double> x(static_cast<std::size_t>(n));
  Moments m;
  for (auto& v : x) m.mean += (v = draw()) / n;
  double m3 = 0, m4 = 0;
  for (const double v : x) {
    const double d = v - m.mean;
    m.variance += d * d / n;
    m3 += d * d * d / n;
    m4 += d * d * d * d / n;
  }
  m.skewness = m3 / std::pow(m.variance, 1.5);
  m.kurtosis = m4 / (m.variance * m.variance);
  return m;
}

// Limits: 5 standard errors of each moment with n = 10^6.
constexpr int kMany = 1'000'000;

TEST(Uniform, Moments) {
  Stream stream({11}, "u", 0);
  const Moments m = moments(kMany, [&] { return stream.uniform(); });
  EXPECT_NEAR(m.mean, 0.5, 5 * 0.000289);
  EXPECT_NEAR(m.variance, 1.0 / 12, 5 * 0.0000745);
  EXPECT_NEAR(m.skewness, 0, 0.01);
  EXPECT_NEAR(m.kurtosis, 1.8, 0.01);
}

TEST(Uniform, ChiSquareOverAHundredBins) {
  Stream stream({12}, "u", 0);
  std::array<int, 100> bins{};
  for (int i = 0; i < kMany; ++i) ++bins[static_cast<std::size_t>(stream.uniform() * 100)];
  double chi2 = 0;
  for (const int n : bins) chi2 += (n - 1e4) * (n - 1e4) / 1e4;
  EXPECT_GT(chi2, 45);  // 99 degrees of freedom: both tails are below 1e-6
  EXPECT_LT(chi2, 180);
}

TEST(Exponential, MomentsAndTail) {
  Stream stream({13}, "e", 0);
  int beyond_3 = 0;
  const Moments m = moments(kMany, [&] {
    const double x = stream.exponential(2.0);
    beyond_3 += x > 6.0;
    EXPECT_GT(x, 0);
    return x;
  });
  EXPECT_NEAR(m.mean, 2, 5 * 0.002);
  EXPECT_NEAR(m.variance, 4, 5 * 0.0113);
  EXPECT_NEAR(m.skewness, 2, 0.06);
  EXPECT_NEAR(beyond_3, kMany * std::exp(-3.0), 5 * 218);
  EXPECT_EQ(Stream({13}, "e", 0).exponential(0), 0);
}

TEST(Normal, MomentsAndTail) {
  Stream stream({14}, "n", 0);
  int beyond_2 = 0;
  const Moments m = moments(kMany, [&] {
    const double x = stream.normal();
    beyond_2 += std::abs(x) > 2;
    return x;
  });
  EXPECT_NEAR(m.mean, 0, 5 * 0.001);
  EXPECT_NEAR(m.variance, 1, 5 * 0.00142);
  EXPECT_NEAR(m.skewness, 0, 5 * 0.00245);
  EXPECT_NEAR(m.kurtosis, 3, 5 * 0.0049);
  EXPECT_NEAR(beyond_2, kMany * std::erfc(std::sqrt(2.0)), 5 * 208);
}

TEST(Normal, TheTwoValuesOfABoxMullerPairAreUncorrelated) {
  Stream stream({15}, "n", 0);
  double product = 0, squares = 0;
  constexpr int kPairs = 200'000;
  for (int i = 0; i < kPairs; ++i) {
    const double a = stream.normal();
    const double b = stream.normal();
    product += a * b;
    squares += (a * a - 1) * (b * b - 1);
  }
  EXPECT_LT(std::abs(product / kPairs), 5 / std::sqrt(kPairs));
  EXPECT_LT(std::abs(squares / kPairs), 5 * 2 / std::sqrt(kPairs));
}

}  // namespace
}  // namespace cv2x
