#include "models/uu/slice_share.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace cv2x::uu {
namespace {

using ::testing::ElementsAre;

std::vector<int> shared(const std::vector<SliceShare>& shares, const std::vector<int>& wanted, int free = 100,
                        bool more_follow = false, std::vector<int> used = {}) {
  used.resize(shares.size());
  std::vector<int> allowed(shares.size());
  share_prbs(shares, wanted, used, free, more_follow, allowed);
  return allowed;
}

// TS 28.541 §4.3.36.
const std::vector<SliceShare> kTwo = {{.dedicated = 10, .minimum = 30, .maximum = 100},
                                      {.dedicated = 0, .minimum = 40, .maximum = 80}};

TEST(SliceShare, WholePrbsOfAPolicy) {
  const SliceShare share = SliceShare::of({.dedicated = 0.29, .minimum = 0.3, .maximum = 1}, 4, 51);
  EXPECT_EQ(share.dedicated, 14);
  EXPECT_EQ(share.minimum, 15);
  EXPECT_EQ(share.maximum, 51);
  EXPECT_EQ(share.priority, 4);
  EXPECT_EQ(SliceShare::of({.dedicated = 0.29, .minimum = 0.29}, 0, 100).dedicated, 29);  // 28.999… in binary
}

TEST(SliceShare, MinimaAreGuaranteed) { EXPECT_THAT(shared(kTwo, {200, 200}), ElementsAre(45, 55)); }

TEST(SliceShare, MinimumLessDedicatedIsLent) {
  EXPECT_THAT(shared(kTwo, {0, 200}), ElementsAre(0, 80));   // 90 are free to take; its maximum is 80
  EXPECT_THAT(shared(kTwo, {200, 0}), ElementsAre(100, 0));  // nothing of the other's is dedicated
  EXPECT_THAT(shared({{.dedicated = 30, .minimum = 30, .maximum = 100}, {.maximum = 100}}, {5, 200}),
              ElementsAre(5, 70));  // 25 of the 30 stay empty
}

TEST(SliceShare, WhatWasLentIsTakenBackAtOnce) { EXPECT_THAT(shared(kTwo, {35, 200}), ElementsAre(35, 65)); }

TEST(SliceShare, PriorityTakesTheRestFirst) {
  auto shares = kTwo;
  shares[1].priority = -1;
  EXPECT_THAT(shared(shares, {200, 200}), ElementsAre(30, 70));
  shares[1].priority = 1;
  EXPECT_THAT(shared(shares, {200, 200}), ElementsAre(60, 40));
}

TEST(SliceShare, EqualsShareMaxMinFairly) {
  const std::vector<SliceShare> shares(3, {.maximum = 100});
  EXPECT_THAT(shared(shares, {10, 200, 200}), ElementsAre(10, 45, 45));
  EXPECT_THAT(shared(shares, {200, 200, 200}, 2), ElementsAre(1, 1, 0));
}

TEST(SliceShare, SymbolsThatAreDividedAgainKeepTheMinima) {
  EXPECT_THAT(shared(kTwo, {0, 200}, 100, true), ElementsAre(0, 70));
  // Later the owner comes, after the other one had 70.
  EXPECT_THAT(shared(kTwo, {50, 10}, 30, false, {0, 70}), ElementsAre(30, 0));
}

}  // namespace
}  // namespace cv2x::uu
