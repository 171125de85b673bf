#include "models/measure/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace cv2x {

namespace {

constexpr std::size_t kResamples = 1000;
constexpr std::size_t kRun = 2;  ///< blocks drawn together
constexpr std::size_t kGroups = LatencyCells::kGroups;
constexpr double kInf = std::numeric_limits<double>::infinity();

/// Cells with their places among the occupied blocks and groups, and at every edge how many of each one's
/// samples are later.
class Cells {
 public:
  explicit Cells(const LatencyCells& cells) {
    std::vector<bool> block(LatencyCells::kBlocks), group(kGroups);
    for (std::size_t i = 0; i < cells.cells().size(); ++i) {
      if (cells.cells()[i].count == 0) continue;
      occupied_.push_back(i);
      block[i / kGroups] = group[i % kGroups] = true;
    }
    const auto number = [](const std::vector<bool>& used, std::size_t i) {
      return static_cast<std::size_t>(
          std::count(used.begin(), used.begin() + static_cast<std::ptrdiff_t>(i), true));
    };
    for (const std::size_t i : occupied_) {
      blocks_of_.push_back(number(block, i / kGroups));
      groups_of_.push_back(number(group, i % kGroups));
      totals_.push_back(static_cast<double>(cells.cells()[i].count));
      total_ += totals_.back();
    }
    blocks_ = number(block, block.size());
    groups_ = number(group, group.size());
    cells.for_each_edge([&](double, std::span<const double> later) {
      for (const std::size_t i : occupied_) later_.push_back(later[i]);
    });
  }

  std::size_t blocks() const { return blocks_; }
  std::size_t groups() const { return groups_; }

  /// The weight of each cell from those of its block and group.
  void weigh(std::span<const double> blocks, std::span<const double> groups, std::vector<double>& out) const {
    out.resize(occupied_.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = blocks[blocks_of_[i]] * groups[groups_of_[i]];
  }

  /// Of weighted cells: which share of the samples as they are is later than their q-quantile; below the
  /// share of the lost ones: the quantile is lost.
  double later_share(std::span<const double> weights, double q) const {
    const double wanted = (1 - q) * sum(totals_, weights);
    // The last edge with at least so many behind it; the first has all.
    std::size_t low = 0, high = edges();
    while (low + 1 < high) {
      const std::size_t middle = (low + high) / 2;
      (sum(at(middle), weights) >= wanted ? low : high) = middle;
    }
    if (high == edges()) return -1;
    const double left = sum(at(low), weights), right = sum(at(high), weights);
    const double from = sum(at(low)), to = sum(at(high));
    return (from + (left - wanted) / (left - right) * (to - from)) / total_;
  }

  /// By how much the weights of the groups are to be shrunk for the share of samples behind edge `edge` to
  /// have the variance `beyond_time` besides that of the blocks.
  double shrink(std::size_t edge, double beyond_time) const {
    const std::span<const double> later = at(edge);
    const double ratio = sum(later) / total_;
    std::vector<double> by_group(groups_);
    double squares = 0;
    for (std::size_t i = 0; i < later.size(); ++i) {
      const double d = (later[i] - ratio * totals_[i]) / total_;
      by_group[groups_of_[i]] += d;
      squares += d * d;
    }
    for (const double d : by_group) squares += d * d;
    return squares > 0 ? std::sqrt(std::clamp(beyond_time / squares, 0.0, 1.0)) : 0;
  }

 private:
  std::size_t edges() const { return later_.size() / occupied_.size(); }
  std::span<const double> at(std::size_t edge) const {
    return std::span(later_).subspan(edge * occupied_.size(), occupied_.size());
  }
  static double sum(std::span<const double> counts) {
    double out = 0;
    for (const double n : counts) out += n;
    return out;
  }
  static double sum(std::span<const double> counts, std::span<const double> weights) {
    double out = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) out += counts[i] * weights[i];
    return out;
  }

  std::vector<std::size_t> occupied_, blocks_of_, groups_of_;
  std::vector<double> totals_;
  std::vector<double> later_;  ///< of edge, cell
  double total_ = 0;
  std::size_t blocks_ = 0, groups_ = 0;
};

std::size_t draw(Stream& stream, std::size_t n) {
  return static_cast<std::size_t>(stream.uniform() * static_cast<double>(n));
}

Interval bootstrap_interval(const Histogram& all, const Cells& cells, std::span<const LaterShare> later,
                            double q, const Seed& seed) {
  std::size_t at = 0;  // the estimate lies behind this edge
  while (at + 1 < later.size() && later[at + 1].share.ratio >= 1 - q) ++at;
  const Moments& share = later[at].share;
  const bool by_group = cells.groups() >= TwoWay::kFewestGroups;
  const double shrink = by_group ? cells.shrink(at, share.variance - share.over_time) : 0;

  Stream over_time(seed, "bootstrap", 0), over_vehicles(seed, "bootstrap", 1);
  const std::size_t k = cells.blocks();
  std::vector<double> blocks(k), groups(cells.groups()), weights, found;
  for (std::size_t r = 0; r < kResamples; ++r) {
    std::fill(blocks.begin(), blocks.end(), 0);
    std::fill(groups.begin(), groups.end(), 1 - shrink);
    for (std::size_t drawn = 0; drawn < k;) {
      const std::size_t first = draw(over_time, k);
      for (std::size_t i = 0; i < kRun && drawn < k; ++i, ++drawn) ++blocks[(first + i) % k];
    }
    for (std::size_t i = 0; i < groups.size(); ++i) groups[draw(over_vehicles, groups.size())] += shrink;
    cells.weigh(blocks, groups, weights);
    found.push_back(cells.later_share(weights, q));
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  const auto runs = static_cast<double>(k / kRun);
  const double tail = normal_cdf(-student_t(runs - 1) * std::sqrt(runs / (runs - 1)));
  const auto place = static_cast<std::size_t>(tail * static_cast<double>(kResamples));
  const auto value_of = [&](double later_share, auto&& round) {
    const auto n = static_cast<double>(all.count());
    if (later_share < 0) return kInf;
    return all.of_rank_ns(static_cast<std::uint64_t>(std::clamp(round(n * (1 - later_share)), 1.0, n)));
  };
  Interval out{value_of(found[place], [](double x) { return std::floor(x); }),
               value_of(found[kResamples - 1 - place], [](double x) { return std::ceil(x); })};
  if (open_above(later, q)) out.high = kInf;
  return out;
}

}  // namespace

std::vector<Interval> bootstrap_intervals(const Histogram& all, const LatencyCells& cells,
                                          std::span<const double> qs, const Seed& seed) {
  const std::vector<LaterShare> later = cells.later_shares();
  std::vector<Interval> out(qs.size(), Interval{0, kInf});
  if (later.empty() || !std::isfinite(later.front().share.variance)) return out;
  const Cells occupied(cells);
  for (std::size_t i = 0; i < qs.size(); ++i) out[i] = bootstrap_interval(all, occupied, later, qs[i], seed);
  return out;
}

}  // namespace cv2x
