#include <gmock/gmock.h>

#include <set>

#include "sim/record/reader.h"
#include "tests/sim/run/world_for_test.h"

namespace cv2x {
namespace {

using SharedLinkTest = WorldTest;

TEST_F(SharedLinkTest, CarriesEveryKindOfServiceWhateverItsKeys) {
  for (const std::string discipline : {"fifo", "processor_sharing"}) {
    for (const std::string handover : {"finish", "restart"}) {
      const std::vector<std::string> overrides = {
          "radio={kind: shared_link, shared_link: {uplink: 5 Mbit/s, downlink: 2 Mbit/s, delay: 1 ms, discipline: " +
              discipline + ", at_handover: " + handover + "}}",
          "services.warning.delivery=broadcast"};
      const Result result(simulate(discipline + handover, {}, overrides));
      const auto tasks = result.rows<TaskRow>();
      std::set<std::uint16_t> delivered;
      std::size_t left = 0, handovers = 0;
      for (const auto& t : tasks) {
        if (t.outcome == Outcome::kDelivered) delivered.insert(t.service);
      }
      for (const auto& m : result.rows<MessageRow>()) {
        if (m.outcome == Outcome::kDelivered) delivered.insert(m.service);
        left += m.outcome == Outcome::kVehicleLeft;
      }
      for (const auto& s : result.rows<StageRow>()) handovers += s.stage == Stage::kHandover;
      EXPECT_EQ(delivered.size(), 4U);
      EXPECT_GT(left, 0U);
      if (handover == "restart") {
        EXPECT_GT(handovers, 0U);
      }
    }
  }
}

}  // namespace
}  // namespace cv2x
