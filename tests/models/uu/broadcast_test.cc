#include "models/uu/broadcast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "models/radio/numeric.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

constexpr auto kDown = Direction::kDownlink;
constexpr TimeNs kSlot = 500 * kMicrosecond;
constexpr TimeNs kTproc1 = 356'771, kTproc2 = 428'125;  // TS 38.214 at 30 kHz, capability 1

auto entry(Stage stage, TimeNs at) {
  return ::testing::AllOf(Field(&StageEntry::stage, stage), Field(&StageEntry::enter_ns, at));
}

std::vector<Receiver> receivers(Ue from, Ue until) {
  std::vector<Receiver> out;
  for (Ue ue = from; ue < until; ++ue) out.push_back({ue, 100 + ue});
  return out;
}

CarrierParams with_errors(double rate) {
  CarrierParams carrier = test_carrier();
  carrier.fixed_error_given = true;
  carrier.fixed_error.first = carrier.fixed_error.later = rate;
  return carrier;
}

TEST(Broadcast, OneTransmissionForEverybody) {
  Driver driver(test_carrier());
  for (Ue ue = 0; ue < 30; ++ue) driver.add(ue, 0, {kGoodGainDb});
  const TimeNs at = 10 * kSlot + 100'000;
  driver.mac.broadcast(0, receivers(0, 30), 100, at);
  driver.run();
  ASSERT_EQ(driver.ended.size(), 30U);
  for (const auto& [ref, ended] : driver.ended) {
    EXPECT_EQ(ended.done.outcome, Outcome::kDelivered);
    EXPECT_EQ(ended.done.ue, ref - 100);
    EXPECT_THAT(
        ended.stages,
        ElementsAre(entry(Stage::kDlProcessing, at), entry(Stage::kDlAlignment, at + kTproc2 / 2),
                    entry(Stage::kDlTransmission, 11 * kSlot), entry(Stage::kUeDecoding, 12 * kSlot)));
    EXPECT_EQ(ended.done.end_ns, 12 * kSlot + kTproc1 / 2);
  }
  // 109 B at MCS 2 of table 2: 2 · 308 / 1024 bit in 144 RE, 86.6 a PRB; 9 PRBs make a TBS of 784, 10 one of
  // 888.
  const SliceLoad slice = driver.mac.take_load(0, 0);
  EXPECT_EQ(slice.prb_slots[1], 10);
  EXPECT_EQ(slice.blocks[1], 1U);
  EXPECT_EQ(slice.mcs_sum[1], 2);
  const CellLoad load = driver.mac.take_load(0);
  EXPECT_EQ(load.prb_slots[1], 10);
  EXPECT_EQ(load.blocks[1], 1U);
  EXPECT_EQ(driver.mac.next_wakeup(), kNever);
}

