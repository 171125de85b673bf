#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

TaskRequest within(TimeNs deadline_ns) {
  TaskRequest request = kTask;
  request.deadline_ns = deadline_ns;
  return request;
}

// By hand, kTask: vehicle 10 ms; an idle host 1.5 ms + 5 ms = 6.5 ms. The margin leaves 90 % of the deadline.
TEST(DeadlineAware, WhoeverCanHelpHimselfDoes) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(11'200'000)), -1);  // 10.08 ms are allowed
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(11'000'000)), 0);   // 9.9 ms
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 1e6;  // 11 ms
  EXPECT_EQ(decide("deadline_aware", v, within(11'200'000)), 0);
  EXPECT_EQ(decide("deadline_aware", v, within(12'300'000)), -1);  // 11.07 ms
}

TEST(DeadlineAware, TheOthersGoWhereTheLaxityIsLargest) {
  std::vector<TargetView> hosts = {busy(host(false, 0), 2e7), host(false, 1'000'000)};  // 9, 8.5 ms
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(10 * kMillisecond)), 1);
  hosts[0].waiting_cycles = 1e7;  // 7.75 ms
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(10 * kMillisecond)), 0);
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(1 * kMillisecond)), 0);  // too late anyhow
  hosts[0].waiting_cycles = hosts[1].waiting_cycles = 1e8;
  hosts[1].running = 4;  // the vehicle is the fastest, if too late
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(10 * kMillisecond)), -1);
}

TEST(DeadlineAware, TheMarginCounts) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  OffloadParams params;
  params.policies.deadline_aware.margin = 0;
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(10 * kMillisecond), params), -1);
  params.policies.deadline_aware.margin = 0.01;
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(10 * kMillisecond), params), 0);
}

}  // namespace
}  // namespace cv2x
