#include "models/sidelink/fading.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "models/radio/numeric.h"

namespace cv2x::sidelink {

using radio::exp2p;

namespace {
constexpr double kLog2E = 1.4426950408889634;
double exp_of(double x) { return exp2p(x * kLog2E); }
}  // namespace

std::array<float, 1024> rician_quantiles_db(double k_db) {
  const double k = radio::from_db(k_db);
  // The power is a mixture over a Poisson(K) number j of Gamma(j + 1) variables, each over 1 + K (the
  // noncentral χ² with two degrees of freedom). Its distribution function is summed on a grid and inverted.
  // 1 − F(w) = Σ_j P(Poisson(K) = j) · P(Poisson(w) ≤ j), w = power · (1 + K).
  const auto above = [&](double w) {
    double poisson_k = exp_of(-k), poisson_w = exp_of(-w), at_most = 0, sum = 0;
    for (int j = 0; j < 4000; ++j) {
      at_most += poisson_w;
      sum += poisson_k * at_most;
      poisson_k *= k / (j + 1);
      poisson_w *= w / (j + 1);
      if (j > k && poisson_k < 1e-17) break;
    }
    return sum;
  };
  std::array<float, 1024> out{};
  double low_start = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(out.size());
    double low = low_start, high = k + 12 + 8 * std::sqrt(2 * k + 1);
    for (int step = 0; step < 46; ++step) {
      const double middle = 0.5 * (low + high);
      (1 - above(middle) < p ? low : high) = middle;
    }
    low_start = low;
    out[i] = static_cast<float>(radio::to_db(0.5 * (low + high) / (1 + k)));
  }
  return out;
}

double gamma2_quantile(double p) {
  double low = 0, high = 60;
  for (int step = 0; step < 60; ++step) {
    const double x = 0.5 * (low + high);
    (1 - (1 + x) * exp_of(-x) < p ? low : high) = x;
  }
  return 0.5 * (low + high);
}

}  // namespace cv2x::sidelink