TEST(Broadcast, FatesAreIndependentAndThereIsNoSecondTransmission) {
  CarrierParams carrier = with_errors(0.3);
  carrier.rlc_retransmissions = 4;
  Driver driver(carrier);
  for (Ue ue = 0; ue < 200; ++ue) driver.add(ue, 0, {kGoodGainDb});
  int lost = 0;
  std::set<std::set<std::uint32_t>> who;  // has lost one
  for (int i = 0; i < 50; ++i) {
    driver.ended.clear();
    driver.mac.broadcast(0, receivers(0, 200), 100, 10 * i * kSlot);
    driver.run();
    std::set<std::uint32_t> losers;
    for (const auto& [ref, ended] : driver.ended) {
      if (ended.done.outcome == Outcome::kDelivered) continue;
      EXPECT_EQ(ended.done.outcome, Outcome::kBroadcastNotDecoded);
      losers.insert(ref);
    }
    EXPECT_NEAR(static_cast<double>(losers.size()), 60, 6 * 4.6);  // binomial: σ 6.5
    lost += static_cast<int>(losers.size());
    who.insert(losers);
  }
  EXPECT_NEAR(lost / 10'000.0, 0.3, 4 * 0.0046);
  EXPECT_EQ(who.size(), 50U);
  EXPECT_EQ(driver.mac.take_load(0).blocks[1], 50U);
  EXPECT_EQ(driver.mac.take_load(0).nacks[1], 0U);
}

TEST(Broadcast, EachReceiverHasItsOwnSinr) {
  CarrierParams carrier = test_carrier();
  carrier.pdsch.broadcast.mcs = 10;  // 16QAM, needs some 10 dB
  Driver driver(carrier);
  driver.add(0, 0, {kGoodGainDb});
  // 46 dBm over 51 PRBs: 28.9 dBm each; noise −109.4 dBm: 8 dB less than 138.3 dB of loss is an SINR of 8 dB.
  driver.add(1, 0, {-118});
  driver.add(2, 0, {-138});
  driver.mac.broadcast(0, receivers(0, 3), 100, 0);
  driver.run();
  EXPECT_EQ(driver.ended.at(100).done.outcome, Outcome::kDelivered);
  EXPECT_EQ(driver.ended.at(101).done.outcome, Outcome::kDelivered);
  EXPECT_EQ(driver.ended.at(102).done.outcome, Outcome::kBroadcastNotDecoded);
  EXPECT_EQ(driver.ended.at(102).done.end_ns, driver.ended.at(100).done.end_ns);
}

TEST(Broadcast, InterferesOnceHoweverManyListen) {
  double sinr_db[2];
  for (const Ue others : {1U, 40U}) {
    Driver driver(test_carrier(), 2);
    driver.add(0, 0, {-90, -93});
    for (Ue ue = 1; ue <= others; ++ue) driver.add(ue, 1, {-100, -80});
    driver.mac.broadcast(1, receivers(1, 1 + others), 100, 0);
    driver.mac.broadcast(0, receivers(0, 1), 100, 0);
    driver.run();
    sinr_db[others > 1] = driver.mac.take_load(0, 0).sinr_db_sum[1];
  }
  EXPECT_NEAR(sinr_db[0], 3, 0.01);  // the same PRBs, noise far below
  EXPECT_EQ(sinr_db[0], sinr_db[1]);
}

TEST(Broadcast, ALongOneTakesSeveralBlocksAndAllOfThem) {
  // 51 PRBs at MCS 2 carry 51 · 86.6 bit, some 550 B.
  Driver driver(with_errors(0.5));
  for (Ue ue = 0; ue < 400; ++ue) driver.add(ue, 0, {kGoodGainDb});
  driver.mac.broadcast(0, receivers(0, 400), 1500, 0);
  driver.run();
  EXPECT_EQ(driver.mac.take_load(0).blocks[1], 3U);
  std::map<TimeNs, int> lost_at;
  int delivered = 0;
  for (const auto& [ref, ended] : driver.ended) {
    if (ended.done.outcome == Outcome::kDelivered) {
      ++delivered;
      EXPECT_EQ(ended.done.end_ns, 4 * kSlot + kTproc1 / 2);  // in the slots 1, 2, 3
      EXPECT_THAT(ended.stages, ::testing::Contains(entry(Stage::kDlTransmission, 3 * kSlot)));
    } else {
      ++lost_at[ended.done.end_ns];
    }
  }
  EXPECT_NEAR(delivered, 50, 4 * 6.6);  // an eighth
  ASSERT_EQ(lost_at.size(), 3U);
  EXPECT_NEAR(lost_at[2 * kSlot + kTproc1 / 2], 200, 40);
  EXPECT_NEAR(lost_at[3 * kSlot + kTproc1 / 2], 100, 35);
}

TEST(Broadcast, WhoLeavesMissesItAndItGoesOn) {
  Driver driver(test_carrier(), 2);
  for (Ue ue = 0; ue < 2; ++ue) driver.add(ue, 0, {kGoodGainDb, -100});
  driver.mac.broadcast(0, receivers(0, 2), 1500, 0);  // slots 1, 2, 3
  driver.run_until(2 * kSlot);
  const auto unfinished = driver.mac.detach(1);
  ASSERT_EQ(unfinished.size(), 1U);
  EXPECT_EQ(unfinished[0].ref, 101U);
  EXPECT_EQ(unfinished[0].direction, kDown);
  driver.mac.attach(1, hash_name("ue1"), 1, 2 * kSlot);
  driver.run_until(3 * kSlot);
  EXPECT_EQ(driver.mac.detach(0).size(), 1U);
  driver.run();
  EXPECT_TRUE(driver.ended.empty());
  EXPECT_EQ(driver.mac.take_load(0).blocks[1], 3U);  // the gNB does not know
}

TEST(Broadcast, WhoIsStillInAHandoverMissesIt) {
  Driver driver(test_carrier());
  driver.add(0, 0, {kGoodGainDb}, kSlot);
  driver.add(1, 0, {kGoodGainDb}, kSlot + 1);
  driver.mac.broadcast(0, receivers(0, 2), 100, 0);  // slot 1
  driver.run();
  EXPECT_EQ(driver.ended.at(100).done.outcome, Outcome::kDelivered);
  EXPECT_EQ(driver.ended.at(101).done.outcome, Outcome::kBroadcastMissed);
}

TEST(Broadcast, MessagesOfOneBearerShareABlock) {
  for (const BearerId second : {BearerId{0}, BearerId{1}}) {
    QosParams qos;
    qos.bearers = {BearerParams{.name = "a"}, BearerParams{.name = "b"}};
    Driver driver(test_carrier(), qos);
    for (Ue ue = 0; ue < 3; ++ue) driver.add(ue, 0, {kGoodGainDb});
    driver.mac.broadcast(0, receivers(0, 3), 100, 0);
    const std::vector<Receiver> more = {{1, 201}, {2, 202}};
    driver.mac.broadcast(0, more, 100, 0, second);
    driver.run();
    EXPECT_EQ(driver.ended.size(), 5U);
    const CellLoad load = driver.mac.take_load(0);
    EXPECT_EQ(load.blocks[1], second == 0 ? 1U : 2U);
    // 218 B in one: 1744 bit, 20 PRBs make 1732 and a TBS of 1736 or more only with 21; in two: 10 PRBs each.
    EXPECT_EQ(load.prb_slots[1], second == 0 ? 21 : 20);
  }
}

TEST(Broadcast, KeepsToTheShareOfItsSliceAndGoesBeforeItsUnicast) {
  QosParams qos;
  qos.slices = {SliceParams{}, SliceParams{}};
  qos.slices[1].downlink_policy.maximum = 0.2;  // 10 PRBs: one broadcast of 100 B
  qos.bearers = {BearerParams{}, BearerParams{.slice = 1}};
  Driver driver(test_carrier(), qos);
  for (Ue ue = 0; ue < 2; ++ue) driver.add(ue, 0, {kGoodGainDb});
  driver.mac.enqueue(kDown, 0, 1, 100, 0, 1);
  driver.mac.broadcast(0, receivers(0, 2), 207, 0, 1);  // with PDCP 210 B: twice 105 of a block's 111
  driver.run();
  EXPECT_EQ(driver.ended.at(100).done.end_ns, 3 * kSlot + kTproc1 / 2);
  EXPECT_GT(driver.ended.at(1).done.end_ns, 3 * kSlot);
  EXPECT_EQ(driver.mac.take_load(0, 1).blocks[1], 3U);
  EXPECT_EQ(driver.mac.take_load(0, 0).blocks[1], 0U);
}

TEST(Broadcast, TakesAnAssignmentForTheWeakestWhoCanDecode) {
  // MCS 2 needs between 0.07 and 4.1 dB: 2 elements. Each bearer is an assignment of its own.
  CarrierParams carrier = test_carrier();
  carrier.pdcch.cces = 5;
  QosParams qos;
  qos.bearers = {BearerParams{.name = "a"}, BearerParams{.name = "b"}, BearerParams{.name = "c"}};
  Driver driver(carrier, qos);
  driver.add(0, 0, {kGoodGainDb});
  for (BearerId bearer = 0; bearer < 3; ++bearer) {
    const std::vector<Receiver> one = {{0, bearer}};
    driver.mac.broadcast(0, one, 100, 0, bearer);
  }
  driver.run();
  EXPECT_EQ(driver.ended.at(0).done.end_ns, 2 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 2 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 3 * kSlot + kTproc1 / 2);
  EXPECT_THAT(driver.ended.at(2).stages, ::testing::Contains(entry(Stage::kDlQueue, kSlot)));
}

TEST(Broadcast, UplinkGrantsDoNotHoldItUp) {
  // MCS 0 would need 8 elements, which the uplink's grants in every slot never leave.
  CarrierParams carrier = test_carrier();
  carrier.pdcch.cces = 8;
  carrier.pdsch.broadcast.mcs = 0;
  carrier.p0_dbm = -40;
  Driver driver(carrier);
  for (Ue ue = 0; ue < 8; ++ue) {
    driver.add(ue, 0, {kGoodGainDb});
    driver.mac.enqueue(Direction::kUplink, ue, ue, 100'000, 0);
  }
  driver.run_until(20 * kSlot);
  driver.mac.broadcast(0, receivers(0, 8), 20, 20 * kSlot);
  driver.run_until(24 * kSlot);
  EXPECT_EQ(driver.ended.count(100), 1U);
  EXPECT_EQ(driver.ended.count(0), 0U);  // the uplink goes on
}

TEST(Broadcast, DiscardedWhenNothingWasSentInTime) {
  QosParams qos;
  qos.slices[0].discard_ns = 2 * kMillisecond;
  qos.bearers = {BearerParams{.name = "a"}, BearerParams{.name = "b"}};
  Driver driver(test_carrier(), qos);
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.broadcast(0, receivers(0, 1), 550 * 10, 0);  // ten slots, the carrier's all
  const std::vector<Receiver> late = {{0, 1}};
  driver.mac.broadcast(0, late, 100, 0, 1);
  driver.run();
  EXPECT_EQ(driver.ended.at(100).done.outcome, Outcome::kDelivered);
  EXPECT_EQ(driver.ended.at(1).done.outcome, Outcome::kDiscarded);
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 2 * kMillisecond);
}

TEST(Broadcast, IsPreemptedOnceAndPreempts) {
  QosParams qos;
  qos.slices = {SliceParams{}, SliceParams{}};
  qos.slices[0].priority = 1;
  qos.slices[1].preempts = true;
  qos.bearers = {BearerParams{}, BearerParams{.slice = 1}};
  Driver driver(test_carrier(), qos);
  for (Ue ue = 0; ue < 20; ++ue) driver.add(ue, 0, {kGoodGainDb});
  driver.mac.broadcast(0, receivers(0, 20), 530, 0);  // slot 1, all PRBs
  const TimeNs at = kSlot;                            // ready 6 symbols later
  driver.run_until(at + 1);
  const std::vector<Receiver> urgent = {{3, 3}, {4, 4}};
  driver.mac.broadcast(0, urgent, 20, at, 1);
  driver.run();
  EXPECT_EQ(driver.ended.size(), 22U);
  EXPECT_THAT(driver.ended.at(3).stages, ::testing::Contains(entry(Stage::kDlTransmission, kSlot + 214'286)));
  const SliceLoad under = driver.mac.take_load(0, 0);
  EXPECT_EQ(under.preempted, 1U);
  // Two of 14 symbols of all PRBs at most: the rest is decoded at this SINR.
  EXPECT_EQ(driver.ended.at(100).done.outcome, Outcome::kDelivered);
}

TEST(Broadcast, DrawsDoNotDependOnWhoElseListens) {
  std::vector<std::uint32_t> losers[2];
  for (const int run : {0, 1}) {
    Driver driver(with_errors(0.5));
    for (Ue ue = 0; ue < 50; ++ue) driver.add(ue, 0, {kGoodGainDb});
    for (int i = 0; i < 10; ++i) {
      driver.ended.clear();
      driver.mac.broadcast(0, receivers(run == 0 ? 0 : 25, 50), 100, 10 * i * kSlot);
      driver.run();
      for (const auto& [ref, ended] : driver.ended) {
        if (ref >= 125 && ended.done.outcome != Outcome::kDelivered) losers[run].push_back(ref);
      }
    }
  }
  EXPECT_FALSE(losers[0].empty());
  EXPECT_EQ(losers[0], losers[1]);
}

}  // namespace
}  // namespace cv2x::uu
