// Properties over thousands of random transfers: 60 UEs, 4 cells, weak and strong links, both directions.
#include <gtest/gtest.h>

#include <algorithm>

#include "models/uu/mac.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

constexpr Ue kUes = 60;
constexpr std::size_t kCells = 4;
constexpr std::uint32_t kTransfers = 6000;

struct Sent {
  TimeNs at;
  Direction direction;
  Ue ue;
};

struct World {
  explicit World(std::uint64_t seed, std::size_t silent_cells = 0, std::int64_t rlc_retransmissions = 0)
      : driver(carrier(rlc_retransmissions), kCells + silent_cells, 30, {.seed = seed}) {
    Stream stream({.seed = 99}, "test", 0);
    for (Ue ue = 0; ue < kUes; ++ue) {
      std::vector<float> gains;
      for (std::size_t c = 0; c < kCells; ++c)
        gains.push_back(static_cast<float>(-95 - 45 * stream.uniform()));
      const auto best = static_cast<Cell>(std::max_element(gains.begin(), gains.end()) - gains.begin());
      gains.resize(kCells + silent_cells, -300);
      driver.add(ue, best, gains);
    }
    TimeNs now = 0;
    for (std::uint32_t ref = 0; ref < kTransfers; ++ref) {
      now += static_cast<TimeNs>(stream.exponential(400e3));
      driver.run_until(now);
      const auto direction = stream.uniform() < 0.5 ? Direction::kUplink : Direction::kDownlink;
      const auto ue = static_cast<Ue>(stream.uniform() * kUes);
      const auto bytes = static_cast<std::int64_t>(50 + stream.exponential(1500));
      sent.push_back({now, direction, ue});
      driver.mac.enqueue(direction, ue, ref, bytes, now);
    }
    driver.run();
  }

  static CarrierParams carrier(std::int64_t rlc_retransmissions = 0) {
    CarrierParams c = test_carrier();
    c.sr_period_ns = 5 * kMillisecond;
    c.rlc_retransmissions = rlc_retransmissions;
    return c;
  }

  Driver driver;
  std::vector<Sent> sent;
};

/// Checks every transfer; returns how many were lost.
int lost_in(const World& world) {
  int lost = 0, retransmitted = 0;
  EXPECT_EQ(world.driver.ended.size(), kTransfers);
  EXPECT_EQ(world.driver.order.size(), kTransfers);  // each once
  for (const auto& [ref, ended] : world.driver.ended) {
    const auto& [done, stages] = ended;
    EXPECT_EQ(done.ue, world.sent[ref].ue);
    EXPECT_EQ(done.direction, world.sent[ref].direction);
    EXPECT_EQ(stages.front().enter_ns, world.sent[ref].at);
    for (std::size_t i = 1; i < stages.size(); ++i) EXPECT_GT(stages[i].enter_ns, stages[i - 1].enter_ns);
    EXPECT_GT(done.end_ns, stages.back().enter_ns);
    lost += done.outcome == Outcome::kHarqExhausted;
    retransmitted += std::any_of(stages.begin(), stages.end(), [](const StageEntry& e) {
      return e.stage == Stage::kUlHarq || e.stage == Stage::kDlHarq;
    });
  }
  EXPECT_GT(retransmitted, 200);
  return lost;
}

TEST(MacRandom, EveryTransferEndsAndItsStagesAddUp) {
  const int lost = lost_in(World(1)), lost_acknowledged = lost_in(World(1, 0, 4));
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, static_cast<int>(kTransfers / 10));
  EXPECT_LT(lost_acknowledged, lost / 5);
}

std::vector<TimeNs> ends_of(const World& world) {
  std::vector<TimeNs> ends;
  for (const auto& [ref, ended] : world.driver.ended) ends.push_back(ended.done.end_ns);
  return ends;
}

TEST(MacRandom, SameSeedSameBitsOtherSeedOthers) {
  const auto first = ends_of(World(1));
  EXPECT_EQ(first, ends_of(World(1)));
  EXPECT_NE(first, ends_of(World(2)));
}

