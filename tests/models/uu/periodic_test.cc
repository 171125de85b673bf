// Configured grants and semi-persistent scheduling.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/uu/mac.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

constexpr TimeNs kSlot = 500 * kMicrosecond;
constexpr TimeNs kTproc1 = 356'771, kTproc2 = 428'125;

CarrierParams carrier() {
  CarrierParams c = test_carrier();
  c.p0_dbm = -40;  // so strong that every block is decoded
  return c;
}

QosParams periodic(TimeNs period, std::int64_t bytes = 100) {
  QosParams qos;
  qos.slices[0].uplink_grants = qos.slices[0].downlink_grants = GrantKind::kConfigured;
  qos.slices[0].configured = qos.slices[0].semi_persistent = {.period_ns = period, .size_bytes = bytes};
  return qos;
}

auto entry(Stage stage, TimeNs at) {
  return ::testing::AllOf(Field(&StageEntry::stage, stage), Field(&StageEntry::enter_ns, at));
}

TEST(Periodic, ConfiguredGrantNeedsNoRequest) {
  Driver driver(carrier(), periodic(0));
  driver.add(0, 0, {kGoodGainDb});
  const TimeNs at = 10 * kSlot + 20'000;
  driver.mac.enqueue(Direction::kUplink, 0, 7, 100, at);
  driver.run();
  EXPECT_THAT(
      driver.ended.at(7).stages,
      ElementsAre(entry(Stage::kUeProcessing, at), entry(Stage::kUlAlignment, at + kTproc2 / 2),
                  entry(Stage::kUlTransmission, 11 * kSlot), entry(Stage::kGnbProcessing, 12 * kSlot)));
  EXPECT_EQ(driver.ended.at(7).done.end_ns, 12 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.slots, 1);
}

TEST(Periodic, FirstMessageChoosesThePhase) {
  Driver driver(carrier(), periodic(10 * kMillisecond));
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(Direction::kUplink, 0, 1, 100, 7 * kSlot);  // ready within slot 7: slot 8, 28, 48, …
  driver.run();
  driver.mac.enqueue(Direction::kUplink, 0, 2, 100, 9 * kSlot);
  driver.run();
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 9 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 29 * kSlot + kTproc1 / 2);
}

TEST(Periodic, MoreThanAnOccasionHoldsIsReportedAndGranted) {
  Driver driver(carrier(), periodic(100 * kMillisecond));
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(Direction::kUplink, 0, 1, 1000, 0);
  driver.run();
  // PUSCH with a part and the report in slot 1; + Tproc1: grant in slot 3, PUSCH in slot 4.
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 5 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.mac.take_load(0).blocks[0], 2U);
}

TEST(Periodic, SlotsFillUpAndWhoFindsNoRoomIsScheduledDynamically) {
  // One occasion a period of two slots, each of 51 PRBs.
  Driver driver(carrier(), periodic(kMillisecond, 2800));
  for (Ue ue = 0; ue < 6; ++ue) {
    driver.add(ue, 0, {kGoodGainDb});
    driver.mac.enqueue(Direction::kUplink, ue, ue, 2700, 0);
  }
  driver.run();
  // 2800 B take 21 of 51 PRBs: two grants fit a slot beside the eight that stay free, four the period. Two
  // UEs must ask: grants for 300 B, and then for the rest.
  int asked = 0;
  for (const auto& [ref, ended] : driver.ended)
    asked += std::any_of(ended.stages.begin(), ended.stages.end(),
                         [](const StageEntry& e) { return e.stage == Stage::kGrantWait; });
  EXPECT_EQ(driver.ended.size(), 6U);
  EXPECT_EQ(asked, 2);
}

