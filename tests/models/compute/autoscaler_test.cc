// Sequences by hand, after the algorithm of kubernetes.io "Horizontal Pod Autoscaling" and the cases of
// Kubernetes' own replica_calculator_test.go (named where they are one of those).
#include "models/compute/autoscaler.h"

#include <gtest/gtest.h>

#include <vector>

namespace cv2x {
namespace {

struct Step {
  double time_s;
  std::int64_t ready, not_ready;
  double metric;
  std::int64_t desired;
};

AutoscalerParams aim(double target) {
  AutoscalerParams params;
  params.metric = HpaMetric::kTasks;
  params.target_tasks = target;
  return params;
}

void expect(const AutoscalerParams& params, const ReplicaParams& replicas, const std::vector<Step>& steps) {
  Autoscaler autoscaler(params, replicas);
  for (const auto& s : steps)
    EXPECT_EQ(autoscaler.decide({s.ready, s.not_ready, s.metric}, from_seconds(s.time_s)), s.desired)
        << "at " << s.time_s << " s";
}

TEST(Autoscaler, ScalesByTheRatio) {
  // ceil(3 · 0.5/0.3) = 5 (replica_calculator_test.go: TestReplicaCalcScaleUp)
  expect(aim(0.3), {1, 10}, {{15, 3, 0, 0.5, 5}});
  // ceil(5 · 0.28/0.5) = 3 (TestReplicaCalcScaleDown)
  AutoscalerParams down = aim(0.5);
  down.stabilisation_ns = 0;
  expect(down, {1, 10}, {{15, 5, 0, 0.28, 3}});
  // 200 of 100: twice as many; 50 of 100: half (the examples of the page)
  expect(aim(100), {1, 10}, {{15, 4, 0, 200, 8}});
  AutoscalerParams half = aim(100);
  half.stabilisation_ns = 0;
  expect(half, {1, 10}, {{15, 4, 0, 50, 2}});
}

TEST(Autoscaler, DoesNothingWithinTheTolerance) {
  // TestReplicaCalcTolerance: 1.01/1 with 3
  expect(aim(1), {1, 10},
         {{15, 3, 0, 1.01, 3}, {30, 3, 0, 1.1, 3}, {45, 3, 0, 0.9, 3}, {60, 3, 0, 1.101, 4}});
}

TEST(Autoscaler, InstancesThatAreNotReadyCountAsIdleWhenItScalesUp) {
  // TestReplicaCalcScaleUpUnreadyLessScale: 2 ready at 0.5 of 0.3, 1 not: 1.0/3/0.3 = 1.11 → ceil(3.33) = 4
  expect(aim(0.3), {1, 10}, {{15, 2, 1, 0.5, 4}});
  // TestReplicaCalcScaleUpUnreadyNoScale: 1 ready at 0.4 of 0.3, 2 not: 0.44 turns the direction: as it is
  expect(aim(0.3), {1, 10}, {{15, 1, 2, 0.4, 3}});
  // Downwards only the ready ones count: ceil(2 · 0.1/0.3) = 1
  AutoscalerParams down = aim(0.3);
  down.stabilisation_ns = 0;
  expect(down, {1, 10}, {{15, 2, 1, 0.1, 1}});
  // None ready: no metric
  expect(aim(0.3), {1, 10}, {{15, 0, 2, 0, 2}});
}

TEST(Autoscaler, StaysBetweenMinAndMax) {
  AutoscalerParams params = aim(1);
  params.stabilisation_ns = 0;
  expect(params, {2, 6}, {{15, 4, 0, 9, 6}, {30, 6, 0, 0.01, 2}});
}

TEST(Autoscaler, AddsAtMostFourOrAsManyAsThereAreWithin15Seconds) {
  // 1 → 5 (four more), 5 → 10 (twice), 10 → 20 (twice)
  expect(aim(1), {1, 100}, {{15, 1, 0, 50, 5}, {30, 5, 0, 50, 10}, {45, 10, 0, 50, 20}});
  // A second decision within 15 s may not add what the first has used up.
  expect(aim(1), {1, 100}, {{15, 1, 0, 50, 5}, {20, 5, 0, 50, 5}, {30, 5, 0, 50, 10}});
}

TEST(Autoscaler, ScalesDownToTheLargestRecommendationOf300Seconds) {
  // Recommended 8, then 3 from 30 s on: the 8 holds until it is 300 s old.
  std::vector<Step> steps{{15, 4, 0, 2, 8}};
  for (double t = 30; t < 315; t += 15) steps.push_back({t, 8, 0, 0.3, 8});
  steps.push_back({315, 8, 0, 0.3, 3});
  expect(aim(1), {1, 10}, steps);
}

TEST(Autoscaler, TheLargestOfThePastDoesNotScaleUp) {
  AutoscalerParams params = aim(1);
  // 8 recommended at 15 s, but somebody has stopped instances since: 2 within tolerance stay 2.
  expect(params, {1, 10}, {{15, 4, 0, 2, 8}, {30, 2, 0, 1, 2}});
}

TEST(Autoscaler, WithoutAnInstanceItDoesNothing) { expect(aim(1), {0, 10}, {{15, 0, 0, 5, 0}}); }

}  // namespace
}  // namespace cv2x
