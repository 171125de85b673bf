#include "models/measure/age_tracker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "models/base/random.h"
#include "models/measure/age_stats.h"

namespace cv2x {
namespace {

constexpr std::uint16_t kService = 3;

EndedMessage update(TimeNs created, TimeNs end, Outcome outcome = Outcome::kDelivered,
                    std::uint32_t vehicle = 0) {
  return {.service = kService,
          .outcome = outcome,
          .counted = true,
          .vehicle = vehicle,
          .vehicle_key = vehicle,
          .x_m = static_cast<float>(created),
          .created_ns = created,
          .end_ns = end};
}

/// Ramps in order of their beginning.
struct Ramps {
  std::vector<AgeRamp> list;
  AgeTracker tracker;
  Ramps(TimeNs from, TimeNs until)
      : tracker(from, until, {kService}, [this](const AgeRamp& r) { list.push_back(r); }) {}
  void finish(TimeNs end = 1'000'000) {
    tracker.finish(end);
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.from_ns < b.from_ns; });
  }
  void expect(std::size_t i, TimeNs from, TimeNs to, TimeNs age) const {
    ASSERT_LT(i, list.size());
    EXPECT_EQ(list[i].from_ns, from);
    EXPECT_EQ(list[i].to_ns, to);
    EXPECT_EQ(list[i].age_ns, age);
  }
};

TEST(AgeTracker, FromTheFirstUpdateToTheEndOfTheWindow) {
  Ramps r(0, 1000);
  r.tracker.add(update(100, 130), {});
  r.tracker.add(update(200, 250), {});
  r.tracker.add(update(300, 310), {});
  r.finish();
  ASSERT_EQ(r.list.size(), 4u);
  r.expect(0, 100, 130, 0);   // before the first is there, its age counts
  r.expect(1, 130, 250, 30);  // peak 150 = 100 between the updates + 50 under way
  r.expect(2, 250, 310, 50);
  r.expect(3, 310, 1000, 10);
  EXPECT_EQ(r.list[1].x_m, 100.F);  // where what is known was created
  EXPECT_FALSE(r.list[3].told);     // nothing was lost; the next one may be under way
}

TEST(AgeTracker, OlderOnesBringNothingNew) {
  Ramps r(0, 1000);
  r.tracker.add(update(200, 220), {});
  r.tracker.add(update(300, 330), {});
  r.tracker.add(update(250, 350), {});  // overtaken
  r.tracker.add(update(260, 360, Outcome::kQueueFull), {});
  r.tracker.add(update(400, 440), {});
  r.finish();
  ASSERT_EQ(r.list.size(), 4u);
  r.expect(2, 330, 440, 30);
  EXPECT_EQ(r.list[2].causes.sums_ns[kLostUpdates], 0);
  EXPECT_EQ(r.list[2].causes.sums_ns[kUpdateInterval], 100);
}

TEST(AgeTracker, AnOutageFromTheStartIsSeen) {
  Ramps r(0, 1000);
  r.tracker.add(update(150, 160, Outcome::kOutOfCoverage), {});
  r.tracker.add(update(100, 900, Outcome::kUnfinished), {});  // created before it
  r.tracker.add(update(250, 900, Outcome::kUnfinished), {});
  r.finish();
  ASSERT_EQ(r.list.size(), 1u);
  r.expect(0, 100, 1000, 0);
  EXPECT_TRUE(r.list[0].told);
  EXPECT_EQ(r.list[0].lost[static_cast<std::size_t>(Outcome::kUnfinished)], 2u);
  EXPECT_EQ(r.list[0].lost[static_cast<std::size_t>(Outcome::kOutOfCoverage)], 1u);
  EXPECT_EQ(r.list[0].causes.sums_ns[kUpdateInterval], 225);  // 900 in 4 parts, 3 of them lost
  EXPECT_EQ(r.list[0].causes.sums_ns[kLostUpdates], 675);
}

TEST(AgeTracker, WithinTheWindow) {
  Ramps r(500, 600);
  r.tracker.add(update(100, 130), {});
  r.tracker.add(update(200, 550), {});
  r.tracker.add(update(400, 700), {});  // after it: ends the age that was cut at 600
  r.finish();
  ASSERT_EQ(r.list.size(), 2u);
  r.expect(0, 500, 550, 400);
  r.expect(1, 550, 600, 350);
  EXPECT_TRUE(r.list[0].told);
  EXPECT_FALSE(r.list[1].told);

  Ramps interrupted(500, 600);
  interrupted.tracker.add(update(100, 130), {});
  interrupted.finish(560);
  ASSERT_EQ(interrupted.list.size(), 1u);
  interrupted.expect(0, 500, 560, 400);
}

