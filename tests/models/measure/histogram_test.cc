#include "models/measure/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/base/random.h"

namespace cv2x {
namespace {

constexpr TimeNs kMost = std::numeric_limits<TimeNs>::max();

TEST(Histogram, EveryValueLiesInItsBucketAndNearItsMiddle) {
  Stream random({}, "values", 0);
  std::vector<TimeNs> values = {0, 1, 511, 512, 1023, 1024, 1025, kMost - 1, kMost};
  for (int bit = 0; bit < 63; ++bit) {
    for (TimeNs d = -1; d <= 1; ++d) values.push_back(std::max<TimeNs>(0, (TimeNs{1} << bit) + d));
    for (int i = 0; i < 50; ++i) values.push_back(static_cast<TimeNs>(random.next() >> (1 + bit)));
  }
  for (const TimeNs v : values) {
    const std::uint32_t b = Histogram::bucket_of(v);
    ASSERT_LE(Histogram::lower_ns(b), v);
    ASSERT_LE(v - Histogram::lower_ns(b), Histogram::width_ns(b) - 1) << v;
    ASSERT_LE(std::abs(Histogram::middle_ns(b) - static_cast<double>(v)), static_cast<double>(v) / 1024) << v;
  }
}

TEST(Histogram, BucketsFollowEachOtherWithoutGap) {
  for (std::uint32_t b = 0; b + 1 < (Histogram::kOctaves + 1) * Histogram::kSubBuckets; ++b) {
    ASSERT_EQ(Histogram::lower_ns(b) + Histogram::width_ns(b), Histogram::lower_ns(b + 1)) << b;
  }
}

TEST(Histogram, QuantileIsTheNearestRank) {
  Histogram h;
  for (TimeNs v = 1; v <= 100; ++v) h.add(v);
  EXPECT_EQ(h.quantile_ns(0.5), 50);
  EXPECT_EQ(h.quantile_ns(0.07), 7);  // 0.07·100 is a little more than 7 in floating point
  EXPECT_EQ(h.quantile_ns(0.071), 8);
  EXPECT_EQ(h.quantile_ns(0.99), 99);
  EXPECT_EQ(h.quantile_ns(0.991), 100);
  EXPECT_EQ(h.quantile_ns(1e-9), 1);
}

TEST(Histogram, LostOnesAreTheLatest) {
  Histogram h;
  EXPECT_TRUE(std::isnan(h.quantile_ns(0.5)));
  for (TimeNs v = 1; v <= 98; ++v) h.add(v);
  h.add_lost(2);
  EXPECT_EQ(h.count(), 100u);
  EXPECT_EQ(h.quantile_ns(0.98), 98);
  EXPECT_EQ(h.quantile_ns(0.981), std::numeric_limits<double>::infinity());
}

TEST(Histogram, CountsUpToALatency) {
  Histogram h;
  for (TimeNs v = 1; v <= 1500; ++v) h.add(v);
  h.add_lost(3);
  EXPECT_EQ(h.count_up_to(0), 0u);
  EXPECT_EQ(h.count_up_to(1), 1u);
  EXPECT_EQ(h.count_up_to(1023), 1023u);
  EXPECT_EQ(h.count_up_to(1024.5), 1025u);  // the bucket of 1024 and 1025
  EXPECT_EQ(h.count_up_to(1e12), 1500u);
  EXPECT_EQ(h.count_up_to(std::numeric_limits<double>::infinity()), 1500u);
}

TEST(Histogram, MergedAndRestoredAreTheSame) {
  Stream random({}, "values", 1);
  Histogram a, b, both, restored;
  for (int i = 0; i < 5000; ++i) {
    const auto v = static_cast<TimeNs>(random.exponential(1e7));
    (i % 3 == 0 ? a : b).add(v);
    both.add(v);
  }
  b.add_lost(7);
  both.add_lost(7);
  a.merge(b);
  EXPECT_EQ(a.entries(), both.entries());
  EXPECT_EQ(a.lost(), 7u);
  EXPECT_EQ(a.count(), 5007u);
  for (const auto& e : a.entries()) restored.add_bucket(e.bucket, e.count);
  restored.add_lost(a.lost());
  const Histogram copy = restored;
  EXPECT_EQ(copy.entries(), both.entries());
  EXPECT_EQ(copy.quantile_ns(0.9), both.quantile_ns(0.9));
}

}  // namespace
}  // namespace cv2x
