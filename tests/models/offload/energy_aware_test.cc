#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

/// 10 ms in the vehicle at 5 − 1 W: 40 mJ. 1 ms of sending at 0.2 W: 0.2 mJ.
PolicyView powered(std::span<const TargetView> hosts) {
  auto v = view(hosts);
  v.local.busy_power_w = 5;
  v.local.idle_power_w = 1;
  v.uplink_power_w = 0.2;
  return v;
}

TEST(EnergyAware, SendsWhereThatCostsLess) {
  const std::vector<TargetView> hosts = {host(false, 5'000'000)};  // 16.5 ms, in time
  auto v = powered(hosts);
  EXPECT_EQ(decide("energy_aware", v), 0);
  v.uplink_power_w = 41;  // 41 mJ
  EXPECT_EQ(decide("energy_aware", v), -1);
  v.uplink_power_w = 39;
  EXPECT_EQ(decide("energy_aware", v), 0);
}

TEST(EnergyAware, ButInTime) {
  const std::vector<TargetView> hosts = {host(false, 5'000'000)};
  TaskRequest request = kTask;
  request.deadline_ns = 18'400'000;  // 16.56 ms with the margin
  EXPECT_EQ(decide("energy_aware", powered(hosts), request), 0);
  request.deadline_ns = 18'200'000;  // 16.38 ms
  EXPECT_EQ(decide("energy_aware", powered(hosts), request), -1);
  request.deadline_ns = 5'000'000;  // nobody: the fastest
  EXPECT_EQ(decide("energy_aware", powered(hosts), request), -1);
}

// By hand: 5 ms of a host's core at 30 − 10 W are 100 mJ, at 8 − 4 W 20 mJ.
TEST(EnergyAware, TheHostsEnergyCountsAsFarAsAskedFor) {
  std::vector<TargetView> hosts = {host(false, 0), host(false, 1000)};
  hosts[0].busy_power_w = 30;
  hosts[0].idle_power_w = 10;
  hosts[1].busy_power_w = 8;
  hosts[1].idle_power_w = 4;
  OffloadParams params;
  EXPECT_EQ(decide("energy_aware", powered(hosts), kTask, params), 0);  // alike: the faster
  params.policies.energy_aware.infrastructure = 1;
  EXPECT_EQ(decide("energy_aware", powered(hosts), kTask, params), 1);
  hosts[1].busy_power_w = 14;  // 50 mJ, and 40 mJ in the vehicle
  EXPECT_EQ(decide("energy_aware", powered(hosts), kTask, params), -1);
  params.policies.energy_aware.infrastructure = 0.5;
  EXPECT_EQ(decide("energy_aware", powered(hosts), kTask, params), 1);
}

}  // namespace
}  // namespace cv2x
