// EdgeCloudSim's networks in a whole run: which hops a task takes on which way.
#include <gmock/gmock.h>

#include <map>
#include <memory>

#include "models/base/hash.h"
#include "sim/record/reader.h"
#include "tests/sim/run/world_for_test.h"

namespace cv2x {
namespace {

/// Hosts in turn, each by both paths where it is at the gateway.
class InTurn final : public Policy {
 public:
  Target decide(const TaskRequest&, const PolicyView& view) override {
    EXPECT_TRUE(view.networks.given);
    for (const auto& host : view.hosts) EXPECT_TRUE(host.reachable);
    constexpr Target kTargets[] = {{HostIndex{0}, kServing},
                                   {HostIndex{1}, kServing},
                                   {HostIndex{2}, kServing},
                                   {HostIndex{2}, kCellular}};
    return kTargets[next_++ % 4];
  }

 private:
  std::size_t next_ = 0;
};

class EdgeCloudSimTest : public WorldTest {
 protected:
  static inline const std::string kRing = R"(
title: A ring
simulation: {duration: 200 s, warm_up: 20 s, drain: 5 s}
mobility: {kind: ring, ring: {vehicles: 40, stretches: {all: {length: 2 km, speed: 72 km/h}}}}
sites:
  east: {kind: rsu, x: 318 m, y: 0 m}
  west: {kind: rsu, x: -318 m, y: 0 m}
  cloud: {kind: cloud}
radio: {kind: edgecloudsim, edgecloudsim: {gateway: cloud, wlan: 6 Mbit/s, wan_delay: 50 ms, gsm_delay: 80 ms}}
compute:
  hosts:
    e: {site: east, cores: 100, speed: 1 Gcycles/s}
    w: {site: west, cores: 100, speed: 1 Gcycles/s}
    c: {site: cloud, cores: 100, speed: 1 Gcycles/s}
services:
  work: {kind: perception_offload, arrivals: poisson, rate: 2 Hz, input: 10 kB, cycles: 100 Mcycles, output: 10 kB,
         deadline: 1 s}
offloading: {policy: local}
)";

  Result simulate_ring(const std::vector<std::string>& overrides) {
    RunOptions options;
    options.output = path("ring.h5");
    options.policy = {.name = "in_turn", .provenance = {}, .make = [] { return std::make_unique<InTurn>(); }};
    run(load_scenario_text(kRing, "ring", folder_.string(), {overrides}), options);
    return Result(options.output);
  }
};

TEST_F(EdgeCloudSimTest, EachWayHasItsHops) {
  const Result result = simulate_ring({});
  const auto stages = result.rows<StageRow>();
  const auto sites = result.names("sites");
  std::map<std::pair<int, bool>, std::map<std::vector<Stage>, int>>
      ways;  // (host, cellular) → stages → tasks
  int moved = 0, lost = 0;
  for (const auto& t : result.rows<TaskRow>()) {
    if (t.outcome == Outcome::kLeftCell) ++moved;
    if (t.outcome == Outcome::kLinkSaturated) ++lost;
    if (t.outcome != Outcome::kDelivered) continue;
    std::vector<Stage> way;
    for (std::size_t i = 0; i < t.stages; ++i) {
      const StageRow& s = stages[t.first_stage + i];
      const TimeNs until = i + 1 < t.stages ? stages[t.first_stage + i + 1].enter_ns : t.end_ns;
      if (until == s.enter_ns) continue;
      way.push_back(s.stage);
      // Results of the cloud that are sent on to another site, and the MAN, have 10 ms of their own.
      if (s.stage == Stage::kHandover) {
        EXPECT_GT(until - s.enter_ns, 10 * kMillisecond);
      }
    }
    ++ways[{t.host, sites[static_cast<std::size_t>(t.cell)] == "cloud"}][way];
  }
  using S = Stage;
  const std::vector<S> local = {S::kAccessUp, S::kComputeService, S::kAccessDown};
  const std::vector<S> man_up = {S::kAccessUp, S::kBackhaulTransmission, S::kComputeService, S::kAccessDown};
  const std::vector<S> man_down = {S::kAccessUp, S::kComputeService, S::kBackhaulTransmission,
                                   S::kAccessDown};
  const std::vector<S> both = {S::kAccessUp, S::kBackhaulTransmission, S::kComputeService,
                               S::kBackhaulTransmission, S::kAccessDown};
  const std::vector<S> sent_on = {S::kAccessUp,       S::kBackhaulTransmission,
                                  S::kComputeService, S::kBackhaulTransmission,
                                  S::kHandover,       S::kAccessDown};
  for (const int host : {0, 1}) {
    EXPECT_GT((ways[{host, false}][local]), 100);  // at the own site
    EXPECT_GT((ways[{host, false}][man_up]),
              100);  // elsewhere: back without the MAN while the vehicle is there
    EXPECT_GT((ways[{host, false}][man_down]) + (ways[{host, false}][both]), 0);
    EXPECT_EQ((ways[{host, true}].size()), 0U);
  }
  EXPECT_GT((ways[{2, false}][both]), 100);
  EXPECT_GT((ways[{2, false}][sent_on]), 0);
  EXPECT_EQ((ways[{2, true}]), (std::map<std::vector<S>, int>{{local, ways[{2, true}][local]}}));
  EXPECT_GT(moved, 0);
  EXPECT_EQ(lost, 0);
}

TEST_F(EdgeCloudSimTest, ASaturatedNetworkLosesWhatIsSent) {
  const Result result =
      simulate_ring({"radio.edgecloudsim.gsm=2 Mbit/s"});  // 20 a second of 80 kbit: 1.6 Mbit/s
  std::map<bool, std::pair<int, int>> lost;
  for (const auto& t : result.rows<TaskRow>()) {
    auto& [failed, all] = lost[t.cell == 2];
    failed += t.outcome == Outcome::kLinkSaturated;
    ++all;
  }
  EXPECT_GT(lost[true].first, lost[true].second / 100);
  EXPECT_EQ(lost[false].first, 0);
}

}  // namespace
}  // namespace cv2x
