#include "sim/run/episode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/error.h"
#include "sim/record/reader.h"
#include "tests/sim/run/world_for_test.h"

namespace cv2x {
namespace {

using State = Episode::State;

/// Another service like perception, at the same times: two tasks in one event; tasks stay in the vehicle at
/// times, whose load is fresh, so the second sees what became of the first.
constexpr const char* kTwins = R"(
  twin:
    {kind: perception_offload, slice: embb, rate: 20 Hz, input: 4 kB, cycles: 8 Mcycles, output: 500 B,
     deadline: 40 ms}
)";

class EpisodeTest : public WorldTest {
 protected:
  LoadedScenario load(const std::vector<std::string>& overrides = {}) const {
    std::string world = kWorld;
    world.insert(world.find("offloading:"), std::string(kTwins).substr(1));
    return load_scenario_text(world, "world", folder_.string(), {overrides});
  }
  Episode::Options options(const std::string& name = {}) const {
    Episode::Options o;
    if (!name.empty()) o.run.output = path(name + ".h5");
    o.run.policy.name = "test:episode";
    return o;
  }
  /// By the time, the vehicle and its load: every second task or so stays in it.
  static Target choose(const TaskRequest& task, const PolicyView& view) {
    const bool stay =
        (task.task_id + static_cast<std::uint64_t>(view.local.running + view.local.waiting)) % 2 == 0;
    return stay || !view.connected ? kLocal : Target{HostIndex{0}};
  }
  /// Goes on until a decision is due or it has ended.
  static State run_on(Episode& episode, State state) {
    while (state == State::kBusy) state = episode.go_on();
    return state;
  }
};

class Chooser final : public Policy {
 public:
  Target decide(const TaskRequest& task, const PolicyView& view) override { return choose_(task, view); }
  explicit Chooser(Target (*choose)(const TaskRequest&, const PolicyView&)) : choose_(choose) {}

 private:
  Target (*choose_)(const TaskRequest&, const PolicyView&);
};

template <class Row>
std::vector<Row> rows_of(const std::string& path) {
  return Result(path).rows<Row>();
}

TEST_F(EpisodeTest, TheSameAnswersGiveTheSameResultAsAPolicy) {
  RunOptions by_policy;
  by_policy.output = path("policy.h5");
  by_policy.policy = {.name = "test:episode", .provenance = {}, .make = [] {
                        return std::make_unique<Chooser>(&EpisodeTest::choose);
                      }};
  // A delay that is 0 and one that is not: the answer takes its way in the same event, or later.
  for (const char* decision_time : {"0 s", "3 ms"}) {
    const auto loaded = load({std::string("offloading.decision_time=") + decision_time});
    run(loaded, by_policy);
    Episode episode(loaded, options("episode"));
    int decisions = 0, at_once = 0;
    TimeNs last_ns = -1;
    State state = run_on(episode, episode.begin());
    while (state == State::kDeciding) {
      ASSERT_EQ(episode.tasks().size(), 1u);
      at_once += std::exchange(last_ns, episode.view()->now_ns) == episode.view()->now_ns;
      const Target target = choose(episode.tasks()[0], *episode.view());
      ++decisions;
      state = run_on(episode, episode.answer(std::span(&target, 1)));
    }
    EXPECT_GT(decisions, 1000);
    EXPECT_EQ(episode.ledger().decisions(), static_cast<std::uint64_t>(decisions));
    const auto same = [&]<class Row>() {
      const auto a = rows_of<Row>(path("policy.h5")), b = rows_of<Row>(path("episode.h5"));
      EXPECT_EQ(a.size(), b.size());
      for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        bool equal = true;
        for_each_column<Row>([&](const auto& c) {
          std::array<std::byte, 64> x{}, y{};
          c.store(x.data(), 0, a[i]);
          c.store(y.data(), 0, b[i]);
          equal = equal && x == y;
        });
        ASSERT_TRUE(equal) << i;
      }
      EXPECT_GT(a.size(), 0u);
    };
    same.template operator()<TaskRow>();
    same.template operator()<MessageRow>();
    same.template operator()<StageRow>();
    same.template operator()<HostRow>();
    same.template operator()<ServiceSummaryRow>();
  }
}

