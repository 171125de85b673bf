#include "models/uu/mac.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "models/base/error.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

constexpr Direction kUp = Direction::kUplink, kDown = Direction::kDownlink;
constexpr TimeNs kSlot = 500 * kMicrosecond;

// TS 38.214 at 30 kHz, capability 1: N1 = 10, N2 = 12 symbols of 2192 · 64 · Tc / 2.
constexpr TimeNs kTproc1 = 356'771, kTproc2 = 428'125;
constexpr TimeNs kSymbol13 = 464'286, kSymbol1 = 35'714;

/// So strong that every block is decoded.
CarrierParams strong_carrier() {
  CarrierParams carrier = test_carrier();
  carrier.p0_dbm = -40;
  return carrier;
}

auto entry(Stage stage, TimeNs at) {
  return ::testing::AllOf(Field(&StageEntry::stage, stage), Field(&StageEntry::enter_ns, at));
}

TEST(Mac, RequestGrantTransmission) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  const TimeNs at = 10 * kSlot + 20'000;
  driver.mac.enqueue(kUp, 0, 7, 100, at);
  // Ready at +178 µs: request in symbol 13 of slot 10; +392 µs: grant in slot 12; +428 µs: PUSCH in slot 13.
  EXPECT_EQ(driver.mac.next_wakeup(), 12 * kSlot);
  driver.run();
  const auto& [done, stages] = driver.ended.at(7);
  EXPECT_THAT(
      stages,
      ElementsAre(entry(Stage::kUeProcessing, at), entry(Stage::kSrWait, at + kTproc1 / 2),
                  entry(Stage::kGrantWait, 11 * kSlot), entry(Stage::kUlAlignment, 12 * kSlot + kSymbol1),
                  entry(Stage::kUlTransmission, 13 * kSlot), entry(Stage::kGnbProcessing, 14 * kSlot)));
  EXPECT_EQ(done.end_ns, 14 * kSlot + kTproc1 / 2);
  EXPECT_EQ(done.outcome, Outcome::kDelivered);
  EXPECT_EQ(driver.slots, 2);  // grant and PUSCH
  EXPECT_EQ(driver.mac.next_wakeup(), kNever);
}

TEST(Mac, RequestThatMissesItsSymbolWaitsAPeriod) {
  CarrierParams carrier = strong_carrier();
  Driver driver(carrier);
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(kUp, 0, 1, 100, 10 * kSlot + kSymbol13 - kTproc1 / 2);
  driver.run();
  driver.mac.enqueue(kUp, 0, 2, 100, 30 * kSlot + kSymbol13 - kTproc1 / 2 + 1);
  driver.run();
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 14 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 35 * kSlot + kTproc1 / 2);
}

TEST(Mac, ReportBringsASecondGrant) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(kUp, 0, 7, 3000, 10 * kSlot);  // the first grant is for 300
  driver.run();
  // PUSCH with the report in slot 13, ends at 14; + Tproc1: grant in slot 15, PUSCH in slot 16.
  const auto& [done, stages] = driver.ended.at(7);
  EXPECT_EQ(done.end_ns, 17 * kSlot + kTproc1 / 2);
  EXPECT_THAT(
      stages,
      ElementsAre(entry(Stage::kUeProcessing, 10 * kSlot), entry(Stage::kSrWait, 10 * kSlot + kTproc1 / 2),
                  entry(Stage::kGrantWait, 11 * kSlot), entry(Stage::kUlQueue, 12 * kSlot + kSymbol1),
                  entry(Stage::kUlAlignment, 15 * kSlot + kSymbol1),
                  entry(Stage::kUlTransmission, 16 * kSlot), entry(Stage::kGnbProcessing, 17 * kSlot)));
  EXPECT_EQ(driver.mac.take_load(0).blocks[0], 2U);
}

TEST(Mac, KnownBacklogNeedsNoNewRequest) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(kUp, 0, 1, 3000, 10 * kSlot);
  driver.run_until(14 * kSlot);  // the report is on its way
  driver.mac.enqueue(kUp, 0, 2, 100, 14 * kSlot);
  driver.run();
  // It is in the report of the PUSCH in slot 16, which brings a grant in slot 18: PUSCH in slot 19.
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 20 * kSlot + kTproc1 / 2);
  EXPECT_THAT(driver.ended.at(2).stages,
              ::testing::Not(::testing::Contains(Field(&StageEntry::stage, Stage::kSrWait))));
}

