#include "models/session/journey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <utility>
#include <vector>

#include "models/base/random.h"

namespace cv2x {
namespace {

using enum Stage;

Journey created(Flow flow, TimeNs now) {
  Journey j;
  j.id = 10;
  j.flow = flow;
  j.step = Step::kCreated;
  j.created_ns = now;
  return j;
}

struct Part {
  std::vector<Stage> stages;
  TimeNs begin_ns, end_ns;
  bool operator==(const Part&) const = default;
};
void PrintTo(const Part& part, std::ostream* out) {
  for (const auto stage : part.stages) *out << stage_name(stage) << " ";
  *out << part.begin_ns << "–" << part.end_ns;
}

/// The rows first … last of the stage list, of which the last lasts until `end`.
Part part(const Journey& j, std::size_t first, std::size_t last, TimeNs end) {
  Part p{{}, j.stages.entries().at(first).enter_ns, end};
  for (std::size_t i = first; i < last; ++i) p.stages.push_back(j.stages.entries()[i].stage);
  return p;
}
Part all(const Journey& j, TimeNs end) { return part(j, 0, j.stages.size(), end); }

TEST(Journey, AnUploadIsUplinkThenBackhaul) {
  Journey j = created(Flow::kUpload, 100);
  EXPECT_EQ(advance(j, 100), Step::kUplink);
  j.stages.enter(kAccessUp, 100);
  EXPECT_EQ(advance(j, 150), Step::kToServer);
  EXPECT_FALSE(j.up_arrived);
  j.stages.enter(kBackhaulPropagation, 150);
  EXPECT_EQ(advance(j, 180), Step::kEnded);
  EXPECT_TRUE(j.has_up);
  EXPECT_TRUE(j.up_arrived);
  EXPECT_FALSE(j.has_down);
  EXPECT_EQ(j.up_end_ns, 180);
  EXPECT_EQ(part(j, j.up_first, j.up_last, j.up_end_ns), (Part{{kAccessUp, kBackhaulPropagation}, 100, 180}));
}

TEST(Journey, ATaskAtAHostHasAnUplinkAndADownlinkPart) {
  Journey j = created(Flow::kTask, 0);
  EXPECT_EQ(advance(j, 0), Step::kDeciding);
  decide(j, HostIndex{3}, SiteIndex{7}, 5);
  EXPECT_EQ(j.step, Step::kDeciding);
  EXPECT_EQ(j.decided_ns, 5);
  EXPECT_EQ(advance(j, 5), Step::kUplink);
  j.stages.enter(kUeProcessing, 5);
  j.stages.enter(kUlTransmission, 8);
  EXPECT_EQ(advance(j, 10), Step::kToServer);
  j.stages.enter(kBackhaulTransmission, 10);
  j.stages.enter(kBackhaulPropagation, 12);
  EXPECT_EQ(advance(j, 20), Step::kComputing);
  j.stages.enter(kComputeQueue, 20);
  j.stages.enter(kComputeService, 25);
  EXPECT_EQ(advance(j, 40), Step::kToVehicle);
  j.stages.enter(kBackhaulTransmission, 40);
  EXPECT_EQ(advance(j, 44), Step::kDownlink);
  j.stages.enter(kDlQueue, 44);
  j.stages.enter(kDlTransmission, 48);
  EXPECT_EQ(advance(j, 50), Step::kEnded);

  EXPECT_FALSE(j.local);
  EXPECT_EQ(j.host, HostIndex{3});
  EXPECT_EQ(j.server_site, SiteIndex{7});
  EXPECT_TRUE(j.has_up && j.up_arrived && j.has_down);
  EXPECT_EQ(part(j, j.up_first, j.up_last, j.up_end_ns),
            (Part{{kUeProcessing, kUlTransmission, kBackhaulTransmission, kBackhaulPropagation}, 5, 20}));
  EXPECT_EQ(j.down_begin_ns, 40);
  EXPECT_EQ(part(j, j.down_first, j.stages.size(), 50),
            (Part{{kBackhaulTransmission, kDlQueue, kDlTransmission}, 40, 50}));
  EXPECT_EQ(all(j, 50),
            (Part{{kDecision, kUeProcessing, kUlTransmission, kBackhaulTransmission, kBackhaulPropagation,
                   kComputeQueue, kComputeService, kBackhaulTransmission, kDlQueue, kDlTransmission},
                  0,
                  50}));
}

// Nothing takes time but the server: the parts keep rows of their own even though they have no length.
TEST(Journey, PartsWithoutLengthStayPartsOfTheirOwn) {
  Journey j = created(Flow::kTask, 0);
  advance(j, 0);
  decide(j, HostIndex{0}, SiteIndex{0}, 0);
  advance(j, 0);
  j.stages.enter(kAccessUp, 0);
  advance(j, 0);
  advance(j, 0);
  j.stages.enter(kComputeQueue, 0);
  j.stages.enter(kComputeService, 0);
  EXPECT_EQ(advance(j, 9), Step::kToVehicle);
  EXPECT_EQ(advance(j, 9), Step::kDownlink);
  j.stages.enter(kAccessDown, 9);
  EXPECT_EQ(advance(j, 9), Step::kEnded);
  EXPECT_EQ(all(j, 9), (Part{{kDecision, kAccessUp, kComputeService, kAccessDown}, 0, 9}));
  EXPECT_EQ(part(j, j.up_first, j.up_last, j.up_end_ns), (Part{{kAccessUp}, 0, 0}));
  EXPECT_EQ(part(j, j.down_first, j.stages.size(), 9), (Part{{kAccessDown}, 9, 9}));
}

// The last backhaul stage of the uplink and the first of the downlink do not merge, nor those of a server
// without computing time.
TEST(Journey, EqualStagesOnBothSidesOfABorderStayApart) {
  Journey j = created(Flow::kTask, 0);
  advance(j, 0);
  decide(j, HostIndex{0}, SiteIndex{0}, 0);
  advance(j, 0);
  j.stages.enter(kBackhaulPropagation, 0);
  advance(j, 4);
  advance(j, 4);
  j.stages.enter(kComputeService, 4);
  advance(j, 4);
  j.stages.enter(kBackhaulPropagation, 4);
  advance(j, 7);
  advance(j, 7);
  EXPECT_EQ(part(j, j.up_first, j.up_last, j.up_end_ns), (Part{{kBackhaulPropagation}, 0, 4}));
  EXPECT_EQ(part(j, j.down_first, j.stages.size(), 7), (Part{{kBackhaulPropagation}, 4, 7}));
}

TEST(Journey, ALocalTaskHasNoParts) {
  Journey j = created(Flow::kTask, 10);
  EXPECT_EQ(advance(j, 10), Step::kDeciding);
  decide_local(j, 12);
  EXPECT_EQ(advance(j, 12), Step::kComputing);
  j.stages.enter(kLocalQueue, 12);
  j.stages.enter(kLocalService, 20);
  EXPECT_EQ(advance(j, 30), Step::kEnded);
  EXPECT_TRUE(j.local);
  EXPECT_FALSE(j.has_up);
  EXPECT_FALSE(j.has_down);
  EXPECT_FALSE(j.host.valid());
  EXPECT_EQ(j.decided_ns, 12);
  EXPECT_EQ(all(j, 30), (Part{{kDecision, kLocalQueue, kLocalService}, 10, 30}));
}

Journey computed_geocast(TimeNs created_ns) {
  Journey j = created(Flow::kGeocast, created_ns);
  j.service = ServiceIndex{2};
  j.counted = true;
  j.output_bytes = 444;
  j.host = HostIndex{1};
  j.server_site = SiteIndex{5};
  j.x_m = 1;
  j.y_m = 2;
  EXPECT_EQ(advance(j, created_ns), Step::kUplink);
  j.stages.enter(kAccessUp, created_ns);
  EXPECT_EQ(advance(j, created_ns + 10), Step::kToServer);
  EXPECT_EQ(advance(j, created_ns + 10), Step::kComputing);
  j.stages.enter(kComputeService, created_ns + 10);
  EXPECT_EQ(advance(j, created_ns + 30), Step::kFanOut);
  return j;
}

TEST(Geocast, WithoutReceiversEndsWhenComputed) {
  Journey j = computed_geocast(100);
  EXPECT_EQ(advance(j, 130), Step::kEnded);
  EXPECT_EQ(j.copies_outcome, Outcome::kDelivered);
  EXPECT_FALSE(j.has_down);
  EXPECT_EQ(all(j, 130), (Part{{kAccessUp, kComputeService}, 100, 130}));
}

TEST(Geocast, ACopyInheritsTheWaySoFarAndHasADownlinkOfItsOwn) {
  const Journey geocast = computed_geocast(100);
  Journey copy;
  copy.id = 11;
  begin_copy(copy, geocast, 77);
  EXPECT_EQ(copy.parent_id, 10u);
  EXPECT_EQ(copy.parent_ref, 77u);
  EXPECT_EQ(copy.id, 11u);
  EXPECT_EQ(copy.flow, Flow::kCopy);
  EXPECT_TRUE(copy.counted);
  EXPECT_EQ(copy.service, ServiceIndex{2});
  EXPECT_EQ(copy.server_site, SiteIndex{5});
  EXPECT_EQ(copy.host, HostIndex{1});
  EXPECT_EQ(copy.output_bytes, 444);
  EXPECT_EQ(copy.created_ns, 100);
  EXPECT_EQ(copy.x_m, 1);
  EXPECT_EQ(copy.y_m, 2);
  EXPECT_EQ(advance(copy, 130), Step::kToVehicle);
  EXPECT_EQ(copy.down_begin_ns, 130);
  copy.stages.enter(kBackhaulPropagation, 130);
  EXPECT_EQ(advance(copy, 135), Step::kDownlink);
  copy.stages.enter(kAccessDown, 135);
  EXPECT_EQ(advance(copy, 150), Step::kEnded);
  EXPECT_FALSE(copy.has_up);
  EXPECT_TRUE(copy.has_down);
  EXPECT_EQ(all(copy, 150),
            (Part{{kAccessUp, kComputeService, kBackhaulPropagation, kAccessDown}, 100, 150}));
  EXPECT_EQ(part(copy, copy.down_first, copy.stages.size(), 150),
            (Part{{kBackhaulPropagation, kAccessDown}, 130, 150}));
}

struct CopyFate {
  TimeNs end_ns;  // copies end in this order
  Outcome outcome;
};

/// Sends one copy to each, lets them end, and says how the geocast ended: its outcome and its stages.
std::pair<Outcome, Part> geocast_with(const std::vector<CopyFate>& fates) {
  Journey geocast = computed_geocast(0);
  geocast.copies_open = static_cast<std::uint32_t>(fates.size());
  std::vector<Journey> copies(fates.size());
  for (auto& copy : copies) {
    begin_copy(copy, geocast, 1);
    advance(copy, 30);
    copy.stages.enter(kAccessDown, 30);
  }
  for (std::size_t i = 0; i < fates.size(); ++i) {
    if (fates[i].outcome != Outcome::kDelivered) copies[i].stages.enter(kDlHarq, fates[i].end_ns - 1);
    const bool last = end_copy(geocast, copies[i], fates[i].outcome);
    EXPECT_EQ(last, i + 1 == fates.size());
    EXPECT_EQ(geocast.copies_open, fates.size() - i - 1);
    EXPECT_EQ(geocast.step, Step::kFanOut);
  }
  const TimeNs end = fates.back().end_ns;
  EXPECT_EQ(advance(geocast, end), Step::kEnded);
  return {geocast.copies_outcome, all(geocast, end)};
}

TEST(Geocast, FollowsItsOnlyCopy) {
  EXPECT_EQ(geocast_with({{50, Outcome::kDelivered}}),
            std::pair(Outcome::kDelivered, Part{{kAccessUp, kComputeService, kAccessDown}, 0, 50}));
  EXPECT_EQ(
      geocast_with({{50, Outcome::kVehicleLeft}}),
      std::pair(Outcome::kVehicleLeft, Part{{kAccessUp, kComputeService, kAccessDown, kDlHarq}, 0, 50}));
}

TEST(Geocast, FollowsTheCopyThatEndsLast) {
  const Part slowest_delivered{{kAccessUp, kComputeService, kAccessDown}, 0, 90};
  EXPECT_EQ(geocast_with({{40, Outcome::kDelivered}, {70, Outcome::kDelivered}, {90, Outcome::kDelivered}}),
            std::pair(Outcome::kDelivered, slowest_delivered));
  EXPECT_EQ(geocast_with({{40, Outcome::kHarqExhausted}, {90, Outcome::kDelivered}}),
            std::pair(Outcome::kHarqExhausted, slowest_delivered));
  EXPECT_EQ(geocast_with({{40, Outcome::kDelivered}, {90, Outcome::kVehicleLeft}}).first,
            Outcome::kVehicleLeft);
}

TEST(Geocast, KeepsTheReasonOfTheFirstLoss) {
  EXPECT_EQ(geocast_with({{40, Outcome::kDelivered},
                          {50, Outcome::kQueueFull},
                          {60, Outcome::kVehicleLeft},
                          {70, Outcome::kDelivered}})
                .first,
            Outcome::kQueueFull);
}

#ifndef NDEBUG
TEST(JourneyDeathTest, MisuseIsAProgrammersError) {
  Journey ended;
  EXPECT_DEATH(advance(ended, 0), "");
  Journey upload = created(Flow::kUpload, 0);
  advance(upload, 0);
  EXPECT_DEATH(decide_local(upload, 0), "kDeciding");
  EXPECT_DEATH(decide(upload, HostIndex{0}, SiteIndex{0}, 0), "kDeciding");
  Journey task = created(Flow::kTask, 0);
  advance(task, 0);
  EXPECT_DEATH(decide(task, HostIndex{}, SiteIndex{0}, 0), "valid");
  Journey geocast = computed_geocast(0);
  EXPECT_DEATH(end_copy(geocast, upload, Outcome::kDelivered), "copies_open");
}
#endif

// Every journey of every flow, each step of random length with random stages: the parts tile the list without
// gaps and all durations add up to the latency exactly.
TEST(Journey, StagesAddUpOnRandomWays) {
  Stream random({1}, "journeys", 0);
  for (int round = 0; round < 3000; ++round) {
    TimeNs now = static_cast<TimeNs>(random.next() % 100);
    const auto flow = static_cast<Flow>(random.next() % 3);  // not a copy
    Journey j = created(flow, now);
    const bool local = flow == Flow::kTask && random.next() % 3 == 0;
    TimeNs computed_from = 0, computed_until = 0;
    while (advance(j, now) != Step::kEnded) {
      if (j.step == Step::kDeciding) {
        now += static_cast<TimeNs>(random.next() % 3);
        local ? decide_local(j, now) : decide(j, HostIndex{0}, SiteIndex{0}, now);
        continue;
      }
      if (j.step == Step::kFanOut) continue;
      if (j.step == Step::kComputing) computed_from = now;
      const std::uint64_t stages = 1 + random.next() % 3;
      for (std::uint64_t i = 0; i < stages; ++i) {
        j.stages.enter(static_cast<Stage>(1 + random.next() % 5), now);
        now += static_cast<TimeNs>(random.next() % 3);
      }
      if (j.step == Step::kComputing) computed_until = now;
    }
    const auto& entries = j.stages.entries();
    ASSERT_EQ(entries.front().enter_ns, j.created_ns);
    for (std::size_t i = 1; i < entries.size(); ++i) ASSERT_GE(entries[i].enter_ns, entries[i - 1].enter_ns);
    ASSERT_EQ(j.has_up, !local);
    ASSERT_EQ(j.has_down, flow == Flow::kTask && !local);
    if (j.has_up) {
      ASSERT_LT(j.up_first, j.up_last);
      ASSERT_EQ(entries[j.up_first].enter_ns, flow == Flow::kTask ? j.decided_ns : j.created_ns);
      if (flow != Flow::kUpload) {
        ASSERT_EQ(j.up_end_ns, computed_from);
        ASSERT_EQ(entries.at(j.up_last).enter_ns, j.up_end_ns);
      } else {
        ASSERT_EQ(j.up_last, entries.size());
        ASSERT_EQ(j.up_end_ns, now);
      }
    }
    if (j.has_down) {
      ASSERT_EQ(entries.at(j.down_first).enter_ns, computed_until);
      ASSERT_EQ(j.down_begin_ns, computed_until);
    }
  }
}

}  // namespace
}  // namespace cv2x
