#include "models/measure/interval.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace cv2x {

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// Σ good / Σ total, Σ total, how many blocks.
struct Ratio {
  double ratio = 0;
  double total = 0;
  std::size_t n = 0;
};

Ratio sum_up(std::span<const Share> blocks) {
  Ratio r;
  double good = 0;
  for (const Share& b : blocks) {
    good += b.good;
    r.total += b.total;
  }
  r.n = blocks.size();
  r.ratio = r.total > 0 ? good / r.total : 0;
  return r;
}

}  // namespace

double student_t_975(std::size_t degrees) { return student_t(static_cast<double>(degrees)); }

double student_t(double degrees) {
  assert(degrees >= 1);
  constexpr std::array<double, 10> kTable = {0,       12.70620, 4.30265, 3.18245, 2.77645,
                                             2.57058, 2.44691,  2.36462, 2.30600, 2.26216};
  if (degrees <= 9) {
    const auto below = std::min<std::size_t>(8, static_cast<std::size_t>(degrees));
    const double n = static_cast<double>(below);
    const double step = (1 / n - 1 / degrees) / (1 / n - 1 / (n + 1));
    return kTable[below] + step * (kTable[below + 1] - kTable[below]);
  }
  const double x = 1.959963985, v = degrees;
  const double x2 = x * x;
  const double g1 = x * (x2 + 1) / 4;
  const double g2 = x * ((5 * x2 + 16) * x2 + 3) / 96;
  const double g3 = x * (((3 * x2 + 19) * x2 + 17) * x2 - 15) / 384;
  return x + (g1 + (g2 + g3 / v) / v) / v;
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

double ratio_variance(std::span<const Share> blocks) {
  const Ratio r = sum_up(blocks);
  if (r.n < 2 || r.total <= 0) return 0;
  double squares = 0;
  for (const Share& b : blocks) {
    const double d = b.good - r.ratio * b.total;
    squares += d * d;
  }
  const auto n = static_cast<double>(r.n);
  return n / (n - 1) * squares / (r.total * r.total);
}

Interval wilson(double share, double effective, double z) {
  const double z2 = z * z;
  const double centre = share + z2 / (2 * effective);
  const double arm = z * std::sqrt((share * (1 - share) + z2 / (4 * effective)) / effective);
  const double scale = 1 + z2 / effective;
  // The ends at 0 and 1 are exact in theory and must be so here.
  return {share <= 0 ? 0 : (centre - arm) / scale, share >= 1 ? 1 : (centre + arm) / scale};
}

Estimate over_replications(std::span<const double> values) {
  Estimate out;
  if (values.empty()) return out;
  double sum = 0, least = kInf;
  for (const double v : values) {
    sum += v;
    least = std::min(least, v);
  }
  const auto n = static_cast<double>(values.size());
  out.value = sum / n;
  if (values.size() < 2 || std::isnan(out.value)) return out;
  if (std::isinf(out.value)) {
    out.interval = {least, kInf};
    return out;
  }
  double squares = 0;
  for (const double v : values) squares += (v - out.value) * (v - out.value);
  const double arm = student_t_975(values.size() - 1) * std::sqrt(squares / (n - 1) / n);
  out.interval = {out.value - arm, out.value + arm};
  return out;
}

double effective_trials(double share, double total, double variance) {
  const double independent = share * (1 - share) / total;
  return independent > 0 ? total / std::max(1.0, variance / independent) : total;
}

Interval clustered_wilson(double share, double total, double variance, std::size_t clusters) {
  return wilson(share, effective_trials(share, total, variance), student_t_975(clusters - 1));
}

Estimate reliability_over_replications(std::span<const Share> replications) {
  Estimate out;
  out.interval = {0, 1};
  const Ratio r = sum_up(replications);
  if (r.total <= 0) return out;
  out.value = r.ratio;
  if (r.n >= 2) out.interval = clustered_wilson(r.ratio, r.total, ratio_variance(replications), r.n);
  return out;
}

}  // namespace cv2x
