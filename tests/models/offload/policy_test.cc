#include "models/offload/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "models/base/random.h"
#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

/// All but those that know no connection and no vehicle's own processor, as their source does not
/// (edgecloudsim_test.cc).
std::vector<std::string_view> careful() {
  auto names = policy_registry().names();
  std::erase_if(names, [](std::string_view name) { return name.starts_with("edgecloudsim_"); });
  return names;
}

TEST(PolicyRegistry, HoldsThePolicies) {
  EXPECT_THAT(
      policy_registry().names(),
      testing::ElementsAre("bandit_exp3", "bandit_ucb", "cloud", "deadline_aware", "edgecloudsim_game_theory",
                           "edgecloudsim_predictive", "edgecloudsim_random", "energy_aware", "fuzzy",
                           "game_theoretic", "hysteresis", "least_latency", "least_loaded", "local",
                           "lyapunov", "mobility_aware", "nearest_edge", "random", "round_robin"));
  EXPECT_EQ(made("greedy"), nullptr);
}

TEST(PolicyInfos, TellOfEveryPolicyWhatItDoesAndWhereItIsFrom) {
  std::vector<std::string_view> names;
  for (const auto& info : policy_infos()) {
    names.push_back(info.name);
    EXPECT_NE(made(info.name), nullptr) << info.name;
    EXPECT_THAT(info.summary.size(), testing::AllOf(testing::Ge(20U), testing::Le(80U))) << info.name;
    EXPECT_GT(info.source.size(), 10U) << info.name;
  }
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(policy_registry().names()));
}

TEST(PolicyParams, BelongToPoliciesAndThoseOfTheOneInForceAreResolved) {
  for (const auto name : PolicyParams::kNames) {
    EXPECT_NE(made(name), nullptr) << name;
    OffloadParams params;
    params.policy = name;
    fill_in(params);
    EXPECT_EQ(std::count(params.policies.given.begin(), params.policies.given.end(), true), 1);
  }
}

TEST(Target, LocalIsNoHost) {
  EXPECT_TRUE(kLocal.is_local());
  EXPECT_FALSE(Target{HostIndex{0}}.is_local());
}

TEST(Policies, StayLocalWithoutHostsAndWithoutConnection) {
  const std::vector<TargetView> hosts = {host(false, 0), host(true, 0)};
  auto disconnected = view(hosts);
  disconnected.connected = false;
  auto busy = disconnected;  // even when the vehicle is drowning in work
  busy.local.running = 1;
  busy.local.waiting_cycles = 1e15;
  for (const auto name : careful()) {
    EXPECT_EQ(decide(name, view({})), -1) << name;
    EXPECT_EQ(decide(name, disconnected), -1) << name;
    EXPECT_EQ(decide(name, busy), -1) << name;
  }
}

TEST(Policies, NeverChooseAHostThatCannotBeReached) {
  std::vector<TargetView> hosts = {host(false, 0), host(true, 0)};
  for (auto& h : hosts) h.reachable = false;
  for (const auto name : careful()) EXPECT_EQ(decide(name, view(hosts)), -1) << name;
}

TEST(Local, IgnoresTheHosts) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  EXPECT_EQ(decide("local", view(hosts)), -1);
}

TEST(Nearest, TakesTheShortestDelayOfItsTier) {
  std::vector<TargetView> hosts = {host(true, 1), host(false, 500), host(false, 300), host(true, 7),
                                   host(false, 400)};
  EXPECT_EQ(decide("nearest_edge", view(hosts)), 2);
  EXPECT_EQ(decide("cloud", view(hosts)), 0);
  hosts[2].reachable = hosts[0].reachable = false;
  EXPECT_EQ(decide("nearest_edge", view(hosts)), 4);
  EXPECT_EQ(decide("cloud", view(hosts)), 3);
}

TEST(Nearest, TakesTheFirstOnATie) {
  const std::vector<TargetView> hosts = {host(false, 9), host(true, 5), host(false, 3), host(true, 5),
                                         host(false, 3)};
  EXPECT_EQ(decide("nearest_edge", view(hosts)), 2);
  EXPECT_EQ(decide("cloud", view(hosts)), 1);
}

TEST(Nearest, StaysLocalWhenTheTierIsEmpty) {
  const std::vector<TargetView> edges = {host(false, 1)}, clouds = {host(true, 1)};
  EXPECT_EQ(decide("cloud", view(edges)), -1);
  EXPECT_EQ(decide("nearest_edge", view(clouds)), -1);
}

TEST(Nearest, DoesNotLookAtTheLoad) {
  std::vector<TargetView> hosts = {host(false, 1), host(false, 2)};
  hosts[0].running = 4;
  hosts[0].waiting = 1000;
  hosts[0].waiting_cycles = 1e15;
  EXPECT_EQ(decide("nearest_edge", view(hosts)), 0);
}

// By hand, kTask: vehicle 10 ms; an idle host 1 ms + 0.5 ms + 10⁷ cycles / 2 GHz = 6.5 ms, plus the delays.
TEST(LeastLatency, WeighsTransferAgainstExecution) {
  std::vector<TargetView> hosts = {host(false, 0)};
  EXPECT_EQ(decide("least_latency", view(hosts)), 0);
  hosts[0].network_delay_ns = 1'740'000;  // 2 · 1.74 ms: 9.98 ms
  EXPECT_EQ(decide("least_latency", view(hosts)), 0);
  hosts[0].network_delay_ns = 1'760'000;  // 10.02 ms
  EXPECT_EQ(decide("least_latency", view(hosts)), -1);
}

