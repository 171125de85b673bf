// Whole runs with containers and relocation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "sim/config/load.h"
#include "sim/record/reader.h"
#include "sim/run/run.h"

namespace cv2x {
namespace {

constexpr TimeNs kMs = kMillisecond;

/// A vehicle drives from one gNB to the other within 20 s; each has a host beside it, the registry is behind
/// the first.
constexpr const char* kStreet = R"(
simulation: {duration: 25 s}
mobility: {kind: fcd, file: street.xml}
sites:
  west: {kind: gnb, x: 0 m, y: 0 m}
  east: {kind: gnb, x: 600 m, y: 0 m}
  mw: {kind: mec}
  me: {kind: mec}
  hub: {kind: cloud}
links:
  a: {from: west, to: mw, rate: 10 Gbit/s, delay: 100 us}
  b: {from: east, to: me, rate: 10 Gbit/s, delay: 100 us}
  c: {from: mw, to: me, rate: 1 Gbit/s, delay: 5 ms, queue: 10 MB}
  d: {from: mw, to: hub, rate: 100 Mbit/s, delay: 10 ms, queue: 100 MB}
radio: {kind: ideal, ideal: {delay: 1 ms}, epoch: 100 ms}
compute:
  hosts:
    w: {site: mw, cores: 4, speed: 1 Gcycles/s}
    e: {site: me, cores: 4, speed: 1 Gcycles/s}
services:
  detect: {kind: perception_offload, rate: 10 Hz, input: 1 kB, cycles: 5 Mcycles, output: 500 B, deadline: 1 s}
offloading: {policy: nearest_edge}
transfers: {initial_window: 6 MB}
recording: {load: 1 s}
)";

constexpr const char* kContainers = R"(
images:
  detector: {layers: {base: {size: 1 MB}, model: {size: 4 MB}}}
  other: {layers: {base: {size: 1 MB}, tool: {size: 2 MB}}}
containers: {registry: hub, unpack: 80 Mbit/s, control_plane: 10 ms, sandbox: 500 ms, relist: 0 s}
)";

struct Spent {
  TimeNs pull_ns = 0, start_ns = 0, relocation_ns = 0;
};

class ContainersRun : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("containers_test-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream fcd(folder_ / "street.xml");
    fcd << "<fcd-export>\n";
    for (int step = 0; step <= 25; ++step) {
      fcd << "<timestep time=\"" << step << "\"><vehicle id=\"car\" x=\"" << std::min(600, 30 * step)
          << "\" y=\"3\" angle=\"90\" speed=\"30\"/></timestep>\n";
    }
    fcd << "</fcd-export>\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Result> simulate(const std::string& sections,
                                   const std::vector<std::string>& overrides = {}) {
    RunOptions options;
    options.output = folder_ / "out.h5";
    run(load_scenario_text(kStreet + sections, "street", folder_.string(), {overrides}), options);
    return std::make_unique<Result>(options.output);
  }

  /// By task id; and their stages add up.
  static std::map<std::uint64_t, Spent> stages_of(const Result& result) {
    std::map<std::uint64_t, Spent> out;
    const auto stages = result.rows<StageRow>();
    for (const auto& task : result.rows<TaskRow>()) {
      TimeNs sum = 0;
      for (std::size_t i = 0; i < task.stages; ++i) {
        const auto& s = stages[task.first_stage + i];
        const TimeNs end = i + 1 < task.stages ? stages[task.first_stage + i + 1].enter_ns : task.end_ns;
        EXPECT_GE(end, s.enter_ns);
        sum += end - s.enter_ns;
        if (s.stage == Stage::kImagePull) out[task.id].pull_ns += end - s.enter_ns;
        if (s.stage == Stage::kContainerStart) out[task.id].start_ns += end - s.enter_ns;
        if (s.stage == Stage::kRelocation) out[task.id].relocation_ns += end - s.enter_ns;
      }
      EXPECT_EQ(sum, task.end_ns - task.created_ns) << "task " << task.id;
    }
    return out;
  }

  std::filesystem::path folder_;
};

