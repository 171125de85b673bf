#include <gtest/gtest.h>

#include <cmath>

#include "models/base/random.h"
#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

TEST(BanditUcb, TriesEveryArmOnceTheVehicleThenTheNearest) {
  std::vector<TargetView> hosts = {host(false, 700), host(true, 900), host(false, 300), host(false, 500)};
  hosts[3].reachable = false;
  const auto policy = made("bandit_ucb");
  std::vector<int> order;
  for (std::uint64_t id = 0; id < 4; ++id) order.push_back(ask(*policy, view(hosts), numbered(id)));
  EXPECT_EQ(order, (std::vector<int>{-1, 2, 0, 1}));
}

// By hand: after one play each, worths 0.5, 0.9 and 0.8; n = 3: radius √(2 ln 3) = 1.482 for all, so host 0
// (0.9). Then n = 4, n_j = 2: 0.9 + √(2 ln 4 / 2) = 2.077; the vehicle 0.5 + √(2 ln 4) = 2.165; host 1
// 0.8 + 1.665 = 2.465.
TEST(BanditUcb, TheUpperConfidenceBoundDecides) {
  const std::vector<TargetView> hosts = {host(false, 1), host(false, 2)};
  const auto policy = made("bandit_ucb");
  const TimeNs latency[] = {100 * kMillisecond, 20 * kMillisecond, 40 * kMillisecond};  // of 2 · 100 ms
  std::uint64_t id = 0;
  const auto play = [&] {
    const int arm = ask(*policy, view(hosts), numbered(++id));
    policy->finished(result(id, arm, latency[arm + 1]));
    return arm;
  };
  EXPECT_EQ(play(), -1);
  EXPECT_EQ(play(), 0);
  EXPECT_EQ(play(), 1);
  EXPECT_EQ(play(), 0);
  EXPECT_EQ(play(), 1);
  // n = 5: vehicle 0.5 + √(2 ln 5) = 2.294; host 0 0.9 + √(ln 5) = 2.169; host 1 2.069.
  EXPECT_EQ(play(), -1);
}

TEST(BanditUcb, OpenPlaysCount) {
  const std::vector<TargetView> hosts = {host(false, 1), host(false, 2)};
  const auto policy = made("bandit_ucb");
  std::vector<int> placed(3);
  for (std::uint64_t id = 0; id < 300; ++id)
    ++placed[static_cast<std::size_t>(ask(*policy, view(hosts), numbered(id)) + 1)];
  for (const int n : placed) EXPECT_EQ(n, 100);  // nobody has heard of anything: evenly
}

TEST(BanditUcb, FindsTheBestArmAndALostTaskIsWorthNothing) {
  const std::vector<TargetView> hosts = {host(false, 1), host(false, 2), host(true, 3)};
  const auto policy = made("bandit_ucb");
  Stream random({2}, "worth", 0);
  std::vector<int> placed(4);
  for (std::uint64_t id = 0; id < 4000; ++id) {
    const int arm = ask(*policy, view(hosts), numbered(id));
    ++placed[static_cast<std::size_t>(arm + 1)];
    const bool lost = arm == 1 || random.uniform() < 0.3;  // host 1 is fast, but loses all
    const TimeNs latency = arm == 0 ? 20 * kMillisecond : arm == 1 ? kMillisecond : 120 * kMillisecond;
    policy->finished(result(id, arm, latency, lost ? Outcome::kComputeFull : Outcome::kDelivered));
  }
  EXPECT_GT(placed[1], 3000);
  EXPECT_LT(placed[2], 100);
}

TEST(BanditUcb, EveryPlaceAndServiceLearnsByItself) {
  std::vector<TargetView> here = {host(false, 1), host(false, 2)}, there = {host(false, 2), host(false, 1)};
  const auto policy = made("bandit_ucb");
  for (std::uint64_t id = 0; id < 200; ++id)
    policy->finished(result(id, ask(*policy, view(here), numbered(id)), 1));
  EXPECT_EQ(ask(*policy, view(there), numbered(1000)), -1);
  EXPECT_EQ(ask(*policy, view(there), numbered(1001)), 1);
  TaskRequest other = numbered(1002);
  other.service = ServiceIndex{1};
  EXPECT_EQ(ask(*policy, view(here), other), -1);
}

TEST(BanditUcb, ChoosesAmongTheNearestOfManyHosts) {
  std::vector<TargetView> hosts;
  for (int i = 0; i < 100; ++i) hosts.push_back(host(false, 1000 + (i * 37) % 100));
  OffloadParams params;
  params.policies.bandit_ucb.arms.arms = 3;
  const auto policy = made("bandit_ucb", params);
  for (std::uint64_t id = 0; id < 100; ++id) {
    const int arm = ask(*policy, view(hosts), numbered(id));
    EXPECT_TRUE(arm < 0 || (arm * 37) % 100 < 3) << arm;
  }
}

}  // namespace
}  // namespace cv2x
