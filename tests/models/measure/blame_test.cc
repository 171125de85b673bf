#include "models/measure/blame.h"

#include <gtest/gtest.h>

namespace cv2x {
namespace {

constexpr Cause kQueue = kFirstStage + static_cast<Cause>(Stage::kComputeQueue);
constexpr Cause kService = kFirstStage + static_cast<Cause>(Stage::kComputeService);
constexpr Cause kUplink = kFirstStage + static_cast<Cause>(Stage::kUlTransmission);

/// `count` messages that spent so much in queue, service and uplink, each.
CauseSums sums(std::uint64_t count, TimeNs queue, TimeNs service, TimeNs uplink) {
  CauseSums s;
  s.count = count;
  const auto n = static_cast<TimeNs>(count);
  s.sums_ns[kQueue] = n * queue;
  s.sums_ns[kService] = n * service;
  s.sums_ns[kUplink] = n * uplink;
  return s;
}

TEST(Blame, TheStageWithTheLargestExcess) {
  BlameSums s;
  s.parts = {{0, sums(10, 45, 30, 4), sums(90, 10, 20, 5)}};  // excess 35, 10, −1
  const Blame b = blame(s, BudgetMetric::kLatency);
  EXPECT_EQ(b.cause, kQueue);
  EXPECT_DOUBLE_EQ(b.excess_ns, 35);
  EXPECT_DOUBLE_EQ(b.share, 35.0 / 45);
  EXPECT_EQ(kCauseNames[b.cause], "compute_queue");
}

TEST(Blame, ServicesAreComparedWithThemselves) {
  // The second service always computes long and is late more often; nobody waits longer than usual for
  // service, and the late ones of both wait for the queue.
  BlameSums s;
  s.parts = {{0, sums(10, 15, 1, 0), sums(90, 5, 1, 0)}, {1, sums(60, 12, 100, 0), sums(40, 5, 100, 0)}};
  const Blame b = blame(s, BudgetMetric::kLatency);
  EXPECT_EQ(b.cause, kQueue);
  EXPECT_DOUBLE_EQ(b.excess_ns, (10 * 10 + 60 * 7) / 70.0);
  EXPECT_DOUBLE_EQ(b.share, 1);
}

TEST(Blame, WithNothingToCompareWithTheLongest) {
  BlameSums s;
  s.parts = {{0, sums(10, 15, 60, 25), {}}};
  const Blame b = blame(s, BudgetMetric::kLatency);
  EXPECT_EQ(b.cause, kService);
  EXPECT_DOUBLE_EQ(b.excess_ns, 60);
  EXPECT_DOUBLE_EQ(b.share, 0.6);
}

TEST(Blame, AgesAreComparedWhereMostKeepTheLimit) {
  BlameSums s;
  CauseSums late = sums(10, 30, 10, 10), kept = sums(90, 10, 10, 10);
  late.sums_ns[kUpdateInterval] = 10 * 100;
  kept.sums_ns[kUpdateInterval] = 90 * 100;
  s.parts = {{0, late, kept}};
  EXPECT_EQ(blame(s, BudgetMetric::kAgeOfInformation).cause, kQueue);
  std::swap(s.parts[0].late, s.parts[0].kept);
  const Blame b = blame(s, BudgetMetric::kAgeOfInformation);
  EXPECT_EQ(b.cause, kUpdateInterval);
  EXPECT_DOUBLE_EQ(b.excess_ns, 100);
  EXPECT_DOUBLE_EQ(b.share, 100.0 / 130);
}

TEST(Blame, NothingWhereNoneIsLate) {
  BlameSums s;
  s.lost[static_cast<std::size_t>(Outcome::kComputeFull)] = 3;
  s.parts = {{0, {}, sums(90, 10, 10, 10)}};
  const Blame b = blame(s, BudgetMetric::kReliability);
  EXPECT_EQ(b.cause, kNoCause);
  EXPECT_EQ(b.excess_ns, 0);
  EXPECT_EQ(b.share, 0);
  EXPECT_EQ(s.lost_in_all(), 3u);
}

TEST(Blame, RunsAddUp) {
  BlameSums a, b;
  a.parts = {{2, sums(10, 40, 0, 0), sums(10, 10, 0, 0)}};
  b.parts = {{1, sums(1, 0, 0, 0), {}}, {2, sums(30, 80, 0, 0), sums(70, 10, 0, 0)}};
  a.lost[3] = 1;
  b.lost[3] = 2;
  a.merge(b);
  ASSERT_EQ(a.parts.size(), 2u);
  EXPECT_EQ(a.parts[0].service, 2);
  EXPECT_EQ(a.parts[0].late.count, 40u);
  EXPECT_EQ(a.parts[0].late.sums_ns[kQueue], 10 * 40 + 30 * 80);
  EXPECT_EQ(a.parts[0].kept.count, 80u);
  EXPECT_EQ(a.parts[1].service, 1);
  EXPECT_EQ(a.lost[3], 3u);
}

TEST(Blame, EveryStageHasItsName) {
  for (std::size_t i = 0; i < kStageNames.size(); ++i)
    EXPECT_EQ(kCauseNames[kFirstStage + i], kStageNames[i]);
  EXPECT_EQ(kCauseNames[kUpdateInterval], "update_interval");
  EXPECT_EQ(kCauseNames[kLostUpdates], "lost_updates");
}

}  // namespace
}  // namespace cv2x
