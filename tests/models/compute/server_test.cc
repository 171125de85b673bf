#include "models/compute/server.h"

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
using Finished = Slice;

ServerParams fifo(std::int64_t cores, double speed_cps, std::int64_t queue) {
  return {.cores = cores, .speed_cps = speed_cps, .queue = queue};
}

/// The refs of what a server drops.
std::vector<std::uint32_t> clear(Server& server, TimeNs now) {
  std::vector<std::uint32_t> refs;
  for (const auto& task : server.clear(now)) refs.push_back(task.ref);
  return refs;
}

// 1 GHz: a cycle is a nanosecond.
TEST(Server, OneCoreServesInOrder) {
  Server server(fifo(1, 1e9, 10));
  EXPECT_EQ(server.next_wakeup(), kNever);
  EXPECT_TRUE(server.submit({1, 100}, 50));
  EXPECT_TRUE(server.submit({2, 30}, 60));
  EXPECT_TRUE(server.submit({3, 1}, 60));
  EXPECT_EQ(server.running(), 1);
  EXPECT_EQ(server.waiting(), 2);
  EXPECT_EQ(server.next_wakeup(), 150);
  EXPECT_THAT(advance(server, 149), IsEmpty());
  EXPECT_THAT(advance(server, 150), ElementsAre(Finished{1, 50, 150}));
  EXPECT_EQ(server.next_wakeup(), 180);
  EXPECT_THAT(advance(server, 1000), ElementsAre(Finished{2, 150, 180}, Finished{3, 180, 181}));
  EXPECT_EQ(server.next_wakeup(), kNever);
}

TEST(Server, CoresWorkInParallelAndTheFirstFreeOneTakesTheNextTask) {
  Server server(fifo(2, 2e9, 10));
  server.submit({1, 200}, 0);  // 0–100
  server.submit({2, 80}, 0);   // 0–40
  server.submit({3, 100}, 0);  // 40–90
  server.submit({4, 100}, 0);  // 90–140
  EXPECT_THAT(advance(server, 200), ElementsAre(Finished{2, 0, 40}, Finished{3, 40, 90}, Finished{1, 0, 100},
                                                Finished{4, 90, 140}));
}

TEST(Server, TiesEndInTheOrderOfSubmission) {
  Server server(fifo(3, 1e9, 10));
  server.submit({7, 20}, 0);
  server.submit({5, 10}, 10);
  server.submit({6, 20}, 10);
  EXPECT_THAT(advance(server, 30), ElementsAre(Finished{7, 0, 20}, Finished{5, 10, 20}, Finished{6, 10, 30}));
}

TEST(Server, QueueLimitCountsWaitingTasksOnly) {
  Server server(fifo(2, 1e9, 1));
  EXPECT_TRUE(server.submit({1, 10}, 0));
  EXPECT_TRUE(server.submit({2, 10}, 0));
  EXPECT_TRUE(server.submit({3, 10}, 0));
  EXPECT_FALSE(server.submit({4, 10}, 0));
  EXPECT_EQ(server.waiting(), 1);
  advance(server, 10);
  EXPECT_TRUE(server.submit({5, 10}, 10));
  EXPECT_THAT(advance(server, 100), ElementsAre(Finished{3, 10, 20}, Finished{5, 10, 20}));
  Server without_queue(fifo(1, 1e9, 0));
  EXPECT_TRUE(without_queue.submit({1, 10}, 0));
  EXPECT_FALSE(without_queue.submit({2, 10}, 9));
  advance(without_queue, 10);
  EXPECT_TRUE(without_queue.submit({3, 10}, 10));
}

TEST(Server, TasksWithoutWorkEndAtOnce) {
  Server server(fifo(1, 1e9, 10));
  server.submit({1, 0}, 5);
  server.submit({2, 0}, 5);
  EXPECT_EQ(server.next_wakeup(), 5);
  EXPECT_THAT(advance(server, 5), ElementsAre(Finished{1, 5, 5}, Finished{2, 5, 5}));
}

