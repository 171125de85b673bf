#include "models/uu/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cv2x::uu {
namespace {

using ::testing::ElementsAre;

std::vector<Tick> within(const Occasions& occasions, std::int64_t slots) {
  std::vector<Tick> out;
  if (occasions.empty()) return out;
  for (Tick at = occasions.next(0); at < tick_of(slots, 0); at = occasions.next(at + 1)) out.push_back(at);
  return out;
}

CarrierParams tdd(const std::string& pattern = "DDDSU") {
  CarrierParams carrier;
  carrier.duplex = Duplex::kTdd;
  carrier.tdd_pattern = pattern;
  return carrier;
}

PdschParams pdsch(Mapping mapping, std::int64_t symbols) {
  return {.mapping = mapping, .symbols = symbols, .blocked = {}};
}
PuschParams pusch(Mapping mapping, std::int64_t symbols) {
  return {.mapping = mapping, .symbols = symbols, .blocked = {}};
}

TEST(Occasions, NextAndNumberAcrossPeriods) {
  const Occasions in({false, true, false, true, false});
  EXPECT_EQ(in.count(), 2);
  EXPECT_EQ(in.next(0), 1);
  EXPECT_EQ(in.next(1), 1);
  EXPECT_EQ(in.next(2), 3);
  EXPECT_EQ(in.next(4), 6);
  EXPECT_EQ(in.next(1'000'000'004), 1'000'000'006);
  EXPECT_TRUE(in.holds(8));
  EXPECT_FALSE(in.holds(9));
  EXPECT_EQ(in.number(0), 0);
  EXPECT_EQ(in.number(2), 1);
  EXPECT_EQ(in.number(10), 4);
  EXPECT_TRUE(Occasions(std::vector<bool>(14)).empty());
}

TEST(Frame, FddHasBothDirectionsInEverySymbol) {
  const Frame frame{CarrierParams{}};
  EXPECT_EQ(frame.slots(), 1);
  for (int symbol = 0; symbol < 14; ++symbol) {
    EXPECT_TRUE(frame.uplink(7, symbol));
    EXPECT_TRUE(frame.downlink(7, symbol));
  }
}

TEST(Frame, SpecialSlotsAreSplit) {
  const Frame frame(tdd());
  EXPECT_EQ(frame.slots(), 5);
  EXPECT_TRUE(frame.downlink(3, 9));
  EXPECT_FALSE(frame.downlink(3, 10));
  EXPECT_FALSE(frame.uplink(3, 11));
  EXPECT_TRUE(frame.uplink(3, 12));
  EXPECT_TRUE(frame.uplink(9, 0));
  EXPECT_FALSE(frame.downlink(4, 0));
  EXPECT_TRUE(frame.fits_downlink(3, 3, 7));
  EXPECT_FALSE(frame.fits_downlink(3, 4, 7));
}

TEST(Frame, StartsOfTr37910) {
  const Frame fdd{CarrierParams{}};
  EXPECT_THAT(within(fdd.pdsch_starts(pdsch(Mapping::kA, 14)), 2), ElementsAre(0, 14));
  EXPECT_THAT(within(fdd.pdsch_starts(pdsch(Mapping::kA, 7)), 1), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(within(fdd.pdsch_starts(pdsch(Mapping::kB, 7)), 1), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(fdd.pdsch_starts(pdsch(Mapping::kB, 2)).count(), 13);
  EXPECT_THAT(within(fdd.pusch_starts(pusch(Mapping::kA, 4)), 2), ElementsAre(0, 14));
  EXPECT_THAT(within(fdd.pusch_starts(pusch(Mapping::kB, 4)), 1), ElementsAre(0, 7));
  EXPECT_THAT(within(fdd.pusch_starts(pusch(Mapping::kB, 2)), 1), ElementsAre(0, 2, 4, 6, 8, 10, 12));

  const Frame frame(tdd());
  // No whole slot fits S; seven symbols do, at 0 to 3.
  EXPECT_THAT(within(frame.pdsch_starts(pdsch(Mapping::kA, 14)), 5), ElementsAre(0, 14, 28));
  EXPECT_EQ(frame.pdsch_starts(pdsch(Mapping::kA, 7)).count(), 16);
  EXPECT_EQ(frame.pdsch_starts(pdsch(Mapping::kB, 2)).count(), 3 * 13 + 9);
  EXPECT_THAT(within(frame.pusch_starts(pusch(Mapping::kA, 14)), 10), ElementsAre(56, 126));
  EXPECT_THAT(within(frame.pusch_starts(pusch(Mapping::kB, 2)), 5),
              ElementsAre(54, 56, 58, 60, 62, 64, 66, 68));
}

TEST(Frame, PatternsThatCannotBeUsed) {
  const SpecialSlotParams special;
  EXPECT_EQ(tdd_problem("DDDSU", special), "");
  EXPECT_EQ(tdd_problem("DDDS", special), "");  // two symbols
  EXPECT_NE(tdd_problem("DDDS", {.downlink = 12, .guard = 2, .uplink = 0}), "");
  EXPECT_NE(tdd_problem("DDDD", special), "");
  EXPECT_NE(tdd_problem("UUU", special), "");
  EXPECT_NE(tdd_problem("", special), "");
  EXPECT_NE(tdd_problem("DdSU", special), "");
}

}  // namespace
}  // namespace cv2x::uu
