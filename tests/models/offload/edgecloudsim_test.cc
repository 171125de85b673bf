// The three policies edgecloudsim_*, with views written by hand.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "models/offload/params.h"
#include "models/offload/policy.h"

namespace cv2x {
namespace {

constexpr int kEdge = 0, kRsu = 1, kGsm = 2;

class EdgeCloudSimPolicies : public testing::Test {
 protected:
  EdgeCloudSimPolicies() : hosts_(6) {
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      hosts_[i].cloud = i >= 4;
      hosts_[i].speed_cps = i >= 4 ? 75e9 : 10e9;
    }
    view_->hosts = hosts_;
    view_->networks = {.given = true,
                       .wlan_ns = {20 * kMillisecond, 30 * kMillisecond},
                       .wan_ns = {5 * kMillisecond, 7 * kMillisecond},
                       .cellular_ns = {100 * kMillisecond, 150 * kMillisecond}};
  }

  std::unique_ptr<Policy> make(const std::string& name) {
    auto policy = policy_registry().make(name, {params_, {.seed = 1}, 180 * kSecond});
    policy->begin(view_);
    return policy;
  }

  static TaskRequest task(std::uint32_t vehicle = 0) {
    TaskRequest request;
    request.vehicle = VehicleIndex{vehicle};
    request.cycles = 10e9;
    request.deadline_ns = kSecond;
    request.gap_ns = 5 * kSecond;
    return request;
  }

  int way(const Target& target) const {
    return target.path == kCellular ? kGsm : hosts_[target.host.value].cloud ? kRsu : kEdge;
  }
  std::array<double, 3> shares(Policy& policy, const TaskRequest& request, int n = 30'000) const {
    std::array<double, 3> out{};
    for (int i = 0; i < n; ++i) out[static_cast<std::size_t>(way(policy.decide(request, *view_)))] += 1.0 / n;
    return out;
  }
  static void tell(Policy& policy, Target target, Outcome outcome, TimeNs end, int n = 1) {
    TaskResult result;
    result.target = target;
    result.outcome = outcome;
    result.end_ns = end;
    for (int i = 0; i < n; ++i) policy.finished(result);
  }

