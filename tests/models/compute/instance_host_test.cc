// Tables by hand: what a host with these services does with these tasks.
#include "models/compute/instance_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cv2x {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimeNs kMs = kMillisecond;
using Reason = InstanceHost::Reason;

class InstanceHostTest : public testing::Test {
 protected:
  InstanceHostTest() {
    container_.memory_bytes = 100;
    container_.start_ns = 300 * kMs;
    container_.keep_alive_ns = 10 * kSecond;
    params_.control_plane_ns = 10 * kMs;
    params_.sandbox_ns = 500 * kMs;
    params_.unpack_bps = 8e6;  // 1 MB/s
  }
  void make(bool present = true) {
    std::vector<InstanceHost::Service> services{{0, container_}};
    if (second_) services.push_back({0, *second_});
    host_.emplace(params_, images_, std::vector<bool>{present}, services);
  }
  InstanceHost& host() { return *host_; }

  /// Lets time pass to each wake-up until `until`; what was placed: (ref, instance, time).
  std::vector<std::tuple<int, int, TimeNs>> run(TimeNs until) {
    take();
    while (host().next_wakeup() <= until) {
      now_ = host().next_wakeup();
      host().advance(now_);
      take();
    }
    now_ = until;
    return std::exchange(placed_, {});
  }
  void submit(std::uint32_t ref, std::uint32_t service = 0) {
    host().submit(service, ref, now_);
    take();
  }
  void take() {
    auto d = host().take();
    for (const auto& p : d.placed) {
      placed_.emplace_back(p.task.ref, p.task.instance, now_);
      last_ = p.task;
    }
    for (const auto& f : d.failed) failed_.emplace_back(f.ref, f.reason);
    for (const auto& p : d.prepared) prepared_.push_back(p);
    if (d.fetch) fetch_ = d.fetch;
    for (const auto& n : d.notes) notes_.push_back(n.kind);
  }

  const std::vector<Image> images_ = {{{{0, 2'000'000}}}};
  ContainerParams container_;
  std::optional<ContainerParams> second_;
  InstanceHostParams params_;
  std::optional<InstanceHost> host_;
  TimeNs now_ = 0;
  std::vector<std::tuple<int, int, TimeNs>> placed_;
  std::vector<std::pair<std::uint32_t, InstanceHost::Reason>> failed_;
  std::vector<InstanceHost::Prepared> prepared_;
  std::optional<std::int64_t> fetch_;
  std::vector<InstanceHost::Note::Kind> notes_;
  InstancePool::Placed last_{};
};

TEST_F(InstanceHostTest, TheFirstTaskStartsAnInstanceAndWaitsForIt) {
  make();
  submit(7);
  EXPECT_EQ(host().expected_ns(0, 0), 810 * kMs);
  EXPECT_THAT(run(kSecond), ElementsAre(std::tuple(7, 1, 810 * kMs)));  // 10 + 500 + 300 ms
  EXPECT_EQ(last_.came_ns, 0);
  EXPECT_EQ(last_.asked_ns, 10 * kMs);
  EXPECT_EQ(last_.pulled_ns, 10 * kMs);  // nothing to pull
  EXPECT_EQ(last_.ready_ns, 810 * kMs);
  host().finish(0, 1, kSecond);
  submit(8);
  EXPECT_THAT(run(kSecond), ElementsAre(std::tuple(8, 1, kSecond)));  // warm
  const auto in = host().take_interval(0);
  EXPECT_EQ(in.cold_starts, 1u);
  EXPECT_EQ(in.started, 1u);
}

