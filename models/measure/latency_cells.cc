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
                       bool in_time, std::uint32_t times) {
  const std::size_t i = block * kGroups + group;
  auto& octave = octaves_[bucket >> Histogram::kSubBits];
  if (!octave) octave = std::make_unique<Counts>();
  (*octave)[i][(bucket & (Histogram::kSubBuckets - 1)) >> kCoarser] += times;
  cells_[i].add({times, 0, in_time ? times : 0, latency_ns * times});
}

void LatencyCells::add_lost(std::size_t block, std::size_t group, std::uint32_t times) {
  cells_[block * kGroups + group].add({times, times, 0, 0});
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

void LatencyCells::merge(const LatencyCells& other) {
  for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i].add(other.cells_[i]);
  for (std::size_t o = 0; o < octaves_.size(); ++o) {
    if (!other.octaves_[o]) continue;
    if (!octaves_[o]) octaves_[o] = std::make_unique<Counts>();
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      for (std::uint32_t b = 0; b < kBuckets; ++b) (*octaves_[o])[i][b] += (*other.octaves_[o])[i][b];
    }
  }
}

std::vector<LatencyCells::Entry> LatencyCells::entries() const {
  std::vector<Entry> out;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const auto block = static_cast<std::uint8_t>(i / kGroups), group = static_cast<std::uint8_t>(i % kGroups);
    // Those in time are the earliest ones.
    std::uint64_t in_time = cells_[i].in_time;
    for (std::uint32_t o = 0; o < octaves_.size(); ++o) {
      if (!octaves_[o]) continue;
      for (std::uint32_t b = 0; b < kBuckets; ++b) {
        const std::uint32_t count = (*octaves_[o])[i][b];
        if (count == 0) continue;
        const auto early = static_cast<std::uint32_t>(std::min<std::uint64_t>(count, in_time));
        in_time -= early;
        const std::uint32_t first = (o << Histogram::kSubBits) + (b << kCoarser);
        out.push_back({block, group, Histogram::lower_ns(first), count, early});
      }
    }
    if (cells_[i].lost > 0) out.push_back({block, group, kNever, static_cast<std::uint32_t>(cells_[i].lost)});
  }
  return out;
}

void LatencyCells::restore(const Entry& entry) {
  const std::size_t i = entry.block * kGroups + entry.group;
  cells_[i].add({entry.count, entry.lower_ns == kNever ? entry.count : 0, entry.in_time, 0});
  if (entry.lower_ns == kNever) return;
  const std::uint32_t bucket = Histogram::bucket_of(entry.lower_ns);
  auto& octave = octaves_[bucket >> Histogram::kSubBits];
  if (!octave) octave = std::make_unique<Counts>();
  (*octave)[i][(bucket & (Histogram::kSubBuckets - 1)) >> kCoarser] += entry.count;
}

TimeNs LatencyCells::lower_ns(TimeNs latency_ns) {
  if (latency_ns == kNever) return kNever;
  return Histogram::lower_ns(Histogram::bucket_of(latency_ns) >> kCoarser << kCoarser);
}

TimeNs LatencyCells::upper_ns(TimeNs lower_ns) {
  if (lower_ns == kNever) return kNever;
  const std::uint32_t bucket = Histogram::bucket_of(lower_ns);
  return lower_ns + (Histogram::width_ns(bucket) << kCoarser);
}

void LatencyCells::for_each_edge(const std::function<void(double, std::span<const double>)>& fn) const {
  // The lost ones are later than any edge.
  std::vector<double> later, lost;
  for (const Cell& c : cells_) {
    later.push_back(static_cast<double>(c.count));
    lost.push_back(static_cast<double>(c.lost));
  }
  bool begun = false, any_lost = false;
  for (std::uint32_t o = 0; o < octaves_.size(); ++o) {
    if (!octaves_[o]) continue;
    for (std::uint32_t b = 0; b < kBuckets; ++b) {
      std::uint64_t here = 0;
      for (const auto& counts : *octaves_[o]) here += counts[b];
      if (here == 0) continue;
      const std::uint32_t first = (o << Histogram::kSubBits) + (b << kCoarser);
      if (!begun) fn(static_cast<double>(Histogram::lower_ns(first)), later);
      begun = true;
      for (std::size_t i = 0; i < later.size(); ++i) later[i] -= (*octaves_[o])[i][b];
      fn(static_cast<double>(Histogram::lower_ns(first + (1u << kCoarser))), later);
    }
  }
  for (const double n : lost) any_lost = any_lost || n > 0;
  if (begun || any_lost) fn(kInf, lost);
}

