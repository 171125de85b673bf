#include <gtest/gtest.h>

#include <array>

#include "tests/models/offload/policy_for_test.h"

namespace cv2x {
namespace {

TEST(Random, EveryTargetWithinReachIsAsLikelyAsTheOthers) {
  std::vector<TargetView> hosts = {host(false, 0), host(true, 9), host(false, 5), host(false, 7)};
  hosts[2].reachable = false;
  const auto policy = made("random");
  std::array<int, 5> drawn{};
  constexpr int kDraws = 40'000;
  for (std::uint64_t id = 0; id < kDraws; ++id)
    ++drawn[static_cast<std::size_t>(ask(*policy, view(hosts), numbered(id)) + 1)];
  EXPECT_EQ(drawn[3], 0);
  for (const std::size_t target : {0, 1, 2, 4}) EXPECT_NEAR(drawn[target], kDraws / 4, 350) << target;  // 4 σ
}

TEST(Random, LeavesTheVehicleOutIfToldSo) {
  const std::vector<TargetView> hosts = {host(false, 0), host(true, 9)};
  OffloadParams params;
  params.policies.random.local = false;
  const auto policy = made("random", params);
  std::array<int, 2> drawn{};
  for (std::uint64_t id = 0; id < 1000; ++id) {
    const int target = ask(*policy, view(hosts), numbered(id));
    ASSERT_GE(target, 0);
    ++drawn[static_cast<std::size_t>(target)];
  }
  EXPECT_NEAR(drawn[0], 500, 65);
  EXPECT_EQ(ask(*policy, view({})), -1);
}

TEST(Random, ADrawDependsOnTheTaskAndOnNothingBefore) {
  const std::vector<TargetView> hosts(9, host(false, 0));
  const auto one = made("random"), other = made("random");
  for (std::uint64_t id = 0; id < 50; ++id) ask(*one, view(hosts), numbered(id));
  int different = 0;
  for (std::uint64_t id = 100; id < 150; ++id) {
    EXPECT_EQ(ask(*one, view(hosts), numbered(id)), ask(*other, view(hosts), numbered(id)));
    const OffloadParams params;
    const auto seeded = policy_registry().make("random", {params, {.seed = 8, .replication = 0}});
    different += ask(*seeded, view(hosts), numbered(id)) != ask(*other, view(hosts), numbered(id));
  }
  EXPECT_GT(different, 30);
}

}  // namespace
}  // namespace cv2x
