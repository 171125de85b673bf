#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/measure/histogram.h"
#include "models/measure/interval.h"

namespace cv2x {

/// 95 % intervals [ns] of quantiles 0 < q < 1 of all blocks together, by resampling runs of `run`
/// neighbouring blocks (circularly; run 1: single blocks) 1000 times. Percentiles, expanded for few blocks:
/// Φ(−t·√(k/(k−1))) and its complement, t of Student with k − 1 degrees (Hesterberg, The American
/// Statistician 69 (2015) 371, section 5.3). At least two runs; no block empty.
std::vector<Interval> bootstrap_quantiles(std::span<const Histogram* const> blocks, std::size_t run,
                                          std::span<const double> qs, Stream stream);

/// 95 % interval [ns] of a quantile from the ranks of `effective` independent samples, `z` standard errors
/// wide (binomial; normal approximation with continuity correction): 0 and +inf where so few samples have no
/// such rank.
Interval order_statistics(const Histogram& all, double q, double effective, double z);

/// White's marginal standard error rule (MSER; White, Simulation 69 (1997) 323) on the means of equally long
/// blocks: true when it would cut more than a tenth of them and the mean of those differs from the rest's by
/// more than three standard errors (of 16 batches of the rest). False with fewer than 64 blocks.
bool mser_says_transient(std::span<const double> means);

}  // namespace cv2x
