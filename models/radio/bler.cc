#include "models/radio/bler.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>

#include "models/radio/information.h"
#include "models/radio/numeric.h"

namespace cv2x::radio {
namespace {

constexpr double kGridStartDb = -20, kGridStepDb = 0.25;
constexpr int kGridPoints = 241;  // to 40 dB

double grid_db(int i) { return kGridStartDb + kGridStepDb * i; }

// The gap in dB between the normal approximation and 5G-LENA's link-level curves (CTTC's simulations of the
// NR LDPC codes, MCS tables 1 and 2, both base graphs, 24 … 8448 bits), with u = 1/√bits:
//   gap = a0 + a1 w + u (a2 Qm R + a3 w + a4 max(0, kCoreColumns − p)), w = e^(−4R) · 2/Qm.
// a0: the decoder, at length. a1: what it loses more where the bits are weak, as they are at low rates of
// QPSK. a2, a3: short blocks. a4: the code's core has four parity columns of Zc bits, which carry the two
// punctured columns of the information; rate matching sends p = (1/R − 1) K'/Zc + 2 parity columns, and with
// fewer than the core's the code falls apart. Least squares over the SINR at 10 % and 1 % of all curves with
// an even MCS index (fit_bler.py): rms 0.25 dB on those, 0.28 dB on the odd ones. Good decoders come within
// about 1 dB of the approximation; that the gap of long blocks is 3 … 5 dB is the reference's doing, so
// absolute SINR here is on the pessimistic side.
constexpr std::array<double, 5> kGap = {2.901, 5.783, 4.480, -12.799, 15.398};
constexpr double kCoreColumns =
    4.5;  // the four, and what a first erasure costs: chosen among 4 … 6 by the fit

// Lower rates repeat the bits of the lowest rate that was fitted: the gap stays.
constexpr double kLowestFittedRate = 120.0 / 1024;

}  // namespace

BlerTable::BlerTable(int table) : mcs_(mcs_table(table)) {
  std::array<std::vector<Information>, 5> of_qm;  // index: qm / 2
  for (const Mcs& mcs : mcs_) {
    auto& information = of_qm[mcs.qm / 2];
    for (int i = static_cast<int>(information.size()); i < kGridPoints; ++i) {
      information.push_back(qam_information(mcs.qm, from_db(grid_db(i))));
    }
    const double rate = std::max(mcs.rate(), kLowestFittedRate);
    const double weak = exp2p(-4 * 1.4426950408889634 * rate) * 2 / mcs.qm;
    Curve curve;
    curve.gap_db = kGap[0] + kGap[1] * weak;
    curve.short_gap_db = kGap[2] * mcs.qm * rate + kGap[3] * weak;
    curve.parity_per_bit = 1 / rate - 1;
    curve.z.reserve(kGridPoints);
    for (const Information& at : information) {
      const double z = (at.capacity - mcs.efficiency()) / std::sqrt(mcs.efficiency() * at.dispersion);
      // Where the capacity saturates, rounding must not make it fall.
      curve.z.push_back(std::max(static_cast<float>(z), curve.z.empty() ? -1e9F : curve.z.back()));
    }
    curves_.push_back(std::move(curve));
  }
}

double BlerTable::error_rate(double sinr_db, const Curve& curve, int bits, int lifting_size) const {
  const double root = std::sqrt(static_cast<double>(bits));
  const double parity_columns = curve.parity_per_bit * bits / lifting_size + 2;
  const double short_gap_db = curve.short_gap_db + kGap[4] * std::max(0.0, kCoreColumns - parity_columns);
  const double effective_db = sinr_db - curve.gap_db - short_gap_db / root;
  const double place = std::clamp((effective_db - kGridStartDb) / kGridStepDb, 0.0, kGridPoints - 1.000001);
  const auto i = static_cast<std::size_t>(place);
  const double z = curve.z[i] + (place - static_cast<double>(i)) * (curve.z[i + 1] - curve.z[i]);
  return normal_tail(root * z);
}

double BlerTable::code_block(double sinr_db, int mcs, int bits, int base_graph) const {
  assert(bits >= 24 && mcs >= 0 && mcs < static_cast<int>(curves_.size()));
  return error_rate(sinr_db, curves_[mcs], bits, lifting_size(base_graph, bits, bits));
}

double BlerTable::transport_block(double sinr_db, int mcs, const Segmentation& segmentation) const {
  assert(segmentation.code_block_bits >= 24 && mcs >= 0 && mcs < static_cast<int>(curves_.size()));
  const double p = error_rate(sinr_db, curves_[mcs], segmentation.code_block_bits, segmentation.lifting_size);
  if (segmentation.code_blocks == 1) return p;
  double good = 1, factor = 1 - p;  // good = (1 − p)^C by squaring
  for (int c = segmentation.code_blocks; c > 0; c >>= 1, factor *= factor) {
    if (c & 1) good *= factor;
  }
  return 1 - good;
}

double BlerTable::sinr_db_at(double target, int mcs, int bits, int base_graph) const {
  double low = -40, high = 60;
  for (int i = 0; i < 50; ++i) {
    const double middle = 0.5 * (low + high);
    (code_block(middle, mcs, bits, base_graph) > target ? low : high) = middle;
  }
  return high;
}

double combined_sinr_db(std::span<const double> sinr_db) {
  double sum = 0;
  for (const double db : sinr_db) sum += from_db(db);
  return to_db(sum);
}

McsSelector::McsSelector(const BlerTable& table, double target_bler, int code_block_bits) {
  for (const Mcs& mcs : table.mcs()) {
    thresholds_db_.push_back(table.sinr_db_at(target_bler, mcs.index, code_block_bits));
  }
  // Where the modulation order changes, a higher MCS can be the more robust one: then the lower is never
  // chosen.
  for (auto i = thresholds_db_.size() - 1; i > 0; --i) {
    thresholds_db_[i - 1] = std::min(thresholds_db_[i - 1], thresholds_db_[i]);
  }
}

int McsSelector::select(double sinr_db) const {
  const auto above = std::upper_bound(thresholds_db_.begin(), thresholds_db_.end(), sinr_db);
  return std::max(0, static_cast<int>(above - thresholds_db_.begin()) - 1);
}

}  // namespace cv2x::radio
