#include "models/uu/least_delay.h"

#include <gtest/gtest.h>

#include "models/radio/mcs.h"
#include "models/radio/tbs.h"

namespace cv2x::uu {
namespace {

CarrierParams carrier() {
  CarrierParams p;
  p.name = "n";
  p.frequency_hz = 2.14e9;
  p.bandwidth_hz = 40e6;
  return p;
}

std::int64_t largest_block(int prbs) {
  return radio::transport_block_bits({.prbs = prbs, .symbols = 14}, radio::mcs_table(2).back()) / 8;
}

TEST(LeastDelay, OneBlockIsPreparedSentAndDecoded) {
  const LeastDelay least(carrier());
  const Timing timing(carrier());
  // Comes just in time for the slot that begins at 10 ms.
  const TimeNs prepared = timing.ready_for_pusch(0);
  const TimeNs just = 10 * kMillisecond - prepared;
  const TimeNs decoded = timing.pusch_decoded(timing.tick(10 * kMillisecond));
  EXPECT_EQ(least.uplink_end(just, 300), decoded);
  EXPECT_EQ(least.uplink_end(just + 1, 300), decoded + timing.slot_ns());
  EXPECT_EQ(least.downlink_ns(300), prepared + timing.pdsch_decoded(0));
}

TEST(LeastDelay, BytesBeyondTheLargestBlockNeedAnotherOne) {
  const LeastDelay least(carrier());
  const Timing timing(carrier());
  const std::int64_t most = largest_block(timing.prbs());
  const TimeNs one = least.uplink_end(0, most);
  EXPECT_EQ(least.uplink_end(0, most + 1), one + timing.slot_ns());
  EXPECT_EQ(least.uplink_end(0, 10 * most), one + 9 * timing.slot_ns());
  EXPECT_GT(least.downlink_ns(10 * most), least.downlink_ns(9 * most));
}

TEST(LeastDelay, PreemptingSlicesHaveShorterBlocks) {
  EXPECT_LT(LeastDelay(carrier(), true).downlink_ns(100), LeastDelay(carrier()).downlink_ns(100));
}

TEST(LeastDelay, TimeDivisionWaitsForUplinkSlots) {
  CarrierParams tdd = carrier();
  tdd.frequency_hz = 3.5e9;
  tdd.duplex = Duplex::kTdd;
  const LeastDelay least(tdd);
  const Timing timing(tdd);
  // DDDSU at µ = 1: an uplink slot every 2.5 ms.
  EXPECT_EQ(least.uplink_end(0, 100), timing.pusch_decoded(tick_of(4, 0)));
  EXPECT_EQ(least.uplink_end(0, largest_block(timing.prbs()) + 1), timing.pusch_decoded(tick_of(9, 0)));
}

}  // namespace
}  // namespace cv2x::uu
