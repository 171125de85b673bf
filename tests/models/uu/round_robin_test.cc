#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/uu/scheduler.h"

namespace cv2x::uu {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint16_t> share(const std::vector<Candidate>& candidates, int prbs, int grants) {
  std::vector<std::uint16_t> given(candidates.size(), 99);
  scheduler_registry().make("round_robin")->share(candidates, prbs, grants, given);
  return given;
}

TEST(RoundRobin, NobodyGetsMoreThanItNeedsAndTheRestIsDivided) {
  EXPECT_THAT(share({{0, 1, 50}, {1, 1, 4}, {2, 1, 50}}, 50, 16), ElementsAre(23, 4, 23));
  EXPECT_THAT(share({{0, 1, 20}, {1, 1, 4}}, 50, 16), ElementsAre(20, 4));
  EXPECT_THAT(share({{0, 1, 60}}, 50, 16), ElementsAre(50));
}

TEST(RoundRobin, ThoseWhoHaveWaitedLongestGetTheGrants) {
  EXPECT_THAT(share({{5, 1, 50}, {3, 1, 50}, {4, 1, 50}}, 50, 2), ElementsAre(25, 25, 0));
}

TEST(RoundRobin, WhoCannotSendIsPassedOver) {
  EXPECT_THAT(share({{0, 0, 0}, {1, 2, 10}, {2, 2, 10}}, 50, 2), ElementsAre(0, 10, 10));
}

TEST(RoundRobin, ABlockIsUsefulOrNotBegun) {
  // Three times 20 do not fit into 50: two are served, and what is left over is theirs.
  EXPECT_THAT(share({{0, 20, 30}, {1, 20, 30}, {2, 20, 30}}, 50, 16), ElementsAre(25, 25, 0));
  EXPECT_THAT(share({{0, 20, 30}, {1, 20, 20}}, 50, 16), ElementsAre(30, 20));
  EXPECT_THAT(share({{0, 20, 30}}, 10, 16), ElementsAre(0));
  EXPECT_THAT(share({{0, 1, 30}}, 0, 16), ElementsAre(0));
}

TEST(RoundRobin, UnknownNamesMakeNothing) { EXPECT_EQ(scheduler_registry().make("round robin"), nullptr); }

}  // namespace
}  // namespace cv2x::uu