TEST(Mac, DataJoinsAGrantWhileItCanBePrepared) {
  for (const TimeNs late : {0, 1}) {
    CarrierParams carrier = strong_carrier();
    carrier.first_grant_bytes = 1000;
    Driver driver(carrier);
    driver.add(0, 0, {kGoodGainDb});
    driver.mac.enqueue(kUp, 0, 1, 100, 10 * kSlot);  // PUSCH in slot 13
    const TimeNs at = 13 * kSlot - kTproc2 / 2 + late;
    driver.run_until(at);
    driver.mac.enqueue(kUp, 0, 2, 100, at);
    driver.run();
    // Too late: a request in slot 13, grant in slot 15, PUSCH in slot 16.
    EXPECT_EQ(driver.ended.at(2).done.end_ns, (late == 0 ? 14 : 17) * kSlot + kTproc1 / 2);
  }
}

TEST(Mac, GrantsUnderWayAreNotGrantedAgain) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  // A slot takes 51 · 156 RE · 7.4063 bit, some 7300 B. Reports arrive while earlier ones are still being
  // served.
  driver.mac.enqueue(kUp, 0, 1, 40'000, 0);
  driver.run();
  const CellLoad load = driver.mac.take_load(0);
  EXPECT_EQ(load.blocks[0], 7U);              // the first grant, and six
  EXPECT_LE(load.prb_slots[0], 6U * 51 + 5);  // granted, used or not
}

TEST(Mac, DownlinkTiming) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  const TimeNs at = 10 * kSlot + 100'000;
  driver.mac.enqueue(kDown, 0, 7, 100, at);
  driver.run();
  const auto& [done, stages] = driver.ended.at(7);
  EXPECT_THAT(stages,
              ElementsAre(entry(Stage::kDlProcessing, at), entry(Stage::kDlAlignment, at + kTproc2 / 2),
                          entry(Stage::kDlTransmission, 11 * kSlot), entry(Stage::kUeDecoding, 12 * kSlot)));
  EXPECT_EQ(done.end_ns, 12 * kSlot + kTproc1 / 2);
  // kTproc2 / 2 = 214 µs before the slot is in time, 1 ns later is not.
  driver.mac.enqueue(kDown, 0, 8, 100, 21 * kSlot - kTproc2 / 2);
  driver.run();
  driver.mac.enqueue(kDown, 0, 9, 100, 31 * kSlot - kTproc2 / 2 + 1);
  driver.run();
  EXPECT_EQ(driver.ended.at(8).done.end_ns, 22 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(9).done.end_ns, 33 * kSlot + kTproc1 / 2);
}

/// A link on which nothing is ever decoded: 40 dB below the noise.
CarrierParams hopeless_carrier(std::int64_t transmissions) {
  CarrierParams carrier = test_carrier();
  carrier.harq_transmissions = transmissions;
  return carrier;
}
constexpr float kHopelessGainDb = -190;

TEST(Mac, DownlinkHarqExhausted) {
  Driver driver(hopeless_carrier(3));
  driver.add(0, 0, {kHopelessGainDb});
  driver.mac.enqueue(kDown, 0, 7, 50, 10 * kSlot);
  driver.run();
  // PDSCH in 11; + Tproc1 → PUCCH in symbol 10 of slot 12 (ends 393 µs into it); + Tproc2 → slot 14; then 17.
  const auto& [done, stages] = driver.ended.at(7);
  EXPECT_EQ(done.outcome, Outcome::kHarqExhausted);
  EXPECT_EQ(done.end_ns, 18 * kSlot + kTproc1 / 2);
  EXPECT_THAT(stages, ElementsAre(entry(Stage::kDlProcessing, 10 * kSlot),
                                  entry(Stage::kDlAlignment, 10 * kSlot + kTproc2 / 2),
                                  entry(Stage::kDlTransmission, 11 * kSlot),
                                  entry(Stage::kDlHarq, 12 * kSlot), entry(Stage::kUeDecoding, 18 * kSlot)));
  const CellLoad load = driver.mac.take_load(0);
  EXPECT_EQ(load.blocks[1], 3U);
  EXPECT_EQ(load.nacks[1], 3U);
  EXPECT_EQ(driver.mac.next_wakeup(), kNever);
}