TEST_F(EpisodeTest, NothingIsRecordedWithoutAFile) {
  const auto loaded = load({"simulation.duration=5 s"});
  std::vector<double> sums;
  for (const char* name : {"", "kept"}) {
    Episode episode(loaded, options(name));
    double sum = 0;
    State state = run_on(episode, episode.begin());
    while (state == State::kDeciding) {
      const Target target = choose(episode.tasks()[0], *episode.view());
      state = run_on(episode, episode.answer(std::span(&target, 1)));
      sum += episode.ledger().sum();
    }
    sums.push_back(sum);
  }
  EXPECT_LT(sums[0], 0);
  EXPECT_EQ(sums[0], sums[1]);  // and what happens is the same
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    files += entry.path().extension() == ".h5";
  EXPECT_EQ(files, 1);
}

TEST_F(EpisodeTest, EveryDecisionIsCreditedOnce) {
  Episode episode(load({"simulation.duration=5 s", "simulation.overrun=0 s"}), options());
  std::vector<int> times;
  State state = run_on(episode, episode.begin());
  while (state == State::kDeciding) {
    times.push_back(0);
    const Target target = Target{HostIndex{0}};
    state = run_on(episode, episode.answer(std::span(&target, 1)));
    for (const auto& credit : episode.ledger().credits()) ++times.at(credit.decision);
  }
  EXPECT_THAT(times, testing::Each(1));
  EXPECT_GT(times.size(), 200u);
}

TEST_F(EpisodeTest, TasksThatGatherAreDecidedTogether) {
  auto gathering = options("gathered");
  gathering.gather_ns = 20 * kMillisecond;
  Episode episode(load({"simulation.duration=5 s"}), gathering);
  std::size_t decisions = 0, batches = 0;
  State state = run_on(episode, episode.begin());
  while (state == State::kDeciding) {
    const std::size_t n = episode.tasks().size();
    EXPECT_EQ(episode.observations().size(), n * episode.observer().size());
    EXPECT_EQ(episode.masks().size(), n * episode.observer().targets());
    decisions += n;
    ++batches;
    const std::vector<Target> targets(n, Target{HostIndex{0}});
    state = run_on(episode, episode.answer(targets));
  }
  EXPECT_GT(decisions, 2 * batches);
  // The first of a batch has waited for 20 ms before it was decided, and nobody for longer.
  TimeNs longest_ns = 0;
  const auto tasks = rows_of<TaskRow>(path("gathered.h5"));
  std::size_t placed = 0;
  for (const auto& task : tasks) {
    if (task.service == 3 || task.host == -2) continue;  // map: its server is fixed; or never decided
    ++placed;
    longest_ns = std::max(longest_ns, task.decided_ns - task.created_ns);
  }
  EXPECT_EQ(longest_ns, 20 * kMillisecond);
  EXPECT_LE(placed, decisions);  // a vehicle may leave meanwhile
  EXPECT_GT(placed, decisions * 9 / 10);
}

TEST_F(EpisodeTest, AnAbandonedOneLeavesAFileMarkedIncomplete) {
  for (const bool destroy : {false, true}) {
    {
      Episode episode(load(), options("left"));
      ASSERT_EQ(run_on(episode, episode.begin()), State::kDeciding);
      for (int i = 0; i < 10; ++i) {
        const Target target = kLocal;
        ASSERT_EQ(run_on(episode, episode.answer(std::span(&target, 1))), State::kDeciding);
      }
      if (!destroy) episode.abandon();
      episode.abandon();
      EXPECT_EQ(episode.state(), State::kEnded);
    }
    const Result result(path("left.h5"));
    EXPECT_FALSE(result.complete());
    EXPECT_EQ(result.stopped(), "interrupted");
    EXPECT_GE(result.size<TaskRow>(), 11u);
  }
}

TEST_F(EpisodeTest, MistakesComeOutOfBegin) {
  auto wrong = options();
  wrong.run.output = path("no/such/folder.h5");
  Episode episode(load(), wrong);
  EXPECT_THROW(episode.begin(), UserError);
  EXPECT_EQ(episode.state(), State::kEnded);
  { const Episode never_begun(load(), options("never")); }
  EXPECT_FALSE(std::filesystem::exists(path("never.h5")));
}

}  // namespace
}  // namespace cv2x
