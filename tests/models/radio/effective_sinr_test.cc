#include "models/radio/effective_sinr.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/radio/information.h"

namespace cv2x::radio {
namespace {

const EffectiveSinr& effective() {
  static const EffectiveSinr law;
  return law;
}

double of(const std::vector<float>& sinr, int qm) {
  return effective()(sinr, std::vector<float>(sinr.size(), 1), qm);
}

TEST(EffectiveSinr, OfEqualPartsIsTheirs) {
  for (const int qm : {2, 4, 6, 8}) EXPECT_EQ(of({3.5F, 3.5F, 3.5F}, qm), 3.5);
}

TEST(EffectiveSinr, CarriesTheMeanInformation) {
  for (const int qm : {2, 4, 6, 8}) {
    const double found = of({1, 10}, qm);
    const double mean = 0.5 * (qam_information(qm, 1).capacity + qam_information(qm, 10).capacity);
    EXPECT_NEAR(qam_information(qm, found).capacity, mean, 5e-3) << qm;
  }
}

TEST(EffectiveSinr, WeighsTheParts) {
  const std::vector<float> sinr = {1, 10}, weight = {3, 1};
  EXPECT_NEAR(effective()(sinr, weight, 4), of({1, 1, 1, 10}, 4), 1e-6);
}

TEST(EffectiveSinr, AFadeCostsMoreThanTheMeanTells) {
  // Half the band in a deep fade: QPSK at 20 dB is saturated, so what is left is half the information.
  const double found = of({100, 1e-3F}, 2);
  EXPECT_NEAR(qam_information(2, found).capacity, 1, 0.01);
  EXPECT_LT(found, 1.2);
  EXPECT_GE(of({1e6F, 1e-6F}, 8), 1e-6);
}

}  // namespace
}  // namespace cv2x::radio
