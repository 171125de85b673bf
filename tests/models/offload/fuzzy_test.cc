#include "models/offload/fuzzy.h"

#include <gtest/gtest.h>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

TEST(Fuzzify, CornersAndSlopes) {
  using fuzzy::Degrees;
  const auto at = [](double percent) { return fuzzy::fuzzify(percent, fuzzy::kUtilisation); };
  EXPECT_EQ(at(0), (Degrees{1, 0, 0}));
  EXPECT_EQ(at(20), (Degrees{1, 0, 0}));
  EXPECT_EQ(at(30), (Degrees{0.5, 0, 0}));
  EXPECT_EQ(at(50), (Degrees{0, 1, 0}));
  EXPECT_EQ(at(65), (Degrees{0, 0.25, 0.25}));
  EXPECT_EQ(at(100), (Degrees{0, 0, 1}));
  EXPECT_EQ(at(1e9), (Degrees{0, 0, 1}));
  EXPECT_EQ(fuzzy::fuzzify(kInfinite, fuzzy::kWanMbps), (Degrees{0, 0, 1}));
}

// Single rules, at the tops of their terms: utilisation, task size, WAN rate, sensitivity.
TEST(Fuzzy, TheRulesAtTheirTops) {
  using fuzzy::prefers_cloud;
  EXPECT_FALSE(prefers_cloud(0, 1, 1, 0.1));     // rule 1
  EXPECT_TRUE(prefers_cloud(0, 1, 5, 0.1));      // 4
  EXPECT_FALSE(prefers_cloud(0, 1, 5, 0.5));     // 5
  EXPECT_TRUE(prefers_cloud(0, 12, 5, 0.5));     // 14
  EXPECT_FALSE(prefers_cloud(0, 12, 5, 0.9));    // 15
  EXPECT_FALSE(prefers_cloud(50, 1, 1, 0.1));    // 28
  EXPECT_TRUE(prefers_cloud(50, 1, 5, 0.5));     // 32
  EXPECT_TRUE(prefers_cloud(50, 30, 1, 0.5));    // 47
  EXPECT_FALSE(prefers_cloud(50, 30, 1, 0.9));   // 48
  EXPECT_FALSE(prefers_cloud(100, 1, 1, 0.9));   // 57
  EXPECT_TRUE(prefers_cloud(100, 1, 5, 0.9));    // 60
  EXPECT_TRUE(prefers_cloud(100, 30, 20, 0.9));  // 81
  using fuzzy::prefers_remote;
  EXPECT_TRUE(prefers_remote(0, 0, 0));        // rule 3
  EXPECT_FALSE(prefers_remote(0, 0, 0.007));   // 2
  EXPECT_FALSE(prefers_remote(0, 50, 0));      // 6
  EXPECT_TRUE(prefers_remote(50, 0, 0.007));   // 11
  EXPECT_FALSE(prefers_remote(50, 0, 1));      // 10
  EXPECT_TRUE(prefers_remote(50, 50, 0.007));  // 14
  EXPECT_FALSE(prefers_remote(50, 100, 0));    // 18
  EXPECT_TRUE(prefers_remote(100, 0, 1));      // 19
  EXPECT_FALSE(prefers_remote(100, 100, 1));   // 25
  EXPECT_TRUE(prefers_remote(100, 100, 0));    // 27
}

// By hand: utilisation 35 % is low to 0.25 and medium to 0.25; small task, rate 5, sensitivity 0.5: rule 5
// says edge to 0.25, rule 32 cloud to 0.25: the leftmost maximum is the edge's. At 36 %: 0.2 against 0.3, and
// the cloud's crisp value 40 + 30 · 0.3 = 49 is not above 50. At 38 %: 0.1 against 0.4, 52.
TEST(Fuzzy, TheLeftmostMaximumAndTheThreshold) {
  EXPECT_FALSE(fuzzy::prefers_cloud(35, 1, 5, 0.5));
  EXPECT_FALSE(fuzzy::prefers_cloud(36, 1, 5, 0.5));
  EXPECT_TRUE(fuzzy::prefers_cloud(38, 1, 5, 0.5));
}

// Far enough from its deadline to be insensitive (6.5 ms of 100), small, and 8 Mbit/s to the cloud.
TEST(Fuzzy, ReadsItsInputsFromTheView) {
  std::vector<TargetView> hosts = {host(false, 0), host(true, 0), host(false, 20'000'000)};
  auto v = view(hosts);
  EXPECT_EQ(decide("fuzzy", v), 1);  // 1 Mbit in 125 ms: 8 Mbit/s, high
  v.uplink_bps = 2e6;                // low: the edge
  EXPECT_EQ(decide("fuzzy", v), 0);
  hosts[0].running = 4;  // rule 55: low rate, but a full edge. The other one is far, yet idle: rule 19
  EXPECT_EQ(decide("fuzzy", v), 2);
  hosts[2].running = 4;  // rules 25 and 55
  EXPECT_EQ(decide("fuzzy", v), 1);
  TaskRequest urgent = kTask;
  urgent.deadline_ns = 9'000'000;  // (4 + 0.5 + 5) / 9: rule 57
  EXPECT_EQ(decide("fuzzy", v, urgent), 0);
  hosts[0].running = 0;
  hosts[2].running = 0;
  hosts[2].network_delay_ns = 500'000;  // rule 3
  EXPECT_EQ(decide("fuzzy", v), 2);
  OffloadParams params;
  params.policies.fuzzy.metro_delay_ns = kMillisecond;  // 6.5 of 13 ms is medium: rule 2
  EXPECT_EQ(decide("fuzzy", v, kTask, params), 0);
}

TEST(Fuzzy, DoesWithoutACloudAnotherEdgeOrAnyEdge) {
  const std::vector<TargetView> edge = {host(false, 0)}, cloud = {host(true, 0)};
  EXPECT_EQ(decide("fuzzy", view(edge)), 0);
  EXPECT_EQ(decide("fuzzy", view(cloud)), 0);
  EXPECT_EQ(decide("fuzzy", view({})), -1);
}

}  // namespace
}  // namespace cv2x