TEST(Mac, UplinkHarqExhausted) {
  Driver driver(hopeless_carrier(2));
  driver.add(0, 0, {kHopelessGainDb});
  driver.mac.enqueue(kUp, 0, 7, 20, 10 * kSlot);
  driver.run();
  // PUSCH in slot 13; + Tproc1 → grant in slot 15 → PUSCH in slot 16.
  const auto& [done, stages] = driver.ended.at(7);
  EXPECT_EQ(done.outcome, Outcome::kHarqExhausted);
  EXPECT_EQ(done.end_ns, 17 * kSlot + kTproc1 / 2);
  EXPECT_EQ(stages.back().enter_ns, 17 * kSlot);
  EXPECT_EQ(stages[stages.size() - 2].stage, Stage::kUlHarq);
  EXPECT_EQ(stages[stages.size() - 2].enter_ns, 14 * kSlot);
  EXPECT_EQ(driver.mac.take_load(0).nacks[0], 2U);
}

TEST(Mac, LostTransferIsReportedOnceAndTheRestGoesOn) {
  Driver driver(hopeless_carrier(1));
  driver.add(0, 0, {kHopelessGainDb});
  driver.mac.enqueue(kUp, 0, 1, 2000, 10 * kSlot);
  driver.mac.enqueue(kUp, 0, 2, 2000, 10 * kSlot);
  driver.run();  // lost reports are replaced by new requests, or this would never end
  EXPECT_THAT(driver.order, ElementsAre(1, 2));
  EXPECT_EQ(driver.ended.at(2).done.outcome, Outcome::kHarqExhausted);
  EXPECT_EQ(driver.mac.next_wakeup(), kNever);
}

TEST(Mac, HarqCombinesTransmissions) {
  // Too weak for a single transmission even with MCS 0, but many together get through.
  CarrierParams carrier = test_carrier();
  carrier.harq_transmissions = 16;
  Driver driver(carrier);
  driver.add(0, 0, {-151.5F});
  ASSERT_LT(driver.mac.expected_sinr_db(kDown, 0), -7);
  driver.mac.enqueue(kDown, 0, 7, 50, 0);
  driver.run();
  EXPECT_EQ(driver.ended.at(7).done.outcome, Outcome::kDelivered);
  const CellLoad load = driver.mac.take_load(0);
  EXPECT_GT(load.blocks[1], 1U);
  EXPECT_EQ(load.nacks[1], load.blocks[1] - 1);
  EXPECT_EQ(driver.ended.at(7).stages[3].stage, Stage::kDlHarq);
  // A retransmission every three slots.
  EXPECT_EQ(driver.ended.at(7).done.end_ns, (1 + 3 * (load.blocks[1] - 1) + 1) * kSlot + kTproc1 / 2);
}

TEST(Mac, SegmentsAndConcatenates) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  // MCS 27 over 51 PRBs and 13 symbols: 51 · 144 RE · 7.4063 bit = 54 392 bit → TBS 54 296 bit = 6787 B.
  constexpr std::int64_t kBlock = 6787;
  driver.mac.enqueue(kDown, 0, 1, 2 * kBlock, 0);  // two blocks and a bit
  driver.mac.enqueue(kDown, 0, 2, 100, 0);         // rides along with that bit
  driver.run();
  EXPECT_EQ(driver.mac.take_load(0).blocks[1], 3U);
  EXPECT_EQ(driver.ended.at(1).done.end_ns, 4 * kSlot + kTproc1 / 2);
  EXPECT_EQ(driver.ended.at(2).done.end_ns, driver.ended.at(1).done.end_ns);
  EXPECT_EQ(driver.ended.at(1).stages[3].enter_ns, 3 * kSlot);  // the stages follow the last block
  // Exactly one block: its bytes less the headers of PDCP (3) and the part (6).
  driver.mac.enqueue(kDown, 0, 3, kBlock - 9, 20 * kSlot);
  driver.run();
  EXPECT_EQ(driver.mac.take_load(0).blocks[1], 1U);
  driver.mac.enqueue(kDown, 0, 4, kBlock - 8, 40 * kSlot);
  driver.run();
  EXPECT_EQ(driver.mac.take_load(0).blocks[1], 2U);
}