TEST_F(ContainersRun, TheFirstTaskPaysForPullAndStart) {
  const auto result = simulate(kContainers, {"services.detect.container={image: detector, start: 300 ms}",
                                             "services.detect.container.replicas={max: 1}"});
  auto tasks = result->rows<TaskRow>();
  std::sort(tasks.begin(), tasks.end(), [](auto& a, auto& b) { return a.created_ns < b.created_ns; });
  auto stages = stages_of(*result);
  const auto first = stages[tasks.front().id];
  // Two layers, 5 MB at 100 Mbit/s, each asked for (1 kB) over 10 ms: 400 + 2·(20 + 0.08) ms; unpacked at 10
  // MB/s.
  EXPECT_EQ(first.pull_ns, from_seconds(0.4 + 2 * 0.02008 + 0.5));
  EXPECT_EQ(first.start_ns, (10 + 500 + 300) * kMs);
  for (const auto& task : tasks) EXPECT_EQ(task.outcome, Outcome::kDelivered);
  // On the second host everything begins anew, with the registry one link farther.
  std::uint64_t pulls = 0, bytes = 0, cold = 0;
  std::map<std::uint16_t, std::uint32_t> ready;
  for (const auto& row : result->rows<InstanceRow>()) {
    pulls += row.pulls;
    bytes += row.pulled_bytes;
    cold += row.cold_starts;
    ready[row.host] = row.ready;
  }
  EXPECT_EQ(pulls, 2u);
  EXPECT_EQ(bytes, 10'000'000u);
  EXPECT_GT(cold, 20u);  // those that came until the instances were ready
  EXPECT_EQ(ready, (std::map<std::uint16_t, std::uint32_t>{{0, 1}, {1, 1}}));
}

TEST_F(ContainersRun, SharedLayersAreFetchedOnce) {
  const auto bytes_from_hub = [](const Result& result) {
    std::uint64_t bytes = 0;
    for (const auto& row : result.rows<LinkRow>()) {
      if (row.link == 3 && row.direction == 1) bytes += row.bytes;
    }
    return bytes;
  };
  const std::string two = std::string(kContainers) + R"(
areas: {all: {kind: circle, x: 0 m, y: 0 m, radius: 10 km}}
)";
  const std::vector<std::string> both{"services.detect.container={image: detector}",
                                      "services.track={kind: perception_offload, rate: 1 Hz, input: 1 kB, "
                                      "cycles: 1 Mcycles, output: 1 kB, deadline: "
                                      "1 s, container: {image: other}}"};
  // 1 + 4 + 2 MB a host and not 8; two hosts.
  EXPECT_EQ(bytes_from_hub(*simulate(two, both)), 14'000'000u);
}

TEST_F(ContainersRun, WarmInstancesCostNothing) {
  const auto result =
      simulate(kContainers, {"services.detect.container={image: detector, warm: 2, replicas: {max: 4}}"});
  for (const auto& [id, s] : stages_of(*result)) EXPECT_EQ(s.pull_ns + s.start_ns, 0);
  const auto plain = simulate("");
  const auto with = result->rows<TaskRow>();
  const auto without = plain->rows<TaskRow>();
  ASSERT_EQ(with.size(), without.size());
  for (std::size_t i = 0; i < with.size(); ++i) EXPECT_EQ(with[i].end_ns, without[i].end_ns);
}

TEST_F(ContainersRun, WithoutMemoryTasksAreRefused) {
  const auto result = simulate(
      kContainers, {"compute.hosts.e.memory=1 GB",
                    "services.detect.container={image: detector, memory: 2 GB, warm: 1, hosts: [w]}"});
  std::map<std::int32_t, std::map<Outcome, int>> outcomes;
  for (const auto& task : result->rows<TaskRow>()) ++outcomes[task.host][task.outcome];
  EXPECT_EQ(outcomes[0].size(), 1u);
  EXPECT_GT(outcomes[0][Outcome::kDelivered], 90);
  EXPECT_EQ(outcomes[1].size(), 1u);
  EXPECT_GT(outcomes[1][Outcome::kInstanceRefused], 90);
}

TEST_F(ContainersRun, MigrationTakesWhatTheFormulaSays) {
  const auto result = simulate("", {"services.detect.relocation={mode: migrate, context: 2 MB}"});
  const auto moves = result->rows<RelocationRow>();
  ASSERT_EQ(moves.size(), 1u);
  const auto& m = moves[0];
  EXPECT_TRUE(m.done);
  EXPECT_TRUE(m.warm);
  EXPECT_EQ(m.from, 0);
  EXPECT_EQ(m.to, 1);
  EXPECT_EQ(m.decided_ns - m.time_ns, 100 * kMs);  // max(classifier, rediscovery)
  EXPECT_EQ(m.started_ns, m.decided_ns);
  // 2 MB at 1 Gbit/s, RTT 10 ms, and the request of 1 kB.
  EXPECT_NEAR(to_seconds(m.executed_ns - m.started_ns), 0.016 + 0.010 + 8e-6, 1e-6);
  EXPECT_EQ(m.end_ns - m.executed_ns, 20 * kMs);
  // Tasks created meanwhile wait until it has arrived, and run at the new host; later ones at once.
  auto stages = stages_of(*result);
  std::uint32_t waited = 0;
  for (const auto& task : result->rows<TaskRow>()) {
    EXPECT_EQ(task.outcome, Outcome::kDelivered);
    const bool meanwhile = task.created_ns >= m.time_ns && task.created_ns < m.end_ns;
    EXPECT_EQ(stages[task.id].relocation_ns, meanwhile ? m.end_ns - task.created_ns : 0);
    EXPECT_EQ(task.host, task.created_ns >= m.time_ns ? 1 : 0);
    waited += meanwhile;
  }
  EXPECT_GE(waited, 1u);
  EXPECT_EQ(m.waited, waited);
  std::map<EventKind, int> events;
  for (const auto& event : result->rows<EventRow>()) ++events[event.kind];
  for (const auto kind : {EventKind::kRelocationDetected, EventKind::kRelocationDecided,
                          EventKind::kRelocationExecuted, EventKind::kRelocationCompleted})
    EXPECT_EQ(events[kind], 1);
}

