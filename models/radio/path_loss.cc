#include "models/radio/path_loss.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/radio/numeric.h"

namespace cv2x::radio {
namespace {

constexpr double kNearestM = 10;  // d2D of the table begins here
constexpr double kEnvironmentHeightM = 1;

double near_clamped(double d2d_m) { return std::max(d2d_m, kNearestM); }

double distance_3d_m(const LinkGeometry& link) {
  const double d2d = near_clamped(link.d2d_m);
  const double dh = link.h_bs_m - link.h_ut_m;
  return std::sqrt(d2d * d2d + dh * dh);
}

/// e^x
double exp_of(double x) { return exp2p(std::numbers::log2e * x); }

}  // namespace

PathLoss::PathLoss(const ChannelParams& params, double frequency_hz, double light_mps)
    : environment_(params.environment),
      frequency_hz_(frequency_hz),
      light_mps_(light_mps),
      log_f_ghz_(log10p(frequency_hz * 1e-9)),
      street_db_(7.1 * log10p(params.street_width_m)),
      building_height_m_(params.building_height_m) {
  const double h = params.building_height_m;
  const double h_1_72 = exp2p(1.72 * log2p(h));
  slope_db_ = 20 + std::min(0.03 * h_1_72, 10.0);
  offset_db_ = 20 * log10p(40 * std::numbers::pi * frequency_hz * 1e-9 / 3) - std::min(0.044 * h_1_72, 14.77);
  per_metre_db_ = 0.002 * log10p(h);
}

double PathLoss::breakpoint_m(double h_bs_m, double h_ut_m) const {
  if (environment_ == Environment::kRma) {
    return 2 * std::numbers::pi * h_bs_m * h_ut_m * frequency_hz_ / light_mps_;
  }
  const double bs = std::max(h_bs_m - kEnvironmentHeightM, 0.1);
  const double ut = std::max(h_ut_m - kEnvironmentHeightM, 0.1);
  return 4 * bs * ut * frequency_hz_ / light_mps_;
}

double PathLoss::rma_pl1(double d3d_m, double log_d3d) const {
  return slope_db_ * log_d3d + offset_db_ + per_metre_db_ * d3d_m;
}

double PathLoss::los_at(double d3d_m, double log_d3d, const LinkGeometry& link) const {
  const double breakpoint = breakpoint_m(link.h_bs_m, link.h_ut_m);
  const bool near = near_clamped(link.d2d_m) <= breakpoint;
  if (environment_ == Environment::kRma) {
    if (near) return rma_pl1(d3d_m, log_d3d);
    const double log_breakpoint = log10p(breakpoint);
    return rma_pl1(breakpoint, log_breakpoint) + 40 * (log_d3d - log_breakpoint);
  }
  const bool uma = environment_ == Environment::kUma;
  const double base = (uma ? 28.0 : 32.4) + 20 * log_f_ghz_;
  if (near) return base + (uma ? 22 : 21) * log_d3d;
  const double dh = link.h_bs_m - link.h_ut_m;
  return base + 40 * log_d3d - (uma ? 9.0 : 9.5) * log10p(breakpoint * breakpoint + dh * dh);
}

double PathLoss::los_db(const LinkGeometry& link) const {
  const double d3d = distance_3d_m(link);
  return los_at(d3d, log10p(d3d), link);
}

double PathLoss::nlos_db(const LinkGeometry& link) const {
  const double d3d = distance_3d_m(link);
  const double log_d3d = log10p(d3d);
  double nlos = 0;
  switch (environment_) {
    case Environment::kUma:
      nlos = 13.54 + 39.08 * log_d3d + 20 * log_f_ghz_ - 0.6 * (link.h_ut_m - 1.5);
      break;
    case Environment::kUmi:
      nlos = 22.4 + 35.3 * log_d3d + 21.3 * log_f_ghz_ - 0.3 * (link.h_ut_m - 1.5);
      break;
    case Environment::kRma: {
      const double h = building_height_m_;
      const double log_bs = log10p(link.h_bs_m);
      const double log_ut = log10p(11.75 * link.h_ut_m);
      const double ratio = h / link.h_bs_m;
      nlos = 161.04 - street_db_ + 7.5 * log10p(h) - (24.37 - 3.7 * ratio * ratio) * log_bs +
             (43.42 - 3.1 * log_bs) * (log_d3d - 3) + 20 * log_f_ghz_ - (3.2 * log_ut * log_ut - 4.97);
      break;
    }
  }
  return std::max(los_at(d3d, log_d3d, link), nlos);
}

double PathLoss::los_probability(const LinkGeometry& link) const {
  const double d = link.d2d_m;
  switch (environment_) {
    case Environment::kUmi:
      if (d <= 18) return 1;
      return 18 / d + exp_of(-d / 36) * (1 - 18 / d);
    case Environment::kUma: {
      if (d <= 18) return 1;
      double p = 18 / d + exp_of(-d / 63) * (1 - 18 / d);
      if (link.h_ut_m > 13) {
        const double a = (link.h_ut_m - 13) / 10;
        const double near = d / 100;
        p *= 1 + a * std::sqrt(a) * 1.25 * near * near * near * exp_of(-d / 150);
      }
      return std::min(p, 1.0);
    }
    case Environment::kRma:
      return d <= 10 ? 1 : exp_of(-(d - 10) / 1000);
  }
  return 1;
}

Shadowing PathLoss::shadowing(const LinkGeometry& link, bool los) const {
  switch (environment_) {
    case Environment::kUma:
      return los ? Shadowing{4, 37} : Shadowing{6, 50};
    case Environment::kUmi:
      return los ? Shadowing{4, 10} : Shadowing{7.82, 13};
    case Environment::kRma:
      if (!los) return {8, 120};
      return {near_clamped(link.d2d_m) <= breakpoint_m(link.h_bs_m, link.h_ut_m) ? 4.0 : 6.0, 37};
  }
  return {};
}

}  // namespace cv2x::radio
