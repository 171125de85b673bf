// Whole runs of a geocast by unicast and by broadcast.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "sim/config/load.h"
#include "sim/record/reader.h"
#include "sim/run/run.h"

namespace cv2x {
namespace {

/// Up to where rows of loads tell all.
constexpr TimeNs kLoadUntil = 11 * kSecond;

/// 40 vehicles in two cells of two sites, one of which warns all others.
constexpr const char* kRoad = R"(
simulation: {duration: 12 s, warm_up: 1 s, drain: 1 s}
mobility: {kind: static, vehicles: 40, x: 0 m, y: 5 m, spacing: 10 m}
sites:
  west: {kind: gnb, x: 0 m, y: 30 m}
  east: {kind: gnb, x: 390 m, y: 30 m}
  mec: {kind: mec}
links:
  a: {from: west, to: mec, rate: 100 Mbit/s, delay: 100 us}
  b: {from: east, to: mec, rate: 100 Mbit/s, delay: 300 us}
radio:
  kind: nr
  carriers:
    c: {frequency: 3.5 GHz, bandwidth: 20 MHz}
  cells:
    west: {site: west, carrier: c}
    east: {site: east, carrier: c}
compute:
  hosts:
    server: {site: mec, cores: 1, speed: 1 Gcycles/s}
services:
  warning: {kind: cooperative_warning, rate: 10 Hz, vehicles: 10 %, input: 300 B, output: 300 B, radius: 1 km}
recording: {load: 1 s}
)";

struct Sums {
  std::map<Outcome, int> copies, geocasts;
  double dl_prb_share = 0;  // summed over cells and intervals
  std::uint64_t dl_blocks = 0;
  std::uint64_t link_bytes[2][2]{};  // by link and direction
  std::uint64_t drops = 0;
  TimeNs latency_ns = 0;  // summed over delivered copies
  bool operator==(const Sums&) const = default;
};

class BroadcastRun : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("broadcast_test-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Sums simulate(const std::vector<std::string>& overrides, const std::string& world = kRoad) const {
    RunOptions options;
    options.output = folder_ / "out.h5";
    std::filesystem::remove(options.output);
    run(load_scenario_text(world, "road", folder_.string(), {overrides}), options);
    const Result result(options.output);
    Sums sums;
    result.for_each<MessageRow>([&](const MessageRow& row) {
      if (row.created_ns >= kLoadUntil) return;
      (row.kind == MessageKind::kCopy ? sums.copies : sums.geocasts)[row.outcome] += 1;
      if (row.kind == MessageKind::kCopy && row.outcome == Outcome::kDelivered)
        sums.latency_ns += row.end_ns - row.created_ns;
    });
    for (const auto& row : result.rows<CellRow>()) {
      sums.dl_prb_share += row.dl_prb_share;
      sums.dl_blocks += row.dl_blocks;
    }
    for (const auto& row : result.rows<LinkRow>()) {
      sums.link_bytes[row.link][row.direction] += row.bytes;
      sums.drops += row.drops;
    }
    return sums;
  }

  std::filesystem::path folder_;
};

const std::string kBroadcast = "services.warning.delivery=broadcast";

TEST_F(BroadcastRun, LoadsEverySiteAndCellOnce) {
  const Sums unicast = simulate({}), broadcast = simulate({kBroadcast});
  const int geocasts = unicast.geocasts.at(Outcome::kDelivered);
  EXPECT_GT(geocasts, 100);
  EXPECT_EQ(unicast.copies.at(Outcome::kDelivered), 39 * geocasts);
  int copies = 0, sent = 0;
  for (const auto& [outcome, count] : broadcast.copies) copies += count;
  for (const auto& [outcome, count] : broadcast.geocasts) sent += count;
  EXPECT_EQ(sent, geocasts);
  EXPECT_EQ(copies, 39 * geocasts);
  EXPECT_GT(broadcast.copies.at(Outcome::kDelivered), copies * 0.9);
  // One message to each site instead of 39 in all; one or two blocks a cell instead of one a receiver.
  const auto down = [](const Sums& s) { return s.link_bytes[0][1] + s.link_bytes[1][1]; };
  EXPECT_EQ(down(unicast), 300U * 39 * geocasts);
  EXPECT_EQ(down(broadcast), 300U * 2 * geocasts);
  EXPECT_EQ(broadcast.link_bytes[0][1], 300U * geocasts);
  EXPECT_EQ(broadcast.link_bytes[0][0] + broadcast.link_bytes[1][0], 300U * geocasts);
  EXPECT_EQ(broadcast.dl_blocks, 2U * geocasts);
  EXPECT_GE(unicast.dl_blocks, 39U * geocasts);
  EXPECT_LT(broadcast.dl_prb_share, unicast.dl_prb_share / 3);
}

