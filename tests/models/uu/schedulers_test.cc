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

/// Bytes that each of some UEs, on links of different quality and never without data, gets in two seconds.
std::vector<double> bytes_of(const std::string& scheduler, Direction direction,
                             const std::vector<float>& gains_db) {
  CarrierParams carrier = test_carrier();
  carrier.p0_dbm = -60;
  carrier.fixed_error_given = true;  // no errors: rates are those of the links
  QosParams qos;
  qos.slices[0].scheduler = scheduler;
  Driver driver(carrier, qos);
  for (Ue ue = 0; ue < gains_db.size(); ++ue) {
    driver.add(ue, 0, {gains_db[ue]});
    for (std::uint32_t i = 0; i < 30'000; ++i) driver.mac.enqueue(direction, ue, ue * 100'000 + i, 1000, 0);
  }
  driver.run_until(2 * kSecond);
  std::vector<double> bytes(gains_db.size());
  for (const std::uint32_t ref : driver.order) bytes[ref / 100'000] += 1000;
  return bytes;
}

TEST(Schedulers, SharesOfASaturatedCell) {
  const std::vector<float> gains = {-80, -118, -126};
  for (const Direction direction : {Direction::kUplink, Direction::kDownlink}) {
    std::vector<double> alone;
    for (const float gain : gains) alone.push_back(bytes_of("round_robin", direction, {gain})[0]);
    ASSERT_GT(alone[0], 1.5 * alone[2]);
    for (const auto* name : {"round_robin", "proportional_fair"}) {
      // Links that do not fade: both give equal PRBs, so a third of what each would have alone.
      const auto together = bytes_of(name, direction, gains);
      for (std::size_t i = 0; i < gains.size(); ++i)
        EXPECT_NEAR(together[i] / alone[i], 1.0 / 3, 0.02) << name << " " << i;
    }
    const auto best = bytes_of("max_sinr", direction, gains);
    EXPECT_GT(best[0], 0.9 * alone[0]);
  }
}

}  // namespace
}  // namespace cv2x::uu
