// Mini-slots of an urgent slice over what another one has on the air (TS 38.213 §11.2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/uu/mac.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

constexpr TimeNs kSlot = 500 * kMicrosecond;
constexpr Direction kDown = Direction::kDownlink;
constexpr BearerId kUrgent = 0, kBroadband = 1;

/// Slice 0 pre-empts slice 1. A bearer each.
QosParams urgent_and_broadband(bool preempts = true) {
  QosParams qos;
  qos.slices.resize(2);
  qos.slices[0].preempts = preempts;
  qos.slices[1].name = "broadband";
  qos.slices[1].priority = 1;
  qos.bearers.resize(2);
  qos.bearers[1].slice = 1;
  return qos;
}

/// UE 0 and 1 have a strong link; UE 1 is given 5 MB at time 0, so that every slot is full of its blocks.
void flood(Driver& driver, float gain_db = kGoodGainDb) {
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {gain_db});
  for (std::uint32_t i = 0; i < 500; ++i) driver.mac.enqueue(kDown, 1, 1000 + i, 10'000, 0, kBroadband);
}

TEST(Preemption, UrgentDataDoesNotWaitForTheSlotToEnd) {
  for (const bool preempts : {true, false}) {
    Driver driver(test_carrier(), urgent_and_broadband(preempts));
    flood(driver);
    const Timing& timing = driver.mac.timing();
    const TimeNs enqueued = timing.time(tick_of(20, 1));
    driver.run_until(enqueued);
    driver.mac.enqueue(kDown, 0, 1, 32, enqueued, kUrgent);
    driver.run_until(40 * kSlot);
    ASSERT_TRUE(driver.ended.contains(1));
    const auto& stages = driver.ended.at(1).stages;
    const auto sent = std::find_if(stages.begin(), stages.end(),
                                   [](const StageEntry& s) { return s.stage == Stage::kDlTransmission; });
    ASSERT_NE(sent, stages.end());
    const Tick start = timing.tick_holding(sent->enter_ns);
    // Half of Tproc,2 is six symbols: prepared in symbol 7 of the same slot.
    EXPECT_EQ(start, preempts ? tick_of(20, 7) : tick_of(21, 0));
    EXPECT_EQ(timing.tick_holding((sent + 1)->enter_ns), start + (preempts ? 2 : 14));
    const SliceLoad broadband = driver.mac.take_load(0, 1);
    EXPECT_EQ(broadband.preempted, preempts ? 1U : 0U);
  }
}

TEST(Preemption, FreePrbsAreTakenFirst) {
  Driver driver(test_carrier(), urgent_and_broadband());
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {kGoodGainDb});
  const Timing& timing = driver.mac.timing();
  // A block of a few PRBs is on the air in slot 2.
  driver.mac.enqueue(kDown, 1, 2, 1000, kSlot, kBroadband);
  driver.run_until(timing.time(tick_of(2, 1)));
  driver.mac.enqueue(kDown, 0, 1, 32, timing.time(tick_of(2, 1)), kUrgent);
  driver.run();
  EXPECT_EQ(driver.ended.at(1).done.outcome, Outcome::kDelivered);
  EXPECT_LT(driver.ended.at(1).done.end_ns, driver.ended.at(2).done.end_ns);
  EXPECT_EQ(driver.mac.take_load(0, 1).preempted, 0U);
}

TEST(Preemption, WhatLosesPrbsIsDecodedLessOften) {
  // At this gain link adaptation keeps to its 10 % of errors; a block that has lost symbols is well above.
  std::uint32_t blocks[2], nacks[2];
  for (const bool preempts : {true, false}) {
    Driver driver(test_carrier(), urgent_and_broadband(preempts));
    flood(driver, -120);
    for (std::uint32_t i = 0; i < 200; ++i) {
      const TimeNs at = driver.mac.timing().time(tick_of(20 + 2 * i, 1));
      driver.run_until(at);
      if (preempts) driver.mac.enqueue(kDown, 0, i, 1000, at, kUrgent);
    }
    const SliceLoad load = driver.mac.take_load(0, 1);
    blocks[preempts] = load.blocks[1];
    nacks[preempts] = load.nacks[1];
    EXPECT_GE(load.preempted, preempts ? 199U : 0U);
  }
  EXPECT_NEAR(nacks[false] / static_cast<double>(blocks[false]), 0.1, 0.04);
  EXPECT_GT(nacks[true], nacks[false] + 100);
}

