#include "models/radio/information.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/radio/numeric.h"

namespace cv2x::radio {

Information qam_information(int qm, double snr) {
  const int bits = qm / 2, levels = 1 << bits;
  const double spacing = std::sqrt(12.0 / (levels * levels - 1) * snr);  // noise has variance 1
  const auto level = [&](int i) { return (i - 0.5 * (levels - 1)) * spacing; };
  const auto gray = [](int i) { return i ^ (i >> 1); };
  constexpr double kStep = 0.5, kReach = 6;
  double weights = 0, mean = 0, square = 0;
  std::array<double, 16> likelihood{};
  for (int sent = 0; sent < levels / 2; ++sent) {  // the other half is its mirror image
    for (double noise = -kReach; noise <= kReach; noise += kStep) {
      const double received = level(sent) + noise;
      double total = 0;
      for (int i = 0; i < levels; ++i) {
        const double off = received - level(i);
        likelihood[i] = exp2p(-0.72134752044448170 * (off * off - noise * noise));  // relative to `sent`
        total += likelihood[i];
      }
      double information = bits;
      for (int b = 0; b < bits; ++b) {
        double same = 0;
        for (int i = 0; i < levels; ++i) {
          if (((gray(i) ^ gray(sent)) >> b & 1) == 0) same += likelihood[i];
        }
        information += log2p(same / total);
      }
      const double weight = exp2p(-0.72134752044448170 * noise * noise);
      weights += weight;
      mean += weight * information;
      square += weight * information * information;
    }
  }
  mean /= weights;
  return {2 * mean, 2 * std::max(square / weights - mean * mean, 1e-9)};
}

}  // namespace cv2x::radio