TEST(Server, ATaskTooLongForTheClockNeverEnds) {
  Server server(fifo(1, 1e-3, 10));
  for (const double cycles : {1e30, std::numeric_limits<double>::max()}) server.submit({1, cycles}, 100);
  EXPECT_EQ(server.next_wakeup(), kNever);
  EXPECT_THAT(advance(server, kNever - 1), IsEmpty());
  EXPECT_EQ(server.running(), 1);
  EXPECT_EQ(server.waiting(), 1);
}

TEST(Server, ClearReturnsEverythingInOrderOfSubmissionAndStartsAfresh) {
  Server server(fifo(3, 1e9, 10));
  server.submit({30, 300}, 0);
  server.submit({10, 100}, 0);
  server.submit({20, 200}, 0);
  server.submit({5, 10}, 0);
  server.submit({4, 10}, 0);
  EXPECT_THAT(clear(server, 50), ElementsAre(30, 10, 20, 5, 4));
  EXPECT_EQ(server.running(), 0);
  EXPECT_EQ(server.waiting(), 0);
  EXPECT_EQ(server.work_ahead(50), 0);
  EXPECT_EQ(server.next_wakeup(), kNever);
  EXPECT_THAT(clear(server, 50), IsEmpty());
  EXPECT_THAT(advance(server, 1000), IsEmpty());
  server.submit({1, 10}, 1000);
  EXPECT_THAT(advance(server, 1010), ElementsAre(Finished{1, 1000, 1010}));
  EXPECT_EQ(server.take_busy_ns(1010), 3 * 50 + 10);  // what was cleared had been running
}

TEST(Server, WorkAheadIsWhatIsQueuedAndWhatIsLeft) {
  Server server(fifo(2, 2e9, 10));
  server.submit({1, 200}, 0);  // 100 ns
  server.submit({2, 400}, 0);  // 200 ns
  server.submit({3, 50}, 0);
  EXPECT_DOUBLE_EQ(server.work_ahead(0), 650);
  EXPECT_DOUBLE_EQ(server.work_ahead(60), 650 - 2 * 120);
  advance(server, 100);
  EXPECT_DOUBLE_EQ(server.work_ahead(100), 250);
  advance(server, 200);
  EXPECT_EQ(server.work_ahead(200), 0);
}

TEST(Server, BusyTimeIsThatOfTheCores) {
  Server server(fifo(2, 1e9, 10));
  server.submit({1, 100}, 10);
  server.submit({2, 50}, 20);
  EXPECT_EQ(server.take_busy_ns(40), 30 + 20);
  EXPECT_EQ(server.take_busy_ns(40), 0);
  advance(server, 1000);
  EXPECT_EQ(server.take_busy_ns(1000), 150 - 50);
  EXPECT_EQ(server.take_busy_ns(2000), 0);
}

#ifndef NDEBUG
TEST(ServerDeathTest, WhatHasFinishedMustBeTakenOutFirst) {
  Server server(fifo(1, 1e9, 10));
  server.submit({1, 10}, 0);
  EXPECT_DEATH(server.submit({2, 10}, 11), "next_wakeup");
  EXPECT_DEATH(server.take_busy_ns(11), "next_wakeup");
}
#endif

/// The rule itself, slowly: the k-th accepted task starts when it is there and a core is free, never before
/// the (k−1)-th; a core is free when fewer than c of those before it are running.
class Reference {
 public:
  Reference(std::int64_t cores, std::int64_t queue) : cores_(cores), queue_(queue) {}

  struct Task {
    std::uint32_t ref;
    TimeNs length_ns, submitted_ns, start_ns, end_ns;
  };