TEST(Preemption, DedicatedAndGuaranteedPrbsOfOthersStayTheirs) {
  // The urgent slice could fill the carrier. A broadband slice with a minimum of 60 % keeps that.
  Driver driver(test_carrier(), [] {
    QosParams qos = urgent_and_broadband();
    qos.slices[1].downlink_policy = {.dedicated = 0.2, .minimum = 0.6};
    return qos;
  }());
  flood(driver);
  for (Ue ue = 2; ue < 12; ++ue) driver.add(ue, 0, {kGoodGainDb});
  driver.mac.take_load(0, 1);
  for (std::uint32_t i = 0; i < 400; ++i) {
    const TimeNs at = driver.mac.timing().time(tick_of(20, 1) + 3 * static_cast<Tick>(i));
    driver.run_until(at);
    driver.mac.enqueue(kDown, 2 + i % 10, 10'000 + i, 3000, at, kUrgent);
  }
  driver.run_until(106 * kSlot);
  const SliceLoad urgent = driver.mac.take_load(0, 0), broadband = driver.mac.take_load(0, 1);
  // 60 % of 51 PRBs are 30. The urgent ones came over 86 slots, the others over 105.
  EXPECT_GT(urgent.prb_slots[1], 0.9 * 21 * 86);
  EXPECT_LE(urgent.prb_slots[1], 21 * 86);
  EXPECT_GE(broadband.prb_slots[1], 30 * 105);
  EXPECT_NEAR(urgent.prb_slots[1] + broadband.prb_slots[1], 51 * 105, 51);
}

TEST(Preemption, MoreImportantBlocksAreNotTouched) {
  QosParams qos = urgent_and_broadband();
  qos.slices.resize(3);
  qos.slices[0].priority = 5;  // pre-empts slice 1 (6), and not slice 2 (4)
  qos.slices[1].priority = 6;
  qos.slices[2].priority = 4;
  qos.bearers.resize(3);
  qos.bearers[2].slice = 2;
  Driver driver(test_carrier(), qos);
  driver.add(0, 0, {kGoodGainDb});
  driver.add(1, 0, {kGoodGainDb});
  for (std::uint32_t i = 0; i < 500; ++i) driver.mac.enqueue(kDown, 1, 1000 + i, 10'000, 0, 2);
  const Timing& timing = driver.mac.timing();
  const TimeNs enqueued = timing.time(tick_of(20, 1));
  driver.run_until(enqueued);
  driver.mac.enqueue(kDown, 0, 1, 32, enqueued, kUrgent);
  driver.run_until(40 * kSlot);
  EXPECT_EQ(driver.mac.take_load(0, 2).preempted, 0U);
  EXPECT_FALSE(driver.ended.contains(1));  // the other slice takes all, and is more important
}

TEST(Preemption, EverythingEndsWhateverComesWhen) {
  for (const std::int64_t symbols : {2, 4, 7}) {
    CarrierParams carrier = test_carrier();
    carrier.pdsch.preempting_symbols = symbols;
    carrier.rlc_retransmissions = 2;
    Driver driver(carrier, urgent_and_broadband(), 2);
    for (Ue ue = 0; ue < 8; ++ue) {
      driver.add(ue, static_cast<Cell>(ue % 2),
                 ue % 2 == 0 ? std::vector<float>{-100, -112} : std::vector<float>{-118, -105});
    }
    std::uint32_t ref = 0;
    Stream stream(Seed{1, 0}, "preemption", static_cast<std::uint64_t>(symbols));
    TimeNs at = 0;
    for (; ref < 3000; ++ref) {
      at += static_cast<TimeNs>(stream.exponential(100e3));
      driver.run_until(at);
      const bool urgent = stream.uniform() < 0.5;
      const Ue ue = static_cast<Ue>(stream.uniform() * 8);
      if (!driver.mac.attached(ue)) continue;
      driver.mac.enqueue(kDown, ue, ref, urgent ? 50 + ref % 500 : 5000, at, urgent ? kUrgent : kBroadband);
    }
    driver.run();
    EXPECT_EQ(driver.ended.size(), 3000U);
    EXPECT_GT(driver.mac.take_load(0, 1).preempted, 20U) << symbols;
    for (const auto& [_, ended] : driver.ended) {
      for (std::size_t i = 1; i < ended.stages.size(); ++i)
        ASSERT_LT(ended.stages[i - 1].enter_ns, ended.stages[i].enter_ns);
      ASSERT_LE(ended.stages.back().enter_ns, ended.done.end_ns);
    }
    EXPECT_EQ(driver.mac.next_wakeup(), kNever);
  }
}

TEST(Preemption, AUeMayGoWhileItsBlockIsOnTheAir) {
  Driver driver(test_carrier(), urgent_and_broadband());
  flood(driver);
  driver.run_until(driver.mac.timing().time(tick_of(20, 3)));
  EXPECT_FALSE(driver.mac.detach(1).empty());
  driver.mac.attach(1, 1, 0, 21 * kSlot);
  driver.mac.enqueue(kDown, 1, 7, 100, 21 * kSlot, kBroadband);
  driver.run();
  EXPECT_EQ(driver.ended.at(7).done.outcome, Outcome::kDelivered);
}

}  // namespace
}  // namespace cv2x::uu
