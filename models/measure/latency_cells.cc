#include "models/measure/latency_cells.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cv2x {

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

}  // namespace

void LatencyCells::Cell::add(const Cell& other) {
  count += other.count;
  lost += other.lost;
  in_time += other.in_time;
  sum_ns += other.sum_ns;
}

void LatencyCells::add(std::size_t block, std::size_t group, std::uint32_t bucket, TimeNs latency_ns,
                       bool in_time) {
  const std::size_t i = block * kGroups + group;
  auto& octave = octaves_[bucket >> Histogram::kSubBits];
  if (!octave) octave = std::make_unique<Counts>();
  ++(*octave)[i][(bucket & (Histogram::kSubBuckets - 1)) >> kCoarser];
  cells_[i].add({1, 0, in_time, latency_ns});
}

void LatencyCells::add_lost(std::size_t block, std::size_t group) {
  cells_[block * kGroups + group].add({1, 1, false, 0});
}

void LatencyCells::merge_neighbours() {
  for (std::size_t i = kGroups; i < cells_.size(); ++i) {
    const std::size_t to = i / kGroups / 2 * kGroups + i % kGroups;
    cells_[to].add(std::exchange(cells_[i], {}));
    for (auto& octave : octaves_) {
      if (!octave) continue;
      for (std::uint32_t b = 0; b < kBuckets; ++b) (*octave)[to][b] += std::exchange((*octave)[i][b], 0);
    }
  }
}

std::vector<LaterShare> LatencyCells::later_shares() const {
  std::vector<double> totals, later;
  for (const Cell& c : cells_) {
    totals.push_back(static_cast<double>(c.count));
    later.push_back(static_cast<double>(c.count - c.lost));
  }
  const TwoWay two_way(totals, kGroups);
  std::vector<LaterShare> out;
  if (two_way.total() <= 0) return out;
  std::vector<double> lost;
  for (const Cell& c : cells_) lost.push_back(static_cast<double>(c.lost));
  // Delivered ones that are not below the edge; the lost ones are later than any edge.
  const auto at_edge = [&](double latency_ns) {
    std::vector<double> good = lost;
    for (std::size_t i = 0; i < good.size(); ++i) good[i] += later[i];
    out.push_back({latency_ns, two_way.share(good)});
  };
  bool begun = false;
  for (std::uint32_t o = 0; o < octaves_.size(); ++o) {
    if (!octaves_[o]) continue;
    for (std::uint32_t b = 0; b < kBuckets; ++b) {
      std::uint64_t here = 0;
      for (const auto& counts : *octaves_[o]) here += counts[b];
      if (here == 0) continue;
      const std::uint32_t first = (o << Histogram::kSubBits) + (b << kCoarser);
      if (!begun) at_edge(static_cast<double>(Histogram::lower_ns(first)));
      begun = true;
      for (std::size_t i = 0; i < later.size(); ++i) later[i] -= (*octaves_[o])[i][b];
      at_edge(static_cast<double>(Histogram::lower_ns(first + (1u << kCoarser))));
    }
  }
  out.push_back({kInf, two_way.share(lost)});
  return out;
}

Interval quantile_interval(const Histogram& all, std::span<const LaterShare> later, double q) {
  Interval out{0, kInf};
  if (later.empty() || !std::isfinite(later.front().share.variance)) return out;
  const double truth = 1 - q, n = static_cast<double>(all.count());
  const auto share = [&](std::size_t i) { return later[i].share.ratio; };
  // Rejected beyond ±1; falls with the latency.
  const auto statistic = [&](std::size_t i) {
    return studentised(later[i].share, truth) / student_t(later[i].share.degrees);
  };
  // The later share at which the statistic meets the limit, between an edge inside and one that is rejected.
  const auto meet = [&](std::size_t inside, std::size_t rejected, double limit) {
    const double a = statistic(inside), b = statistic(rejected);
    return share(inside) + std::clamp((limit - a) / (b - a), 0.0, 1.0) * (share(rejected) - share(inside));
  };
  const auto value_of = [&](double rank) {
    return all.of_rank_ns(static_cast<std::uint64_t>(std::clamp(rank, 1.0, n)));
  };

  // The last edge with at least the share 1 − q behind it: the estimate lies between it and the next one.
  std::size_t at = 0;
  while (at + 1 < later.size() && share(at + 1) >= truth) ++at;
  for (std::size_t i = at + 1; i-- > 0;) {
    if (statistic(i) <= 1) continue;
    if (i + 1 == later.size()) return {kInf, kInf};  // more are lost than that
    out.low = value_of(std::floor(n * (1 - std::max(truth, meet(i + 1, i, 1)))));
    break;
  }
  if (at + 1 == later.size()) return out;  // the estimate is lost
  const Moments &lost = later.back().share, &left = later[at].share, &right = later[at + 1].share;
  const double f = (left.ratio - truth) / (left.ratio - right.ratio);
  const double variance =
      std::max(left.variance + f * (right.variance - left.variance), truth * (1 - truth) / lost.total);
  if (truth - lost.ratio < student_t(left.degrees) * std::sqrt(variance) ||
      statistic(later.size() - 1) >= -1) {
    return out;
  }
  for (std::size_t i = at + 1; i < later.size(); ++i) {
    if (statistic(i) >= -1) continue;
    out.high = value_of(std::ceil(n * (1 - std::min(truth, meet(i - 1, i, -1)))));
    break;
  }
  return out;
}

}  // namespace cv2x
