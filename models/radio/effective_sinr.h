#pragma once

#include <array>
#include <span>
#include <vector>

namespace cv2x::radio {

/// Effective SINR of a transport block over resource elements of different SINR, by mutual information: the
/// SINR at which an AWGN channel carries the mean information of theirs, γ = I⁻¹(mean I(γ_i)), I that of the
/// bit-interleaved QAM constellation (mean mutual information per bit; Wan, Tsai, Almgren, IEEE WCNC 2006;
/// IEEE 802.16m-08/004r5 §4.3.2). It needs no constants fitted per MCS, as the exponential mapping does. Left
/// out: the code's own sensitivity to unequal reliabilities.
class EffectiveSinr {
 public:
  EffectiveSinr();

  /// Linear SINRs > 0 of parts with weights; `qm`: 2, 4, 6 or 8 bits a symbol. Between the least and the
  /// largest.
  double operator()(std::span<const float> sinr, std::span<const float> weight, int qm) const;

 private:
  static constexpr double kStartDb = -30, kStepDb = 0.25;
  static constexpr int kPoints = 321;              // to 50 dB
  std::array<std::vector<float>, 5> information_;  // by qm / 2: strictly ascending
};

}  // namespace cv2x::radio
