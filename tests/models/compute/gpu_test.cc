#include "models/compute/gpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/compute/slices.h"

namespace cv2x {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Networks 0 and 1 take 100 and 60 ns for one input.
Gpus gpus(const GpuParams& params, std::int64_t queue = 100) { return Gpus(params, queue, {100, 60}); }

GpuParams batched(std::int64_t size, TimeNs wait, double growth = 0.5) {
  GpuParams params;
  params.batch = {.size = size, .wait_ns = wait, .growth = growth};
  return params;
}

Slice slice(std::uint32_t ref, TimeNs ready, TimeNs start, TimeNs end) { return {ref, start, end, 0, ready}; }

std::vector<std::uint32_t> refs(const std::vector<Gpus::Task>& tasks) {
  std::vector<std::uint32_t> out;
  for (const auto& task : tasks) out.push_back(task.ref);
  return out;
}

TEST(Gpus, OneAfterTheOther) {
  Gpus g = gpus({});
  EXPECT_FALSE(g.batches());
  g.submit({1, 0}, 0);
  g.submit({2, 1}, 10);
  g.submit({3, 1}, 20);
  EXPECT_EQ(g.running(), 1);
  EXPECT_EQ(g.waiting(), 2);
  EXPECT_DOUBLE_EQ(g.backlog_ns(20), 80 + 60 + 60);
  EXPECT_THAT(advance(g, 1000),
              ElementsAre(slice(1, 0, 0, 100), slice(2, 10, 100, 160), slice(3, 20, 160, 220)));
  EXPECT_EQ(g.take_busy_ns(1000), 220);
  EXPECT_EQ(g.next_wakeup(), kNever);
}

TEST(Gpus, SeveralOfThem) {
  GpuParams params;
  params.count = 2;
  Gpus g = gpus(params);
  for (const std::uint32_t ref : {1, 2, 3}) g.submit({ref, 0}, 0);
  EXPECT_EQ(g.slots(), 2);
  EXPECT_DOUBLE_EQ(g.backlog_ns(0), 150);
  EXPECT_THAT(advance(g, 1000), ElementsAre(slice(1, 0, 0, 100), slice(2, 0, 0, 100), slice(3, 0, 100, 200)));
}

// Three arrive within 40 ns: 100 + 2 · 50 together.
TEST(Gpus, ABatchWaitsForMore) {
  Gpus g = gpus(batched(4, 40));
  EXPECT_TRUE(g.batches());
  g.submit({1, 0}, 0);
  g.submit({2, 0}, 10);
  g.submit({3, 0}, 39);
  EXPECT_EQ(g.running(), 0);
  EXPECT_EQ(g.next_wakeup(), 40);
  EXPECT_THAT(advance(g, 40), IsEmpty());
  EXPECT_EQ(g.running(), 3);
  EXPECT_THAT(advance(g, 1000),
              ElementsAre(slice(1, 40, 40, 240), slice(2, 40, 40, 240), slice(3, 40, 40, 240)));
}

TEST(Gpus, AFullBatchWaitsNoLonger) {
  Gpus g = gpus(batched(2, 40));
  g.submit({1, 0}, 0);
  g.submit({2, 0}, 10);
  g.submit({3, 0}, 12);  // begins the next one
  EXPECT_EQ(g.running(), 2);
  EXPECT_THAT(advance(g, 1000),
              ElementsAre(slice(1, 10, 10, 160), slice(2, 10, 10, 160), slice(3, 52, 160, 260)));
}

TEST(Gpus, ABatchThatWaitsForTheGpuIsStillOpen) {
  Gpus g = gpus(batched(3, 20));
  g.submit({1, 1}, 0);  // starts at 20, until 80
  advance(g, 20);
  g.submit({2, 0}, 25);  // ready at 45
  advance(g, 45);
  g.submit({3, 0}, 60);  // joins, at once ready
  EXPECT_THAT(advance(g, 1000),
              ElementsAre(slice(1, 20, 20, 80), slice(2, 45, 80, 230), slice(3, 60, 80, 230)));
}

TEST(Gpus, WithoutWaitingItTakesWhatIsThere) {
  Gpus g = gpus(batched(8, 0));
  EXPECT_FALSE(g.batches());
  g.submit({1, 0}, 0);
  g.submit({2, 0}, 10);
  g.submit({3, 0}, 20);
  EXPECT_THAT(advance(g, 1000),
              ElementsAre(slice(1, 0, 0, 100), slice(2, 10, 100, 250), slice(3, 20, 100, 250)));
}

TEST(Gpus, NetworksAreNotMixed) {
  Gpus g = gpus(batched(2, 40));
  g.submit({1, 0}, 0);
  g.submit({2, 1}, 10);
  g.submit({3, 1}, 20);  // 60 + 30 from 20
  EXPECT_THAT(advance(g, 1000),
              ElementsAre(slice(2, 20, 20, 110), slice(3, 20, 20, 110), slice(1, 40, 110, 210)));
}

TEST(Gpus, TheMostUrgentBatchFirst) {
  Gpus g = gpus(batched(2, 0));
  g.submit({1, 0, 5}, 0);
  g.submit({2, 1, 4}, 1);
  g.submit({3, 0, 6}, 2);
  g.submit({4, 0, 1}, 3);  // makes the batch of 3 the first
  EXPECT_THAT(advance(g, 1000), ElementsAre(slice(1, 0, 0, 100), slice(3, 2, 100, 250), slice(4, 3, 100, 250),
                                            slice(2, 1, 250, 310)));
}

// Both from 50 on, at (1 − 0.2)/2 each: 1 has 50 left and ends at 175; then 2
// has 10 left.
TEST(Gpus, TimeSlicesAreEqualSharesLessTheSwitching) {
  GpuParams params;
  params.sharing = GpuSharing::kTimeSliced;
  params.time_clients = 2;
  params.time_loss = 0.2;
  Gpus g = gpus(params);
  EXPECT_EQ(g.slots(), 2);
  g.submit({1, 0}, 0);
  g.submit({2, 1}, 50);
  g.submit({3, 1}, 60);  // a third waits
  EXPECT_EQ(g.running(), 2);
  EXPECT_EQ(g.waiting(), 1);
  // 1 ends at 175; 2 has 10 left, shares with 3 at 0.4: ends at 200; 3 has 50
  // left: 250.
  EXPECT_THAT(advance(g, 1000),
              ElementsAre(slice(1, 0, 0, 175), slice(2, 50, 50, 200), slice(3, 60, 175, 250)));
}

TEST(Gpus, MpsRunsBesideEachOtherWhatFits) {
  GpuParams params;
  params.sharing = GpuSharing::kMps;
  params.mps_loss = 0;
  params.occupancy = 0.5;
  Gpus g = gpus(params);
  g.submit({1, 0}, 0);
  g.submit({2, 0}, 0);
  EXPECT_EQ(advance(g, 100).size(), 2u);
  EXPECT_EQ(g.take_busy_ns(100), 100);
}

TEST(Gpus, SharersGoToTheGpuWithTheFewest) {
  GpuParams params;
  params.sharing = GpuSharing::kTimeSliced;
  params.time_loss = 0;
  params.count = 2;
  Gpus g = gpus(params);
  g.submit({1, 0}, 0);
  g.submit({2, 1}, 0);
  EXPECT_THAT(advance(g, 1000), ElementsAre(slice(2, 0, 0, 60), slice(1, 0, 0, 100)));
}

// Seven slices: each has a seventh of the GPU, less 2 %. Three: two sevenths
// each.
TEST(Gpus, MigCutsIntoSmallerOnes) {
  GpuParams params;
  params.sharing = GpuSharing::kMig;
  params.mig_loss = 0.02;
  Gpus seven = gpus(params);
  EXPECT_EQ(seven.slots(), 7);
  EXPECT_EQ(seven.time_ns(0), 714);
  for (std::uint32_t ref = 0; ref < 8; ++ref) seven.submit({ref, 0}, 0);
  EXPECT_EQ(advance(seven, 714).size(), 7u);
  EXPECT_EQ(seven.take_busy_ns(714), 714);
  params.slices = 3;
  params.mig_loss = 0;
  Gpus three = gpus(params);
  three.submit({1, 0}, 0);
  EXPECT_EQ(three.next_wakeup(), 350);
  EXPECT_DOUBLE_EQ(three.backlog_ns(0), 100 * 7 / 6.0);
  params.slices = 1;
  params.mig_loss = 0.5;
  EXPECT_EQ(gpus(params).time_ns(1), 60);  // a GPU that is not cut loses nothing
}

TEST(Gpus, AFullQueue) {
  Gpus g = gpus(batched(2, 0), 1);
  for (const std::uint32_t ref : {1, 2, 3}) EXPECT_TRUE(g.submit({ref, 0}, 0));
  EXPECT_FALSE(g.submit({4, 0}, 0));
  advance(g, 100);
  EXPECT_TRUE(g.submit({5, 0}, 100));
}

TEST(Gpus, HaltedAllIsDoneAnew) {
  Gpus g = gpus(batched(2, 30));
  g.submit({1, 0}, 0);
  g.submit({2, 0}, 10);  // both run from 10
  g.submit({3, 0}, 20);
  g.halt(50);
  EXPECT_THAT(interrupted(g), ElementsAre(slice(1, 10, 10, 50), slice(2, 10, 10, 50)));
  EXPECT_EQ(g.next_wakeup(), kNever);
  EXPECT_EQ(g.waiting(), 3);
  EXPECT_TRUE(g.submit({4, 0}, 60));
  EXPECT_DOUBLE_EQ(g.backlog_ns(60), 400);
  g.resume(100);
  EXPECT_THAT(advance(g, 1000), ElementsAre(slice(1, 100, 100, 250), slice(2, 100, 100, 250),
                                            slice(3, 100, 250, 400), slice(4, 100, 250, 400)));
  EXPECT_EQ(g.take_busy_ns(1000), 40 + 300);
}

TEST(Gpus, ClearReturnsEverythingInOrderOfSubmission) {
  Gpus g = gpus(batched(2, 30));
  for (const std::uint32_t ref : {9, 4, 6, 5, 7}) g.submit({ref, 0}, 0);
  EXPECT_THAT(refs(g.clear(20)), ElementsAre(9, 4, 6, 5, 7));
  EXPECT_EQ(g.running() + g.waiting(), 0);
  EXPECT_EQ(g.next_wakeup(), kNever);
  g.submit({1, 0}, 40);
  EXPECT_THAT(advance(g, 1000), ElementsAre(slice(1, 70, 70, 170)));
}

}  // namespace
}  // namespace cv2x
