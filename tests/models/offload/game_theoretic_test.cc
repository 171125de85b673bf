#include <gtest/gtest.h>

#include <array>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

// By hand, kTask: 1.5 ms of transfer and 5 ms of service on 4 cores: 6.5 ms for the first four, then 1.25 ms
// more for each; the vehicle 10 ms.
TEST(GameTheoretic, AnswersToWhereTheOthersAre) {
  const std::vector<TargetView> hosts = {host(false, 0), host(false, 200'000)};  // + 0.4 ms
  const auto policy = made("game_theoretic");
  std::array<int, 3> placed{};
  std::vector<int> order;
  for (std::uint64_t id = 0; id < 14; ++id) {
    order.push_back(ask(*policy, view(hosts), numbered(id)));
    ++placed[static_cast<std::size_t>(order.back() + 1)];
  }
  // Host 0: 6.5 ×4, 7.75, 9, (10.25); host 1: 6.9 ×4, 8.15, 9.4, (10.65): the cheapest first, then the
  // vehicle.
  EXPECT_EQ(order, (std::vector<int>{0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, -1, -1}));
  // A Nash equilibrium: nobody would do better elsewhere.
  EXPECT_EQ(placed, (std::array<int, 3>{2, 6, 6}));
}

TEST(GameTheoretic, HearsOfTheEnds) {
  const std::vector<TargetView> hosts = {host(false, 0)};
  const auto policy = made("game_theoretic");
  for (std::uint64_t id = 0; id < 6; ++id) EXPECT_EQ(ask(*policy, view(hosts), numbered(id)), 0);
  EXPECT_EQ(ask(*policy, view(hosts), numbered(6)), -1);
  policy->finished(result(6, -1, 1));
  EXPECT_EQ(ask(*policy, view(hosts), numbered(7)), -1);
  policy->finished(result(3, 0, 1, Outcome::kComputeFull));
  EXPECT_EQ(ask(*policy, view(hosts), numbered(8)), 0);
}

TEST(GameTheoretic, DoesNotBelieveLoadReports) {
  const std::vector<TargetView> hosts = {busy(host(false, 0), 1e15)};
  EXPECT_EQ(decide("game_theoretic", view(hosts)), 0);
}

// By hand: 40 mJ in the vehicle and 0.2 mJ of sending; times 10 ms and 16.5 ms.
TEST(GameTheoretic, WeighsTimeAgainstEnergy) {
  const std::vector<TargetView> hosts = {host(false, 5'000'000)};
  auto v = view(hosts);
  v.local.busy_power_w = 4;
  v.uplink_power_w = 0.2;
  OffloadParams params;
  EXPECT_EQ(decide("game_theoretic", v, kTask, params), -1);
  params.policies.game_theoretic.energy_weight = 0.17;  // 10 + 6.8 against 16.5 + 0.034
  EXPECT_EQ(decide("game_theoretic", v, kTask, params), 0);
  params.policies.game_theoretic.energy_weight = 0.16;  // 16.4 against 16.532
  EXPECT_EQ(decide("game_theoretic", v, kTask, params), -1);
  params.policies.game_theoretic.time_weight = 0.5;
  EXPECT_EQ(decide("game_theoretic", v, kTask, params), 0);
}

}  // namespace
}  // namespace cv2x