TEST(Mac, RoundRobinIsFair) {
  for (const Direction direction : {kUp, kDown}) {
    Driver driver(strong_carrier());
    constexpr Ue kUes = 20;  // more than can be granted in one slot
    for (Ue ue = 0; ue < kUes; ++ue) {
      driver.add(ue, 0, {kGoodGainDb});
      for (std::uint32_t i = 0; i < 200; ++i) driver.mac.enqueue(direction, ue, ue * 1000 + i, 500, 0);
    }
    driver.run_until(150 * kSlot / (direction == kUp ? 1 : 2));
    std::array<int, kUes> served{};
    for (const std::uint32_t ref : driver.order) ++served[ref / 1000];
    const auto [least, most] = std::minmax_element(served.begin(), served.end());
    EXPECT_GT(*least, 10);
    EXPECT_GE(*least, 0.9 * *most);  // what 51 PRBs leave over 16 grants goes to a few
  }
}

TEST(Mac, IdleMacNeverWakes) {
  Driver driver(test_carrier());
  EXPECT_EQ(driver.mac.next_wakeup(), kNever);
  driver.add(0, 0, {kGoodGainDb});
  EXPECT_EQ(driver.mac.next_wakeup(), kNever);
  EXPECT_TRUE(driver.mac.advance(kSecond).empty());
}

TEST(Mac, HandoverInterruptionIsAStage) {
  Driver driver(strong_carrier(), 2);
  driver.add(0, 0, {kGoodGainDb, kGoodGainDb}, 100 * kSlot);
  driver.mac.enqueue(kDown, 0, 1, 100, 40 * kSlot + 1);
  driver.mac.enqueue(kUp, 0, 2, 100, 40 * kSlot + 1);
  driver.run();
  EXPECT_THAT(
      driver.ended.at(1).stages,
      ElementsAre(entry(Stage::kHandover, 40 * kSlot + 1), entry(Stage::kDlProcessing, 100 * kSlot),
                  entry(Stage::kDlAlignment, 100 * kSlot + kTproc2 / 2),
                  entry(Stage::kDlTransmission, 101 * kSlot), entry(Stage::kUeDecoding, 102 * kSlot)));
  EXPECT_EQ(driver.ended.at(2).stages[0].stage, Stage::kHandover);
  EXPECT_EQ(driver.ended.at(2).stages[1].enter_ns, 100 * kSlot);
  EXPECT_EQ(driver.ended.at(2).done.end_ns, 104 * kSlot + kTproc1 / 2);
}

TEST(Mac, DetachReturnsWhatHasNotEnded) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {kGoodGainDb});
  driver.mac.enqueue(kUp, 0, 1, 100, 0);     // ends
  driver.mac.enqueue(kUp, 0, 2, 20000, 0);   // partly sent by then
  driver.mac.enqueue(kUp, 0, 3, 100, 0);     // not sent
  driver.mac.enqueue(kDown, 0, 4, 9000, 0);  // the same
  driver.mac.enqueue(kDown, 1, 5, 100, 0);   // somebody else's
  driver.run_until(6 * kSlot);
  driver.mac.enqueue(kDown, 0, 6, 100, 5 * kSlot + 1);
  ASSERT_THAT(driver.ended, ::testing::SizeIs(3));  // 1, 4, 5
  const auto refs = driver.mac.detach(0);
  ASSERT_EQ(refs.size(), 3U);
  EXPECT_EQ(refs[0].ref, 2U);
  EXPECT_EQ(refs[0].direction, kUp);
  EXPECT_EQ(refs[1].ref, 3U);
  EXPECT_EQ(refs[2].ref, 6U);
  EXPECT_EQ(refs[2].direction, kDown);
  EXPECT_EQ(driver.mac.take_load(0).ues, 1U);
  // What was under way is forgotten; the number can be used again at once.
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(kUp, 0, 9, 100, 6 * kSlot);
  driver.run();
  EXPECT_THAT(driver.ended, ::testing::SizeIs(4));
  EXPECT_EQ(driver.ended.at(9).done.end_ns, 10 * kSlot + kTproc1 / 2);
}

