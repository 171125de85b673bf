#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

// By hand: 8e9 / (2 GHz · 4) = 1 s of work a core; 3e9 / (1 GHz · 2) = 1.5 s.
TEST(LeastLoaded, CountsWorkForEachCore) {
  std::vector<TargetView> hosts = {busy(host(false, 0), 8e9), busy(host(false, 0), 3e9)};
  hosts[1].speed_cps = 1e9;
  hosts[1].cores = 2;
  EXPECT_EQ(decide("least_loaded", view(hosts)), 0);
  hosts[1].waiting_cycles = 1.9e9;  // 0.95 s
  EXPECT_EQ(decide("least_loaded", view(hosts)), 1);
  hosts[1].running = 0;  // it is the work that counts
  EXPECT_EQ(decide("least_loaded", view(hosts)), 1);
}

TEST(LeastLoaded, TakesTheNearestOfThoseAlikeThenTheFirst) {
  const std::vector<TargetView> hosts = {host(true, 9), host(false, 5), host(false, 5), host(true, 7)};
  EXPECT_EQ(decide("least_loaded", view(hosts)), 1);
}

}  // namespace
}  // namespace cv2x
