#include "models/measure/budget.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/base/random.h"

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

TEST(Budget, AgeIsJudgedAsALatency) {
  BudgetParams age = latency(100);
  age.metric = BudgetMetric::kAgeOfInformation;
  EXPECT_EQ(judge(age, {90, {80, 100}}).verdict, Verdict::kPass);
  EXPECT_EQ(judge(age, {110, {100.5, 120}}).verdict, Verdict::kFail);
  EXPECT_EQ(judge(age, {110, {100, 120}}).limit, 100);
}

TEST(Budget, SaysHowManyReplicationsWouldDecide) {
  // Computed with another program from the formula in budget.h.
  // s/√R = 20/1.96. Two replications would hardly ever do, for t(1) is 12.7.
  EXPECT_EQ(judge(latency(100), {80, {75, 100.1}}, 1).replications, 6);
  EXPECT_EQ(judge(latency(100), {90, {85, 110}}, 3).replications, 8);
  EXPECT_EQ(judge(latency(100), {100, {90, 110}}).replications, 64);  // right at the limit
  EXPECT_EQ(judge(latency(100), {90, {0, kInf}}).replications, std::nullopt);
  EXPECT_EQ(judge(latency(100), {90, {80, 100}}).replications, std::nullopt);  // decided
  EXPECT_EQ(judge(latency(100), Estimate{}).replications, std::nullopt);
  EXPECT_EQ(judge(reliability(0.99), {0.995, {0, 1}}).replications, std::nullopt);
}

TEST(Budget, OfAShareByWilsonsInterval) {
  // Two replications of 1000 messages without a loss: low = n/(n + t²) = 2000/(2000 + 161.4).
  const Interval none_lost = clustered_wilson(1, 2000, 0, 2);
  EXPECT_EQ(judge(reliability(0.999), {1, none_lost}, 2).replications, 20);
}

/// Of those advised, the share that is decided when the advice is taken.
template <class Next, class Draw, class Combine>
double decided_as_advised(const BudgetParams& budget, std::int64_t first, Next&& next, Draw&& draw,
                          Combine&& combine) {
  int advised = 0, decided = 0;
  while (advised < 400) {
    next();
    std::vector<decltype(draw())> runs;
    for (std::int64_t i = 0; i < first; ++i) runs.push_back(draw());
    const Judgement before = judge(budget, combine(runs), first);
    if (!before.replications) continue;
    while (std::ssize(runs) < *before.replications) runs.push_back(draw());
    ++advised;
    decided += judge(budget, combine(runs), *before.replications).verdict != Verdict::kInconclusive;
  }
  return static_cast<double>(decided) / advised;
}

TEST(Budget, TheAdviceIsAboutRight) {
  // A replication measures the truth ± 10, one run says so by its interval. The truth is anywhere around the
  // limit.
  Stream random({}, "replications", 0);
  const auto over = [](const std::vector<double>& runs) {
    if (runs.size() == 1) return Estimate{runs[0], {runs[0] - 19.6, runs[0] + 19.6}};
    return over_replications(runs);
  };
  for (const std::int64_t first : {1, 2, 3, 5, 10}) {
    double truth = 0;
    const auto next = [&] { truth = 40 + 120 * random.uniform(); };
    const auto normal = [&] {
      return truth + 10 * std::sqrt(-2 * std::log(1 - random.uniform())) *
                         std::cos(2 * std::acos(-1.0) * random.uniform());
    };
    const double share = decided_as_advised(latency(100), first, next, normal, over);
    EXPECT_GT(share, 0.72) << first;
    EXPECT_LT(share, 0.9) << first;
  }
  // 3000 messages a replication, of which 0 to 0.2 % are late, against one of 1000.
  double late = 0;
  const auto next = [&] { late = 0.002 * random.uniform(); };
  const auto messages = [&] {
    Share s{0, 3000};
    for (int i = 0; i < 3000; ++i) s.good += random.uniform() > late;
    return s;
  };
  const double share =
      decided_as_advised(reliability(0.999), 3, next, messages,
                         [](const std::vector<Share>& runs) { return reliability_over_replications(runs); });
  EXPECT_GT(share, 0.72);
  EXPECT_LT(share, 0.9);
}

}  // namespace
}  // namespace cv2x
