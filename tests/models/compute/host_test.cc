#include "models/compute/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/compute/slices.h"

namespace cv2x {
namespace {

using ::testing::ElementsAre;

constexpr std::uint32_t kPlain = 0, kUrgent = 1, kLarge = 2, kMost = 3;
const std::vector<Demand> kDemands = {
    {},
    {.priority = 5},
    {.memory_bytes = 600, .edge_share_ppb = share_ppb(0.06), .cloud_share_ppb = share_ppb(0.012)},
    {.memory_bytes = 400, .edge_share_ppb = share_ppb(0.4)}};

Work work(std::uint32_t service, double cycles = 10, TimeNs deadline = kNever) {
  return {.service = ServiceIndex{service}, .cycles = cycles, .deadline_ns = deadline};
}

Host host(const AdmissionLimits& limits, ServerParams server = {}) { return Host(server, limits, kDemands); }

TEST(Host, PriorityIsThatOfTheServiceHigherFirst) {
  Host h = host({}, {.discipline = Discipline::kPriority});
  h.submit(1, work(kPlain), 0);
  h.submit(2, work(kPlain), 0);
  h.submit(3, work(kUrgent), 0);
  EXPECT_THAT(advance(h, 100),
              ElementsAre(Slice{1, 0, 10, kPlain}, Slice{3, 10, 20, kUrgent}, Slice{2, 20, 30, kPlain}));
}

TEST(Host, EarliestDeadlineIsThatOfTheTask) {
  Host h = host({}, {.discipline = Discipline::kEarliestDeadline, .preemption = Preemption::kResume});
  h.submit(1, work(kPlain, 10, 500), 0);
  h.submit(2, work(kPlain, 10, 300), 0);
  h.submit(3, work(kUrgent, 10, 400), 2);
  EXPECT_THAT(advance(h, 100),
              ElementsAre(Slice{2, 0, 10, kPlain}, Slice{3, 10, 20, kUrgent}, Slice{1, 20, 30, kPlain}));
}

TEST(Host, FullQueue) {
  Host h = host({}, {.queue = 0});
  EXPECT_EQ(h.submit(1, work(kPlain), 0), std::nullopt);
  EXPECT_EQ(h.submit(2, work(kPlain), 0), Outcome::kComputeFull);
  EXPECT_EQ(h.admission().tasks(), 1);
}

TEST(Host, AtMostSoManyTasks) {
  Host h = host({.tasks = 2});
  EXPECT_EQ(h.submit(1, work(kPlain), 0), std::nullopt);
  EXPECT_EQ(h.submit(2, work(kPlain), 0), std::nullopt);
  EXPECT_EQ(h.submit(3, work(kPlain), 0), Outcome::kAdmissionRefused);
  advance(h, 10);
  EXPECT_EQ(h.submit(4, work(kPlain), 10), std::nullopt);
}

TEST(Host, MemoryIsHeldFromArrivalToEnd) {
  Host h = host({.memory_bytes = 1000});
  EXPECT_EQ(h.submit(1, work(kLarge), 0), std::nullopt);
  EXPECT_EQ(h.submit(2, work(kLarge), 0), Outcome::kOutOfMemory);
  EXPECT_EQ(h.submit(3, work(kMost), 0), std::nullopt);  // waits, and holds the rest
  EXPECT_EQ(h.admission().free_memory_bytes(), 0);
  EXPECT_EQ(h.submit(4, work(kPlain), 0), std::nullopt);
  advance(h, 10);
  EXPECT_EQ(h.admission().free_memory_bytes(), 600);
  h.clear(11);
  EXPECT_EQ(h.admission().free_memory_bytes(), 1000);
}

// 6 % sixteen times is 96 %; one more would be 102 %. Two of 40 % and three of 6 %: 98 %. To the last ppb.
TEST(Host, DeclaredSharesUpToAllOfIt) {
  const ServerParams sharing{.cores = 2, .discipline = Discipline::kProcessorSharing};
  Host h = host({}, sharing);
  for (std::uint32_t i = 0; i < 16; ++i) EXPECT_EQ(h.submit(i, work(kLarge), 0), std::nullopt);
  EXPECT_EQ(h.submit(16, work(kLarge), 0), Outcome::kAdmissionRefused);
  EXPECT_EQ(h.submit(17, work(kPlain), 0), std::nullopt);
  Host exactly = host({.share_ppb = share_ppb(0.92)}, sharing);
  for (const auto service : {kMost, kLarge, kMost, kLarge})
    EXPECT_EQ(exactly.submit(service, work(service), 0), std::nullopt);
  EXPECT_EQ(exactly.submit(9, work(kLarge), 0), Outcome::kAdmissionRefused);
  advance(exactly, 1000);
  EXPECT_EQ(exactly.submit(9, work(kLarge), 1000), std::nullopt);
}

TEST(Host, AtACloudTheOtherShareCounts) {
  Host h = host({.cloud = true}, {.discipline = Discipline::kProcessorSharing});
  for (std::uint32_t i = 0; i < 83; ++i) EXPECT_EQ(h.submit(i, work(kLarge), 0), std::nullopt);  // 99.6 %
  EXPECT_EQ(h.submit(83, work(kLarge), 0), Outcome::kAdmissionRefused);
  EXPECT_EQ(h.submit(84, work(kMost), 0), std::nullopt);  // declares none of a cloud
}

TEST(Host, WhatIsRefusedLeavesNoTrace) {
  Host h = host({.memory_bytes = 1000}, {.queue = 0});
  EXPECT_EQ(h.submit(1, work(kPlain), 0), std::nullopt);
  EXPECT_EQ(h.submit(2, work(kLarge), 0), Outcome::kComputeFull);
  EXPECT_EQ(h.admission().free_memory_bytes(), 1000);
}

}  // namespace
}  // namespace cv2x
