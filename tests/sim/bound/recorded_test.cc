#include "sim/bound/recorded.h"

#include <gtest/gtest.h>

#include "sim/config/load.h"

namespace cv2x {
namespace {

constexpr const char* kWorld = R"(
simulation: {duration: 1 s}
mobility: {kind: static, vehicles: 1}
sites: {near: {kind: gnb}, by: {kind: gnb}, mec: {kind: mec}, cloud: {kind: cloud}, gate: {kind: router}}
links:
  a: {from: near, to: mec, rate: 1 Gbit/s, delay: 100 us}
  b: {from: by, to: mec, rate: 1 Gbit/s, delay: 40 us}
  c: {from: mec, to: cloud, rate: 100 Mbit/s, delay: 10 ms}
  d: {from: near, to: gate, rate: 1 Gbit/s, delay: 1 ms}
  e: {from: by, to: gate, rate: 1 Gbit/s, delay: 1 ms}
radio: {kind: ideal, ideal: {delay: 2 ms, uplink: 100 Mbit/s, downlink: 1 Gbit/s}}
slices: {plain: {sst: 1}, anchored: {sst: 2, upf: gate}}
compute:
  hosts: {mec: {site: mec, cores: 4, speed: 2 Gcycles/s}, cloud: {site: cloud, speed: 4 Gcycles/s}}
  vehicles: {cores: 2, speed: 500 Mcycles/s}
services:
  one: {kind: perception_offload, slice: plain, input: 10 kB, cycles: 20 Mcycles, output: 1 kB, deadline: 50 ms}
  two: {kind: perception_offload, slice: anchored, input: 10 kB, cycles: 20 Mcycles, output: 1 kB, deadline: 80 ms}
offloading: {policy: local, decision_time: 3 us}
)";

bound::Instance of(const Scenario& scenario, std::uint16_t service) {
  const RecordedTask task{.service = service,
                          .vehicle = 1,
                          .input_bytes = 10'000,
                          .output_bytes = 1'000,
                          .cycles = 10e6,
                          .created_ns = 1'000'000,
                          .gone_ns = 77};
  return offload_instance(scenario, std::span(&task, 1), 2, 2.5);
}

TEST(Recorded, AnOptionIsWhatATaskAloneNeeds) {
  const LoadedScenario loaded = load_scenario_text(kWorld, "world");
  const bound::Instance in = of(loaded.scenario, 0);
  ASSERT_EQ(in.machines.size(), 2U + 2U);
  EXPECT_EQ(in.machines[0].cores, 4);
  EXPECT_EQ(in.machines[2].cores, 2);  // a vehicle
  ASSERT_EQ(in.tasks.size(), 1U);
  EXPECT_EQ(in.tasks[0].deadline_ns, 50'000'000);
  EXPECT_EQ(in.tasks[0].lost_ns, 125'000'000);
  EXPECT_EQ(in.tasks[0].gone_ns, 77);
  ASSERT_EQ(in.tasks[0].count, 3U);
  const TimeNs decided = 1'003'000, on_air = 800'000 + 2'000'000;
  const auto& mec = in.options[0];
  EXPECT_EQ(mec.machine, 0U);
  EXPECT_EQ(mec.ready_ns, decided + on_air + 80'000 + 40'000);  // from the nearer site
  EXPECT_EQ(mec.service_ns, 5'000'000);
  EXPECT_EQ(mec.after_ns, 8'000 + 40'000 + 8'000 + 2'000'000);
  const auto& cloud = in.options[1];
  EXPECT_EQ(cloud.machine, 1U);
  EXPECT_EQ(cloud.ready_ns, mec.ready_ns + 800'000 + 10'000'000);  // store and forward
  EXPECT_EQ(cloud.service_ns, 2'500'000);
  const auto& own = in.options[2];
  EXPECT_EQ(own.machine, 2U + 1U);
  EXPECT_EQ(own.ready_ns, decided);
  EXPECT_EQ(own.service_ns, 20'000'000);
  EXPECT_EQ(own.after_ns, 0);
}

TEST(Recorded, OnlyWhatInterruptsIsInterruptible) {
  const std::string world = kWorld;
  const auto with = [&](const std::string& keys) {
    std::string text = world;
    text.replace(text.find("cores: 4,"), 9, "cores: 4, " + keys + ",");
    return of(load_scenario_text(text, "world").scenario, 0).machines[0].interruptible;
  };
  EXPECT_FALSE(with("discipline: fifo"));
  EXPECT_FALSE(with("discipline: edf"));
  EXPECT_TRUE(with("discipline: edf, preemption: resume"));
  EXPECT_TRUE(with("discipline: processor_sharing"));
}

TEST(Recorded, TrafficPassesTheUpfOfItsSlice) {
  const LoadedScenario loaded = load_scenario_text(kWorld, "world");
  const auto plain = of(loaded.scenario, 0).options[0], anchored = of(loaded.scenario, 1).options[0];
  // near or by → gate, and back by way of `by`: two links of 1 ms more, each with its transmission.
  EXPECT_EQ(anchored.ready_ns - plain.ready_ns, 2 * (80'000 + 1'000'000));
  EXPECT_EQ(anchored.after_ns - plain.after_ns, 2 * (8'000 + 1'000'000));
}

}  // namespace
}  // namespace cv2x