TEST_F(ContainersRun, OtherModesOfRelocation) {
  const auto hosts = [](const Result& result) {
    std::map<std::int32_t, int> out;
    for (const auto& task : result.rows<TaskRow>()) ++out[task.host];
    return out;
  };
  const auto stay = simulate("", {"services.detect.relocation={mode: stay}"});
  EXPECT_EQ(stay->rows<RelocationRow>().size(), 0u);
  EXPECT_EQ(hosts(*stay).size(), 1u);
  const auto reattach = simulate("", {"services.detect.relocation={mode: reattach}"});
  ASSERT_EQ(reattach->rows<RelocationRow>().size(), 1u);
  EXPECT_EQ(reattach->rows<RelocationRow>()[0].end_ns - reattach->rows<RelocationRow>()[0].time_ns,
            120 * kMs);
  EXPECT_EQ(hosts(*reattach).size(), 2u);
}

TEST_F(ContainersRun, AColdTargetStartsAnInstance) {
  const auto result = simulate(
      kContainers,
      {"services.detect.container={image: detector, warm: 1, start: 300 ms}",
       "services.detect.relocation={mode: migrate, context: 2 MB, target: cold, meanwhile: source}"});
  const auto moves = result->rows<RelocationRow>();
  ASSERT_EQ(moves.size(), 1u);
  EXPECT_FALSE(moves[0].warm);
  EXPECT_EQ(moves[0].started_ns - moves[0].decided_ns, (10 + 500 + 300) * kMs);  // its image is there
  EXPECT_EQ(moves[0].waited, 0u);
  for (const auto& task : result->rows<TaskRow>())
    EXPECT_EQ(task.host, task.created_ns >= moves[0].end_ns ? 1 : 0);  // meanwhile at the old host
}

TEST_F(ContainersRun, TasksMayBeLostToAMove) {
  const auto result =
      simulate("", {"services.detect.relocation={mode: migrate, context: 100 MB, meanwhile: lost}"});
  const auto moves = result->rows<RelocationRow>();
  ASSERT_EQ(moves.size(), 1u);
  std::uint32_t lost = 0;
  for (const auto& task : result->rows<TaskRow>()) lost += task.outcome == Outcome::kRelocating;
  EXPECT_EQ(lost, moves[0].waited);
  EXPECT_GT(lost, 5u);
  stages_of(*result);
}

TEST_F(ContainersRun, AFailureOfTheHostTakesItsInstances) {
  const auto result = simulate(
      kContainers, {"services.detect.container={image: detector, warm: 1, hosts: [w], start: 300 ms}",
                    "compute.hosts.w.failures={kind: given, outages: {one: {from: 3 s, duration: 1 s}}}"});
  std::map<Outcome, int> outcomes;
  for (const auto& task : result->rows<TaskRow>()) {
    ++outcomes[task.outcome];
    if (task.created_ns >= 3 * kSecond && task.created_ns < 3'990 * kMs) {
      EXPECT_EQ(task.outcome, Outcome::kHostFailed);
    }
  }
  EXPECT_GE(outcomes[Outcome::kHostFailed], 9);
  EXPECT_LE(outcomes[Outcome::kHostFailed], 11);
  // Back at 4 s: control plane, sandbox and start before the first task is taken.
  auto stages = stages_of(*result);
  TimeNs longest = 0;
  for (const auto& task : result->rows<TaskRow>()) {
    if (task.created_ns < 6 * kSecond) longest = std::max(longest, stages[task.id].start_ns);
  }
  EXPECT_GT(longest, 600 * kMs);
  EXPECT_LE(longest, 810 * kMs);
}

TEST_F(ContainersRun, TheSameAgain) {
  const std::vector<std::string> overrides{"services.detect.container={image: detector, start: 300 ms}",
                                           "services.detect.relocation={mode: migrate, context: 2 MB}",
                                           "services.detect.arrivals=poisson"};
  const auto ends = [&] {
    std::vector<TimeNs> out;
    for (const auto& task : simulate(kContainers, overrides)->rows<TaskRow>()) out.push_back(task.end_ns);
    return out;
  };
  EXPECT_EQ(ends(), ends());
}

}  // namespace
}  // namespace cv2x
