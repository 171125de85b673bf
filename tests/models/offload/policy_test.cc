#include "models/offload/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "models/base/random.h"
#include "models/offload/params.h"

namespace cv2x {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

TargetView host(bool cloud, TimeNs network_delay_ns) {
  return {.cloud = cloud,
          .reachable = true,
          .speed_cps = 2e9,
          .cores = 4,
          .running = 0,
          .waiting = 0,
          .waiting_cycles = 0,
          .network_delay_ns = network_delay_ns,
          .bottleneck_bps = kInfinite};
}

/// A connected vehicle of one core at 1 GHz, 8 Mbit/s up (1 µs a byte) and 16 Mbit/s down, no access delay.
PolicyView view(std::span<const TargetView> hosts) {
  PolicyView v;
  v.connected = true;
  v.uplink_bps = 8e6;
  v.downlink_bps = 16e6;
  v.local = {.cloud = false, .reachable = true, .speed_cps = 1e9, .cores = 1};
  v.hosts = hosts;
  return v;
}

TaskRequest task(std::int64_t input_bytes, std::int64_t output_bytes, double cycles) {
  TaskRequest request;
  request.input_bytes = input_bytes;
  request.output_bytes = output_bytes;
  request.cycles = cycles;
  return request;
}

/// 10 ms in the vehicle; 1 ms up, 0.5 ms down.
const TaskRequest kTask = task(1000, 1000, 1e7);

std::unique_ptr<Policy> made(std::string_view policy, const OffloadParams& params = {}) {
  return policy_registry().make(policy, {params, {.seed = 7, .replication = 0}});
}

/// -1: in the vehicle.
int decide(std::string_view policy, const PolicyView& v, const TaskRequest& request = kTask) {
  // As the world does it: execution on a free core.
  std::vector<TargetView> hosts(v.hosts.begin(), v.hosts.end());
  for (auto& h : hosts) h.service_ns = from_seconds(request.cycles / h.speed_cps);
  PolicyView filled = v;
  filled.local.service_ns = from_seconds(request.cycles / v.local.speed_cps);
  filled.hosts = hosts;
  const Target target = made(policy)->decide(request, filled);
  return target.is_local() ? -1 : static_cast<int>(target.host.value);
}

TEST(PolicyRegistry, HoldsFourPolicies) {
  EXPECT_THAT(policy_registry().names(),
              testing::ElementsAre("cloud", "least_latency", "local", "nearest_edge"));
  EXPECT_EQ(made("greedy"), nullptr);
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
  for (const auto name : policy_registry().names()) {
    EXPECT_EQ(decide(name, view({})), -1) << name;
    EXPECT_EQ(decide(name, disconnected), -1) << name;
    EXPECT_EQ(decide(name, busy), -1) << name;
  }
}

TEST(Policies, NeverChooseAHostThatCannotBeReached) {
  std::vector<TargetView> hosts = {host(false, 0), host(true, 0)};
  for (auto& h : hosts) h.reachable = false;
  for (const auto name : policy_registry().names()) EXPECT_EQ(decide(name, view(hosts)), -1) << name;
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
