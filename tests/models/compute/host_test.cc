#include "models/compute/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/compute/slices.h"

namespace cv2x {
namespace {

using ::testing::ElementsAre;

constexpr std::uint32_t kPlain = 0, kUrgent = 1, kLarge = 2, kMost = 3, kInference = 4;
const std::vector<Demand> kDemands = {
    {},
    {.priority = 5},
    {.memory_bytes = 600, .edge_share_ppb = share_ppb(0.06), .cloud_share_ppb = share_ppb(0.012)},
    {.memory_bytes = 400, .edge_share_ppb = share_ppb(0.4)},
    {.network = 0}};

Work work(std::uint32_t service, double cycles = 10, TimeNs deadline = kNever) {
  return {.service = ServiceIndex{service}, .cycles = cycles, .deadline_ns = deadline};
}

Host host(const AdmissionLimits& limits, const ServerParams& server = {}) {
  Host::Params params;
  params.server = server;
  params.limits = limits;
  return Host(params, kDemands);
}

/// One GPU that needs 30 ns for network 0.
Host with_gpu(const BatchParams& batch = {}, const ServerParams& server = {.queue = 2}) {
  Host::Params params;
  params.server = server;
  params.has_gpus = true;
  params.gpus.batch = batch;
  params.inference_ns = {30};
  return Host(params, kDemands);
}

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

TEST(Host, InferencesRunOnTheGpuBesideTheCores) {
  Host h = with_gpu();
  h.submit(1, work(kPlain), 0);
  h.submit(2, work(kInference), 0);
  h.submit(3, work(kInference), 5);
  h.submit(4, work(kPlain, 15), 6);
  EXPECT_EQ(h.running(), 2);
  EXPECT_EQ(h.waiting(), 2);
  EXPECT_DOUBLE_EQ(h.work_ahead(6), 4 + 15 + 24 + 30);
  EXPECT_EQ(h.execution_ns(ServiceIndex{kInference}, 1e6), 30);
  EXPECT_EQ(h.execution_ns(ServiceIndex{kPlain}, 1e6), 1'000'000);
  EXPECT_FALSE(h.batches(ServiceIndex{kInference}));
  EXPECT_THAT(advance(h, 100), ElementsAre(Slice{1, 0, 10, kPlain}, Slice{4, 10, 25, kPlain},
                                           Slice{2, 0, 30, kInference, 0}, Slice{3, 30, 60, kInference, 5}));
  const BusyTime busy = h.take_busy(100);
  EXPECT_EQ(busy.cores_ns, 25);
  EXPECT_EQ(busy.gpus_ns, 60);
  EXPECT_EQ(h.admission().tasks(), 0);
}

TEST(Host, WithoutGpusAnInferenceTakesItsCycles) {
  Host h = host({});
  h.submit(1, work(kInference, 70), 0);
  EXPECT_EQ(h.execution_ns(ServiceIndex{kInference}, 70), 70);
  EXPECT_THAT(advance(h, 100), ElementsAre(Slice{1, 0, 70, kInference}));
}

TEST(Host, TheGpusHaveAQueueOfTheirOwn) {
  Host h = with_gpu();
  for (std::uint32_t ref = 0; ref < 3; ++ref) EXPECT_EQ(h.submit(ref, work(kInference), 0), std::nullopt);
  EXPECT_EQ(h.submit(3, work(kInference), 0), Outcome::kComputeFull);
  EXPECT_EQ(h.submit(4, work(kPlain), 0), std::nullopt);
}

TEST(Host, HaltedItWaitsWithAllOfIt) {
  Host h = with_gpu({.size = 2, .wait_ns = 4, .growth = 1});
  EXPECT_TRUE(h.batches(ServiceIndex{kInference}));
  h.submit(1, work(kPlain), 0);
  h.submit(2, work(kInference), 0);
  advance(h, 4);
  h.halt(7);
  EXPECT_THAT(interrupted(h), ElementsAre(Slice{1, 0, 7, kPlain}, Slice{2, 4, 7, kInference, 4}));
  EXPECT_EQ(h.next_wakeup(), kNever);
  EXPECT_EQ(h.waiting(), 2);
  EXPECT_EQ(h.submit(3, work(kInference), 8), std::nullopt);
  EXPECT_THAT(interrupted(h), ElementsAre());
  h.resume(50);
  EXPECT_THAT(advance(h, 200), ElementsAre(Slice{1, 50, 60, kPlain}, Slice{2, 50, 110, kInference, 50},
                                           Slice{3, 50, 110, kInference, 50}));
}

TEST(Host, ClearDropsTheGpusTasksToo) {
  Host h = with_gpu();
  h.submit(1, work(kInference), 0);
  h.submit(2, work(kPlain), 0);
  EXPECT_THAT(h.clear(5), ElementsAre(2, 1));
  EXPECT_EQ(h.admission().tasks(), 0);
  EXPECT_EQ(h.next_wakeup(), kNever);
}

}  // namespace
}  // namespace cv2x
