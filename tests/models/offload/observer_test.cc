#include "models/offload/observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

namespace cv2x {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::FloatEq;

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Two services, two hosts (an edge host and an unreachable cloud); deadline 100 ms.
class ObserverTest : public testing::Test {
 protected:
  ObserverTest() {
    hosts_[0] = {.reachable = true,
                 .speed_cps = 1e9,
                 .cores = 2,
                 .running = 1,
                 .waiting = 6,
                 .waiting_cycles = 6e8,
                 .network_delay_ns = 25 * kMillisecond,
                 .bottleneck_bps = 8e6,
                 .service_ns = 100 * kMillisecond,
                 .start_ns = 300 * kMillisecond,
                 .busy_power_w = 12,
                 .idle_power_w = 2,
                 .price_per_hour = 3};
    hosts_[1] = {.cloud = true,
                 .reachable = false,
                 .speed_cps = 2e9,
                 .cores = 4,
                 .network_delay_ns = kUnreachableNs,
                 .bottleneck_bps = 0};
    view_.now_ns = kSecond;
    view_.connected = true;
    view_.uplink_bps = 16e6;
    view_.downlink_bps = 4e6;
    view_.uplink_delay_ns = 20 * kMillisecond;
    view_.downlink_delay_ns = 5 * kMillisecond;
    view_.report_age_ns = 300 * kMillisecond;
    view_.local = {.reachable = true,
                   .speed_cps = 1e9,
                   .cores = 1,
                   .running = 3,
                   .service_ns = 50 * kMillisecond,
                   .busy_power_w = 21,
                   .idle_power_w = 1};
    view_.dwell_ns = 900 * kMillisecond;
    view_.uplink_power_w = 0.2;
    view_.hosts = hosts_;
    task_.service = ServiceIndex{1};
    task_.input_bytes = 50'000;   // 50 ms at the bottleneck
    task_.output_bytes = 25'000;  // 50 ms on the downlink
    task_.cycles = 1e8;
    task_.deadline_ns = 100 * kMillisecond;
  }

  void observe() {
    seen_.assign(observer_.size(), -1);
    mask_.assign(observer_.targets(), -1);
    observer_.observe(task_, view_, seen_, mask_);
  }
  float of_target(std::size_t target, std::string_view name) const {
    const auto& names = Observer::kTargetNames;
    const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    return seen_.at(observer_.task_size() + target * Observer::kTargetFeatures + at);
  }

