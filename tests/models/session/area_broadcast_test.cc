#include "models/session/area_broadcast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace cv2x {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Whereabouts = AreaBroadcast::Whereabouts;

constexpr SiteIndex kWest{4}, kEast{7};

/// West has the cells 1 and 2, east the cells 3 and 4; receivers 10, 11 in cell 1, 12 in 3, 13 in none.
struct AreaBroadcastTest : testing::Test {
  AreaBroadcastTest() {
    area.add(10, kWest, 1);
    area.add(11, kWest, 1);
    area.add(12, kEast, 3);
    area.add(13, {}, -1);
    now = {{10, {false, 1}}, {11, {false, 1}}, {12, {false, 3}}, {13, {false, -1}}};
  }
  std::vector<AreaBroadcast::Transmission> arrive(std::size_t target) {
    return area.arrive(target, [&](std::uint32_t receiver) { return now.at(receiver); });
  }
  AreaBroadcast area;
  std::map<std::uint32_t, Whereabouts> now;
};

TEST_F(AreaBroadcastTest, EverySiteOnceAndEveryCellThatServesOne) {
  ASSERT_EQ(area.targets().size(), 2U);
  EXPECT_EQ(area.targets()[0].site, kWest);
  EXPECT_THAT(area.targets()[0].cells, ElementsAre(1));
  const auto west = arrive(0);
  ASSERT_EQ(west.size(), 1U);
  EXPECT_EQ(west[0].cell, 1);
  EXPECT_THAT(west[0].receivers, ElementsAre(10, 11));
  EXPECT_FALSE(area.over());
  EXPECT_THAT(arrive(1)[0].receivers, ElementsAre(12));
  EXPECT_TRUE(area.over());
  EXPECT_THAT(area.waiting(), ElementsAre(13));  // out of coverage
}

TEST_F(AreaBroadcastTest, WhoHasMovedGetsItInTheNewCellIfThatHasNotSentYet) {
  now[10] = {false, 3};  // west → east before either has it
  EXPECT_THAT(arrive(0)[0].receivers, ElementsAre(11));
  now[12] = {false, 1};  // east → west, which has sent
  now[13] = {false, 3};  // comes into coverage
  EXPECT_THAT(arrive(1)[0].receivers, ElementsAre(10, 13));
  EXPECT_THAT(area.waiting(), ElementsAre(12));
}

TEST_F(AreaBroadcastTest, ACellThatServedNobodySendsNothing) {
  now[10] = {false, 2};  // the same site
  now[11] = {true, 1};   // has left
  const auto west = arrive(0);
  ASSERT_EQ(west.size(), 1U);
  EXPECT_EQ(west[0].cell, 1);
  EXPECT_THAT(west[0].receivers, IsEmpty());  // sent all the same
  arrive(1);
  EXPECT_THAT(area.waiting(), ElementsAre(10, 11, 13));
}

TEST_F(AreaBroadcastTest, AMessageThatIsLostIsLostForWhoWouldHaveGotIt) {
  now[12] = {false, 1};
  EXPECT_THAT(area.lose(0, [&](std::uint32_t receiver) { return now.at(receiver); }),
              ElementsAre(10, 11, 12));
  EXPECT_THAT(arrive(1)[0].receivers, IsEmpty());
  EXPECT_TRUE(area.over());
}

}  // namespace
}  // namespace cv2x
