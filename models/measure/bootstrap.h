#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/measure/histogram.h"
#include "models/measure/interval.h"
#include "models/measure/latency_cells.h"

namespace cv2x {

/// 95 % intervals [ns] of quantiles 0 < q < 1 by a block bootstrap over time and vehicles, 1000 resamples of
/// `cells`; within their buckets by the ranks of `all`, which holds the same samples.
///
/// A resample takes the blocks of time w times: runs of two neighbouring ones, drawn circularly (Politis &
/// Romano, in Exploring the Limits of Bootstrap, 1992, 263), so that a memory that reaches over the edge of a
/// block is kept; and the groups of vehicles v times, and each cell w·v times (the pigeonhole bootstrap:
/// Owen, Annals of Applied Statistics 1 (2007) 386). That counts twice what differs from cell to cell by
/// itself, so the weights of groups are shrunk to 1 + λ(v − 1), as in Menzel, Econometrica 89 (2021) 2143: λ
/// such that the share of later samples at the estimate has the variance of TwoWay beyond that over time.
/// With fewer than TwoWay::kFewestGroups groups time alone is resampled.
///
/// The interval goes from percentile to percentile, expanded for few runs of blocks: Φ(−t·√(k/(k−1))) and its
/// complement, t of Student with k − 1 degrees (Hesterberg, The American Statistician 69 (2015) 371, section
/// 5.3). Open above as that of quantile_interval, which resampling what was seen cannot tell; [0, +inf] with
/// fewer than TwoWay::kFewestBlocks blocks.
std::vector<Interval> bootstrap_intervals(const Histogram& all, const LatencyCells& cells,
                                          std::span<const double> qs, const Seed& seed);

}  // namespace cv2x
