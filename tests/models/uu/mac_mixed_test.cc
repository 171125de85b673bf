// All that a scenario can mix, at random and with handovers: every transfer ends once, whatever it meets.
#include <gtest/gtest.h>

#include <set>

#include "models/uu/mac.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

constexpr Ue kUes = 30;
constexpr std::size_t kCells = 3;
constexpr std::uint32_t kTransfers = 6000;
constexpr BearerId kUrgent = 0, kRegular = 1, kBulk = 2;

QosParams mixed(bool preempts) {
  QosParams qos;
  qos.slices.resize(3);
  SliceParams& urgent = qos.slices[0];
  urgent.scheduler = "earliest_deadline";
  urgent.preempts = preempts;
  urgent.rlc = RlcMode::kUnacknowledged;
  urgent.uplink_policy = urgent.downlink_policy = {.dedicated = 0.05, .minimum = 0.2, .maximum = 0.6};
  SliceParams& regular = qos.slices[1];
  regular.priority = 1;
  regular.uplink_grants = regular.downlink_grants = GrantKind::kConfigured;
  regular.configured = regular.semi_persistent = {.period_ns = 20 * kMillisecond, .size_bytes = 200};
  regular.configured.offset = GrantOffset::kRandom;
  regular.uplink_policy = regular.downlink_policy = {.minimum = 0.3};
  SliceParams& bulk = qos.slices[2];
  bulk.scheduler = "qos_pf";
  bulk.priority = 2;
  bulk.discard_ns = 60 * kMillisecond;
  bulk.max_ues = 6;
  qos.bearers.resize(3);
  qos.bearers[0].five_qi = 83;
  for (std::uint8_t b = 1; b < 3; ++b) qos.bearers[b].slice = b;
  return qos;
}

/// Carriers as different as can be.
CarrierParams carrier_of(int kind) {
  CarrierParams carrier = test_carrier();
  carrier.sr_period_ns = 2 * kMillisecond;
  carrier.rlc_retransmissions = 2;
  if (kind == 1) {
    carrier.duplex = Duplex::kTdd;
    carrier.tdd_pattern = "DDDSU";
  } else if (kind == 2) {
    carrier.pdsch = {.mapping = Mapping::kB, .symbols = 7, .blocked = {}};
    carrier.pusch = {.mapping = Mapping::kB, .symbols = 4, .blocked = {}};
    carrier.pdcch.occasions = PdcchOccasions::kSymbol;
    carrier.pdsch.blocked = {.prbs = 20, .period_ns = 10 * kMillisecond, .duration_ns = kMillisecond};
  } else if (kind == 3) {
    carrier.pusch.k2 = 2;
    carrier.pusch.blocked = {.prbs = 12, .period_ns = 5 * kMillisecond, .duration_ns = kMillisecond};
    carrier.pdcch.cces = 8;
  }
  return carrier;
}

TEST(MacMixed, EveryTransferEndsOnce) {
  std::set<Outcome> seen;
  for (int kind = 0; kind < 4; ++kind) {
    SCOPED_TRACE(kind);
    Driver driver(carrier_of(kind), mixed(kind != 3), kCells);
    Stream stream({.seed = 7}, "mixed", static_cast<std::uint64_t>(kind));
    const auto gains = [&] {
      std::vector<float> out(kCells);
      for (float& gain : out) gain = static_cast<float>(-90 - 45 * stream.uniform());
      return out;
    };
    for (Ue ue = 0; ue < kUes; ++ue) driver.add(ue, static_cast<Cell>(ue % kCells), gains());
    struct Open {
      std::int64_t bytes;
      BearerId bearer;
    };
    std::vector<Open> open;
    std::uint32_t refused = 0, preempted = 0;
    double used = 0;
    TimeNs now = 0;
    for (std::uint32_t ref = 0; ref < kTransfers; ++ref) {
      now += static_cast<TimeNs>(stream.exponential(150e3));
      driver.run_until(now);
      const auto ue = static_cast<Ue>(stream.uniform() * kUes);
      if (stream.uniform() < 0.03) {
        const auto refs = driver.mac.detach(ue);
        const std::vector<Unfinished> unfinished(refs.begin(), refs.end());
        driver.add(ue, static_cast<Cell>(stream.uniform() * kCells), gains(), now + 2 * kMillisecond);
        for (const Unfinished& u : unfinished)
          refused += !driver.mac.enqueue(u.direction, ue, u.ref, open[u.ref].bytes, now, open[u.ref].bearer);
      }
      const double draw = stream.uniform();
      const BearerId bearer = draw < 0.4 ? kUrgent : draw < 0.8 ? kRegular : kBulk;
      open.push_back(
          {bearer == kBulk ? 6000 : 20 + static_cast<std::int64_t>(stream.exponential(150)), bearer});
      const Direction direction = stream.uniform() < 0.5 ? Direction::kUplink : Direction::kDownlink;
      refused += !driver.mac.enqueue(direction, ue, ref, open.back().bytes, now, bearer);
    }
    driver.run();
    EXPECT_EQ(driver.mac.next_wakeup(), kNever);
    EXPECT_EQ(driver.order.size() + refused, kTransfers);
    EXPECT_EQ(driver.ended.size(), driver.order.size());
    EXPECT_GT(refused, 50U);
    for (const auto& [ref, ended] : driver.ended) {
      for (std::size_t i = 1; i < ended.stages.size(); ++i)
        ASSERT_LT(ended.stages[i - 1].enter_ns, ended.stages[i].enter_ns);
      ASSERT_LE(ended.stages.back().enter_ns, ended.done.end_ns);
      seen.insert(ended.done.outcome);
    }
    for (Cell cell = 0; cell < kCells; ++cell) {
      const CellLoad all = driver.mac.take_load(cell);
      for (SliceId s = 0; s < 3; ++s) {
        const SliceLoad load = driver.mac.take_load(cell, s);
        used += load.prb_slots[0] + load.prb_slots[1];
        preempted += load.preempted;
      }
      used -= all.prb_slots[0] + all.prb_slots[1];
    }
    EXPECT_NEAR(used, 0, 1e-6);
    if (kind == 3) {
      EXPECT_EQ(preempted, 0U);
    } else {
      EXPECT_GT(preempted, 0U);
    }
  }
  EXPECT_EQ(seen, (std::set<Outcome>{Outcome::kDelivered, Outcome::kHarqExhausted, Outcome::kDiscarded,
                                     Outcome::kDelayBudget}));
}

}  // namespace
}  // namespace cv2x::uu
