#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

TEST(RoundRobin, TakesTheHostsWithinReachInTurnForWhoeverAsks) {
  std::vector<TargetView> hosts = {host(false, 0), host(true, 9), host(false, 5), host(false, 7)};
  hosts[2].reachable = false;
  const auto policy = made("round_robin");
  const std::vector<int> expected = {0, 1, 3, 0, 1, 3, 0};
  for (std::uint32_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(ask(*policy, view(hosts), numbered(i, i % 2)), expected[i]) << i;
  hosts[2].reachable = true;
  hosts[1].reachable = false;
  EXPECT_EQ(ask(*policy, view(hosts)), 2);  // after host 0 comes 1
  auto away = view(hosts);
  away.connected = false;
  EXPECT_EQ(ask(*policy, away), -1);
  EXPECT_EQ(ask(*policy, view(hosts)), 3);  // … which took nobody's turn
}

}  // namespace
}  // namespace cv2x