  std::array<TargetView, 2> hosts_;
  PolicyView view_;
  TaskRequest task_;
  Observer observer_{2, 2};
  std::vector<float> seen_;
  std::vector<std::int8_t> mask_;
};

TEST_F(ObserverTest, TheTaskComesFirst) {
  observe();
  EXPECT_EQ(observer_.task_size(), 7u);
  EXPECT_EQ(observer_.size(), 7u + 3 * 14);
  // connected; 25 of 100 ms; 900 ms; 300 ms; deadline 100 ms; the second service.
  EXPECT_THAT(std::vector(seen_.begin(), seen_.begin() + 7), ElementsAre(1, 0.2F, 0.9F, 0.75F, 0.5F, 0, 1));
  view_.dwell_ns = kNever;
  observe();
  EXPECT_EQ(seen_[2], 1);
}

TEST_F(ObserverTest, AHost) {
  observe();
  EXPECT_EQ(of_target(0, "available"), 1);
  EXPECT_EQ(of_target(0, "vehicle"), 0);
  EXPECT_EQ(of_target(0, "cloud"), 0);
  EXPECT_FLOAT_EQ(of_target(0, "network"), 50.0F / 150);
  EXPECT_FLOAT_EQ(of_target(0, "transfer"), 0.5F);
  EXPECT_FLOAT_EQ(of_target(0, "start"), 0.75F);
  EXPECT_FLOAT_EQ(of_target(0, "execution"), 0.5F);
  EXPECT_FLOAT_EQ(of_target(0, "wait"), 300.0F / 400);
  EXPECT_FLOAT_EQ(of_target(0, "running"), 0.5F);
  EXPECT_FLOAT_EQ(of_target(0, "waiting"), 0.75F);
  EXPECT_EQ(of_target(0, "sent"), 0);
  EXPECT_EQ(of_target(0, "memory"), 0);
  EXPECT_FLOAT_EQ(of_target(0, "energy"), 1.005F / 2.005F);  // 10 W for 100 ms, 0.2 W for 25 ms
  EXPECT_FLOAT_EQ(of_target(0, "price"), 0.75F);
}

TEST_F(ObserverTest, MemoryIsWhatTheTaskTakesOfWhatIsFree) {
  task_.memory_bytes = 100;
  hosts_[0].memory_free_bytes = 300;
  observe();
  EXPECT_FLOAT_EQ(of_target(0, "memory"), 0.25F);
  EXPECT_NEAR(of_target(2, "memory"), 0, 1e-15);  // no limit
  hosts_[0].memory_free_bytes = 0;
  observe();
  EXPECT_EQ(of_target(0, "memory"), 1);
}

TEST_F(ObserverTest, EnergyOfExecutionAndOfSending) {
  EXPECT_DOUBLE_EQ(expected_energy_j(task_, view_, kLocal), 1);
  EXPECT_DOUBLE_EQ(expected_energy_j(task_, view_, Target{HostIndex{0}}), 1.005);
  view_.uplink_power_w = 0;
  view_.uplink_bps = 0;  // a power that is not modelled costs nothing, whatever the rate
  EXPECT_DOUBLE_EQ(expected_energy_j(task_, view_, Target{HostIndex{0}}), 1);
}

TEST_F(ObserverTest, WhatIsOutOfReachIsInfinitelyFar) {
  observe();
  EXPECT_THAT(mask_, ElementsAre(1, 0, 1));
  EXPECT_EQ(of_target(1, "available"), 0);
  EXPECT_EQ(of_target(1, "cloud"), 1);
  EXPECT_EQ(of_target(1, "network"), 1);
  EXPECT_EQ(of_target(1, "transfer"), 1);
  view_.connected = false;
  observe();
  EXPECT_THAT(mask_, ElementsAre(0, 0, 1));
  EXPECT_EQ(seen_[0], 0);
  EXPECT_EQ(seen_[1], 1);
  EXPECT_EQ(of_target(0, "network"), 1);
}

TEST_F(ObserverTest, TheVehicleComesLastAndIsNear) {
  observe();
  EXPECT_EQ(of_target(2, "available"), 1);
  EXPECT_EQ(of_target(2, "vehicle"), 1);
  EXPECT_EQ(of_target(2, "network"), 0);
  EXPECT_EQ(of_target(2, "transfer"), 0);
  EXPECT_FLOAT_EQ(of_target(2, "execution"), 50.0F / 150);
  EXPECT_FLOAT_EQ(of_target(2, "energy"), 0.5F);
  EXPECT_EQ(of_target(2, "running"), 1);  // three on one core
}

TEST_F(ObserverTest, WorkSentCountsUntilItIsInAReport) {
  observe();
  observer_.decided(task_, view_, Target{HostIndex{0}});
  observer_.decided(task_, view_, kLocal);
  observe();
  EXPECT_FLOAT_EQ(of_target(0, "sent"), 50.0F / 150);
  view_.now_ns += 100 * kMillisecond;
  view_.report_age_ns += 100 * kMillisecond;
  observer_.decided(task_, view_, Target{HostIndex{0}});
  observe();
  EXPECT_FLOAT_EQ(of_target(0, "sent"), 0.5F);
  EXPECT_EQ(of_target(2, "sent"), 0);
  // A report that was measured after the first of the two, and took a while to come.
  view_.now_ns += 100 * kMillisecond;
  view_.report_age_ns = 150 * kMillisecond;
  observe();
  EXPECT_FLOAT_EQ(of_target(0, "sent"), 50.0F / 150);
  view_.report_age_ns = 0;
  observe();
  EXPECT_EQ(of_target(0, "sent"), 0);
}

TEST_F(ObserverTest, EverythingIsWithinZeroAndOne) {
  hosts_[0].waiting_cycles = 1e300;
  hosts_[0].running = 1'000'000;
  task_.deadline_ns = 1;
  task_.cycles = 1e15;
  view_.local.idle_power_w = 1e6;  // less than nothing
  view_.downlink_bps = 0;
  for (int i = 0; i < 3; ++i) observer_.decided(task_, view_, Target{HostIndex{0}});
  observe();
  EXPECT_THAT(seen_, Each(testing::AllOf(testing::Ge(0.0F), testing::Le(1.0F))));
}

}  // namespace
}  // namespace cv2x
