#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

/// The view at a moment [s].
PolicyView at(double seconds, std::span<const TargetView> hosts) {
  auto v = view(hosts);
  v.now_ns = from_seconds(seconds);
  return v;
}

// By hand, kTask: an idle host 6.5 ms; two idle ones differ by twice their network delays.
TEST(Hysteresis, ChangesOnlyForAClearGain) {
  std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};  // 6.5, 7.5 ms
  const auto policy = made("hysteresis");
  EXPECT_EQ(ask(*policy, at(0, hosts)), 0);
  hosts[0] = busy(hosts[0], 2e7);  // 9 ms: 7.5 is not below 7.2
  EXPECT_EQ(ask(*policy, at(10, hosts)), 0);
  hosts[0] = busy(hosts[0], 2.4e7);  // 9.5 ms: 7.5 is below 7.6
  EXPECT_EQ(ask(*policy, at(20, hosts)), 1);
  hosts[0] = host(false, 0);  // 6.5 ms is not below 6
  EXPECT_EQ(ask(*policy, at(30, hosts)), 1);
}

TEST(Hysteresis, AndNotBeforeTheHoldIsOver) {
  std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  const auto policy = made("hysteresis");
  EXPECT_EQ(ask(*policy, at(1, hosts)), 0);
  hosts[0] = busy(hosts[0], 1e9);
  EXPECT_EQ(ask(*policy, at(1.999, hosts)), 0);  // of 2 s
  EXPECT_EQ(ask(*policy, at(4.001, hosts)), 1);
  hosts[0] = host(false, 0);
  hosts[1] = busy(hosts[1], 1e9);
  EXPECT_EQ(ask(*policy, at(5, hosts)), 1);
  EXPECT_EQ(ask(*policy, at(7.002, hosts)), 0);
}

TEST(Hysteresis, TheyDoNotAllChangeAtTheSameTime) {
  std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  const auto policy = made("hysteresis");
  constexpr std::uint32_t kVehicles = 1000;
  for (std::uint32_t v = 0; v < kVehicles; ++v) ask(*policy, at(0, hosts), numbered(v, v));
  hosts[0] = busy(hosts[0], 1e9);
  for (const double seconds : {1.25, 1.5, 2.0, 2.75}) {
    int changed = 0;
    for (std::uint32_t v = 0; v < kVehicles; ++v)
      changed += ask(*policy, at(seconds, hosts), numbered(kVehicles + v, v));
    EXPECT_NEAR(changed, kVehicles * (seconds - 1) / 2, 60) << seconds;
  }
}

TEST(Hysteresis, LeavesAtOnceWhatCannotBeReached) {
  std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  const auto policy = made("hysteresis");
  EXPECT_EQ(ask(*policy, at(0, hosts)), 0);
  hosts[0].reachable = false;
  EXPECT_EQ(ask(*policy, at(0.1, hosts)), 1);
  auto away = at(0.2, hosts);
  away.connected = false;
  EXPECT_EQ(ask(*policy, away), -1);
}

TEST(Hysteresis, EveryVehicleAndServiceHasItsOwn) {
  std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  const auto policy = made("hysteresis");
  EXPECT_EQ(ask(*policy, at(0, hosts), numbered(1, 4)), 0);
  hosts[0] = busy(hosts[0], 1e9);
  EXPECT_EQ(ask(*policy, at(1, hosts), numbered(2, 5)), 1);
  EXPECT_EQ(ask(*policy, at(1, hosts), numbered(3, 4)), 0);
  TaskRequest other = numbered(4, 4);
  other.service = ServiceIndex{1};
  EXPECT_EQ(ask(*policy, at(1, hosts), other), 1);
}

TEST(Hysteresis, ForgetsWhoHasGoneButNotWhoIsThere) {
  std::vector<TargetView> hosts = {host(false, 0), host(false, 500'000)};
  const auto policy = made("hysteresis");
  EXPECT_EQ(ask(*policy, at(0, hosts), numbered(0, 0)), 0);
  hosts[0] = busy(hosts[0], 1.8e7);  // 8.75 ms: nobody changes for 7.5, but everybody new goes there
  for (std::uint32_t v = 1; v < 5000; ++v) {
    EXPECT_EQ(ask(*policy, at(v, hosts), numbered(v, v)), 1);
    EXPECT_EQ(ask(*policy, at(v, hosts), numbered(v, 0)), 0) << v;
  }
  // Vehicle 1 was here 80 minutes ago; had it stayed in memory, it would stay with host 1.
  hosts[0] = busy(hosts[0], 0);  // 6.5 ms is not below 80 % of 7.5
  EXPECT_EQ(ask(*policy, at(5000, hosts), numbered(1, 1)), 0);
  EXPECT_EQ(ask(*policy, at(5000, hosts), numbered(2, 4990)), 1);
}

}  // namespace
}  // namespace cv2x
