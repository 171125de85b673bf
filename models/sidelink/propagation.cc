#include "models/sidelink/propagation.h"

#include <algorithm>
#include <cmath>

#include "models/radio/numeric.h"

namespace cv2x::sidelink {

using radio::exp2p;
using radio::from_db;
using radio::log10p;

namespace {

constexpr double kLightMps = 3.0e8;  // as the published models have it

}  // namespace

Propagation::Propagation(const SidelinkChannelParams& params, double frequency_hz, double antenna_height_m)
    : params_(params),
      log_f_(log10p(frequency_hz / 1e9)),
      effective_height_m_(std::max(0.1, antenna_height_m - params.environment_height_m)),
      breakpoint_m_(4 * effective_height_m_ * effective_height_m_ * frequency_hz / kLightMps) {
  // TR 37.885 §6.2.1, NLOSv: by the heights of the antennas and of what stands between them.
  if (antenna_height_m > params.blocker_height_m) {
    blocked_ = false;
  } else if (antenna_height_m < params.blocker_height_m) {
    blockage_mean_db_ = 9;
    blockage_sigma_db_ = 4.5;
  } else {
    blockage_mean_db_ = 5;
    blockage_sigma_db_ = 4;
  }
}

double Propagation::loss_db(double d_m) const {
  const double log_d = log10p(std::max(d_m, params_.least_distance_m));
  switch (params_.model) {
    case SidelinkPropagation::kWinnerB1: {
      const double loss = std::max(d_m, params_.least_distance_m) < breakpoint_m_
                              ? 22.7 * log_d + 27 + 20 * log_f_
                              : 40 * log_d + 7.56 - 34.6 * log10p(effective_height_m_) + 2.7 * log_f_;
      const double free_space = 20 * log_d + 46.4 + 20 * (log_f_ - log10p(5.0));
      return params_.free_space_floor ? std::max(loss, free_space) : loss;
    }
    case SidelinkPropagation::kHighway:
      return 32.4 + 20 * log_d + 20 * log_f_;
    case SidelinkPropagation::kUrban:
      return 38.77 + 16.7 * log_d + 18.2 * log_f_;
  }
  return 0;
}

double Propagation::los_probability(double d_m) const {
  switch (params_.model) {
    case SidelinkPropagation::kWinnerB1:
      return 1;
    case SidelinkPropagation::kHighway:
      return d_m <= 475 ? std::min(1.0, 2.1013e-6 * d_m * d_m - 0.002 * d_m + 1.0193)
                        : std::max(0.0, 0.54 - 0.001 * (d_m - 475));
    case SidelinkPropagation::kUrban:
      return std::min(1.0, 1.05 * exp2p(-0.0114 * 1.4426950408889634 * d_m));
  }
  return 1;
}

Blockage Propagation::blockage(double d_m) const {
  if (!blocked_ || always_los()) return {};
  return {blockage_mean_db_ + std::max(0.0, 15 * log10p(std::max(d_m, 1.0)) - 41), blockage_sigma_db_};
}

double Propagation::mean_gain(double d_m) const {
  constexpr double kLn10Over10 = 0.23025850929940457;
  const auto lognormal = [](double sigma_db) {
    const double s = kLn10Over10 * sigma_db;
    return exp2p(s * s / 2 * 1.4426950408889634);
  };
  const double base = from_db(-loss_db(d_m)) * lognormal(params_.shadowing_db);
  const double los = los_probability(d_m);
  if (los >= 1) return base;
  const Blockage b = blockage(d_m);
  double behind = 1;
  if (b.sigma_db > 0) {
    // E[10^(−max(0, X)/10)], X normal: P(X < 0) + E[10^(−X/10); X ≥ 0].
    const double s = kLn10Over10 * b.sigma_db;
    const double shift = b.mean_db / b.sigma_db;
    behind = radio::normal_tail(shift) +
             from_db(-b.mean_db) * exp2p(s * s / 2 * 1.4426950408889634) * radio::normal_tail(s - shift);
  }
  return base * (los + (1 - los) * behind);
}

}  // namespace cv2x::sidelink
