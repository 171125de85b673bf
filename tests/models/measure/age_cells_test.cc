#include "models/measure/age_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/base/random.h"

namespace cv2x {
namespace {

struct Ramp {
  std::size_t block, group;
  TimeNs from, to;
};

std::vector<Ramp> ramps() {
  std::vector<Ramp> out;
  Stream random({}, "ramps", 0);
  for (std::size_t i = 0; i < 4000; ++i) {
    const auto from = static_cast<TimeNs>(random.exponential(5e6));
    const auto span = i % 3 == 0 ? 100'000'000 : 1 + static_cast<TimeNs>(random.exponential(3e8));
    out.push_back({i % 32, i % 7, from, from + span});
  }
  return out;
}

TEST(AgeCells, SharesOfTimeAtEveryEdgeAreThoseOfTheRamps) {
  AgeCells cells;
  const auto all = ramps();
  double total = 0;
  for (const Ramp& r : all) {
    cells.add(r.block, r.group, r.from, r.to);
    total += static_cast<double>(r.to - r.from);
  }
  const auto later = cells.later_shares(4000);
  ASSERT_GT(later.size(), 200u);
  EXPECT_EQ(later.front().share.ratio, 1);
  EXPECT_EQ(later.back().share.ratio, 0);
  for (const auto& edge : later) {
    double above = 0;
    for (const Ramp& r : all) {
      const double from = std::max(edge.latency_ns, static_cast<double>(r.from));
      above += std::max(0.0, static_cast<double>(r.to) - from);
    }
    EXPECT_NEAR(edge.share.ratio, above / total, 1e-9) << edge.latency_ns;
    EXPECT_EQ(edge.share.total, 4000);  // no more samples than there were ramps
  }
  for (std::size_t i = 1; i < later.size(); ++i) EXPECT_GT(later[i].latency_ns, later[i - 1].latency_ns);
}

TEST(AgeCells, NeighboursMergeAndCutsLeaveNoTrace) {
  AgeCells fine, coarse;
  for (const Ramp& r : ramps()) {
    const std::size_t block = r.block / 2 * 2;
    const TimeNs middle = r.from + (r.to - r.from) / 2;
    fine.add(block, r.group, r.from, middle);  // cut at the edge of the block
    fine.add(block + 1, r.group, middle, r.to);
    coarse.add(block / 2, r.group, r.from, r.to);
  }
  fine.merge_neighbours();
  const auto a = fine.later_shares(4000), b = coarse.later_shares(4000);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].latency_ns, b[i].latency_ns);
    EXPECT_DOUBLE_EQ(a[i].share.ratio, b[i].share.ratio);
    EXPECT_NEAR(a[i].share.variance, b[i].share.variance, 1e-9 * b[i].share.variance);
  }
  EXPECT_TRUE(AgeCells().later_shares(0).empty());
}

}  // namespace
}  // namespace cv2x
