#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/base/time.h"

namespace cv2x::radio {

inline constexpr int kSymbolsPerSlot = 14;
inline constexpr int kSubcarriersPerPrb = 12;

/// Subcarrier spacing 15 kHz · 2^µ (TS 38.211 table 4.2-1), µ = 0 … 3.
constexpr double subcarrier_spacing_hz(int mu) { return 15e3 * (1 << mu); }
constexpr double prb_bandwidth_hz(int mu) { return kSubcarriersPerPrb * subcarrier_spacing_hz(mu); }

/// 1 ms / 2^µ, exact.
constexpr TimeNs slot_ns(int mu) {
  assert(mu >= 0 && mu <= 6);
  return kMillisecond >> mu;
}

/// Start of a slot counted from time 0.
constexpr TimeNs slot_start(std::int64_t slot, int mu) { return slot * slot_ns(mu); }

/// Start of a symbol, 0 … 14 (14 = end of the slot): slot start + symbol/14 of a slot, to the nearest
/// nanosecond. From absolute indices, so nothing accumulates. The longer first cyclic prefix of each half
/// subframe (TS 38.211 §5.3.1, at most 0.52 µs) is left out.
constexpr TimeNs symbol_time(std::int64_t slot, int symbol, int mu) {
  assert(symbol >= 0 && symbol <= kSymbolsPerSlot);
  return slot_start(slot, mu) + (2 * symbol * slot_ns(mu) + kSymbolsPerSlot) / (2 * kSymbolsPerSlot);
}

/// Length of `symbols` symbols from the start of a slot.
constexpr TimeNs symbols_ns(int symbols, int mu) { return symbol_time(0, symbols, mu); }

/// The slot that holds `time` (≥ 0).
constexpr std::int64_t slot_at(TimeNs time, int mu) { return time / slot_ns(mu); }
/// The first slot that starts at or after `time` (≥ 0).
constexpr std::int64_t next_slot(TimeNs time, int mu) { return (time + slot_ns(mu) - 1) / slot_ns(mu); }

/// Transmission bandwidth N_RB of a channel: TS 38.101-1 table 5.3.2-1 (FR1, 0.41–7.125 GHz), TS 38.101-2
/// table 5.3.2-1 (FR2, 24.25–71 GHz; above 52.6 GHz only the widths of 120 kHz). None when the standard has
/// no such channel. Left out: the 3 MHz channel, 480 and 960 kHz.
std::optional<int> prbs(double bandwidth_hz, int mu, double frequency_hz);

/// The channel bandwidths [Hz] for which prbs() has an answer, ascending; empty: none at this frequency and
/// µ.
std::vector<double> allowed_bandwidths_hz(int mu, double frequency_hz);

/// Tproc,1 of TS 38.214 §5.3: end of the PDSCH → earliest HARQ feedback. N1 of table 5.3-1 (capability 1) or
/// 5.3-2 (capability 2; µ = 2 in FR1 only) without (or with) additional DMRS symbols, d2 = 0. Nearest
/// ns. None where the standard has no value (capability 2: µ ≤ 2 and no additional DMRS). `d11`: in symbols.
std::optional<TimeNs> tproc1_ns(int mu, int capability, bool additional_dmrs = false, int d11 = 0);

/// Tproc,2 of TS 38.214 §6.4: end of the grant → earliest PUSCH. N2 of table 6.4-1 or 6.4-2, d21 = d2 = d22 =
/// 0. Nearest ns. None where the standard has no value (capability 2: µ ≤ 2).
std::optional<TimeNs> tproc2_ns(int mu, int capability);

}  // namespace cv2x::radio