  bool submit(std::uint32_t ref, TimeNs length_ns, TimeNs now) {
    std::int64_t running = 0, waiting = 0;
    for (const auto& t : tasks_) {
      running += t.start_ns <= now && t.end_ns > now;
      waiting += t.start_ns > now;
    }
    if (running == cores_ && waiting >= queue_) return false;
    TimeNs start = tasks_.empty() ? now : std::max(now, tasks_.back().start_ns);
    while (running_at(start) >= cores_) ++start;  // nanosecond by nanosecond
    tasks_.push_back({ref, length_ns, now, start, start + length_ns});
    return true;
  }
  /// Those that end in (after, until], as the server has to report them.
  std::vector<Finished> finished(TimeNs after, TimeNs until) const {
    std::vector<Finished> out;
    for (const auto& t : tasks_) {
      if (t.end_ns > after && t.end_ns <= until) out.push_back({t.ref, t.start_ns, t.end_ns});
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.end_ns < b.end_ns; });
    return out;
  }
  TimeNs busy(TimeNs from, TimeNs until) const {
    TimeNs sum = 0;
    for (const auto& t : tasks_)
      sum += std::max<TimeNs>(0, std::min(until, t.end_ns) - std::max(from, t.start_ns));
    return sum;
  }
  TimeNs left(TimeNs now) const {
    TimeNs sum = 0;
    for (const auto& t : tasks_) sum += std::max<TimeNs>(0, t.end_ns - std::max(now, t.start_ns));
    return sum;
  }
  std::vector<std::uint32_t> clear(TimeNs now) {
    std::vector<std::uint32_t> refs;
    for (auto& t : tasks_) {
      if (t.end_ns <= now) continue;
      refs.push_back(t.ref);
      t.end_ns = std::max(t.start_ns, now);
      if (t.start_ns >= now) t.start_ns = t.end_ns = now;
    }
    return refs;
  }

 private:
  std::int64_t running_at(TimeNs t) const {
    return std::count_if(tasks_.begin(), tasks_.end(),
                         [&](const Task& task) { return task.start_ns <= t && task.end_ns > t; });
  }
  std::int64_t cores_, queue_;
  std::vector<Task> tasks_;
};

class ServerAgainstReference : public testing::TestWithParam<std::int64_t> {};

TEST_P(ServerAgainstReference, AgreesWithBruteForce) {
  const std::int64_t cores = GetParam();
  for (std::uint64_t round = 0; round < 60; ++round) {
    Stream random({round}, "server", static_cast<std::uint64_t>(cores));
    const auto queue = static_cast<std::int64_t>(random.next() % 12);
    const std::uint64_t pause = 1 + random.next() % 12;  // from overload to idle
    Server server(fifo(cores, 1e9, queue));
    Reference reference(cores, queue);
    TimeNs now = 0, advanced = 0, reported = 0;
    std::uint32_t next_ref = 0;
    const auto catch_up = [&] {
      ASSERT_EQ(advance(server, now), reference.finished(advanced, now))
          << "round " << round << " at " << now;
      ASSERT_GT(server.next_wakeup(), now);
      advanced = now;
    };
    for (int i = 0; i < 200; ++i) {
      now += static_cast<TimeNs>(random.next() % pause);
      catch_up();
      if (HasFatalFailure()) return;
      const std::uint64_t dice = random.next() % 50;
      if (dice == 0) {
        ASSERT_EQ(clear(server, now), reference.clear(now));
      } else if (dice < 8) {
        ASSERT_EQ(server.take_busy_ns(now), reference.busy(reported, now))
            << "round " << round << " at " << now;
        reported = now;
      } else {
        const auto length = static_cast<TimeNs>(1 + random.next() % (10 * static_cast<std::uint64_t>(cores)));
        const bool taken = server.submit({next_ref, static_cast<double>(length)}, now);
        ASSERT_EQ(taken, reference.submit(next_ref, length, now)) << "round " << round << " at " << now;
        ++next_ref;
      }
      ASSERT_NEAR(server.work_ahead(now), static_cast<double>(reference.left(now)), 1e-6);
    }
    now += 1'000'000;
    catch_up();
    ASSERT_EQ(server.take_busy_ns(now), reference.busy(reported, now));
    ASSERT_EQ(server.next_wakeup(), kNever);
  }
}

INSTANTIATE_TEST_SUITE_P(Cores, ServerAgainstReference, testing::Values(1, 3, 10));

}  // namespace
}  // namespace cv2x