TEST_F(BroadcastRun, IsTheSameEveryTime) { EXPECT_EQ(simulate({kBroadcast}), simulate({kBroadcast})); }

TEST_F(BroadcastRun, GoesThroughTheUpfOnce) {
  const Sums sums = simulate({kBroadcast, "slices.v2x={sst: 4, upf: west}"});
  const std::uint64_t geocasts = sums.geocasts.at(Outcome::kDelivered);
  // Server → west (UPF), and from there to west itself and, back through the server's site, to east. The
  // uplink goes from west to the server.
  EXPECT_EQ(sums.link_bytes[0][1], 300U * geocasts);
  EXPECT_EQ(sums.link_bytes[0][0], 2 * 300U * geocasts);
  EXPECT_EQ(sums.link_bytes[1][1], 300U * geocasts);
  EXPECT_GT(sums.copies.at(Outcome::kDelivered), 30 * static_cast<int>(geocasts));
}

TEST_F(BroadcastRun, IdealAccessSerialisesItOnceASite) {
  const std::vector<std::string> ideal = {
      "radio={kind: ideal, ideal: {delay: 1 ms, downlink: 1 Mbit/s, uplink: 1 "
      "Gbit/s}}",
      kBroadcast, "links.b.delay=100 us"};
  const Sums sums = simulate(ideal);
  const int copies = sums.copies.at(Outcome::kDelivered);
  EXPECT_EQ(copies, 39 * sums.geocasts.at(Outcome::kDelivered));
  // 2.4 µs + 1 ms up, 24 + 100 µs to the server and back, 2.4 + 1 ms down; the sender may be alone with the
  // server.
  EXPECT_EQ(sums.latency_ns / copies, 2'400 + 1'000'000 + 2 * (24'000 + 100'000) + 2'400'000 + 1'000'000);
}

TEST_F(BroadcastRun, WhatAFullLinkDropsIsLostToItsCellOnly) {
  const Sums sums = simulate({kBroadcast, "links.b.rate=4 kbit/s", "links.b.queue=300 B"});
  EXPECT_GT(sums.drops, 0U);
  EXPECT_GT(sums.copies.at(Outcome::kQueueFull), 0);
  int copies = 0, geocasts = 0;
  for (const auto& [outcome, count] : sums.copies) copies += count;
  for (const auto& [outcome, count] : sums.geocasts) geocasts += count;
  EXPECT_EQ(copies, 39 * geocasts);
  // A geocast is lost when one copy is, but the cell at the other link has had all of them.
  EXPECT_GT(sums.geocasts.at(Outcome::kQueueFull), geocasts / 2);
  EXPECT_GT(sums.copies.at(Outcome::kDelivered), 15 * geocasts);
}

/// Vehicles that drive from one cell into the other and warn all the time.
TEST_F(BroadcastRun, EveryCopyHasItsOutcomeOnTheMove) {
  const Sums sums =
      simulate({kBroadcast, "mobility={kind: highway, highway: {length: 400 m, lanes: 1, speed: 140 km/h}}",
                "services.warning.vehicles=100 %", "links.b.delay=20 ms"});
  int copies = 0;
  for (const auto& [outcome, count] : sums.copies) {
    copies += count;
    EXPECT_TRUE(outcome == Outcome::kDelivered || outcome == Outcome::kBroadcastMissed ||
                outcome == Outcome::kBroadcastNotDecoded)
        << kOutcomeNames[static_cast<std::size_t>(outcome)];
  }
  EXPECT_GT(copies, 1000);
  EXPECT_GT(sums.copies.at(Outcome::kBroadcastMissed), 0);
  EXPECT_LT(sums.copies.at(Outcome::kBroadcastMissed), copies / 20);
}

}  // namespace
}  // namespace cv2x
