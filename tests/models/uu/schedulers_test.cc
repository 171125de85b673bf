// All schedulers against theory: by themselves, and their shares of a saturated cell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "models/uu/scheduler.h"
#include "tests/models/uu/mac_fixture.h"

namespace cv2x::uu {
namespace {

using ::testing::ElementsAre;

Candidate wants(int prbs, double bytes_per_prb = 10, double average = 0, TimeNs waited = 0,
                TimeNs budget = kSecond, double priority = 50) {
  return {.prbs_useful = 1,
          .prbs_needed = static_cast<std::uint16_t>(prbs),
          .bytes_per_prb = static_cast<float>(bytes_per_prb),
          .average = static_cast<float>(average),
          .priority = static_cast<float>(priority),
          .waited_ns = waited,
          .budget_ns = budget};
}

std::vector<std::uint16_t> shares(const std::string& name, const std::vector<Candidate>& candidates,
                                  int prbs = 50, int cces = 16) {
  const auto scheduler = scheduler_registry().make(name);
  std::vector<std::uint16_t> given(candidates.size(), 99);
  scheduler->share(candidates, prbs, cces, given);
  return given;
}

TEST(Schedulers, AllKeepToPrbsAndControlElements) {
  for (const auto name : scheduler_registry().names()) {
    std::vector<Candidate> candidates(10, wants(20));
    for (auto& c : candidates) c.cces = 4;
    candidates[3].prbs_needed = 0;
    const auto given = shares(std::string(name), candidates, 50, 9);
    EXPECT_LE(std::accumulate(given.begin(), given.end(), 0), 50) << name;
    EXPECT_EQ(std::count_if(given.begin(), given.end(), [](int g) { return g > 0; }), 2)
        << name;  // 4 + 4 of 9
    EXPECT_EQ(given[3], 0) << name;
  }
}

TEST(Schedulers, MaxSinrServesTheBestLink) {
  EXPECT_THAT(shares("max_sinr", {wants(40, 5), wants(40, 20), wants(40, 10)}), ElementsAre(0, 40, 10));
}

TEST(Schedulers, ProportionalFairWeighsByWhatTheyHaveGot) {
  EXPECT_THAT(shares("proportional_fair", {wants(40, 10, 100), wants(40, 20, 100), wants(40, 10, 20)}),
              ElementsAre(0, 10, 40));
}

TEST(Schedulers, EarliestDeadlineFirst) {
  EXPECT_THAT(shares("earliest_deadline",
                     {wants(40, 10, 0, 5, 100), wants(40, 10, 0, 50, 60), wants(40, 10, 0, 5, 20)}),
              ElementsAre(0, 40, 10));
}

TEST(Schedulers, QosPfWeighsPriorityAndUrgency) {
  // The same links and averages: the more important first; as important: whose budget is nearly used up.
  EXPECT_THAT(shares("qos_pf", {wants(40, 10, 50, 0, 100, 90), wants(40, 10, 50, 0, 100, 20)}),
              ElementsAre(10, 40));
  EXPECT_THAT(shares("qos_pf", {wants(40, 10, 50, 10, 100, 50), wants(40, 10, 50, 90, 100, 50)}),
              ElementsAre(10, 40));
}

constexpr Direction kUp = Direction::kUplink, kDown = Direction::kDownlink;

/// Cells in which links differ and power is not the limit: no errors, so rates are those of the links.
CarrierParams saturated_carrier() {
  CarrierParams carrier = test_carrier();
  carrier.p0_dbm = -66;
  carrier.alpha = 0.6;
  carrier.fixed_error_given = true;
  return carrier;
}

Driver saturated(const std::string& scheduler, Direction direction, const std::vector<float>& gains_db) {
  QosParams qos;
  qos.slices[0].scheduler = scheduler;
  Driver driver(saturated_carrier(), qos);
  for (Ue ue = 0; ue < gains_db.size(); ++ue) {
    driver.add(ue, 0, {gains_db[ue]});
    for (std::uint32_t i = 0; i < 30'000; ++i) driver.mac.enqueue(direction, ue, ue * 100'000 + i, 1000, 0);
  }
  return driver;
}

/// Bytes that each UE has got by now.
std::vector<double> bytes_of(const Driver& driver, std::size_t ues) {
  std::vector<double> bytes(ues);
  for (const std::uint32_t ref : driver.order) bytes[ref / 100'000] += 1000;
  return bytes;
}

/// … in two seconds.
std::vector<double> bytes_of(const std::string& scheduler, Direction direction,
                             const std::vector<float>& gains_db) {
  Driver driver = saturated(scheduler, direction, gains_db);
  driver.run_until(2 * kSecond);
  return bytes_of(driver, gains_db.size());
}

TEST(Schedulers, SharesOfASaturatedCell) {
  for (const Direction direction : {kUp, kDown}) {
    const std::vector<float> gains =
        direction == kUp ? std::vector<float>{-80, -90, -100} : std::vector<float>{-80, -118, -126};
    std::vector<double> alone;
    for (const float gain : gains) alone.push_back(bytes_of("round_robin", direction, {gain})[0]);
    ASSERT_GT(alone[0], 1.5 * alone[2]);
    for (const auto* name : {"round_robin", "proportional_fair"}) {
      // Links that do not fade: both give equal PRBs, so a third of what each would have alone.
      const auto together = bytes_of(name, direction, gains);
      for (std::size_t i = 0; i < gains.size(); ++i)
        EXPECT_NEAR(together[i] / alone[i], 1.0 / 3, 0.01) << name << " " << i;
    }
    const auto best = bytes_of("max_sinr", direction, gains);
    EXPECT_GT(best[0], 0.98 * alone[0]);
    EXPECT_LT(best[1] + best[2], 0.02 * alone[0]);
  }
}

TEST(Schedulers, ProportionalFairServesEachOnItsPeaks) {
  // Two links that take turns at being good, faster than the average forgets (100 ms): served only while
  // good, each gets half of what a link that is always good would; round robin gives each a quarter of that
  // and a quarter of an always bad one.
  constexpr float kGood = -100, kBad = -126;
  constexpr TimeNs kTurn = 10 * kMillisecond;
  const double good = bytes_of("round_robin", kDown, {kGood})[0];
  const double bad = bytes_of("round_robin", kDown, {kBad})[0];
  for (const bool fair : {true, false}) {
    Driver driver = saturated(fair ? "proportional_fair" : "round_robin", kDown, {kGood, kBad});
    for (int turn = 0; turn < 200; ++turn) {
      for (Ue ue = 0; ue < 2; ++ue)
        driver.mac.set_gains(ue, std::vector<float>{(turn + static_cast<int>(ue)) % 2 == 0 ? kGood : kBad});
      driver.run_until((turn + 1) * kTurn);
    }
    const auto bytes = bytes_of(driver, 2);
    const double expected = fair ? good / 2 : (good + bad) / 4;
    for (const double got : bytes) EXPECT_NEAR(got / expected, 1, 0.02) << fair;
  }
}

}  // namespace
}  // namespace cv2x::uu
