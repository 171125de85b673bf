#include "models/offload/credit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cv2x {
namespace {

TaskResult result(TimeNs latency_ns, Outcome outcome = Outcome::kDelivered) {
  TaskResult r;
  r.outcome = outcome;
  r.created_ns = 5 * kSecond;
  r.end_ns = r.created_ns + latency_ns;
  r.deadline_ns = 100 * kMillisecond;
  return r;
}

TEST(RewardOf, LatencyCountsInDeadlinesUpToTheWorst) {
  const RewardParams params{.latency = 1, .deadline = 0, .worst = 4};
  EXPECT_DOUBLE_EQ(reward_of(params, result(0)), 0);
  EXPECT_DOUBLE_EQ(reward_of(params, result(250 * kMillisecond)), -2.5);
  EXPECT_DOUBLE_EQ(reward_of(params, result(kSecond)), -4);
  EXPECT_DOUBLE_EQ(reward_of(params, result(kMillisecond, Outcome::kComputeFull)), -4);
}

TEST(RewardOf, DeadlineIsMetOrNot) {
  const RewardParams params{.latency = 0, .deadline = 2};
  EXPECT_EQ(reward_of(params, result(100 * kMillisecond)), 2);
  EXPECT_EQ(reward_of(params, result(100 * kMillisecond + 1)), 0);
  EXPECT_EQ(reward_of(params, result(1, Outcome::kVehicleLeft)), 0);
}

TEST(RewardOf, TermsAddUp) {
  const RewardParams params{.latency = 0.5, .deadline = 3, .energy = 2, .worst = 4};
  EXPECT_DOUBLE_EQ(reward_of(params, result(50 * kMillisecond), 0.25), 2.25);
}

TEST(RewardOf, EnergyIsSpentOnLostTasksToo) {
  const RewardParams params{.latency = 0, .deadline = 0, .energy = 2};
  EXPECT_DOUBLE_EQ(reward_of(params, result(kMillisecond, Outcome::kNoRoute), 3), -6);
}

class CreditLedgerTest : public testing::Test {
 protected:
  void decide(std::uint64_t id) {
    TaskRequest task;
    task.task_id = id;
    task.deadline_ns = kSecond;
    ledger_.decided(task, kSecond, kLocal);
  }
  void finish(std::uint64_t id, TimeNs latency_ns) {
    TaskResult r = result(latency_ns);
    r.task_id = id;
    r.deadline_ns = kSecond;
    ledger_.finished(r);
  }
  CreditLedger ledger_{RewardParams{.worst = 7}};
};

TEST_F(CreditLedgerTest, ATaskIsCreditedOnceToItsDecision) {
  for (const std::uint64_t id : {10, 20, 30}) decide(id);
  finish(30, 500 * kMillisecond);
  finish(10, 250 * kMillisecond);
  ASSERT_EQ(ledger_.credits().size(), 2u);
  EXPECT_EQ(ledger_.credits()[0].decision, 2u);
  EXPECT_EQ(ledger_.credits()[1].decision, 0u);
  EXPECT_DOUBLE_EQ(ledger_.sum(), -0.75);
  ledger_.clear();
  EXPECT_TRUE(ledger_.credits().empty());
  EXPECT_EQ(ledger_.sum(), 0);
  finish(10, 0);  // nobody's any more
  finish(99, 0);  // never decided here
  EXPECT_TRUE(ledger_.credits().empty());
  EXPECT_EQ(ledger_.open(), 1u);
  EXPECT_EQ(ledger_.decisions(), 3u);
}

TEST_F(CreditLedgerTest, WhatIsOpenAtTheEndIsLostInOrder) {
  for (std::uint64_t id = 100; id > 0; --id) decide(id);
  finish(50, 0);
  ledger_.clear();
  ledger_.close(9 * kSecond);
  ASSERT_EQ(ledger_.credits().size(), 99u);
  for (std::size_t i = 1; i < 99; ++i)
    EXPECT_LT(ledger_.credits()[i - 1].decision, ledger_.credits()[i].decision);
  EXPECT_DOUBLE_EQ(ledger_.sum(), -99 * 7);
  EXPECT_EQ(ledger_.credits()[0].result.outcome, Outcome::kUnfinished);
  EXPECT_EQ(ledger_.credits()[0].result.end_ns, 9 * kSecond);
  EXPECT_EQ(ledger_.open(), 0u);
}

}  // namespace
}  // namespace cv2x
