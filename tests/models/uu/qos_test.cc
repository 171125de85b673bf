// Slices, 5QI, RLC modes, discard timers, admission, control channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/uu/mac.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

constexpr TimeNs kSlot = 500 * kMicrosecond;
constexpr Direction kUp = Direction::kUplink, kDown = Direction::kDownlink;

CarrierParams strong() {
  CarrierParams carrier = test_carrier();
  carrier.p0_dbm = -40;
  return carrier;
}

/// Slice 0: urgent, with a guaranteed share; slice 1: the rest. A bearer each.
QosParams two_slices(double minimum = 0.3) {
  QosParams qos;
  qos.slices.resize(2);
  qos.slices[1].name = "broadband";
  qos.slices[0].uplink_policy = qos.slices[0].downlink_policy = {.dedicated = 0.1, .minimum = minimum};
  qos.bearers.resize(2);
  qos.bearers[1].slice = 1;
  return qos;
}

TEST(Qos, AFloodedSliceDoesNotDelayAnotherOnesShare) {
  for (const Direction direction : {kUp, kDown}) {
    TimeNs end[2];
    for (const bool flooded : {false, true}) {
      Driver driver(strong(), two_slices());
      for (Ue ue = 0; ue < 12; ++ue) driver.add(ue, 0, {kGoodGainDb});
      if (flooded) {
        for (Ue ue = 1; ue < 12; ++ue) driver.mac.enqueue(direction, ue, 100 + ue, 200'000, 0, 1);
      }
      driver.run_until(100 * kSlot);
      driver.mac.enqueue(direction, 0, 1, 300, 100 * kSlot, 0);
      driver.run_until(200 * kSlot);
      ASSERT_TRUE(driver.ended.contains(1));
      end[flooded] = driver.ended.at(1).done.end_ns;
    }
    EXPECT_LE(end[1], end[0] + kSlot);
  }
}

TEST(Qos, DedicatedPrbsStayEmptyAndStatisticsArePerSlice) {
  Driver driver(strong(), two_slices());
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(kDown, 0, 1, 10'000'000, 0, 1);
  driver.run_until(201 * kSlot);
  const SliceLoad load = driver.mac.take_load(0, 1), none = driver.mac.take_load(0, 0);
  // 10 % of 51 PRBs are 5; 200 slots.
  EXPECT_NEAR(load.prb_slots[1], 46 * 200, 47);
  EXPECT_EQ(none.blocks[1], 0U);
  EXPECT_EQ(load.mcs_sum[1] / load.blocks[1], 27);
  EXPECT_EQ(driver.mac.take_load(0, 1).blocks[1], 0U);
}

TEST(Qos, MaximumIsALimit) {
  QosParams qos;
  qos.slices[0].downlink_policy.maximum = 0.5;
  Driver driver(strong(), qos);
  driver.add(0, 0, {kGoodGainDb});
  driver.mac.enqueue(kDown, 0, 1, 10'000'000, 0);
  driver.run_until(101 * kSlot);
  EXPECT_NEAR(driver.mac.take_load(0).prb_slots[1], 25 * 100, 26);
}

TEST(Qos, MoreImportantFlowsOfASliceGoFirst) {
  for (const Direction direction : {kUp, kDown}) {
    QosParams qos;
    qos.bearers.resize(2);
    qos.bearers[1].five_qi = 86;  // priority 18 before 90
    Driver driver(strong(), qos);
    driver.add(0, 0, {kGoodGainDb});
    driver.mac.enqueue(direction, 0, 1, 60'000, 0, 0);
    driver.mac.enqueue(direction, 0, 2, 100, 0, 1);
    driver.run();
    EXPECT_EQ(driver.order.front(), 2U);
  }
}

TEST(Qos, LateIsLostForDelayCriticalFlowsOnly) {
  for (const std::int64_t five_qi : {9, 79, 83}) {
    QosParams qos;
    qos.bearers[0].five_qi = five_qi;
    Driver driver(strong(), qos);
    driver.add(0, 0, {kGoodGainDb}, 100 * kMillisecond);  // waits for its handover far beyond 9 ms
    driver.mac.enqueue(kDown, 0, 1, 100, kMillisecond);
    driver.run();
    driver.mac.enqueue(kDown, 0, 2, 100, kSecond);
    driver.run();
    EXPECT_EQ(driver.ended.at(1).done.outcome, five_qi == 83 ? Outcome::kDelayBudget : Outcome::kDelivered);
    EXPECT_EQ(driver.ended.at(2).done.outcome, Outcome::kDelivered);
  }
}

TEST(Qos, UnacknowledgedSliceOfAnAcknowledgedCarrier) {
  for (const RlcMode mode : {RlcMode::kUnacknowledged, RlcMode::kAcknowledged}) {
    CarrierParams carrier = strong();
    carrier.rlc_retransmissions = 3;
    carrier.harq_transmissions = 1;
    carrier.fixed_error_given = true;
    carrier.fixed_error.first = 1;
    QosParams qos;
    qos.slices[0].rlc = mode;
    Driver driver(carrier, qos);
    driver.add(0, 0, {kGoodGainDb});
    driver.mac.enqueue(kDown, 0, 1, 100, 0);
    driver.run();
    EXPECT_EQ(driver.mac.take_load(0).blocks[1], mode == RlcMode::kUnacknowledged ? 1U : 4U);
  }
}

TEST(Qos, DiscardTimerDropsWhatHasNotBegun) {
  for (const Direction direction : {kUp, kDown}) {
    QosParams qos;
    qos.slices[0].discard_ns = 10 * kMillisecond;
    Driver driver(strong(), qos);
    driver.add(0, 0, {kGoodGainDb});
    for (std::uint32_t i = 0; i < 100; ++i) driver.mac.enqueue(direction, 0, i, 7000, 0);
    driver.run();
    ASSERT_EQ(driver.ended.size(), 100U);
    int dropped = 0;
    for (const auto& [ref, ended] : driver.ended) {
      if (ended.done.outcome != Outcome::kDiscarded) continue;
      ++dropped;
      EXPECT_EQ(ended.done.end_ns, 20 * kSlot);
      EXPECT_EQ(ended.stages.front().enter_ns, 0);
      EXPECT_LE(ended.stages.back().enter_ns, ended.done.end_ns);
    }
    // Of the first 20 slots 19 carry downlink; the uplink's first large grant needs the report in the first
    // small one, and is for the sixth slot. A message is a bit larger than a slot.
    EXPECT_NEAR(dropped, direction == kUp ? 100 - 14 : 100 - 19, 1);
    EXPECT_EQ(driver.mac.next_wakeup(), kNever);
  }
}

TEST(Qos, WhatHasBegunIsNotDiscarded) {
  // 60 kB take nine slots or so, and have 2 ms; what waits behind them is dropped.
  for (const Direction direction : {kUp, kDown}) {
    QosParams qos;
    qos.slices[0].discard_ns = 2 * kMillisecond;
    Driver driver(strong(), qos);
    driver.add(0, 0, {kGoodGainDb});
    driver.mac.enqueue(direction, 0, 1, 60'000, 0);
    driver.mac.enqueue(direction, 0, 2, 60'000, 0);
    driver.run();
    EXPECT_EQ(driver.ended.at(1).done.outcome, Outcome::kDelivered);
    EXPECT_EQ(driver.ended.at(2).done.outcome, Outcome::kDiscarded);
  }
}

TEST(Qos, ARetransmissionLargerThanWhatItsSliceHasLeftIsSent) {
  // The lone broadband UE fills a slot; before it is sent again, the urgent slice takes its 80 % for good.
  CarrierParams carrier = strong();
  carrier.fixed_error_given = true;
  carrier.fixed_error = {.first = 1, .later = 0};
  Driver driver(carrier, two_slices(0.8));
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {kGoodGainDb});
  driver.mac.enqueue(kDown, 1, 1, 5000, 0, 1);
  driver.run_until(2 * kSlot);
  for (std::uint32_t i = 0; i < 300; ++i) driver.mac.enqueue(kDown, 0, 100 + i, 7000, 2 * kSlot, 0);
  driver.run_until(100 * kSlot);
  ASSERT_TRUE(driver.ended.contains(1));
  EXPECT_EQ(driver.ended.at(1).done.outcome, Outcome::kDelivered);
}

TEST(Qos, AdmissionIsFirstComeFirstServed) {
  QosParams qos;
  qos.slices[0].max_ues = 2;
  Driver driver(strong(), qos);
  for (Ue ue = 0; ue < 3; ++ue) driver.add(ue, 0, {kGoodGainDb});
  EXPECT_TRUE(driver.mac.enqueue(kUp, 0, 1, 100, 0));
  EXPECT_TRUE(driver.mac.enqueue(kDown, 1, 2, 100, 0));
  EXPECT_FALSE(driver.mac.enqueue(kUp, 2, 3, 100, 0));
  EXPECT_TRUE(driver.mac.enqueue(kUp, 1, 4, 100, 0));
  driver.run();
  driver.mac.detach(0);
  EXPECT_TRUE(driver.mac.enqueue(kUp, 2, 5, 100, 30 * kSlot));
}

TEST(Qos, ControlElementsLimitTheGrants) {
  for (const float gain_db : {kGoodGainDb, -145.0F}) {  // 1 element, or all 8 of them
    CarrierParams carrier = strong();
    carrier.pdcch.cces = 8;
    carrier.fixed_error_given = true;
    Driver driver(carrier);
    for (Ue ue = 0; ue < 20; ++ue) {
      driver.add(ue, 0, {gain_db});
      driver.mac.enqueue(kDown, ue, ue, 5, 0);
    }
    driver.run_until(2 * kSlot);
    EXPECT_EQ(driver.ended.size(), gain_db == kGoodGainDb ? 8U : 1U);
  }
}

}  // namespace
}  // namespace cv2x::uu
