#pragma once

#include <span>

namespace cv2x::radio {

/// A modulation and coding scheme.
struct Mcs {
  int index = 0;
  int qm = 2;               ///< modulation order: bits a modulation symbol
  double rate_x1024 = 120;  ///< target code rate R · 1024; a multiple of 0.5

  constexpr double rate() const { return rate_x1024 / 1024; }
  /// Bits a resource element.
  constexpr double efficiency() const { return qm * rate(); }
};

/// TS 38.214 V17 table 5.1.3.1-1 (table = 1: up to 64QAM), -2 (2: 256QAM), -3 (3: 64QAM, low spectral
/// efficiency), without the reserved indices. Entry i has index i; ordered by efficiency, except that table
/// 3's and 1's changes of modulation order may repeat one.
std::span<const Mcs> mcs_table(int table);

/// A channel quality indicator: what it promises at a block error rate of 0.1 (table 3: 1e-5).
struct Cqi {
  int index = 1;
  int qm = 2;
  double rate_x1024 = 78;

  constexpr double rate() const { return rate_x1024 / 1024; }
  constexpr double efficiency() const { return qm * rate(); }
};

/// TS 38.214 V17 table 5.2.2.1-2 (1), -3 (2), -4 (3). Entry i has index i + 1 (index 0 = out of range).
std::span<const Cqi> cqi_table(int table);

}  // namespace cv2x::radio
