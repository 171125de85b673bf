#include "models/sidelink/counts.h"

#include <gtest/gtest.h>

namespace cv2x::sidelink {
namespace {

TEST(GapCounts, BucketsFollowEachOther) {
  for (int b = 0; b + 1 < GapCounts::kBuckets && GapCounts::lower(b + 1) < 2'000'000; ++b) {
    EXPECT_EQ(GapCounts::bucket(GapCounts::lower(b)), b);
    EXPECT_EQ(GapCounts::bucket(GapCounts::lower(b + 1) - 1), b);
    EXPECT_LE(GapCounts::lower(b + 1) - GapCounts::lower(b), std::max(1U, GapCounts::lower(b) / 16));
  }
}

TEST(GapCounts, AgeIsTheMeanOverTime) {
  GapCounts g;
  g.add(100, kMillisecond, 20 * kMillisecond);  // rises from 20 to 120 ms
  EXPECT_NEAR(g.mean_age_s(), 0.070, 1e-12);
  g.add(300, kMillisecond, 20 * kMillisecond);  // from 20 to 320 ms
  EXPECT_NEAR(g.mean_s(), 0.2, 1e-12);
  EXPECT_NEAR(g.mean_age_s(), (0.1 * 0.070 + 0.3 * 0.170) / 0.4, 1e-12);
}

}  // namespace
}  // namespace cv2x::sidelink
