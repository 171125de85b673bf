#pragma once

#include <span>
#include <vector>

#include "models/radio/mcs.h"
#include "models/radio/tbs.h"

namespace cv2x::radio {

/// Block error rate of NR's LDPC codes over an AWGN channel, as a function of SINR, MCS and code-block size,
/// for all entries of one MCS table. Finite-blocklength normal approximation (Polyanskiy, Poor, Verdú, IEEE
/// Trans. Inf. Theory 56(5) 2010) on the capacity of bit-interleaved Qm-QAM, at an SINR lowered by a gap in
/// dB that was fitted to 5G-LENA's link-level curves (see bler.cc and fit_bler.py). A fading or
/// frequency-selective channel enters by its effective SINR.
///
/// Error against the reference, in SINR at 10 % and 1 %: 0.25 dB rms over the curves it was fitted to, 0.28
/// dB over the others; 98 % of all within 0.7 dB, the worst (3.7 dB) among short blocks at rates above 0.85.
/// The reference itself asks for some 2 to 3 dB more than good decoders need. Extrapolated: table 3 as a
/// whole (there are no curves for it), rates below 0.117, error rates below 1e-3. Left out: error floor.
class BlerTable {
 public:
  /// `table`: 1, 2 or 3 of mcs_table().
  explicit BlerTable(int table);

  /// Of one code block of `bits` (K', ≥ 24) with base graph 1 or 2. Falls strictly in SINR until it reaches
  /// 0, and lies in [0, 1].
  double code_block(double sinr_db, int mcs, int bits, int base_graph) const;
  /// With the base graph that a transport block of `bits` has.
  double code_block(double sinr_db, int mcs, int bits) const {
    return code_block(sinr_db, mcs, bits, base_graph(bits, mcs_[static_cast<std::size_t>(mcs)].rate()));
  }
  /// Of a transport block: 1 − (1 − code block)^C.
  double transport_block(double sinr_db, int mcs, const Segmentation& segmentation) const;
  /// SINR [dB] at which a code block of `bits` has the error rate `target`; for building tables, not for the
  /// hot path.
  double sinr_db_at(double target, int mcs, int bits, int base_graph) const;
  double sinr_db_at(double target, int mcs, int bits) const {
    return sinr_db_at(target, mcs, bits, base_graph(bits, mcs_[static_cast<std::size_t>(mcs)].rate()));
  }

  std::span<const Mcs> mcs() const { return mcs_; }

 private:
  struct Curve {
    // Gap to the normal approximation: gap_db + (short_gap_db + that of a punctured core) / √bits.
    double gap_db = 0, short_gap_db = 0;
    double parity_per_bit = 0;  ///< 1/R − 1
    std::vector<float> z;       ///< normal quantile / √bits over a grid of SINR
  };

  double error_rate(double sinr_db, const Curve& curve, int bits, int lifting_size) const;

  std::span<const Mcs> mcs_;
  std::vector<Curve> curves_;
};

/// SINR [dB] of several transmissions of one block, maximum-ratio combined (chase combining): their linear
/// sum.
double combined_sinr_db(std::span<const double> sinr_db);

/// Picks the MCS for an SINR from thresholds that are computed once.
class McsSelector {
 public:
  /// `code_block_bits`: the size for which the target is to hold; larger blocks do better.
  McsSelector(const BlerTable& table, double target_bler, int code_block_bits = 3840);

  /// The highest MCS whose error rate is ≤ target; 0 when not even MCS 0 reaches it.
  int select(double sinr_db) const;
  /// The lowest SINR at which `mcs` is chosen or would be (for MCS 0: where it reaches the target).
  double threshold_db(int mcs) const { return thresholds_db_[mcs]; }

 private:
  std::vector<double> thresholds_db_;  // ascending
};

}  // namespace cv2x::radio
