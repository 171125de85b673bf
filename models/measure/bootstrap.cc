#include "models/measure/bootstrap.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace cv2x {

namespace {

constexpr std::size_t kResamples = 1000;

/// How many samples of each block lie in the first buckets, for all buckets that are not empty.
class Cumulated {
 public:
  explicit Cumulated(std::span<const Histogram* const> blocks) : blocks_(blocks.size()) {
    Histogram all;
    for (const Histogram* b : blocks) all.merge(*b);
    std::vector<std::uint64_t> seen(blocks_, 0);
    for (const auto& entry : all.entries()) {
      buckets_.push_back(entry.bucket);
      for (std::size_t i = 0; i < blocks_; ++i) counts_.push_back(seen[i] += blocks[i]->count(entry.bucket));
    }
    for (const Histogram* b : blocks) totals_.push_back(b->count());
  }

  /// The nearest-rank quantile when block i is taken `weights[i]` times.
  double quantile(std::span<const std::uint32_t> weights, double q) const {
    const std::uint64_t rank = Histogram::nearest_rank(q, weighted(totals_.data(), weights));
    std::size_t low = 0,
                high = buckets_.size();  // the first bucket that reaches the rank lies in [low, high]
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (weighted(counts_.data() + middle * blocks_, weights) >= rank) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    if (low == buckets_.size()) return std::numeric_limits<double>::infinity();
    return Histogram::middle_ns(buckets_[low]);
  }

 private:
  static std::uint64_t weighted(const std::uint64_t* counts, std::span<const std::uint32_t> weights) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += counts[i] * weights[i];
    return sum;
  }

  std::size_t blocks_;
  std::vector<std::uint32_t> buckets_;
  std::vector<std::uint64_t> counts_;  ///< of bucket, block
  std::vector<std::uint64_t> totals_;  ///< with the lost ones
};

}  // namespace

std::vector<Interval> bootstrap_quantiles(std::span<const Histogram* const> blocks, std::size_t run,
                                          std::span<const double> qs, Stream stream) {
  assert(blocks.size() >= 2 * run);
  const Cumulated cumulated(blocks);
  const std::size_t k = blocks.size();
  std::vector<std::vector<double>> found(qs.size());
  std::vector<std::uint32_t> weights(k);
  for (std::size_t r = 0; r < kResamples; ++r) {
    std::fill(weights.begin(), weights.end(), 0);
    for (std::size_t drawn = 0; drawn < k;) {
      const auto first = static_cast<std::size_t>(stream.uniform() * static_cast<double>(k));
      for (std::size_t i = 0; i < run && drawn < k; ++i, ++drawn) ++weights[(first + i) % k];
    }
    for (std::size_t i = 0; i < qs.size(); ++i) found[i].push_back(cumulated.quantile(weights, qs[i]));
  }
  const std::size_t runs = k / run;
  const auto n = static_cast<double>(runs);
  const double tail = normal_cdf(-student_t_975(runs - 1) * std::sqrt(n / (n - 1)));
  const auto place = static_cast<std::size_t>(tail * static_cast<double>(kResamples));
  std::vector<Interval> out;
  for (auto& values : found) {
    std::sort(values.begin(), values.end());
    out.push_back({values[place], values[kResamples - 1 - place]});
  }
  return out;
}

Interval order_statistics(const Histogram& all, double q, double effective, double z) {
  const double arm = z * std::sqrt(q * (1 - q) / effective) + 0.5 / effective;
  const double low = q - arm, high = q + arm + 1 / effective;
  return {low <= 0 ? 0 : all.quantile_ns(low),
          high >= 1 ? std::numeric_limits<double>::infinity() : all.quantile_ns(high)};
}

bool mser_says_transient(std::span<const double> means) {
  const std::size_t n = means.size();
  if (n < 64) return false;
  // The standard error of what is left when the first d are cut, for every d up to half, from the end.
  std::size_t cut = 0;
  double best = std::numeric_limits<double>::infinity();
  double mean = 0, squares = 0, sum = 0;  // Welford's running mean and sum of squares
  for (std::size_t d = n; d-- > 0;) {
    const auto left = static_cast<double>(n - d);
    const double delta = means[d] - mean;
    mean += delta / left;
    squares += delta * (means[d] - mean);
    sum += means[d];
    const double error = squares / (left * left);
    if (d <= n / 2 && error <= best) {
      best = error;
      cut = d;
    }
  }
  if (cut * 10 <= n) return false;
  double early = 0;
  for (std::size_t i = 0; i < cut; ++i) early += means[i];
  const double kept = (sum - early) / static_cast<double>(n - cut);
  early /= static_cast<double>(cut);
  constexpr std::size_t kBatches = 16;
  const std::size_t size = (n - cut) / kBatches;
  double spread = 0;
  for (std::size_t b = 0; b < kBatches; ++b) {
    double batch = 0;
    for (std::size_t i = 0; i < size; ++i) batch += means[n - 1 - b * size - i];
    const double d = batch / static_cast<double>(size) - kept;
    spread += d * d;
  }
  const double variance =
      static_cast<double>(size) * spread / (kBatches - 1);  // of one block, memory included
  const double error =
      std::sqrt(variance * (1 / static_cast<double>(cut) + 1 / static_cast<double>(n - cut)));
  return std::abs(early - kept) > 3 * error;
}

}  // namespace cv2x