// A cell within reach would: its reference signals are in what a UE expects before its first block.
TEST(MacRandom, ACellOutOfReachChangesNothing) { EXPECT_EQ(ends_of(World(1)), ends_of(World(1, 3))); }

TEST(MacRandom, AUeOutOfReachChangesNothing) {
  const auto ends = [](bool with_other) {
    Driver driver(World::carrier(), 2, 30);
    driver.add(3, 0, {-108, -300});
    if (with_other) driver.add(0, 1, {-300, -108});
    TimeNs now = 0;
    for (std::uint32_t i = 0; i < 400; ++i) {
      const auto direction = i % 2 == 0 ? Direction::kUplink : Direction::kDownlink;
      if (with_other) driver.mac.enqueue(direction, 0, 1000 + i, 700, now);
      driver.mac.enqueue(direction, 3, i, 900, now);
      now += 3 * kMillisecond;
      driver.run_until(now);
    }
    driver.run();
    std::vector<TimeNs> out;
    for (std::uint32_t i = 0; i < 400; ++i) out.push_back(driver.ended.at(i).done.end_ns);
    return out;
  };
  EXPECT_EQ(ends(false), ends(true));
}

TEST(MacRandom, HandoversLoseAndDoubleNothing) {
  Driver driver(World::carrier(), 3, 30);
  Stream stream({.seed = 5}, "test", 0);
  const auto gains = [&] {
    std::vector<float> out(3);
    for (float& gain : out) gain = static_cast<float>(-90 - 30 * stream.uniform());
    return out;
  };
  for (Ue ue = 0; ue < 10; ++ue) driver.add(ue, static_cast<Cell>(ue % 3), gains());
  std::vector<std::int64_t> bytes;
  TimeNs now = 0;
  int forwarded = 0;
  for (std::uint32_t ref = 0; ref < 4000; ++ref) {
    now += static_cast<TimeNs>(stream.exponential(200e3));
    driver.run_until(now);
    const auto ue = static_cast<Ue>(stream.uniform() * 10);
    if (stream.uniform() < 0.1) {
      const auto refs = driver.mac.detach(ue);
      const std::vector<Unfinished> unfinished(refs.begin(), refs.end());
      driver.add(ue, static_cast<Cell>(stream.uniform() * 3), gains(), now + 3 * kMillisecond);
      for (const Unfinished& u : unfinished) driver.mac.enqueue(u.direction, ue, u.ref, bytes[u.ref], now);
      forwarded += static_cast<int>(unfinished.size());
    }
    bytes.push_back(static_cast<std::int64_t>(50 + stream.exponential(2000)));
    const auto direction = stream.uniform() < 0.5 ? Direction::kUplink : Direction::kDownlink;
    driver.mac.enqueue(direction, ue, ref, bytes.back(), now);
  }
  driver.run();
  EXPECT_GT(forwarded, 500);
  EXPECT_EQ(driver.order.size(), 4000U);
  EXPECT_EQ(driver.ended.size(), 4000U);
}

TEST(MacRandom, LinkAdaptationReachesItsTarget) {
  CarrierParams carrier = test_carrier();
  carrier.bler_target = 0.1;
  for (const Direction direction : {Direction::kUplink, Direction::kDownlink}) {
    Driver driver(carrier, 1, 30);
    driver.add(0, 0, {-105});
    TimeNs now = 0;
    std::uint32_t blocks = 0, nacks = 0;
    for (std::uint32_t i = 0; i < 4000; ++i) {
      driver.mac.enqueue(direction, 0, i, 250, now);
      driver.run();
      now += 20 * kMillisecond;
      const CellLoad load = driver.mac.take_load(0);
      const auto d = static_cast<std::size_t>(direction);
      if (i < 500) continue;
      ++blocks;
      nacks += load.nacks[d] > 0;  // of first transmissions: a transfer is one block here
    }
    EXPECT_NEAR(static_cast<double>(nacks) / blocks, 0.1, 0.02) << static_cast<int>(direction);
  }
}

}  // namespace
}  // namespace cv2x::uu