TEST(LeastLatency, CountsTheAccessDelayOnceEachWay) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  auto v = view(hosts);
  v.uplink_delay_ns = 2'000'000;
  v.downlink_delay_ns = 1'480'000;  // 9.98 ms
  EXPECT_EQ(decide("least_latency", v), 0);
  v.downlink_delay_ns = 1'520'000;  // 10.02 ms
  EXPECT_EQ(decide("least_latency", v), -1);
}

TEST(LeastLatency, TheSlowestLinkOfTheWayCounts) {
  std::vector<TargetView> hosts = {host(false, 0)};
  hosts[0].bottleneck_bps = 4e6;  // 2 ms each way: 9 ms
  EXPECT_EQ(decide("least_latency", view(hosts)), 0);
  hosts[0].bottleneck_bps = 3e6;  // 2.67 ms each way: 10.3 ms
  EXPECT_EQ(decide("least_latency", view(hosts)), -1);
}

TEST(LeastLatency, WaitsOnlyWhereEveryCoreIsBusy) {
  std::vector<TargetView> hosts = {host(false, 0)};
  hosts[0].waiting_cycles = 1e9;
  hosts[0].running = 3;  // of 4
  EXPECT_EQ(decide("least_latency", view(hosts)), 0);
  hosts[0].running = 4;
  EXPECT_EQ(decide("least_latency", view(hosts)), -1);
  hosts[0].waiting_cycles = 2.7e7;  // 3.375 ms over four cores: 9.875 ms
  EXPECT_EQ(decide("least_latency", view(hosts)), 0);
  hosts[0].waiting_cycles = 2.9e7;  // 10.125 ms
  EXPECT_EQ(decide("least_latency", view(hosts)), -1);
}

TEST(LeastLatency, WaitsForTheContainer) {
  std::vector<TargetView> hosts = {host(false, 0)};
  hosts[0].start_ns = 3'400'000;  // 9.9 ms
  EXPECT_EQ(decide("least_latency", view(hosts)), 0);
  hosts[0].start_ns = 3'600'000;
  EXPECT_EQ(decide("least_latency", view(hosts)), -1);
}

TEST(LeastLatency, FleesTheVehiclesOwnQueue) {
  std::vector<TargetView> hosts = {host(false, 5'000'000)};  // 16.5 ms
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 6.4e6;  // 16.4 ms
  EXPECT_EQ(decide("least_latency", v), -1);
  v.local.waiting_cycles = 6.6e6;
  EXPECT_EQ(decide("least_latency", v), 0);
}

TEST(LeastLatency, TheVehicleWinsATieThenTheFirstHost) {
  std::vector<TargetView> hosts = {host(false, 0), host(true, 0)};
  EXPECT_EQ(decide("least_latency", view(hosts)), 0);
  const TaskRequest nothing = task(0, 0, 0);
  EXPECT_EQ(decide("least_latency", view(hosts), nothing), -1);
}

TEST(LeastLatency, ALinkWithoutRateIsNoChoice) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  auto v = view(hosts);
  v.downlink_bps = 0;
  EXPECT_EQ(decide("least_latency", v), -1);
  EXPECT_EQ(decide("least_latency", v, task(1000, 0, 1e7)), -1);  // 0/0
}

// The choice is never worse than any other by the formula of the header.
TEST(LeastLatency, IsTheMinimumOfRandomViews) {
  Stream random({5}, "views", 0);
  int local = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<TargetView> hosts(random.next() % 6);
    for (auto& h : hosts) {
      h = host(random.next() % 2 == 0, static_cast<TimeNs>(random.next() % 10'000'000));
      h.reachable = random.next() % 4 != 0;
      h.speed_cps = 1e9 * (1 + 3 * random.uniform());
      h.running = static_cast<std::int64_t>(random.next() % 6);
      h.waiting_cycles = 1e8 * random.uniform();
      h.bottleneck_bps = 1e6 + 1e8 * random.uniform();
    }
    auto v = view(hosts);
    v.uplink_delay_ns = static_cast<TimeNs>(random.next() % 4'000'000);
    v.downlink_delay_ns = static_cast<TimeNs>(random.next() % 4'000'000);
    v.local.running = static_cast<std::int64_t>(random.next() % 2);
    v.local.waiting_cycles = 3e7 * random.uniform();
    const auto seconds = [&](int choice) -> std::optional<double> {
      const TargetView& t = choice < 0 ? v.local : hosts[static_cast<std::size_t>(choice)];
      double s = kTask.cycles / t.speed_cps;
      if (t.running >= t.cores) s += t.waiting_cycles / t.speed_cps / static_cast<double>(t.cores);
      if (choice < 0) return s;
      if (!t.reachable) return std::nullopt;
      s += static_cast<double>(v.uplink_delay_ns + v.downlink_delay_ns + 2 * t.network_delay_ns) / 1e9;
      s +=
          8000 / std::min(v.uplink_bps, t.bottleneck_bps) + 8000 / std::min(v.downlink_bps, t.bottleneck_bps);
      return s;
    };
    const int choice = decide("least_latency", v);
    local += choice < 0;
    const auto chosen = seconds(choice);
    ASSERT_TRUE(chosen);
    for (int other = -1; other < static_cast<int>(hosts.size()); ++other) {
      const auto s = seconds(other);
      ASSERT_TRUE(!s || *chosen <= *s + 1e-12)
          << round << ": " << choice << " chosen, " << other << " is faster";
    }
  }
  EXPECT_GT(local, 200);  // the rounds do exercise both answers
  EXPECT_LT(local, 1800);
}

}  // namespace
}  // namespace cv2x
