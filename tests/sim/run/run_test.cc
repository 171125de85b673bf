#include "sim/run/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <stdexcept>

#include "models/base/error.h"
#include "sim/record/reader.h"

namespace cv2x {
namespace {

using testing::HasSubstr;

/// Two cells, each with a host of its own and no link between them; the vehicle stands at the first.
constexpr const char* kIslands = R"(
simulation: {duration: 2 s}
mobility: {kind: static, vehicles: 1}
sites:
  here: {kind: gnb, x: 0 m, y: 0 m}
  there: {kind: gnb, x: 5 km, y: 0 m}
  near: {kind: mec}
  far: {kind: mec}
links:
  a: {from: here, to: near, rate: 1 Gbit/s, delay: 50 us}
  b: {from: there, to: far, rate: 1 Gbit/s, delay: 50 us}
radio: {kind: ideal}
compute:
  hosts:
    near: {site: near, cores: 2, speed: 1 Gcycles/s}
    far: {site: far, cores: 2, speed: 1 Gcycles/s}
services:
  perception: {kind: perception_offload, rate: 10 Hz, input: 10 kB, cycles: 1 Mcycles, output: 500 B}
)";

/// What a ScriptedPolicy has seen; outlives it.
struct Seen {
  std::shared_ptr<const PolicyView> view;
  std::set<const PolicyView*> views;
  std::set<const TargetView*> hosts;
  int decisions = 0;
};

/// Answers with a host, throws at the n-th decision.
class ScriptedPolicy final : public Policy {
 public:
  ScriptedPolicy(Seen& seen, std::uint32_t host, int throws_at)
      : seen_(seen), host_(host), throws_at_(throws_at) {}
  void begin(const std::shared_ptr<const PolicyView>& view) override { seen_.view = view; }
  Target decide(const TaskRequest&, const PolicyView& view) override {
    seen_.views.insert(&view);
    seen_.hosts.insert(view.hosts.data());
    if (++seen_.decisions == throws_at_) throw std::runtime_error("out of ideas\nand of patience");
    return Target{HostIndex{host_}};
  }

 private:
  Seen& seen_;
  std::uint32_t host_;
  int throws_at_;
};

class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("run_test-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    options_.output = folder_ / "out.h5";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void hand_in(std::uint32_t host, int throws_at = 0) {
    options_.policy = {.name = "mine:first", .provenance = {{"sha256 mine", "abc"}}, .make = [=, this] {
                         return std::make_unique<ScriptedPolicy>(seen_, host, throws_at);
                       }};
  }

  std::filesystem::path folder_;
  RunOptions options_;
  Seen seen_;
};

TEST_F(RunTest, APolicyHandedInDecidesAndIsNamed) {
  hand_in(0);
  const RunReport report = run(load_scenario_text(kIslands, "islands"), options_);
  const Result result(options_.output);
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.stopped(), "");
  EXPECT_FALSE(report.interrupted);
  EXPECT_EQ(seen_.decisions, 20);
  for (const auto& task : result.rows<TaskRow>()) EXPECT_EQ(task.host, 0);
  EXPECT_THAT(result.provenance(), testing::Contains(std::pair("policy", "mine:first")));
  EXPECT_THAT(result.provenance(), testing::Contains(std::pair("sha256 mine", "abc")));
  EXPECT_THAT(result.scenario_resolved(), HasSubstr("policy: \"mine:first\""));
  EXPECT_EQ(load_scenario_text(result.scenario_resolved(), "again").scenario.offloading.policy, "mine:first");
}

TEST_F(RunTest, TheViewStaysAtOnePlaceAndOutlivesTheRun) {
  hand_in(0);
  run(load_scenario_text(kIslands, "islands"), options_);
  EXPECT_EQ(seen_.views, std::set{seen_.view.get()});
  EXPECT_EQ(seen_.hosts.size(), 1u);
  EXPECT_EQ(seen_.view.use_count(), 1);
  ASSERT_EQ(seen_.view->hosts.size(), 2u);
  EXPECT_EQ(seen_.view->local.cores, 1);
}

TEST_F(RunTest, AnUnreachableHostLooksFarAwayAndLosesTheTask) {
  hand_in(1);
  run(load_scenario_text(kIslands, "islands"), options_);
  const auto& [near, far] = std::pair(seen_.view->hosts[0], seen_.view->hosts[1]);
  EXPECT_TRUE(near.reachable);
  EXPECT_EQ(near.network_delay_ns, 50'000);
  EXPECT_EQ(near.bottleneck_bps, 1e9);
  EXPECT_FALSE(far.reachable);
  EXPECT_EQ(far.network_delay_ns, kUnreachableNs);
  EXPECT_GT(4 * far.network_delay_ns, 0);
  EXPECT_EQ(far.bottleneck_bps, 0);
  const Result result(options_.output);
  ASSERT_EQ(result.size<TaskRow>(), 20u);
  for (const auto& task : result.rows<TaskRow>()) EXPECT_EQ(task.outcome, Outcome::kNoRoute);
}

TEST_F(RunTest, WhatAPolicyThrowsEndsTheRunAndComesOut) {
  hand_in(0, 7);
  const auto loaded = load_scenario_text(kIslands, "islands");
  EXPECT_THROW(
      {
        try {
          run(loaded, options_);
        } catch (const std::runtime_error& error) {
          EXPECT_THAT(error.what(), HasSubstr("patience"));
          throw;
        }
      },
      std::runtime_error);
  EXPECT_EQ(seen_.decisions, 7);
  const Result result(options_.output);
  EXPECT_FALSE(result.complete());
  EXPECT_EQ(result.stopped(), "out of ideas");
  const auto tasks = result.rows<TaskRow>();
  ASSERT_EQ(tasks.size(), 7u);
  EXPECT_EQ(tasks.back().host, -2);  // not decided
  EXPECT_EQ(tasks.back().outcome, Outcome::kUnfinished);
  // The simulator is left as it was found: another run is like a first.
  hand_in(0);
  run(loaded, options_);
  EXPECT_TRUE(Result(options_.output).complete());
}

TEST_F(RunTest, PythonIsRefusedBeforeAnythingIsWritten) {
  const auto loaded = load_scenario_text(kIslands, "islands", {}, {{"offloading.policy=mine:first"}});
  try {
    run(loaded, options_);
    ADD_FAILURE() << "it ran";
  } catch (const UserError& error) {
    EXPECT_EQ(
        error.what(),
        "--set offloading.policy: offloading.policy: 'mine:first' is written in Python: run it with `cv2x "
        "run` or cv2x.run(); cv2x-sim has only " +
            join_names(policy_registry().names()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(RunTest, AnInterruptedRunSaysSo) {
  auto loaded = load_scenario_text(kIslands, "islands", {}, {{"simulation.duration=100000 s"}});
  options_.on_progress = [](const Progress&) { return false; };
  EXPECT_TRUE(run(loaded, options_).interrupted);
  EXPECT_EQ(Result(options_.output).stopped(), "interrupted");
}

}  // namespace
}  // namespace cv2x