  OffloadParams params_;
  std::vector<TargetView> hosts_;
  std::shared_ptr<PolicyView> view_ = std::make_shared<PolicyView>();
};

TEST_F(EdgeCloudSimPolicies, RandomHasItsSharesAndTakesMachinesInTurn) {
  auto policy = make("edgecloudsim_random");
  std::array<int, 6> used{};
  std::array<double, 3> share{};
  std::uint32_t next_edge = 0, next_cloud = 4;
  for (int i = 0; i < 30'000; ++i) {
    const Target t = policy->decide(task(), *view_);
    ++used[t.host.value];
    share[static_cast<std::size_t>(way(t))] += 1.0 / 30'000;
    std::uint32_t& next = hosts_[t.host.value].cloud ? next_cloud : next_edge;
    EXPECT_EQ(t.host.value, next);
    next = next == 3 ? 0 : next == 5 ? 4 : next + 1;
  }
  EXPECT_NEAR(share[kEdge], 0.33, 0.01);
  EXPECT_NEAR(share[kRsu], 0.33, 0.01);
  EXPECT_NEAR(share[kGsm], 0.34, 0.01);
}

TEST_F(EdgeCloudSimPolicies, WithoutAMachineOfAKindTheVehicleItselfIsTheAnswer) {
  for (auto& host : hosts_) host.cloud = false;
  auto policy = make("edgecloudsim_random");
  bool local = false;
  for (int i = 0; i < 100; ++i) local |= policy->decide(task(), *view_).is_local();
  EXPECT_TRUE(local);
}

TEST_F(EdgeCloudSimPolicies, PredictiveAvoidsWhatFailedInTheLastFourWindows) {
  auto policy = make("edgecloudsim_predictive");
  view_->now_ns = 200 * kSecond;
  policy->decide(task(), *view_);
  // In the window before: half of the tasks by GSM failed, one of a hundred at the edge.
  const Target edge{HostIndex{0}}, rsu{HostIndex{4}}, gsm{HostIndex{4}, kCellular};
  tell(*policy, gsm, Outcome::kLinkSaturated, view_->now_ns, 5);
  tell(*policy, gsm, Outcome::kDelivered, view_->now_ns, 5);
  tell(*policy, edge, Outcome::kDelivered, view_->now_ns, 99);
  tell(*policy, edge, Outcome::kAdmissionRefused, view_->now_ns);
  tell(*policy, rsu, Outcome::kLeftCell, view_->now_ns, 50);  // nobody is told
  view_->now_ns += 125 * kMillisecond;
  const double f_edge = 4 * 1 + 6 * 0.1, f_rsu = 10 * 0.1, f_gsm = 4 * 50 + 6 * 0.1;
  const double sum = 1 / f_edge + 1 / f_rsu + 1 / f_gsm;
  const auto inner = [](double below) { return (below - 0.01) / 0.98; };  // a draw lies within 0.01 and 0.99
  const auto found = shares(*policy, task());
  EXPECT_NEAR(found[kEdge], inner(1 / f_edge / sum), 0.01);
  EXPECT_NEAR(found[kGsm], std::max(0.0, 1 - inner(1 - 1 / f_gsm / sum)), 0.005);
  // Three windows later it still counts, with the smallest weight; after that no more.
  view_->now_ns += 375 * kMillisecond;
  EXPECT_LT(shares(*policy, task())[kGsm], 0.05);
  view_->now_ns += 125 * kMillisecond;
  EXPECT_NEAR(shares(*policy, task())[kGsm], 1.0 / 3, 0.015);
}

TEST_F(EdgeCloudSimPolicies, PredictiveLearnsNothingInTheWarmUp) {
  auto policy = make("edgecloudsim_predictive");
  view_->now_ns = 100 * kSecond;
  tell(*policy, {HostIndex{4}, kCellular}, Outcome::kLinkSaturated, view_->now_ns, 100);
  view_->now_ns += 125 * kMillisecond;
  EXPECT_NEAR(shares(*policy, task())[kGsm], 0.33, 0.015);
}

TEST_F(EdgeCloudSimPolicies, GameTheorySendsToTheCloudWhatGainsThere) {
  auto policy = make("edgecloudsim_game_theory");
  for (auto& host : hosts_) host.admitted_share = host.cloud ? 0.9 : 0.5;
  // De = 1 s / (1 − 0.5) + 0.05 s, Dc = 0.012 s (WAN) or 0.25 s (GSM). Vehicle 400: nobody before has
  // decided, so their product is (1 − 0.5 · 0.33)^400 = 0.
  const double by_rsu = (2.05 - 0.012) / 7.2, by_gsm = (2.05 - 0.25) / 7.2;
  const auto found = shares(*policy, task(400), 60'000);
  EXPECT_NEAR(found[kRsu], by_rsu / 2, 0.008);
  EXPECT_NEAR(found[kGsm], by_gsm / 2, 0.008);
  // A network that fails counts as 8 s a direction: the edge, but for one in a hundred.
  view_->networks.cellular_ns = {kUnreachableNs, kUnreachableNs};
  EXPECT_NEAR(shares(*policy, task(400))[kGsm], 0.005, 0.002);
}

TEST_F(EdgeCloudSimPolicies, GameTheoryLooksAtThoseBefore) {
  auto policy = make("edgecloudsim_game_theory");
  // Nobody is before vehicle 0: the difference decides alone.
  EXPECT_NEAR(shares(*policy, task(0))[kEdge], 0.01, 0.005);
  // Vehicle 1 has only vehicle 0 before it, who has a = 5/20 and p = 0.99 now: 1 − Π = 0.2475.
  const double gain_s = 1.05 - (0.012 + 0.25) / 2;
  EXPECT_NEAR(1 - shares(*policy, task(1), 60'000)[kEdge], gain_s / (7.2 * 0.2475), 0.01);
}

}  // namespace
}  // namespace cv2x
