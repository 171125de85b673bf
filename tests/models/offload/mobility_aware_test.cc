#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

// By hand, kTask: vehicle 10 ms; an idle host 6.5 ms. With the margin 80 % of the dwell time may be used.
TEST(MobilityAware, StaysInTheVehicleWhenTheCellEndsTooSoon) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  auto v = view(hosts);
  EXPECT_EQ(decide("mobility_aware", v), 0);  // it never ends
  v.dwell_ns = 8'200'000;                     // 6.56 ms
  EXPECT_EQ(decide("mobility_aware", v), 0);
  v.dwell_ns = 8'000'000;  // 6.4 ms
  EXPECT_EQ(decide("mobility_aware", v), -1);
  v.dwell_ns = 0;
  EXPECT_EQ(decide("mobility_aware", v), -1);
}

TEST(MobilityAware, PrefersWhatIsBackInTime) {
  // 20.5 ms and 11.5 ms: the latter is back within 80 % of 15 ms.
  const std::vector<TargetView> hosts = {busy(host(false, 0), 1.12e8), busy(host(true, 0), 4e7)};
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 2e7;  // 30 ms
  v.dwell_ns = 15 * kMillisecond;
  EXPECT_EQ(decide("mobility_aware", v), 1);
}

TEST(MobilityAware, PaysThePenaltyWhereTheVehicleIsSlower) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  auto v = view(hosts);
  v.dwell_ns = 0;
  v.local.running = 1;
  v.local.waiting_cycles = 9e7;  // 100 ms, against 106.5 ms
  EXPECT_EQ(decide("mobility_aware", v), -1);
  v.local.waiting_cycles = 9.7e7;  // 107 ms
  EXPECT_EQ(decide("mobility_aware", v), 0);
  OffloadParams params;
  params.policies.mobility_aware.penalty_ns = 200 * kMillisecond;
  EXPECT_EQ(decide("mobility_aware", v, kTask, params), -1);
}

}  // namespace
}  // namespace cv2x
