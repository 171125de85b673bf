#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

/// How often each of three targets is drawn by the tasks from `first` on, whose results never come.
std::vector<double> shares(Policy& policy, std::span<const TargetView> hosts, std::uint64_t first) {
  constexpr int kDraws = 20'000;
  std::vector<double> drawn(hosts.size() + 1);
  for (std::uint64_t id = first; id < first + kDraws; ++id)
    drawn[static_cast<std::size_t>(ask(policy, view(hosts), numbered(id)) + 1)] += 1.0 / kDraws;
  return drawn;
}

TEST(BanditExp3, DrawsEvenlyAtFirst) {
  const std::vector<TargetView> hosts = {host(false, 1), host(false, 2)};
  for (const double share : shares(*made("bandit_exp3"), hosts, 0))
    EXPECT_NEAR(share, 1.0 / 3, 0.014);  // 4 σ
}

// By hand, γ = 0.1, K = 3: one result of worth 0.9 of an arm that was drawn with p = 1/3 makes its weight
// exp(0.1 · 0.9 · 3 / 3) = e^0.09. After 20 results of host 0, each with its own p by then, the rest with
// weight 1.
TEST(BanditExp3, WeightsFollowTheFormula) {
  const std::vector<TargetView> hosts = {host(false, 1), host(false, 2)};
  const auto policy = made("bandit_exp3");
  double weight = 1;
  int told = 0;
  for (std::uint64_t id = 0; told < 40; ++id) {
    const double p = 0.9 * weight / (weight + 2) + 0.1 / 3;
    if (ask(*policy, view(hosts), numbered(id)) != 0) continue;
    policy->finished(result(id, 0, 20 * kMillisecond));
    weight *= std::exp(0.1 * 0.9 / p / 3);
    ++told;
  }
  const auto drawn = shares(*policy, hosts, 1'000'000);
  EXPECT_NEAR(drawn[1], 0.9 * weight / (weight + 2) + 0.1 / 3, 0.014);
  EXPECT_NEAR(drawn[0], 0.9 / (weight + 2) + 0.1 / 3, 0.014);
  EXPECT_GT(weight, 5);
}

TEST(BanditExp3, ALostTaskChangesNothing) {
  const std::vector<TargetView> hosts = {host(false, 1), host(false, 2)};
  const auto policy = made("bandit_exp3");
  for (std::uint64_t id = 0; id < 1000; ++id)
    policy->finished(result(id, ask(*policy, view(hosts), numbered(id)), 1, Outcome::kNoRoute));
  for (const double share : shares(*policy, hosts, 1'000'000)) EXPECT_NEAR(share, 1.0 / 3, 0.014);
}

TEST(BanditExp3, KeepsTryingAndItsWeightsStayFinite) {
  const std::vector<TargetView> hosts = {host(false, 1), host(false, 2)};
  const auto policy = made("bandit_exp3");
  for (std::uint64_t id = 0; id < 20'000; ++id) {  // e^(0.1/3) each: far beyond 10³⁰⁸
    const int arm = ask(*policy, view(hosts), numbered(id));
    policy->finished(result(id, arm, arm == 1 ? 0 : 200 * kMillisecond));
  }
  const auto drawn = shares(*policy, hosts, 1'000'000);
  EXPECT_NEAR(drawn[2], 0.9 + 0.1 / 3, 0.01);
  EXPECT_NEAR(drawn[0], 0.1 / 3, 0.006);
}

}  // namespace
}  // namespace cv2x
