#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "models/measure/interval.h"

namespace cv2x {

/// How sure a ratio Σ good / Σ total is (a share, or a mean) that was measured over blocks of time and groups
/// of vehicles.
struct Moments {
  double ratio = 0;
  double total = 0;
  double variance = 0;   ///< of the ratio; +inf: too few blocks of time to tell
  double over_time = 0;  ///< the same for these vehicles at other times
  double third = 0;      ///< third central moment of the ratio
  double degrees = 1;    ///< of freedom of the variance, at least 1
};

/// Moments of ratios over one table of totals: a row a block of time, in order, a column a group of vehicles.
///
/// Two-way cluster variance: V = V_time + V_vehicle − V_cell, from the linearised deviations d = (good −
/// ratio·total) / Σ total summed over the blocks, over the groups, and within the cells (Cameron, Gelbach &
/// Miller, J. Business & Economic Statistics 29 (2011) 238). V_time and V_cell also hold the products of
/// neighbouring blocks where those are positive, for a memory that reaches over the edge of a block
/// (Thompson, J. Financial Economics 99 (2011) 1). V_cell is freed from what common and vehicles' own effects
/// add to it, and is at least that of `total` independent trials (of a share) and at most V_time or
/// V_vehicle, so that V is never below either. The third moment adds up in the same way. Degrees of freedom
/// by Satterthwaite, of blocks − 1 and of groups − 1, groups of unequal size counting as (Σn)²/Σn² equal
/// ones.
///
/// With fewer than kFewestGroups occupied groups the blocks of time alone count: the result then speaks of
/// these vehicles, not of others like them. With fewer than kFewestBlocks occupied blocks the variance is
/// +inf.
class TwoWay {
 public:
  static constexpr std::size_t kFewestBlocks = 8;
  static constexpr std::size_t kFewestGroups = 4;

  /// `totals` of `groups` columns; each ≥ 0.
  TwoWay(std::span<const double> totals, std::size_t groups);

  double total() const { return total_; }
  /// Of a share, 0 ≤ good ≤ total in each cell. `trials`: how many the totals stand for; the totals
  /// themselves where they are counts.
  Moments share(std::span<const double> good) const { return share(good, total_); }
  Moments share(std::span<const double> good, double trials) const;
  /// Of a mean, good being sums.
  Moments mean(std::span<const double> good) const;

 private:
  Moments moments(std::span<const double> good, double independent) const;

  std::vector<double> totals_;
  std::size_t groups_;
  double total_ = 0;
  std::size_t blocks_ = 0;   ///< occupied
  bool by_group_ = false;    ///< enough groups are occupied
  double equal_groups_ = 1;  ///< that the groups are worth
};

/// A statistic that is about Student's t with `m.degrees` of freedom when the true share is `truth`, 0 <
/// truth < 1; above 0 when more was measured. It allows for shares near 0 or 1, of which only few bursts were
/// seen:
/// * Hall's transformation takes out the skewness (Hall, J. Royal Statistical Society B 54 (1992) 221), as a
///   studentised block bootstrap would do, without its noise.
/// * The variance. Without clustering it is that of the truth, and nothing is transformed: Wilson's interval.
///   With clustering it is the measured one; but where the truth has more variance than what was seen (a
///   share further from 0 or 1), the geometric mean of the measured one and that of the truth, the same
///   design effect applied to it: of few bursts, how they cluster is not well known. Between the two, by c =
///   1 − 1/effect².
double studentised(const Moments& m, double truth);

/// 95 % interval of a share: all truths that `studentised` does not reject. [0, 1] without a variance.
Interval share_interval(const Moments& m);
/// 95 % interval of a mean, by Hall's transformation. Unbounded without a variance.
Interval mean_interval(const Moments& m);

}  // namespace cv2x
