// Whole runs of task graphs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "sim/record/reader.h"
#include "tests/sim/run/world_for_test.h"

namespace cv2x {
namespace {

using testing::ElementsAre;

/// One vehicle, an edge host with two cores behind one link, a cloud behind another; nothing else.
constexpr const char* kAlone = R"(
simulation: {duration: 3 s, warm_up: 1 s, drain: 1 s}
mobility: {kind: static, vehicles: 1}
sites:
  gnb: {kind: gnb}
  mec: {kind: mec}
  far: {kind: cloud}
links:
  a: {from: gnb, to: mec, rate: 100 Mbit/s, delay: 50 us}
  b: {from: mec, to: far, rate: 10 Mbit/s, delay: 10 ms}
radio: {kind: ideal, ideal: {delay: 2 ms, uplink: 80 Mbit/s, downlink: 80 Mbit/s}}
compute:
  hosts:
    edge: {site: mec, cores: 2, speed: 1 GHz}
    cloud: {site: far, cores: 1, speed: 2 GHz}
  vehicles: {speed: 1 GHz}
services:
  graph:
    kind: task_graph
    rate: 1 Hz
    deadline: 100 ms
    input: 10 kB
    output: 1 kB
    subtasks:
      decode: {cycles: 10 Mcycles, runs_on: host, host: edge}
      detect: {cycles: 20 Mcycles, runs_on: host, host: edge, inputs: {decode: {bytes: 4 kB}}}
      track: {cycles: 5 Mcycles, runs_on: cloud, inputs: {decode: {bytes: 4 kB}}}
      warn: {cycles: 2 Mcycles, runs_on: vehicle, inputs: {detect: {bytes: 1 kB}, track: {bytes: 500 B}}}
offloading: {policy: cloud}
)";

class GraphRunTest : public WorldTest {
 protected:
  std::string simulate_alone(const std::vector<std::string>& overrides = {}) const {
    RunOptions options;
    options.output = path("alone.h5");
    std::filesystem::remove(options.output);
    run(load_scenario_text(kAlone, "alone", folder_.string(), {overrides}), options);
    return options.output;
  }
};

/// The graphs of a result, each with its subtasks in the order of their beginning, and the duration of every
/// stage of it.
struct GraphOfRun {
  TaskRow row;
  std::vector<TaskRow> subtasks;
  std::map<Stage, TimeNs> stages;
};

std::vector<GraphOfRun> graphs_of(const Result& result) {
  std::vector<GraphOfRun> out;
  const auto stages = result.rows<StageRow>();
  const auto tasks = result.rows<TaskRow>();
  for (const TaskRow& row : tasks) {
    if (row.host != kSplit || !row.counted) continue;
    GraphOfRun graph{row, {}, {}};
    for (const TaskRow& other : tasks) {
      if (other.parent_id == row.id) graph.subtasks.push_back(other);
    }
    std::sort(graph.subtasks.begin(), graph.subtasks.end(),
              [](const TaskRow& a, const TaskRow& b) { return a.id < b.id; });
    for (std::size_t i = 0; i < row.stages; ++i) {
      const StageRow& stage = stages[row.first_stage + i];
      const TimeNs until = i + 1 < row.stages ? stages[row.first_stage + i + 1].enter_ns : row.end_ns;
      graph.stages[stage.stage] += until - stage.enter_ns;
    }
    out.push_back(std::move(graph));
  }
  return out;
}

TimeNs latency(const TaskRow& row) { return row.end_ns - row.created_ns; }

// Up 10 kB: 1 ms of serialisation and 2 ms; link a 0.8 ms and 50 us; decode 10 ms: 13.85 ms. Detect, where
// its input lies: 20 ms, until 33.85 ms. Track: link b 3.2 ms and 10 ms, 2.5 ms, until 29.55 ms. Then both
// move to the vehicle: what detect has, 0.08 ms + 50 us + 0.1 ms + 2 ms; what track has, the slower one: link
// b 0.4 ms and 10 ms, link a 0.04 ms and 50 us, down 0.05 ms and 2 ms: 46.39 ms. Warn 2 ms.
TEST_F(GraphRunTest, ADiamondTakesWhatItsCriticalPathTakesToTheNanosecond) {
  const Result result(simulate_alone());
  const auto graphs = graphs_of(result);
  ASSERT_EQ(graphs.size(), 1U);
  const GraphOfRun& graph = graphs.front();
  EXPECT_EQ(graph.row.outcome, Outcome::kDelivered);
  EXPECT_EQ(latency(graph.row), 48'390'000);
  EXPECT_EQ(graph.row.cycles, 37e6);
  auto stages = graph.stages;
  std::erase_if(stages, [](const auto& stage) { return stage.second == 0; });
  EXPECT_THAT(stages,
              testing::UnorderedElementsAre(std::pair{Stage::kAccessUp, 3'000'000},
                                            std::pair{Stage::kBackhaulTransmission, 800'000 + 440'000},
                                            std::pair{Stage::kBackhaulPropagation, 50'000 + 10'050'000},
                                            std::pair{Stage::kComputeService, 30'000'000},
                                            std::pair{Stage::kAccessDown, 2'050'000},
                                            std::pair{Stage::kLocalService, 2'000'000}));
  // decode, detect, track, warn; each from when it was ready.
  ASSERT_EQ(graph.subtasks.size(), 4U);
  std::vector<TimeNs> own, ends;
  std::vector<std::int32_t> hosts;
  for (const TaskRow& subtask : graph.subtasks) {
    EXPECT_EQ(subtask.outcome, Outcome::kDelivered);
    own.push_back(latency(subtask));
    ends.push_back(subtask.end_ns - graph.row.created_ns);
    hosts.push_back(subtask.host);
  }
  EXPECT_THAT(own, ElementsAre(13'850'000, 20'000'000, 15'700'000, 14'540'000));
  EXPECT_THAT(ends, ElementsAre(13'850'000, 33'850'000, 29'550'000, 48'390'000));
  EXPECT_THAT(hosts, ElementsAre(0, 0, 1, kInVehicle));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(graph.subtasks[static_cast<std::size_t>(i)].subtask, i);
  EXPECT_EQ(graph.row.subtask, -1);
  EXPECT_EQ(graph.subtasks[0].input_bytes, 10'000U);
  EXPECT_EQ(graph.subtasks[0].output_bytes, 8'000U);
  EXPECT_EQ(graph.subtasks[3].input_bytes, 1'500U);
  EXPECT_EQ(graph.subtasks[3].output_bytes, 1'000U);
  // The radio carried one message up and two down, each a part of its subtask.
  std::map<std::uint64_t, std::vector<std::uint32_t>> bytes;
  for (const auto& row : result.rows<MessageRow>()) {
    if (row.counted) bytes[row.parent_id].push_back(row.bytes);
  }
  EXPECT_THAT(bytes[graph.subtasks[0].id], ElementsAre(10'000U));
  EXPECT_THAT(bytes[graph.subtasks[3].id], ElementsAre(1'000U, 500U));
  EXPECT_EQ(bytes.size(), 2U);
}

// Without the way home: detect and track end at 33.85 and 29.55 ms; then as a sink at the edge, warn gets 500
// B over link b, 0.4 ms and 10 ms, computes 2 ms, and its 1 kB take link a 0.08 ms and 50 us, down 0.1 ms and
// 2 ms.
TEST_F(GraphRunTest, TheResultOfASinkOnAHostComesHome) {
  const Result result(simulate_alone({"services.graph.subtasks.warn.runs_on=edge"}));
  const auto graphs = graphs_of(result);
  ASSERT_EQ(graphs.size(), 1U);
  EXPECT_EQ(latency(graphs[0].row), 33'850'000 + 10'400'000 + 2'000'000 + 2'230'000);
  EXPECT_EQ(latency(graphs[0].subtasks[3]), 12'400'000);
  EXPECT_EQ(graphs[0].subtasks[3].host, 0);  // asked, the policy `cloud` has none that may run it
}

TEST_F(GraphRunTest, WhereThePolicyIsAskedItsAnswerCounts) {
  const std::vector<std::string> free = {"services.graph.subtasks.detect.runs_on=any",
                                         "services.graph.subtasks.detect.host=null"};
  auto overrides = free;
  overrides.push_back("offloading.decision_time=1 ms");
  const Result result(simulate_alone(overrides));
  const auto graphs = graphs_of(result);
  ASSERT_EQ(graphs.size(), 1U);
  EXPECT_EQ(graphs[0].subtasks[1].host, 1);
  // Track, asked for too, is in the queue of the cloud's only core behind detect, which takes 10 ms there.
  EXPECT_EQ(graphs[0].subtasks[1].decided_ns - graphs[0].subtasks[1].created_ns, 1'000'000);
  EXPECT_EQ(graphs[0].subtasks[0].decided_ns, graphs[0].subtasks[0].created_ns);  // edge, by name: not asked
  EXPECT_EQ(graphs[0].stages.at(Stage::kDecision), 1'000'000);
  overrides.back() = "offloading.policy=local";
  const Result at_home(simulate_alone(overrides));
  const auto local = graphs_of(at_home);
  EXPECT_EQ(local[0].subtasks[1].host, kInVehicle);
  EXPECT_EQ(local[0].subtasks[2].host, 1);  // may run at the cloud only, whatever the policy says
}

// One core without a queue: detect has it, so the second one that comes to it is lost, and with it the graph.
// Detect goes on to its end, track arrives in vain, warn never begins.
TEST_F(GraphRunTest, ALostSubtaskLosesTheGraphAndNothingMoreIsBegun) {
  const Result result(simulate_alone({"compute.hosts.edge.cores=1", "compute.hosts.edge.queue=0",
                                      "services.graph.subtasks.second={cycles: 1 Mcycles, runs_on: host, "
                                      "host: edge, inputs: {decode: {bytes: 1 B}}}"}));
  const auto graphs = graphs_of(result);
  ASSERT_EQ(graphs.size(), 1U);
  EXPECT_EQ(graphs[0].row.outcome, Outcome::kComputeFull);
  EXPECT_EQ(latency(graphs[0].row), 13'850'000);
  std::map<double, Outcome> outcomes;  // by cycles
  for (const auto& subtask : graphs[0].subtasks) outcomes[subtask.cycles] = subtask.outcome;
  EXPECT_THAT(outcomes, testing::UnorderedElementsAre(
                            std::pair{10e6, Outcome::kDelivered}, std::pair{20e6, Outcome::kDelivered},
                            std::pair{1e6, Outcome::kComputeFull}, std::pair{5e6, Outcome::kGraphLost}));
}

/// Graphs in the street of world_for_test.h, whose vehicles leave while they are under way.
constexpr const char* kInTheStreet = R"(
  pipeline:
    kind: perception_pipeline
    slice: embb
    rate: 4 Hz
    input: 20 kB
    input_distribution: uniform
    output: 200 B
    deadline: 60 ms
    detect: {cycles: 12 Mcycles, cycles_distribution: exponential, bytes: 1 kB}
    fuse: {cycles: 2 Mcycles, bytes: 2 kB, runs_on: edge}
    warn: {cycles: 1 Mcycles, runs_on: vehicle}
  fan:
    kind: task_graph
    rate: 2 Hz
    input: 5 kB
    subtasks:
      a: {cycles: 1 Mcycles}
      b: {cycles: 3 Mcycles, cycles_distribution: uniform, inputs: {a: {bytes: 1 kB}}}
      c: {cycles: 3 Mcycles, runs_on: edge, inputs: {a: {bytes: 2 kB}}}
      d: {cycles: 3 Mcycles, runs_on: vehicle}
)";

TEST_F(GraphRunTest, StagesAddUpAndCountsAgreeInATraffic) {
  const std::string world = kWorld;
  const auto at = world.find("offloading:");
  RunOptions options;
  options.output = path("street.h5");
  run(load_scenario_text(world.substr(0, at) + (kInTheStreet + 1) + world.substr(at), "street",
                         folder_.string(), {{"offloading.policy=least_latency"}}),
      options);
  const Result result(options.output);
  std::map<std::uint16_t, std::uint64_t> delivered, lost;
  std::map<Outcome, int> outcomes;
  for (const auto& graph : graphs_of(result)) {
    TimeNs sum = 0;
    for (const auto& [stage, ns] : graph.stages) {
      EXPECT_GE(ns, 0);
      sum += ns;
    }
    ASSERT_EQ(sum, latency(graph.row)) << graph.row.id;
    ASSERT_FALSE(graph.subtasks.empty());
    ++outcomes[graph.row.outcome];
    (graph.row.outcome == Outcome::kDelivered ? delivered : lost)[graph.row.service] += 1;
    for (const auto& subtask : graph.subtasks) {
      ASSERT_GE(subtask.created_ns, graph.row.created_ns);
      if (graph.row.outcome == Outcome::kDelivered) {
        ASSERT_EQ(subtask.outcome, Outcome::kDelivered);
        ASSERT_LE(subtask.end_ns, graph.row.end_ns);
      }
    }
    if (graph.row.outcome == Outcome::kDelivered) {
      ASSERT_EQ(graph.subtasks.size(), graph.row.service == 4 ? 3U : 4U);
    }
  }
  EXPECT_GT(delivered[4], 500U);
  EXPECT_GT(delivered[5], 200U);
  EXPECT_GT(outcomes[Outcome::kVehicleLeft], 0);
  for (const auto& row : result.rows<ServiceSummaryRow>()) {
    if (row.service < 4) continue;
    EXPECT_EQ(row.delivered, delivered[row.service]);
    EXPECT_EQ(row.sent, delivered[row.service] + lost[row.service]);
  }
}

}  // namespace
}  // namespace cv2x
