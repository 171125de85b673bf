#include "models/sidelink/fading.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cv2x::sidelink {
namespace {

TEST(Fading, WithoutADirectWaveIsExponential) {
  const auto q = rician_quantiles_db(-40);
  for (std::size_t i = 0; i < q.size(); i += 13) {
    const double p = (static_cast<double>(i) + 0.5) / 1024;
    EXPECT_NEAR(q[i], 10 * std::log10(-std::log(1 - p)), 0.02) << p;
  }
}

TEST(Fading, HasTheMomentsOfRice) {
  for (const double k_db : {0.0, 3.48, 9.0}) {
    const double k = std::pow(10, k_db / 10);
    double mean = 0, square = 0;
    for (const float q : rician_quantiles_db(k_db)) {
      const double power = std::pow(10, static_cast<double>(q) / 10);
      mean += power / 1024;
      square += power * power / 1024;
    }
    EXPECT_NEAR(mean, 1, 0.003);
    EXPECT_NEAR(square - mean * mean, (1 + 2 * k) / ((1 + k) * (1 + k)), 0.02);
  }
}

TEST(Gamma2, QuantileInvertsItsDistribution) {
  for (const double p : {0.002, 0.1, 0.5, 0.9, 0.998}) {
    const double x = gamma2_quantile(p);
    EXPECT_NEAR(1 - (1 + x) * std::exp(-x), p, 1e-9);
  }
}

}  // namespace
}  // namespace cv2x::sidelink
