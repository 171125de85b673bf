#include "models/compute/sharing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "models/base/random.h"
#include "tests/models/compute/slices.h"

namespace cv2x {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// 1 GHz: a cycle is a nanosecond of a whole core.
ServerParams shared(std::int64_t cores, std::int64_t queue = 100) {
  return {.cores = cores, .queue = queue, .discipline = Discipline::kProcessorSharing};
}

// By hand: A (100) at 0 alone until 40: 60 left. B (30) at 40: each at half speed; B ends at 100, A has 30
// left. C (5) at 100: ends at 110, A has 25 left and ends at 135.
TEST(Sharing, EqualSharesOfOneCore) {
  Server server(shared(1));
  server.submit({1, 100}, 0);
  EXPECT_EQ(server.next_wakeup(), 100);
  server.submit({2, 30}, 40);
  EXPECT_EQ(server.next_wakeup(), 100);
  EXPECT_EQ(server.running(), 2);
  EXPECT_EQ(server.waiting(), 0);
  EXPECT_DOUBLE_EQ(server.work_ahead(40), 90);
  EXPECT_DOUBLE_EQ(server.work_ahead(60), 70);
  EXPECT_THAT(advance(server, 100), ElementsAre(Slice{2, 40, 100}));
  server.submit({3, 5}, 100);
  EXPECT_THAT(advance(server, 1000), ElementsAre(Slice{3, 100, 110}, Slice{1, 0, 135}));
  EXPECT_EQ(server.next_wakeup(), kNever);
  EXPECT_EQ(server.work_ahead(1000), 0);
  EXPECT_EQ(server.take_busy_ns(1000), 135);
}

// Two cores: two tasks run undisturbed; with three each has 2/3 of a core. A (60), B (60) at 0, C (20) at 30:
// at 2/3 until C ends at 60, A and B have 10 left each and end at 70.
TEST(Sharing, NoTaskGetsMoreThanACore) {
  Server server(shared(2));
  server.submit({1, 60}, 0);
  server.submit({2, 60}, 0);
  EXPECT_EQ(server.next_wakeup(), 60);
  server.submit({3, 20}, 30);
  EXPECT_THAT(advance(server, 500), ElementsAre(Slice{3, 30, 60}, Slice{1, 0, 70}, Slice{2, 0, 70}));
  EXPECT_EQ(server.take_busy_ns(500), 140);
  server.submit({4, 60}, 600);
  EXPECT_THAT(advance(server, 700), ElementsAre(Slice{4, 600, 660}));
  EXPECT_EQ(server.take_busy_ns(700), 60);
}

TEST(Sharing, TiesEndInTheOrderOfSubmission) {
  Server server(shared(1));
  for (const std::uint32_t ref : {7, 3, 5}) server.submit({ref, 10}, 0);
  EXPECT_THAT(advance(server, 100), ElementsAre(Slice{7, 0, 30}, Slice{3, 0, 30}, Slice{5, 0, 30}));
}

TEST(Sharing, AsManyAsCoresAndQueueMayBeThere) {
  Server server(shared(2, 1));
  for (const std::uint32_t ref : {1, 2, 3}) EXPECT_TRUE(server.submit({ref, 10}, 0));
  EXPECT_FALSE(server.submit({4, 10}, 0));
  EXPECT_EQ(advance(server, 15).size(), 3u);
  EXPECT_TRUE(server.submit({5, 10}, 15));
}

// Two at most at once: C waits until A ends at 20, and B, of which 10 are left, ends at 40 as C does.
TEST(Sharing, BeyondTheSharersTasksWait) {
  ServerParams params = shared(1);
  params.sharers = 2;
  Server server(params);
  server.submit({1, 10}, 0);
  server.submit({2, 20}, 0);
  server.submit({3, 10}, 0);
  EXPECT_EQ(server.running(), 2);
  EXPECT_EQ(server.waiting(), 1);
  EXPECT_DOUBLE_EQ(server.work_ahead(10), 30);
  EXPECT_THAT(advance(server, 100), ElementsAre(Slice{1, 0, 20}, Slice{2, 0, 40}, Slice{3, 20, 40}));
}

// A task that keeps 40 % of the core busy: two run undisturbed, with three each has 2.5/3 of its own speed.
TEST(Sharing, TasksThatDoNotFillTheCoreRunBesideEachOther) {
  ServerParams params = shared(1);
  params.occupancy = 0.4;
  Server server(params);
  server.submit({1, 100}, 0);
  EXPECT_THAT(advance(server, 100), ElementsAre(Slice{1, 0, 100}));
  EXPECT_EQ(server.take_busy_ns(100), 40);
  server.submit({1, 100}, 100);
  server.submit({2, 100}, 100);
  EXPECT_THAT(advance(server, 200), ElementsAre(Slice{1, 100, 200}, Slice{2, 100, 200}));
  for (const std::uint32_t ref : {1, 2, 3}) server.submit({ref, 100}, 200);
  EXPECT_EQ(server.next_wakeup(), 200 + 120);
}

TEST(Sharing, SwitchingCostsOnlyWhereThereIsWhatToSwitchTo) {
  ServerParams params = shared(1);
  params.loss = 0.2;
  Server server(params);
  server.submit({1, 80}, 0);
  EXPECT_EQ(server.next_wakeup(), 80);
  server.submit({2, 80}, 0);
  EXPECT_THAT(advance(server, 1000), ElementsAre(Slice{1, 0, 200}, Slice{2, 0, 200}));
}

TEST(Sharing, TasksWithoutWorkEndAtOnce) {
  Server server(shared(1));
  server.submit({1, 50}, 0);
  server.submit({2, 0}, 10);
  EXPECT_EQ(server.next_wakeup(), 10);
  EXPECT_THAT(advance(server, 10), ElementsAre(Slice{2, 10, 10}));
  EXPECT_THAT(advance(server, 50), ElementsAre(Slice{1, 0, 50}));
}

TEST(Sharing, ATaskTooLongForTheClockNeverEnds) {
  Server server({.speed_cps = 1e-3, .queue = 10, .discipline = Discipline::kProcessorSharing});
  server.submit({1, 1e30}, 100);
  EXPECT_EQ(server.next_wakeup(), kNever);
  EXPECT_THAT(advance(server, kNever - 1), IsEmpty());
}

TEST(Sharing, HaltedItTakesTasksAndServesNoneThenDoesAllAnew) {
  Server server(shared(1, 2));
  server.submit({1, 10}, 0);
  server.submit({2, 30}, 0);
  server.halt(10);
  EXPECT_THAT(interrupted(server), ElementsAre(Slice{1, 0, 10}, Slice{2, 0, 10}));
  EXPECT_EQ(server.next_wakeup(), kNever);
  EXPECT_TRUE(server.submit({3, 5}, 15));
  EXPECT_FALSE(server.submit({4, 5}, 15));
  EXPECT_DOUBLE_EQ(server.work_ahead(15), 45);
  EXPECT_EQ(server.waiting(), 3);
  server.resume(100);
  EXPECT_THAT(advance(server, 1000), ElementsAre(Slice{3, 100, 115}, Slice{1, 100, 125}, Slice{2, 100, 145}));
  EXPECT_EQ(server.take_busy_ns(1000), 10 + 45);
}

TEST(Sharing, ClearReturnsEverythingInOrderOfSubmission) {
  Server server(shared(1));
  for (const std::uint32_t ref : {9, 4, 6}) server.submit({ref, 10.0 * ref}, 0);
  std::vector<std::uint32_t> refs;
  for (const auto& task : server.clear(5)) refs.push_back(task.ref);
  EXPECT_THAT(refs, ElementsAre(9, 4, 6));
  EXPECT_EQ(server.next_wakeup(), kNever);
  EXPECT_EQ(server.work_ahead(5), 0);
  server.submit({1, 10}, 20);
  EXPECT_THAT(advance(server, 30), ElementsAre(Slice{1, 20, 30}));
}

/// The rule itself, each task's share taken off at every end and every arrival.
TEST(Sharing, AgreesWithBruteForce) {
  for (std::uint64_t round = 0; round < 50; ++round) {
    Stream random({round}, "sharing", 1);
    const auto cores = static_cast<std::int64_t>(1 + random.next() % 3);
    Server server(shared(cores, 1'000'000));
    constexpr std::uint32_t kTasks = 60;
    std::vector<double> left, slow_ends(kTasks, -1);
    std::vector<TimeNs> ends(kTasks, -1);
    const auto take = [&](TimeNs now) {
      for (const auto& done : server.advance(now)) ends[done.ref] = done.end_ns;
    };
    double time = 0;  // until which `left` is right
    const auto run_until = [&](double until) {
      for (;;) {
        double least = std::numeric_limits<double>::infinity();
        std::int64_t n = 0;
        for (std::size_t i = 0; i < left.size(); ++i) {
          if (slow_ends[i] >= 0) continue;
          ++n;
          least = std::min(least, left[i]);
        }
        const double share = std::min(1.0, static_cast<double>(cores) / static_cast<double>(n));
        const double step = std::min(until - time, n == 0 ? until - time : least / share);
        time += step;
        for (std::size_t i = 0; i < left.size(); ++i) {
          if (slow_ends[i] < 0 && (left[i] -= step * share) < 1e-9) slow_ends[i] = time;
        }
        if (time >= until) return;
      }
    };
    for (TimeNs now = 0; left.size() < kTasks; ++now) {
      take(now);
      if (random.next() % 12 != 0) continue;
      run_until(static_cast<double>(now));
      const auto work = static_cast<double>(random.next() % static_cast<std::uint64_t>(24 * cores));
      server.submit({static_cast<std::uint32_t>(left.size()), work}, now);
      left.push_back(work);
    }
    take(kNever - 1);
    run_until(1e6);
    for (std::size_t i = 0; i < kTasks; ++i)
      ASSERT_NEAR(static_cast<double>(ends[i]), slow_ends[i], 1.0) << "round " << round << " task " << i;
  }
}

}  // namespace
}  // namespace cv2x
