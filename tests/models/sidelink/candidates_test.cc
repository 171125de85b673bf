// Selection by hand-computed windows: steps of TS 38.214 §8.1.4 and TS 36.213 §14.1.1.6.
#include "models/sidelink/candidates.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace cv2x::sidelink {
namespace {

std::uint8_t code_of_dbm(double dbm) {
  return power_code(static_cast<float>(std::pow(10, dbm / 10)), kRsrpFirst);
}

TEST(Candidates, AreAllContiguousSubchannelsOfTheWindow) {
  Candidates c;
  c.begin(100, 109, 4, 1);
  EXPECT_EQ(c.total(), 40);
  c.begin(100, 109, 4, 3);
  EXPECT_EQ(c.total(), 20);  // first sub-channel 0 or 1
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 20);
  EXPECT_EQ(c.pick(0), (Resource{100, 0}));
  EXPECT_EQ(c.pick(19), (Resource{109, 1}));
}

TEST(Candidates, AReservationAboveTheThresholdExcludesWhatOverlapsIt) {
  Candidates c;
  c.begin(0, 9, 4, 2);  // 30 resources
  c.reserve(3, 1, code_of_dbm(-90));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 28);
  EXPECT_FALSE(c.left({3, 0}));  // sub-channels 0, 1
  EXPECT_FALSE(c.left({3, 1}));  // 1, 2
  EXPECT_TRUE(c.left({3, 2}));
  EXPECT_TRUE(c.left({4, 1}));
}

TEST(Candidates, AReservationAtOrBelowTheThresholdDoesNot) {
  Candidates c;
  c.begin(0, 9, 1, 1);
  c.reserve(3, 0, code_of_dbm(-110));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 10);
  c.begin(0, 9, 1, 1);
  c.reserve(3, 0, code_of_dbm(-109));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 9);
}

TEST(Candidates, AFullWindowRaisesTheThresholdBy3DbUntilEnoughAreLeft) {
  // Ten resources, reserved at −108, −105, …, −81 dBm. From −110 dBm on, two (20 %) are left once the
  // threshold is at least −105 dBm: after two steps, at −104 dBm.
  Candidates c;
  c.begin(0, 9, 1, 1);
  for (int i = 0; i < 10; ++i) c.reserve(i, 0, code_of_dbm(-108 + 3 * i));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 2);
  EXPECT_EQ(c.raised_to(), code_of_dbm(-110) + 16);
  EXPECT_TRUE(c.left({0, 0}));
  EXPECT_TRUE(c.left({1, 0}));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.5), 5);
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 1), 10);
}

TEST(Candidates, TheStrongestOfSeveralReservationsCounts) {
  Candidates c;
  c.begin(0, 1, 1, 1);
  c.reserve(0, 0, code_of_dbm(-80));
  c.reserve(0, 0, code_of_dbm(-120));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 1);
  EXPECT_FALSE(c.left({0, 0}));
}

TEST(Candidates, SlotsThatWereNotMonitoredAreLeftOut) {
  Candidates c;
  c.begin(0, 9, 2, 1);
  c.block(4);
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 18);
  EXPECT_FALSE(c.left({4, 0}));
  EXPECT_FALSE(c.left({4, 1}));
}

TEST(Candidates, UnlessTheyWouldLeaveTooFew) {  // step 5a
  Candidates c;
  c.begin(0, 9, 1, 1);
  for (int slot = 0; slot < 9; ++slot) c.block(slot);
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 10);
  for (int slot = 0; slot < 8; ++slot) c.block(slot);
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 2);
}

TEST(Candidates, BlockedAndReservedTogether) {
  // Blocked: slots 0 to 4. Of the other five all are reserved at −80 dBm: the threshold rises to them.
  Candidates c;
  c.begin(0, 9, 1, 1);
  for (int slot = 0; slot < 5; ++slot) c.block(slot);
  for (int slot = 5; slot < 10; ++slot) c.reserve(slot, 0, code_of_dbm(-80));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.2), 5);
  EXPECT_FALSE(c.left({0, 0}));
  EXPECT_TRUE(c.left({7, 0}));
}

TEST(Candidates, OutsideTheWindowNothingHappens) {
  Candidates c;
  c.begin(10, 19, 1, 1);
  c.block(9);
  c.block(20);
  c.reserve(9, 0, 200);
  c.reserve(20, 0, 200);
  EXPECT_EQ(c.exclude(10, 0.2), 10);
  EXPECT_FALSE(c.left({9, 0}));
}

TEST(Candidates, LteKeepsThoseWithTheLowestAverage) {
  Candidates c;
  c.begin(0, 4, 2, 1);
  std::vector<float> average = {9, 3, 8, 1, 7, 2, 6, 5, 4, 10};  // slot 0: 9, 3; slot 1: 8, 1; …
  EXPECT_EQ(c.exclude(254, 0.2), 10);
  EXPECT_EQ(c.rank(average, 0.2, 7), 2);
  EXPECT_TRUE(c.left({1, 1}));
  EXPECT_TRUE(c.left({2, 1}));
}

TEST(Candidates, LteAddsUpTheSubchannelsOfAResource) {
  Candidates c;
  c.begin(0, 1, 3, 2);  // four resources
  std::vector<float> average = {5, 5, 1, 4, 3, 9};
  EXPECT_EQ(c.exclude(254, 0.2), 4);
  EXPECT_EQ(c.rank(average, 0.25, 7), 1);  // sums 10, 6, 7, 12
  EXPECT_TRUE(c.left({0, 1}));
}

TEST(Candidates, LteDrawsBetweenEqualOnes) {
  std::set<std::int64_t> seen;
  const std::vector<float> average(10, 1.0F);
  for (std::uint32_t salt = 0; salt < 100; ++salt) {
    Candidates c;
    c.begin(0, 9, 1, 1);
    c.exclude(254, 0.2);
    EXPECT_EQ(c.rank(average, 0.2, salt), 2);
    seen.insert(c.pick(0).slot);
    seen.insert(c.pick(1).slot);
  }
  EXPECT_EQ(seen.size(), 10u);
}

TEST(Candidates, LteDoesNotAddAnyBack) {
  Candidates c;
  c.begin(0, 9, 1, 1);
  for (int slot = 1; slot < 10; ++slot) c.reserve(slot, 0, code_of_dbm(-80));
  EXPECT_EQ(c.exclude(code_of_dbm(-110), 0.1), 1);
  EXPECT_EQ(c.rank(std::vector<float>(10, 0.0F), 0.2, 1), 1);
  EXPECT_TRUE(c.left({0, 0}));
}

}  // namespace
}  // namespace cv2x::sidelink
