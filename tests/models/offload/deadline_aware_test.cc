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
TEST(DeadlineAware, OfThoseInTimeTakesTheLeastLoaded) {
  const std::vector<TargetView> hosts = {busy(host(false, 0), 2e6), host(false, 2'000'000)};  // 6.75, 10.5 ms
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(12 * kMillisecond)), -1);  // idle, and the faster
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 1e5;  // 10.1 ms
  EXPECT_EQ(decide("deadline_aware", v, within(12 * kMillisecond)), 1);
  EXPECT_EQ(decide("deadline_aware", v, within(11 * kMillisecond)), 0);  // 9.9 ms are allowed
}

TEST(DeadlineAware, OfThoseAlikeTakesTheLargestLaxity) {
  const std::vector<TargetView> hosts = {host(false, 500), host(false, 300), host(false, 400)};
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(12 * kMillisecond)), 1);
}

TEST(DeadlineAware, WithNobodyInTimeTakesTheLeastLatency) {
  std::vector<TargetView> hosts = {busy(host(false, 0), 2e6), host(false, 2'000'000)};
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(7 * kMillisecond)), 0);
  hosts[0].waiting_cycles = 1e8;
  EXPECT_EQ(decide("deadline_aware", view(hosts), within(7 * kMillisecond)), -1);
}

TEST(DeadlineAware, TheMarginCounts) {
  const std::vector<TargetView> hosts = {busy(host(false, 0), 2e6)};  // 6.75 ms
  auto v = view(hosts);
  v.local.running = 1;
  v.local.waiting_cycles = 1e6;  // 11 ms, 1 ms of load against 0.25 ms
  OffloadParams params;
  EXPECT_EQ(decide("deadline_aware", v, within(7 * kMillisecond), params), 0);
  v.local.waiting_cycles = 1e5;  // 10.1 ms, 0.1 ms of load
  EXPECT_EQ(decide("deadline_aware", v, within(11 * kMillisecond), params), 0);
  params.policies.deadline_aware.margin = 0;
  EXPECT_EQ(decide("deadline_aware", v, within(11 * kMillisecond), params), -1);
}

}  // namespace
}  // namespace cv2x
