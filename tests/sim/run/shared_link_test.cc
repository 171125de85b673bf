#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "sim/record/reader.h"
#include "tests/sim/run/world_for_test.h"

namespace cv2x {
namespace {

using SharedLinkTest = WorldTest;

TEST_F(SharedLinkTest, CarriesEveryKindOfServiceWhateverItsKeys) {
  std::set<std::int64_t> sums;  // of the latencies: they differ with every key
  for (const std::string discipline : {"fifo", "processor_sharing"}) {
    for (const std::string handover : {"finish", "restart"}) {
      const std::vector<std::string> overrides = {
          "radio={kind: shared_link, shared_link: {uplink: 5 Mbit/s, downlink: 2 Mbit/s, delay: 1 ms, "
          "discipline: " +
              discipline + ", at_handover: " + handover + "}}",
          "services.warning.delivery=broadcast"};
      const Result result(simulate(discipline + handover, {}, overrides));
      std::set<std::uint16_t> delivered;
      std::size_t left = 0;
      std::int64_t sum_ns = 0;
      for (const auto& t : result.rows<TaskRow>()) {
        if (t.outcome == Outcome::kDelivered) delivered.insert(t.service);
        sum_ns += t.end_ns - t.created_ns;
      }
      for (const auto& m : result.rows<MessageRow>()) {
        if (m.outcome == Outcome::kDelivered) delivered.insert(m.service);
        left += m.outcome == Outcome::kVehicleLeft;
      }
      EXPECT_EQ(delivered.size(), 4U);
      EXPECT_GT(left, 0U);
      sums.insert(sum_ns);
    }
  }
  EXPECT_EQ(sums.size(), 4U);
}

TEST_F(SharedLinkTest, LosesWhatDoesNotFitAndTellsItsLoad) {
  const Result result(simulate(
      "small", {},
      {"radio={kind: shared_link, shared_link: {uplink: 1 Mbit/s, downlink: 1 Mbit/s, queue: 30 kB}}"}));
  EXPECT_EQ(result.names("links"), (std::vector<std::string>{"a", "b", "west access", "east access"}));
  std::size_t lost = 0, drops = 0;
  for (const auto& t : result.rows<TaskRow>()) lost += t.outcome == Outcome::kRadioQueueFull;
  double busiest = 0;
  for (const auto& row : result.rows<LinkRow>()) {
    if (row.link < 2) continue;
    drops += row.drops;
    busiest = std::max(busiest, static_cast<double>(row.utilisation));
    EXPECT_LE(row.queued_bytes, 30'000U);
  }
  EXPECT_GT(lost, 0U);
  EXPECT_GE(drops, lost);
  EXPECT_GT(busiest, 0.5);
  EXPECT_LE(busiest, 1.0);
}

}  // namespace
}  // namespace cv2x
