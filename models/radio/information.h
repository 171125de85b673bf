#pragma once

namespace cv2x::radio {

/// Mean and variance [bit, bit²] of the information a symbol carries.
struct Information {
  double capacity = 0;
  double dispersion = 0;
};

/// Gray-labelled square QAM with bit-wise demapping on an AWGN channel: two independent dimensions of
/// 2^(qm/2) levels, the expectation over the noise by the trapezoidal rule.
/// `qm`: bits a symbol, 2 to 8; `snr` linear.
Information qam_information(int qm, double snr);

}  // namespace cv2x::radio