TEST(Mac, DrawsGoOnAfterAHandover) {
  Driver driver(hopeless_carrier(1));
  int lost = 0;
  for (std::uint32_t i = 0; i < 40; ++i) {
    driver.add(0, 0, {-139.7F});  // where about half of the blocks get through
    driver.mac.enqueue(kDown, 0, i, 50, i * 20 * kSlot);
    driver.run();
    lost += driver.ended.at(i).done.outcome == Outcome::kHarqExhausted;
    driver.mac.detach(0);
  }
  EXPECT_GT(lost, 5);
  EXPECT_LT(lost, 35);
}

TEST(Mac, InterferenceOfBusyNeighbours) {
  // Both UEs are as near to one cell as to the other: 0 dB where both cells use a PRB, some 35 dB where one
  // does.
  for (const Direction direction : {kUp, kDown}) {
    const auto expected_db = [&](bool busy) {
      CarrierParams carrier = test_carrier();
      carrier.p0_dbm = -65;  // never at the UE's largest power
      Driver driver(carrier, 2);
      driver.add(0, 0, {-80, -80});
      driver.add(1, 1, {-80, -80});
      driver.mac.enqueue(direction, 0, 0, 10'000'000, 0);  // neither is through by then
      if (busy) driver.mac.enqueue(direction, 1, 1, 10'000'000, 0);
      driver.run_until(400 * kSlot);
      return driver.mac.expected_sinr_db(direction, 0);
    };
    EXPECT_GT(expected_db(false), 30);
    EXPECT_NEAR(expected_db(true), 0, 0.1);
  }
}

TEST(Mac, AcknowledgedModeSendsAgain) {
  CarrierParams carrier = hopeless_carrier(2);
  carrier.rlc_retransmissions = 1;
  carrier.rlc_status_delay_ns = 10 * kMillisecond;
  Driver driver(carrier);
  driver.add(0, 0, {kHopelessGainDb});
  driver.mac.enqueue(kDown, 0, 7, 50, 10 * kSlot);
  driver.run();
  // PDSCH in 11 and 14; known 20 slots after the end of 14; PDSCH in 35 and 38.
  const auto& [done, stages] = driver.ended.at(7);
  EXPECT_EQ(driver.mac.take_load(0).blocks[1], 4U);
  EXPECT_EQ(done.outcome, Outcome::kHarqExhausted);
  EXPECT_EQ(done.end_ns, 39 * kSlot + kTproc1 / 2);
  EXPECT_THAT(
      stages,
      ElementsAre(entry(Stage::kDlProcessing, 10 * kSlot),
                  entry(Stage::kDlAlignment, 10 * kSlot + kTproc2 / 2), entry(Stage::kDlQueue, 11 * kSlot),
                  entry(Stage::kRlcRetransmission, 15 * kSlot), entry(Stage::kDlTransmission, 35 * kSlot),
                  entry(Stage::kDlHarq, 36 * kSlot), entry(Stage::kUeDecoding, 39 * kSlot)));
}

TEST(Mac, LoadAndExpectedRate) {
  Driver driver(strong_carrier());
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {kGoodGainDb});
  const double alone_bps =
      6787 * 8 / 500e-6;  // the largest block (see SegmentsAndConcatenates) in every slot
  EXPECT_DOUBLE_EQ(driver.mac.expected_bps(kDown, 0), alone_bps);
  EXPECT_EQ(driver.mac.expected_bps(kDown, 5), 0);
  // Half a second at full load: an equal share is what is left.
  driver.mac.enqueue(kDown, 1, 1, 7'000'000, 0);
  driver.run_until(500 * kMillisecond);
  EXPECT_NEAR(driver.mac.expected_bps(kDown, 0), alone_bps / 2, 0.01 * alone_bps);
  EXPECT_NEAR(driver.mac.expected_bps(kDown, 1), alone_bps, 0.01 * alone_bps);
  const CellLoad load = driver.mac.take_load(0);
  EXPECT_EQ(load.ues, 2U);
  EXPECT_EQ(load.prb_slots[1], 51U * 999);  // from slot 1 on
  EXPECT_EQ(load.prb_slots[0], 0U);
  EXPECT_EQ(driver.mac.take_load(0).prb_slots[1], 0);
}

TEST(Mac, UnknownSchedulerIsAUserError) {
  const std::vector<double> power = {46};
  QosParams qos;
  qos.slices.front().scheduler = "round_robbin";
  EXPECT_THROW(Mac(test_carrier(), power, Seed{}, qos), UserError);
}

}  // namespace
}  // namespace cv2x::uu
