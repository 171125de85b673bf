#include "models/compute/cores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/base/random.h"
#include "tests/models/compute/slices.h"

namespace cv2x {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// 1 GHz: a cycle is a nanosecond.
Server by_key(Preemption preemption, std::int64_t cores = 1, std::int64_t queue = 10) {
  return Server(
      {.cores = cores, .queue = queue, .discipline = Discipline::kPriority, .preemption = preemption});
}

TEST(Cores, TheSmallestKeyIsServedFirstThenTheFirstSubmitted) {
  Server server = by_key(Preemption::kNone);
  server.submit({1, 100, 5}, 0);
  server.submit({2, 10, 7}, 10);
  server.submit({3, 10, 2}, 20);
  server.submit({4, 10, 7}, 30);
  server.submit({5, 10, 2}, 40);
  server.submit({6, 10, -1}, 99);
  EXPECT_THAT(interrupted(server), IsEmpty());
  EXPECT_THAT(advance(server, 1000), ElementsAre(Slice{1, 0, 100}, Slice{6, 100, 110}, Slice{3, 110, 120},
                                                 Slice{5, 120, 130}, Slice{2, 130, 140}, Slice{4, 140, 150}));
}

TEST(Cores, ATaskComesBackWithItsTag) {
  Server server = by_key(Preemption::kResume);
  server.submit({1, 100, 5, 42}, 0);
  server.submit({2, 10, 1, 43}, 10);
  EXPECT_THAT(interrupted(server), ElementsAre(Slice{1, 0, 10, 42}));
  EXPECT_THAT(advance(server, 1000), ElementsAre(Slice{2, 10, 20, 43}, Slice{1, 20, 110, 42}));
}

// By hand: A (key 3, 10 ns) at 0, B (key 2, 6) at 4, C (key 1, 4) at 6, D (key 2, 3) at 7:
// A 0–4, B 4–6, C 6–10, B 10–14, D 14–17, A 17–23.
TEST(Cores, PreemptiveResumeGoesOnWhereItStopped) {
  Server server = by_key(Preemption::kResume);
  server.submit({'A', 10, 3}, 0);
  server.submit({'B', 6, 2}, 4);
  EXPECT_THAT(interrupted(server), ElementsAre(Slice{'A', 0, 4}));
  server.submit({'C', 4, 1}, 6);
  EXPECT_THAT(interrupted(server), ElementsAre(Slice{'B', 4, 6}));
  EXPECT_DOUBLE_EQ(server.work_ahead(6), 6 + 4 + 4);
  server.submit({'D', 3, 2}, 7);
  EXPECT_THAT(interrupted(server), IsEmpty());  // D waits: C comes before it
  EXPECT_EQ(server.running(), 1);
  EXPECT_EQ(server.waiting(), 3);
  EXPECT_THAT(advance(server, 100),
              ElementsAre(Slice{'C', 6, 10}, Slice{'B', 10, 14}, Slice{'D', 14, 17}, Slice{'A', 17, 23}));
  EXPECT_EQ(server.take_busy_ns(100), 23);
}

TEST(Cores, AnEqualKeyInterruptsNobody) {
  Server server = by_key(Preemption::kResume);
  server.submit({1, 10, 3}, 0);
  server.submit({2, 10, 3}, 1);
  EXPECT_THAT(interrupted(server), IsEmpty());
  EXPECT_THAT(advance(server, 100), ElementsAre(Slice{1, 0, 10}, Slice{2, 10, 20}));
}

TEST(Cores, TheLastInTheOrderIsInterruptedOfEqualOnesTheYoungest) {
  Server server = by_key(Preemption::kResume, 3);
  server.submit({1, 100, 5}, 0);
  server.submit({2, 100, 5}, 0);
  server.submit({3, 100, 4}, 0);
  server.submit({4, 10, 1}, 20);
  EXPECT_THAT(interrupted(server), ElementsAre(Slice{2, 0, 20}));
  server.submit({5, 10, 1}, 20);
  EXPECT_THAT(interrupted(server), ElementsAre(Slice{1, 0, 20}));
  server.submit({6, 10, 1}, 20);
  EXPECT_THAT(interrupted(server), ElementsAre(Slice{3, 0, 20}));
  server.submit({7, 10, 1}, 20);
  EXPECT_THAT(interrupted(server), IsEmpty());
  EXPECT_THAT(advance(server, 1000),
              ElementsAre(Slice{4, 20, 30}, Slice{5, 20, 30}, Slice{6, 20, 30}, Slice{7, 30, 40},
                          Slice{1, 30, 110}, Slice{3, 30, 110}, Slice{2, 40, 120}));
}

TEST(Cores, AFullQueueRefusesTheUrgentToo) {
  Server server = by_key(Preemption::kResume, 1, 1);
  EXPECT_TRUE(server.submit({1, 10, 3}, 0));
  EXPECT_TRUE(server.submit({2, 10, 2}, 0));
  EXPECT_FALSE(server.submit({3, 10, 1}, 1));
  EXPECT_THAT(interrupted(server), IsEmpty());
  EXPECT_THAT(advance(server, 100), ElementsAre(Slice{2, 0, 10}, Slice{1, 10, 20}));
}

TEST(Cores, AnInterruptedTaskThatHadNotBegunHasNoSlice) {
  Server server = by_key(Preemption::kResume);
  server.submit({1, 10, 3}, 0);
  server.submit({2, 10, 2}, 0);
  EXPECT_THAT(interrupted(server), IsEmpty());
  EXPECT_THAT(advance(server, 100), ElementsAre(Slice{2, 0, 10}, Slice{1, 10, 20}));
}

TEST(Cores, HaltedItTakesTasksAndServesNoneThenDoesAllAnew) {
  for (const auto preemption : {Preemption::kNone, Preemption::kResume}) {
    Server server = by_key(preemption, 2, 2);
    server.submit({1, 100, 3}, 0);
    server.submit({2, 50, 3}, 0);
    server.submit({3, 10, 4}, 5);
    server.halt(20);
    EXPECT_THAT(interrupted(server), ElementsAre(Slice{1, 0, 20}, Slice{2, 0, 20}));
    EXPECT_EQ(server.next_wakeup(), kNever);
    EXPECT_TRUE(server.submit({4, 10, 1}, 30));
    EXPECT_FALSE(server.submit({5, 10, 1}, 30));  // two cores and two places
    EXPECT_EQ(server.running(), 0);
    EXPECT_EQ(server.waiting(), 4);
    EXPECT_DOUBLE_EQ(server.work_ahead(30), 170);
    EXPECT_THAT(advance(server, 100), IsEmpty());
    server.resume(100);
    EXPECT_THAT(advance(server, 1000),
                ElementsAre(Slice{4, 100, 110}, Slice{2, 110, 160}, Slice{3, 160, 170}, Slice{1, 100, 200}));
    EXPECT_EQ(server.take_busy_ns(1000), 40 + 170);
  }
}

TEST(Cores, ClearForgetsWhatWasInterrupted) {
  Server server = by_key(Preemption::kResume);
  server.submit({1, 10, 3}, 0);
  server.submit({2, 10, 2}, 4);
  const auto dropped = server.clear(5);
  ASSERT_EQ(dropped.size(), 2u);
  EXPECT_EQ(dropped[0].ref, 1u);
  EXPECT_EQ(dropped[0].cycles, 10);  // all of it
  EXPECT_EQ(dropped[1].ref, 2u);
  EXPECT_EQ(server.work_ahead(5), 0);
}

/// The rule itself, nanosecond by nanosecond: at any time the `cores` tasks that come first in the order run.
TEST(Cores, PreemptiveResumeAgreesWithBruteForce) {
  for (std::uint64_t round = 0; round < 40; ++round) {
    Stream random({round}, "cores", 1);
    const auto cores = static_cast<std::int64_t>(1 + random.next() % 4);
    struct Slow {
      std::uint32_t ref;
      std::int64_t key, left;
      TimeNs end;
    };
    std::vector<Slow> slow;
    Server server = by_key(Preemption::kResume, cores, 1'000'000);
    std::vector<TimeNs> ends(150, -1);
    const auto take = [&](TimeNs now) {
      for (const auto& done : server.advance(now)) ends[done.ref] = done.end_ns;
    };
    std::uint32_t next = 0;
    for (TimeNs now = 0; now < 3000; ++now) {
      take(now);
      while (next < 150 && random.next() % 8 == 0) {
        const auto work =
            static_cast<std::int64_t>(1 + random.next() % static_cast<std::uint64_t>(12 * cores));
        const auto key = static_cast<std::int64_t>(random.next() % 4);
        server.submit({next, static_cast<double>(work), key}, now);
        slow.push_back({next++, key, work, -1});
      }
      std::vector<Slow*> alive;
      for (auto& s : slow) {
        if (s.left > 0) alive.push_back(&s);
      }
      std::stable_sort(alive.begin(), alive.end(), [](auto* a, auto* b) { return a->key < b->key; });
      for (std::size_t i = 0; i < alive.size() && i < static_cast<std::size_t>(cores); ++i) {
        if (--alive[i]->left == 0) alive[i]->end = now + 1;
      }
    }
    take(kNever - 1);
    ASSERT_EQ(next, 150u);
    for (const auto& s : slow) ASSERT_EQ(ends[s.ref], s.end) << "round " << round << " task " << s.ref;
  }
}

}  // namespace
}  // namespace cv2x
