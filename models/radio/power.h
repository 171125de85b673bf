#pragma once

#include <algorithm>

#include "models/radio/numeric.h"
#include "models/radio/numerology.h"

namespace cv2x::radio {

/// Thermal noise density at 290 K, as TR 38.901 and TR 38.802 round it [dBm/Hz].
inline constexpr double kNoiseDbmPerHz = -174;

/// Noise power at the receiver over one PRB [dBm].
inline double noise_dbm_per_prb(int mu, double noise_figure_db) {
  return kNoiseDbmPerHz + to_db(prb_bandwidth_hz(mu)) + noise_figure_db;
}

/// Total power of a PUSCH transmission [dBm], open loop (TS 38.213 V17 §7.1.1): min(Pcmax, P0 +
/// 10 log10(2^µ · PRBs) + α · path loss). `p0_dbm` is per PRB at 15 kHz, `path_loss_db` ≥ 0 what the UE
/// measures (antenna gains and shadowing included). Left out: transport-format and closed-loop terms (Δ_TF,
/// f).
inline double pusch_power_dbm(double pcmax_dbm, double p0_dbm, double alpha, int mu, int n_prbs,
                              double path_loss_db) {
  return std::min(pcmax_dbm, p0_dbm + to_db(static_cast<double>(n_prbs << mu)) + alpha * path_loss_db);
}

/// Power of one PRB when `total_dbm` is spread evenly over `n_prbs` [dBm].
inline double per_prb_dbm(double total_dbm, int n_prbs) {
  return total_dbm - to_db(static_cast<double>(n_prbs));
}

/// Received power of one resource element from the power of a PRB [dBm]: RSRP when the PRB is the downlink's.
inline double per_resource_element_dbm(double prb_dbm) { return prb_dbm - to_db(kSubcarriersPerPrb); }

}  // namespace cv2x::radio
