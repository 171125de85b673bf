#include "models/measure/budget.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cv2x {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

BudgetParams latency(TimeNs limit) {
  BudgetParams b;
  b.limit_ns = limit;
  return b;
}

BudgetParams reliability(double at_least) {
  BudgetParams b;
  b.metric = BudgetMetric::kReliability;
  b.at_least = at_least;
  return b;
}

TEST(Budget, LatencyByItsWholeInterval) {
  EXPECT_EQ(judge(latency(100), {90, {80, 100}}).verdict, Verdict::kPass);
  EXPECT_EQ(judge(latency(100), {90, {80, 100.5}}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(judge(latency(100), {110, {100, 120}}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(judge(latency(100), {110, {100.5, 120}}).verdict, Verdict::kFail);
  EXPECT_EQ(judge(latency(100), {kInf, {kInf, kInf}}).verdict, Verdict::kFail);
  EXPECT_EQ(judge(latency(100), {50, {0, kInf}}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(judge(latency(100), Estimate{}).verdict, Verdict::kInconclusive);
}

TEST(Budget, ReliabilityByItsWholeInterval) {
  EXPECT_EQ(judge(reliability(0.99), {0.995, {0.99, 1}}).verdict, Verdict::kPass);
  EXPECT_EQ(judge(reliability(0.99), {0.995, {0.98, 1}}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(judge(reliability(0.99), {0.9, {0.85, 0.95}}).verdict, Verdict::kFail);
}

TEST(Budget, SaysHowManyReplicationsWouldDecide) {
  // 20 wide towards the limit, 10 away: half as wide with 4 times as many.
  const Judgement j = judge(latency(100), {90, {85, 110}}, 3);
  EXPECT_EQ(j.replications, 12);
  EXPECT_EQ(judge(latency(100), {120, {90, 400}}, 1).replications, 3);  // (30/20)² = 2.25
  EXPECT_EQ(judge(reliability(0.9), {0.92, {0.88, 1}}, 2).replications, 8);
  EXPECT_EQ(judge(latency(100), {90, {0, kInf}}).replications, std::nullopt);
  EXPECT_EQ(judge(latency(100), {100, {90, 110}}).replications, std::nullopt);
  EXPECT_EQ(judge(latency(100), {90, {80, 100}}).replications, std::nullopt);  // decided
  EXPECT_EQ(judge(latency(100), Estimate{}).replications, std::nullopt);
}

}  // namespace
}  // namespace cv2x
