#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace cv2x {

/// A 95 % confidence interval. An infinite end says that nothing is known on that side.
struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// What was measured, and how well.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN: nothing measured
  Interval interval;
};

/// 0.975 quantile of Student's t with `degrees` ≥ 1 of freedom (Abramowitz & Stegun 26.7.5 from 10 on, a
/// table below; error < 1e-4).
double student_t_975(std::size_t degrees);
/// The same with any degrees ≥ 1 of freedom; between two whole numbers below 9 linear in their reciprocal.
double student_t(double degrees);
/// P(Z ≤ x) of the standard normal.
double normal_cdf(double x);

/// `good` of `total` of one block, group or replication.
struct Share {
  double good = 0;
  double total = 0;
};

/// Variance of the ratio Σ good / Σ total when the blocks are independent of each other (Cochran, Sampling
/// Techniques, 3rd ed., 6.3: linearised ratio estimator). Blocks with total 0 count too; 0 with fewer than
/// two.
double ratio_variance(std::span<const Share> blocks);

/// Wilson's score interval of a share, `effective` independent trials, `z` standard errors wide. With no
/// failure its lower end is n / (n + z²): about 1 − 3.84/n at z = 1.96, a two-sided "rule of three".
Interval wilson(double share, double effective, double z);

/// How many independent trials `total` trials of this share are worth when its variance, estimated over
/// clusters, is `variance`: total over the design effect, which is that variance over the binomial one, at
/// least 1 (Korn & Graubard, Survey Methodology 24 (1998) 193). With share 0 or 1 clustering cannot be seen:
/// all of them.
double effective_trials(double share, double total, double variance);
/// Wilson's interval on those trials, Student's t of clusters − 1 degrees for z; `clusters` ≥ 2.
Interval clustered_wilson(double share, double total, double variance, std::size_t clusters);

/// Interval of what replications measured (each one's quantile or mean): their mean ± t·s/√R. If some are
/// +inf: the mean is +inf, the interval [least, +inf] (the sign test's), or [+inf, +inf] if all are.
/// Unbounded with R < 2.
Estimate over_replications(std::span<const double> values);
/// Reliability over replications, `good` in time of `total`: pooled share, Wilson with the replications'
/// design effect and t for z.
Estimate reliability_over_replications(std::span<const Share> replications);

}  // namespace cv2x
