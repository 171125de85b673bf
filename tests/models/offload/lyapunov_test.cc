#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

// By hand, kTask: both ways 1.5 ms, service 5 ms, a = 1.25 ms. V = 5 ms. Host 0: 5 · 6.5 + 1.25 Q; host 1,
// 1 ms further away: 5 · 7.5 + 1.25 Q. So host 1 is taken when Q_0 − Q_1 > 4 ms: after four tasks (5 ms) on
// host 0.
TEST(Lyapunov, ABacklogCountsAgainstLatency) {
  const std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 1e9;
  const auto policy = made("lyapunov");
  const std::vector<int> expected = {0, 0, 0, 0, 1, 0, 1, 0, 1};
  for (std::uint64_t id = 0; id < expected.size(); ++id)
    EXPECT_EQ(ask(*policy, v, numbered(id)), expected[id]) << id;
}

TEST(Lyapunov, TimeWorksTheBacklogOff) {
  const std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 1e9;
  const auto policy = made("lyapunov");
  for (std::uint64_t id = 0; id < 4; ++id) EXPECT_EQ(ask(*policy, v, numbered(id)), 0);
  v.now_ns = 900'000;  // 4.1 ms are left
  EXPECT_EQ(ask(*policy, v, numbered(5)), 1);
  v.now_ns = 10 * kMillisecond;  // nothing, and not less than nothing
  for (std::uint64_t id = 6; id < 10; ++id) EXPECT_EQ(ask(*policy, v, numbered(id)), 0);
  EXPECT_EQ(ask(*policy, v, numbered(10)), 1);
}

TEST(Lyapunov, VSaysHowMuchLatencyABacklogIsWorth) {
  const std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 1e9;
  OffloadParams params;
  params.policies.lyapunov.v_ns = 0;  // only backlogs count
  const auto balancing = made("lyapunov", params);
  for (std::uint64_t id = 0; id < 6; ++id)
    EXPECT_EQ(ask(*balancing, v, numbered(id)), static_cast<int>(id % 2));
  params.policies.lyapunov.v_ns = kSecond;
  const auto greedy = made("lyapunov", params);
  for (std::uint64_t id = 0; id < 100; ++id) EXPECT_EQ(ask(*greedy, v, numbered(id)), 0);
}

TEST(Lyapunov, DoesNotBelieveLoadReports) {
  const std::vector<TargetView> hosts = {busy(host(false, 0), 1e15)};
  EXPECT_EQ(decide("lyapunov", view(hosts)), 0);
}

TEST(Lyapunov, TheVehiclesOwnQueueIsItsOwn) {
  const std::vector<TargetView> hosts = {host(false, 4'000'000)};  // 5 · 14.5 = 72.5
  auto v = view(hosts);                                            // 5 · 10 = 50, a = 10 ms
  EXPECT_EQ(decide("lyapunov", v), -1);
  v.local.running = 1;
  v.local.waiting_cycles = 2.2e6;  // + 2.2 · 10
  EXPECT_EQ(decide("lyapunov", v), -1);
  v.local.waiting_cycles = 2.3e6;
  EXPECT_EQ(decide("lyapunov", v), 0);
}

// 40 mJ in the vehicle, 0.2 mJ to send, 10 mJ allowed in the mean: a quarter of the tasks may stay.
TEST(Lyapunov, KeepsTheMeanEnergy) {
  const std::vector<TargetView> hosts = {host(false, 20'000'000)};
  auto v = view(hosts);
  v.local.busy_power_w = 4;
  v.uplink_power_w = 0.2;
  OffloadParams params;
  params.policies.lyapunov.energy_j = 0.01;
  const auto policy = made("lyapunov", params);
  int local = 0;
  constexpr int kTasks = 4000;
  for (std::uint64_t id = 0; id < kTasks; ++id) {
    v.now_ns += kSecond;
    local += ask(*policy, v, numbered(id)) == -1;
  }
  const double mean_j = (local * 0.04 + (kTasks - local) * 0.0002) / kTasks;
  EXPECT_NEAR(mean_j, 0.01, 0.0002);
  EXPECT_EQ(decide("lyapunov", v), -1);  // no limit: the vehicle is faster
}

}  // namespace
}  // namespace cv2x
