#include "models/uu/shared_link.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include "models/base/random.h"

namespace cv2x::uu {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr double kByteANs = 8e9;

/// Everything that ends by `until`: (id, when).
std::vector<std::pair<std::uint32_t, TimeNs>> ends(SharedLink& link, TimeNs until) {
  std::vector<std::pair<std::uint32_t, TimeNs>> out;
  while (const auto e = link.take_ended(until)) out.emplace_back(e->id, e->end_ns);
  return out;
}

TEST(SharedLink, SharesItsRateAmongThoseUnderWay) {
  SharedLink link(kByteANs, LinkDiscipline::kProcessorSharing);
  link.start(1, 100, 0);
  link.start(2, 30, 40);  // then both at half the rate: 2 has its 30 bytes at 100
  EXPECT_EQ(link.next_wakeup(), 100);
  EXPECT_THAT(ends(link, 1000), ElementsAre(Pair(2, 100), Pair(1, 130)));
  EXPECT_EQ(link.next_wakeup(), kNever);
}

TEST(SharedLink, FifoServesOneAfterTheOther) {
  SharedLink link(kByteANs, LinkDiscipline::kFifo);
  link.start(1, 100, 0);
  link.start(2, 30, 40);
  EXPECT_EQ(link.under_way(), 2U);
  EXPECT_EQ(link.bytes_under_way(), 130);
  EXPECT_THAT(ends(link, 1000), ElementsAre(Pair(1, 100), Pair(2, 130)));
  EXPECT_EQ(link.bytes_under_way(), 0);
}

TEST(SharedLink, EqualTransfersEndInOrderOfTheirStart) {
  for (const auto discipline : {LinkDiscipline::kProcessorSharing, LinkDiscipline::kFifo}) {
    SharedLink link(kByteANs, discipline);
    for (const std::uint32_t id : {7, 3, 5}) link.start(id, 10, 0);
    std::vector<std::uint32_t> order;
    for (const auto& [id, when] : ends(link, 30)) order.push_back(id);
    EXPECT_THAT(order, ElementsAre(7, 3, 5));
  }
}

TEST(SharedLink, WhatIsRemovedLeavesItsShareToTheOthers) {
  SharedLink link(kByteANs, LinkDiscipline::kProcessorSharing);
  link.start(1, 100, 0);
  link.start(2, 100, 0);
  EXPECT_TRUE(link.remove(2, 100));  // each has had 50
  EXPECT_FALSE(link.remove(2, 100));
  EXPECT_THAT(ends(link, 1000), ElementsAre(Pair(1, 150)));

  SharedLink fifo(kByteANs, LinkDiscipline::kFifo);
  for (const std::uint32_t id : {1, 2, 3}) fifo.start(id, 100, 0);
  EXPECT_TRUE(fifo.remove(1, 60));  // in transmission: the next one begins
  EXPECT_TRUE(fifo.remove(3, 60));
  EXPECT_THAT(ends(fifo, 1000), ElementsAre(Pair(2, 160)));
}

TEST(SharedLink, CountsItsLoad) {
  SharedLink link(kByteANs, LinkDiscipline::kProcessorSharing);
  link.start(1, 100, 50);
  ends(link, 200);
  const auto load = link.take_load(200);
  EXPECT_EQ(load.bytes, 100U);
  EXPECT_EQ(load.busy_ns, 100);
  EXPECT_EQ(link.take_load(300).busy_ns, 0);
}

/// Mean time from start to end [s] of Poisson arrivals at load `rho`, rate 1 MB/s, and for each size class.
std::map<std::int64_t, double> sojourns(LinkDiscipline discipline, double rho,
                                        const std::function<std::int64_t(Stream&)>& draw, double mean_bytes) {
  constexpr double kRate = 8e6;
  SharedLink link(kRate, discipline);
  Stream random({.seed = 3}, "test", 1);
  const double gap_ns = 8e9 * mean_bytes / kRate / rho;
  std::map<std::uint32_t, std::pair<TimeNs, std::int64_t>> begun;
  std::map<std::int64_t, std::pair<double, double>> sums;
  double now = 0;
  for (std::uint32_t id = 0; id < 400'000; ++id) {
    now += random.exponential(gap_ns);
    const auto at = static_cast<TimeNs>(now);
    while (const auto e = link.take_ended(at)) {
      const auto& [start, bytes] = begun.at(e->id);
      for (const std::int64_t key : {std::int64_t{0}, bytes}) {
        sums[key].first += to_seconds(e->end_ns - start);
        sums[key].second += 1;
      }
      begun.erase(e->id);
    }
    const std::int64_t bytes = draw(random);
    begun[id] = {at, bytes};
    link.start(id, bytes, at);
  }
  std::map<std::int64_t, double> out;
  for (const auto& [key, sum] : sums) out[key] = sum.first / sum.second;
  return out;
}

// M/G/1-PS: E[T | x] = x / (C (1 − ρ)) whatever the distribution (Kleinrock vol. II, eq. 4.17). Half-widths
// of these runs are below 1 %.
TEST(SharedLink, IsTheProcessorSharingQueueWhateverTheSizes) {
  const auto two_sizes = [](Stream& s) -> std::int64_t { return s.uniform() < 0.9 ? 500 : 5500; };
  const auto found = sojourns(LinkDiscipline::kProcessorSharing, 0.7, two_sizes, 1000);
  EXPECT_NEAR(found.at(0), 1e-3 / 0.3, 0.02 * 1e-3 / 0.3);
  EXPECT_NEAR(found.at(500), 0.5e-3 / 0.3, 0.02 * 0.5e-3 / 0.3);
  EXPECT_NEAR(found.at(5500), 5.5e-3 / 0.3, 0.02 * 5.5e-3 / 0.3);
}

// M/G/1: E[T] = E[S] + λ E[S²] / (2 (1 − ρ)) (Pollaczek and Khinchine).
TEST(SharedLink, IsThePollaczekKhinchineQueueWhenFifo) {
  const auto two_sizes = [](Stream& s) -> std::int64_t { return s.uniform() < 0.9 ? 500 : 5500; };
  const auto found = sojourns(LinkDiscipline::kFifo, 0.7, two_sizes, 1000);
  const double second_moment_s2 = (0.9 * 0.25 + 0.1 * 30.25) * 1e-6;
  const double expected_s = 1e-3 + 700 * second_moment_s2 / (2 * 0.3);
  EXPECT_NEAR(found.at(0), expected_s, 0.03 * expected_s);
}

}  // namespace
}  // namespace cv2x::uu