TEST_F(InstanceHostTest, TheImageIsPulledAndUnpackedFirst) {
  make(false);
  submit(1);
  EXPECT_THAT(run(5 * kSecond), IsEmpty());
  EXPECT_EQ(fetch_, 2'000'000);
  host().fetched(true, now_);
  EXPECT_EQ(host().expected_ns(0, now_), 2 * kSecond + 800 * kMs);
  EXPECT_THAT(run(10 * kSecond), ElementsAre(std::tuple(1, 1, 7'800 * kMs)));  // 2 s of unpacking, 0.8 s
  EXPECT_EQ(last_.asked_ns, 10 * kMs);
  EXPECT_EQ(last_.pulled_ns, 7 * kSecond);
  EXPECT_EQ(host().take_interval(0).pulled_bytes, 2'000'000u);
}

TEST_F(InstanceHostTest, WithoutTheImageItsTasksFail) {
  make(false);
  submit(1);
  submit(2);
  run(kSecond);
  host().fetched(false, now_);
  take();
  EXPECT_THAT(failed_, ElementsAre(std::pair(1u, Reason::kImage), std::pair(2u, Reason::kImage)));
  EXPECT_EQ(host().pool(0).size(), 0);
  EXPECT_EQ(host().memory_used(), 0);
}

TEST_F(InstanceHostTest, ItIsSeenReadyAtTheNextLookAtTheRuntime) {
  params_.relist_ns = kSecond;
  params_.relist_phase_ns = 250 * kMs;
  make();
  submit(1);
  EXPECT_THAT(run(2 * kSecond), ElementsAre(std::tuple(1, 1, 1'250 * kMs)));
}

TEST_F(InstanceHostTest, OnDemandEveryTaskWithoutAPlaceStartsAnInstance) {
  container_.concurrency = 2;
  container_.replicas.max = 2;
  make();
  for (std::uint32_t ref = 1; ref <= 5; ++ref) submit(ref);
  EXPECT_EQ(host().pool(0).size(), 2);  // max
  EXPECT_THAT(run(kSecond), ElementsAre(std::tuple(1, 1, 810 * kMs), std::tuple(2, 1, 810 * kMs),
                                        std::tuple(3, 2, 810 * kMs), std::tuple(4, 2, 810 * kMs)));
  EXPECT_EQ(host().pool(0).waiting(), 1u);
  host().finish(0, 2, now_);
  EXPECT_THAT(run(kSecond), ElementsAre(std::tuple(5, 2, kSecond)));
}

TEST_F(InstanceHostTest, IdleInstancesStopAfterKeepAlive) {
  container_.replicas.min = 1;
  make();
  submit(1);
  submit(2);
  run(kSecond);
  host().finish(0, 1, 2 * kSecond);
  host().finish(0, 2, 3 * kSecond);
  run(11'999 * kMs);
  EXPECT_EQ(host().pool(0).size(), 2);
  run(12 * kSecond);
  EXPECT_EQ(host().pool(0).size(), 1);  // instance 1, idle since 2 s
  EXPECT_EQ(host().pool(0).instances()[0].number, 2u);
  run(100 * kSecond);
  EXPECT_EQ(host().pool(0).size(), 1);  // replicas.min
}

TEST_F(InstanceHostTest, TheReserveIsReadyAtTheStartAndFilledAgain) {
  container_.warm = 2;
  make();
  EXPECT_EQ(host().pool(0).size(), 2);
  submit(1);
  EXPECT_THAT(run(0), ElementsAre(std::tuple(1, 1, 0)));
  EXPECT_EQ(host().pool(0).size(), 3);  // one busy, one idle, one on its way
  run(kSecond);
  EXPECT_EQ(host().pool(0).counts().idle, 2);
  host().finish(0, 1, now_);
  run(20 * kSecond);
  EXPECT_EQ(host().pool(0).size(), 2);  // the third has been idle for 10 s
}

TEST_F(InstanceHostTest, IdleInstancesOfOthersGiveTheirMemory) {
  params_.memory_bytes = 250;
  second_ = container_;
  second_->memory_bytes = 150;
  make();
  submit(1);
  submit(2);
  run(kSecond);
  host().finish(0, 1, 1 * kSecond);
  submit(3, 1);  // needs 150, 50 are free: instance 1 of the first service stops
  EXPECT_THAT(run(2 * kSecond), ElementsAre(std::tuple(3, 1, 1'810 * kMs)));
  EXPECT_EQ(host().take_interval(0).evicted, 1u);
  EXPECT_EQ(host().memory_used(), 250);
}

TEST_F(InstanceHostTest, WithoutMemoryATaskIsRefused) {
  params_.memory_bytes = 200;
  second_ = container_;
  second_->memory_bytes = 150;
  make();
  submit(1);
  submit(2, 1);
  EXPECT_THAT(failed_, ElementsAre(std::pair(2u, Reason::kMemory)));
  submit(3);
  submit(4);  // no memory for a third one, but it can wait for those that there are
  EXPECT_EQ(failed_.size(), 1u);
  EXPECT_EQ(host().pool(0).size(), 2);
  EXPECT_EQ(host().pool(0).waiting(), 3u);
  EXPECT_EQ(host().take_interval(0).refused, 1u);
}

TEST_F(InstanceHostTest, TheLeastNumberIsNotEvicted) {
  params_.memory_bytes = 100;
  second_ = container_;
  container_.replicas.min = 1;
  make();
  submit(1, 1);
  EXPECT_THAT(failed_, ElementsAre(std::pair(1u, Reason::kMemory)));
}

TEST_F(InstanceHostTest, TheAutoscalerFollowsTheLoad) {
  container_.scaling = Scaling::kHpa;
  container_.replicas = {1, 8};
  container_.autoscaler.target_busy = 0.5;
  make();
  submit(1);  // taken by the one instance, for good
  run(14 * kSecond);
  EXPECT_EQ(host().pool(0).size(), 1);
  run(15 * kSecond);  // busy 1 of 0.5: ceil(1 · 2) = 2
  EXPECT_EQ(host().desired(0), 2);
  EXPECT_EQ(host().pool(0).size(), 2);
  run(30 * kSecond);  // the second has been ready from 15.81 s on: 15 / (15 + 14.19) = 0.514: within 10 %
  EXPECT_EQ(host().desired(0), 2);
  host().finish(0, 1, now_);
  run(315 * kSecond);  // 2 was recommended until 30 s: it counts until 330 s
  EXPECT_EQ(host().desired(0), 2);
  run(331 * kSecond);
  EXPECT_EQ(host().pool(0).size(), 1);
}

TEST_F(InstanceHostTest, ScaledDownInstancesEndTheirTasks) {
  container_.scaling = Scaling::kHpa;
  container_.replicas = {1, 8};
  container_.concurrency = 10;
  container_.autoscaler.stabilisation_ns = 0;
  container_.autoscaler.metric = HpaMetric::kTasks;
  container_.autoscaler.target_tasks = 2;
  make();
  for (std::uint32_t ref = 1; ref <= 11; ++ref) submit(ref);  // ten in the first, one waits
  run(15 * kSecond);                                          // 11 tasks of 2: 5 with the limit of four more
  EXPECT_EQ(host().pool(0).size(), 5);
  run(16 * kSecond);  // the second takes the one that waits
  for (int i = 0; i < 10; ++i) host().finish(0, 1, now_);
  run(30 * kSecond);  // one task in five instances: one remains, and the busy one is not the newest idle one
  EXPECT_EQ(host().pool(0).size(), 1);
  EXPECT_EQ(host().pool(0).instances()[0].number, 2u);
}

TEST_F(InstanceHostTest, AFailureOfTheHostTakesInstancesAndWhatWaits) {
  container_.replicas = {1, 1};
  make();
  submit(1);
  submit(2);
  host().prepare(0, true, 7, 0);
  take();
  host().fail(false, kSecond);
  now_ = kSecond;
  take();
  EXPECT_THAT(failed_, ElementsAre(std::pair(2u, Reason::kHost)));
  EXPECT_EQ(host().pool(0).size(), 0);
  EXPECT_EQ(host().memory_used(), 0);
  submit(3);
  EXPECT_EQ(failed_.back(), std::pair(3u, Reason::kHost));
  host().finish(0, 1, 2 * kSecond);  // the host reports task 1 lost
  host().restore(10 * kSecond);
  now_ = 10 * kSecond;
  EXPECT_EQ(host().pool(0).size(), 1);  // replicas.min, from its start
  submit(4);
  placed_.clear();
  EXPECT_THAT(run(20 * kSecond), ElementsAre(std::tuple(4, 2, 10'810 * kMs)));
}

TEST_F(InstanceHostTest, WithRetryTasksWaitForTheRepair) {
  make();
  submit(1);
  run(kSecond);
  host().fail(true, 2 * kSecond);
  now_ = 2 * kSecond;
  submit(2);
  EXPECT_THAT(failed_, IsEmpty());
  EXPECT_EQ(host().next_wakeup(), kNever);
  host().restore(5 * kSecond);
  now_ = 5 * kSecond;
  EXPECT_THAT(run(20 * kSecond), ElementsAre(std::tuple(2, 2, 5'810 * kMs)));
}

TEST_F(InstanceHostTest, PreparesAReadyOneOrAFreshOne) {
  container_.warm = 1;
  make();
  host().prepare(0, false, 5, 0);
  take();
  ASSERT_EQ(prepared_.size(), 1u);
  EXPECT_TRUE(prepared_[0].ready);
  EXPECT_TRUE(prepared_[0].at_once);
  host().prepare(0, true, 6, 0);
  run(809 * kMs);
  EXPECT_EQ(prepared_.size(), 1u);
  run(810 * kMs);
  ASSERT_EQ(prepared_.size(), 2u);
  EXPECT_EQ(prepared_[1].token, 6u);
  EXPECT_TRUE(prepared_[1].ready);
  EXPECT_FALSE(prepared_[1].at_once);
}

TEST_F(InstanceHostTest, PreparingFailsWithoutMemory) {
  params_.memory_bytes = 100;
  container_.replicas.min = 1;
  make();
  host().prepare(0, true, 1, 0);
  take();
  ASSERT_EQ(prepared_.size(), 1u);
  EXPECT_FALSE(prepared_[0].ready);
}

}  // namespace
}  // namespace cv2x
