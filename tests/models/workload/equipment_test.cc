#include "models/workload/equipment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "models/base/hash.h"

namespace cv2x {
namespace {

ServiceParams service(std::string name, double share, std::string group = {}) {
  ServiceParams p;
  p.name = std::move(name);
  p.vehicles = share;
  p.exclusive = std::move(group);
  return p;
}

std::uint64_t vehicle(int i) { return hash_name("veh" + std::to_string(i)); }

TEST(Equipment, TheShareOfEquippedVehicles) {
  auto p = service("s", 1);
  constexpr int kVehicles = 20'000;
  const auto equipped = [&](double share) {
    p.vehicles = share;
    std::vector<bool> out;
    for (int i = 0; i < kVehicles; ++i) out.push_back(Equipment({&p, 1}, {1}).runs(0, vehicle(i)));
    return out;
  };
  const auto count = [](const std::vector<bool>& v) { return std::count(v.begin(), v.end(), true); };
  EXPECT_EQ(count(equipped(0)), 0);
  EXPECT_EQ(count(equipped(1)), kVehicles);
  const auto some = equipped(0.3), more = equipped(0.6);
  EXPECT_NEAR(static_cast<double>(count(some)), 0.3 * kVehicles, 5 * 65);
  EXPECT_NEAR(static_cast<double>(count(more)), 0.6 * kVehicles, 5 * 69);
  for (std::size_t i = 0; i < some.size(); ++i)
    ASSERT_TRUE(!some[i] || more[i]);  // a larger share adds vehicles
  p.name = "t";
  EXPECT_NE(equipped(0.3), some);  // services choose independently
}

/// How many of so many vehicles run each service; none may run two of a group.
template <std::size_t N>
std::array<int, N> counts(const std::array<ServiceParams, N>& services, int vehicles) {
  const Equipment equipment(services, {7});
  std::array<int, N> out{};
  for (int i = 0; i < vehicles; ++i) {
    int of_group = 0;
    for (std::size_t s = 0; s < N; ++s) {
      if (!equipment.runs(s, vehicle(i))) continue;
      ++out[s];
      of_group += !services[s].exclusive.empty();
    }
    EXPECT_LE(of_group, 1) << i;
  }
  return out;
}

TEST(Equipment, AVehicleRunsOneServiceOfAnExclusiveGroup) {
  constexpr int kVehicles = 20'000;
  const auto n = counts(std::array{service("traffic", 0.3, "apps"), service("danger", 0.35, "apps"),
                                   service("beside", 0.5), service("infotainment", 0.35, "apps")},
                        kVehicles);
  EXPECT_EQ(n[0] + n[1] + n[3], kVehicles);  // the shares make up 1, though not in binary
  EXPECT_NEAR(n[0], 0.3 * kVehicles, 5 * 65);
  EXPECT_NEAR(n[1], 0.35 * kVehicles, 5 * 68);
  EXPECT_NEAR(n[2], 0.5 * kVehicles, 5 * 71);
}

TEST(Equipment, WhatTheSharesOfAGroupLeaveRunsNone) {
  constexpr int kVehicles = 20'000;
  const auto n = counts(std::array{service("a", 0.2, "g"), service("b", 0.1, "g")}, kVehicles);
  EXPECT_NEAR(n[0], 0.2 * kVehicles, 5 * 57);
  EXPECT_NEAR(n[1], 0.1 * kVehicles, 5 * 43);
}

TEST(Equipment, TheOrderInWhichAGroupIsWrittenDecidesNothing) {
  const std::array one{service("a", 0.4, "g"), service("b", 0.6, "g")};
  const std::array other{service("b", 0.6, "g"), service("a", 0.4, "g")};
  const Equipment first(one, {7}), second(other, {7});
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(first.runs(0, vehicle(i)), second.runs(1, vehicle(i)));
    ASSERT_EQ(first.runs(1, vehicle(i)), second.runs(0, vehicle(i)));
  }
}

}  // namespace
}  // namespace cv2x