std::vector<LaterShare> LatencyCells::later_shares() const {
  std::vector<double> totals;
  for (const Cell& c : cells_) totals.push_back(static_cast<double>(c.count));
  const TwoWay two_way(totals, kGroups);
  std::vector<LaterShare> out;
  for_each_edge([&](double latency_ns, std::span<const double> later) {
    out.push_back({latency_ns, two_way.share(later)});
  });
  return out;
}

namespace {

/// What is rejected lies beyond ±1; falls with the latency.
double statistic(const LaterShare& edge, double truth) {
  return studentised(edge.share, truth) / student_t(edge.share.degrees);
}

/// The last edge with at least the share `truth` behind it: the estimate lies between it and the next one.
std::size_t edge_before(std::span<const LaterShare> later, double truth) {
  std::size_t at = 0;
  while (at + 1 < later.size() && later[at + 1].share.ratio >= truth) ++at;
  return at;
}

}  // namespace

Estimate reliability(const LatencyCells& cells) {
  Estimate out;
  out.interval = {0, 1};
  std::vector<double> counts, in_time;
  for (const LatencyCells::Cell& c : cells.cells()) {
    counts.push_back(static_cast<double>(c.count));
    in_time.push_back(static_cast<double>(c.in_time));
  }
  const TwoWay two_way(counts, LatencyCells::kGroups);
  if (two_way.total() <= 0) return out;
  const Moments m = two_way.share(in_time);
  return {m.ratio, share_interval(m)};
}

bool open_above(std::span<const LaterShare> later, double q) {
  if (later.empty() || !std::isfinite(later.front().share.variance)) return true;
  const double truth = 1 - q;
  const std::size_t at = edge_before(later, truth);
  if (at + 1 == later.size()) return true;  // the estimate is lost
  const Moments &lost = later.back().share, &left = later[at].share, &right = later[at + 1].share;
  const double f = (left.ratio - truth) / (left.ratio - right.ratio);
  const double variance =
      std::max(left.variance + f * (right.variance - left.variance), truth * (1 - truth) / lost.total);
  return truth - lost.ratio < student_t(left.degrees) * std::sqrt(variance) ||
         statistic(later.back(), truth) >= -1;
}

Interval quantile_interval(const Histogram& all, std::span<const LaterShare> later, double q) {
  Interval out{0, kInf};
  if (later.empty() || !std::isfinite(later.front().share.variance)) return out;
  const double truth = 1 - q, n = static_cast<double>(all.count());
  const auto share = [&](std::size_t i) { return later[i].share.ratio; };
  // The later share at which the statistic meets the limit, between an edge inside and one that is rejected.
  const auto meet = [&](std::size_t inside, std::size_t rejected, double limit) {
    const double a = statistic(later[inside], truth), b = statistic(later[rejected], truth);
    return share(inside) + std::clamp((limit - a) / (b - a), 0.0, 1.0) * (share(rejected) - share(inside));
  };
  const auto value_of = [&](double rank) {
    return all.of_rank_ns(static_cast<std::uint64_t>(std::clamp(rank, 1.0, n)));
  };

  const std::size_t at = edge_before(later, truth);
  for (std::size_t i = at + 1; i-- > 0;) {
    if (statistic(later[i], truth) <= 1) continue;
    if (i + 1 == later.size()) return {kInf, kInf};  // more are lost than that
    out.low = value_of(std::floor(n * (1 - std::max(truth, meet(i + 1, i, 1)))));
    break;
  }
  if (open_above(later, q)) return out;
  for (std::size_t i = at + 1; i < later.size(); ++i) {
    if (statistic(later[i], truth) >= -1) continue;
    out.high = value_of(std::ceil(n * (1 - std::min(truth, meet(i - 1, i, -1)))));
    break;
  }
  return out;
}

}  // namespace cv2x