TEST(AgeTracker, UntilTheVehicleLeaves) {
  for (const bool leaves_first : {false, true}) {
    Ramps r(0, 1000);
    r.tracker.add(update(100, 130), {});
    if (leaves_first) r.tracker.leave(0, 250);
    r.tracker.add(update(200, 250), {});  // at that very time
    if (!leaves_first) r.tracker.leave(0, 250);
    r.tracker.add(update(240, 251), {});  // too late, as what comes of it later on
    r.tracker.add(update(240, 400, Outcome::kVehicleLeft), {});
    r.tracker.add(update(300, 350, Outcome::kDelivered, 1), {});  // somebody else
    r.finish();
    ASSERT_EQ(r.list.size(), 4u) << leaves_first;
    r.expect(0, 100, 130, 0);
    r.expect(1, 130, 250, 30);
    EXPECT_TRUE(r.list[1].told);
    r.expect(2, 300, 350, 0);
    r.expect(3, 350, 1000, 50);
  }
}

TEST(AgeTracker, TheAgeAtItsEndIsTheSumOfItsCauses) {
  Ramps r(0, 1000);
  r.tracker.add(update(100, 130), {});
  r.tracker.add(update(210, 260, Outcome::kHarqExhausted), {});
  r.tracker.add(update(320, 370, Outcome::kQueueFull), {});
  const std::vector<StageEntry> stages = {
      {Stage::kSrWait, 430}, {Stage::kUlTransmission, 435}, {Stage::kBackhaulQueue, 450}};
  r.tracker.add(update(430, 500), stages);
  r.finish();
  ASSERT_EQ(r.list.size(), 3u);
  r.expect(1, 130, 500, 30);
  const auto& causes = r.list[1].causes;
  EXPECT_EQ(causes.count, 1u);
  EXPECT_EQ(causes.sums_ns[kUpdateInterval], 110);
  EXPECT_EQ(causes.sums_ns[kLostUpdates], 220);
  EXPECT_EQ(causes.sums_ns[kFirstStage + static_cast<std::size_t>(Stage::kSrWait)], 5);
  EXPECT_EQ(causes.sums_ns[kFirstStage + static_cast<std::size_t>(Stage::kUlTransmission)], 15);
  EXPECT_EQ(causes.sums_ns[kFirstStage + static_cast<std::size_t>(Stage::kBackhaulQueue)], 50);
  TimeNs sum = 0;
  for (const TimeNs t : causes.sums_ns) sum += t;
  EXPECT_EQ(sum, 400);  // 500 − 100
  EXPECT_EQ(r.list[1].lost[static_cast<std::size_t>(Outcome::kHarqExhausted)], 1u);
  EXPECT_EQ(r.list[2].lost[static_cast<std::size_t>(Outcome::kHarqExhausted)], 0u);
}

/// Updates of a source through a queue with one server, first come first served (Lindley's recursion): the
/// mean age [mean services] and its distribution.
AgeStats queue(double load, bool exponential_service, bool poisson, int updates) {
  constexpr double kServiceNs = 1e6;
  AgeStats stats(0);
  AgeTracker tracker(0, std::numeric_limits<TimeNs>::max(), {kService},
                     [&](const AgeRamp& r) { stats.add(r.from_ns, r.to_ns, r.age_ns, r.vehicle_key); });
  Stream random({}, "queue", 0);
  double created = 0, free = 0;
  for (int i = 0; i < updates; ++i) {
    created += poisson ? random.exponential(kServiceNs / load) : kServiceNs / load;
    free = std::max(free, created) + (exponential_service ? random.exponential(kServiceNs) : kServiceNs);
    tracker.add(update(static_cast<TimeNs>(created), static_cast<TimeNs>(free)), {});
  }
  tracker.finish(static_cast<TimeNs>(free));
  return stats;
}

TEST(AgeTracker, MeanAgeOfAnMM1Queue) {
  // Kaul, Yates, Gruteser, "Real-time status: How often should one update?", INFOCOM 2012.
  for (const double load : {0.3, 0.53, 0.7}) {
    const double truth = 1e6 * (1 + 1 / load + load * load / (1 - load));
    EXPECT_NEAR(queue(load, true, true, 400'000).mean_ns(), truth, 0.01 * truth) << load;
  }
}

TEST(AgeTracker, MeanAgeOfAnMD1AndADM1Queue) {
  // The same paper; of D/M/1, β solves β = exp(−(1 − β)/ρ).
  constexpr double kLoad = 0.5;
  const double md1 = 1e6 * (1 / (2 * (1 - kLoad)) + 0.5 + (1 - kLoad) * std::exp(kLoad) / kLoad);
  EXPECT_NEAR(queue(kLoad, false, true, 400'000).mean_ns(), md1, 0.01 * md1);
  double beta = 0.1;
  for (int i = 0; i < 200; ++i) beta = std::exp(-(1 - beta) / kLoad);
  const double dm1 = 1e6 * (1 / (2 * kLoad) + 1 / (1 - beta));
  EXPECT_NEAR(queue(kLoad, true, false, 400'000).mean_ns(), dm1, 0.01 * dm1);
}

TEST(AgeTracker, ADD1QueueIsASawtooth) {
  const AgeStats stats = queue(0.25, false, false, 10'000);  // a service, then 4 of them to the next one
  for (const double q : {0.5, 0.9, 0.99}) {
    const double truth = 1e6 * (1 + 4 * q);
    EXPECT_NEAR(stats.half_ns().quantile_ns(q), truth, truth / 500) << q;
  }
}

}  // namespace
}  // namespace cv2x