TEST(Periodic, WhatIsReservedKeepsToTheSlicesShares) {
  // Every start, so all UEs' grants are side by side. Slice 0 may reserve at most 40 % (20 PRBs); slice 1 all
  // but the 30 % (15 PRBs) that slice 0 is guaranteed. Eight of them stay for dynamic grants.
  QosParams qos = periodic(0);
  qos.slices[0].uplink_policy = {.minimum = 0.3, .maximum = 0.4};
  qos.slices.push_back(qos.slices[0]);
  qos.slices[1].uplink_policy = {};
  qos.bearers.resize(2);
  qos.bearers[1].slice = 1;
  for (const BearerId bearer : {BearerId{0}, BearerId{1}}) {
    Driver driver(carrier(), qos);
    int silent = 0;
    for (Ue ue = 0; ue < 100; ++ue) {
      driver.add(ue, 0, {kGoodGainDb});
      driver.mac.enqueue(Direction::kUplink, ue, ue, 100, 10 * kSlot, bearer);
    }
    driver.run();
    int configured = 0;
    for (const auto& [ref, ended] : driver.ended) {
      for (const auto& s : ended.stages) silent += s.stage == Stage::kSrWait;
      configured += ended.stages[1].stage == Stage::kUlAlignment;
    }
    // A PRB or two each.
    const int most = bearer == 0 ? 20 - 8 : 51 - 15;
    EXPECT_LE(configured, most);
    EXPECT_GE(configured, most / 2 - 1);
    EXPECT_EQ(configured + silent, 100);
  }
}

TEST(Periodic, BlockedPrbsAreNobodys) {
  // 20 of 51 PRBs in the first two of each ten slots, beside configured grants and by themselves.
  for (const bool grants : {true, false}) {
    CarrierParams blocked = carrier();
    blocked.pusch.blocked = {.prbs = 20, .period_ns = 5 * kMillisecond, .duration_ns = kMillisecond};
    Driver driver(blocked, grants ? periodic(5 * kMillisecond) : QosParams{});
    driver.add(0, 0, {kGoodGainDb});
    driver.mac.enqueue(Direction::kUplink, 0, 1, 10'000'000, 0);
    driver.run_until(50 * kSlot);
    driver.mac.take_load(0);
    driver.run_until(150 * kSlot);
    EXPECT_NEAR(driver.mac.take_load(0).prb_slots[0], 51 * 100 - 20 * 20, 51);
  }
}

TEST(Periodic, DetachFreesThePrbs) {
  Driver driver(carrier(), periodic(500 * kMicrosecond, 6000));
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {kGoodGainDb});
  driver.mac.enqueue(Direction::kUplink, 0, 1, 100, 0);
  driver.run();
  driver.mac.detach(0);
  driver.mac.enqueue(Direction::kUplink, 1, 2, 100, 20 * kSlot);
  driver.run();
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 22 * kSlot + kTproc1 / 2);  // without a request
}

TEST(Periodic, SemiPersistentDownlink) {
  Driver driver(carrier(), periodic(10 * kMillisecond));
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(Direction::kDownlink, 0, 1, 100, 10 * kSlot);
  driver.run();
  driver.mac.enqueue(Direction::kDownlink, 0, 2, 100, 12 * kSlot);
  driver.run();
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 12 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 32 * kSlot + kTproc1 / 2);
  EXPECT_THAT(driver.ended.at(2).stages,
              ElementsAre(entry(Stage::kDlProcessing, 12 * kSlot),
                          entry(Stage::kDlAlignment, 12 * kSlot + kTproc2 / 2),
                          entry(Stage::kDlTransmission, 31 * kSlot), entry(Stage::kUeDecoding, 32 * kSlot)));
}

TEST(Periodic, LostBlocksAreSentAgainByADynamicGrant) {
  CarrierParams c = carrier();
  c.fixed_error_given = true;
  c.fixed_error.first = 1;
  Driver driver(c, periodic(10 * kMillisecond));
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(Direction::kUplink, 0, 1, 100, 10 * kSlot);
  driver.mac.enqueue(Direction::kDownlink, 0, 2, 100, 10 * kSlot);
  driver.run();
  // PUSCH in 11; + Tproc1: grant in 13, PUSCH in 14. PDSCH in 11; feedback, + Tproc2: PDSCH in 14.
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 15 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 15 * kSlot + kTproc1 / 2);
}

TEST(Periodic, DynamicGrantsKeepOffTheReservedPrbs) {
  Driver driver(carrier(), periodic(0, 3000));
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {kGoodGainDb});
  driver.mac.enqueue(Direction::kDownlink, 0, 1, 100, 0);
  driver.run();
  const double before = driver.mac.take_load(0).prb_slots[1];
  driver.mac.enqueue(Direction::kDownlink, 1, 2, 40'000, 10 * kSlot);  // its grant takes 23 PRBs, too
  driver.run_until(14 * kSlot);
  const CellLoad load = driver.mac.take_load(0);
  EXPECT_LE(load.prb_slots[1], 3 * (51 - before));
}

}  // namespace
}  // namespace cv2x::uu
