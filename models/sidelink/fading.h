#pragma once

#include <array>

namespace cv2x::sidelink {

/// Power gain of Rician flat fading of mean 1 [dB]: the middles of 1024 equally probable intervals,
/// ascending. `k_db`: power of the direct wave over that of the scattered ones.
std::array<float, 1024> rician_quantiles_db(double k_db);

/// Quantile of the Gamma distribution of shape 2 and scale 1: the x with 1 − (1 + x) exp(−x) = p, 0 < p < 1.
double gamma2_quantile(double p);

}  // namespace cv2x::sidelink
