#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "models/base/time.h"
#include "models/uu/frame.h"
#include "models/uu/occasions.h"
#include "models/uu/params.h"

namespace cv2x::uu {

/// Which symbol answers which, on one carrier: everything that depends on numerology, processing capability,
/// duplex mode and the lengths of the shared channels. Exact to the symbol.
///
/// Conventions (TR 37.910 §5.7.1.1 for processing; Lucas-Estañ et al., IEEE TVT 2022, for the grant). Tproc1,
/// Tproc2: TS 38.214 §5.3, §6.4, d21 = d2 = d22 = 0; the gNB's are the UE's, half of each is spent at either
/// end of a one-way transmission.
/// * Uplink, dynamic: arrival + Tproc1/2 (the UE prepares its request) → scheduling request in symbol
///   `sr_symbol` of one of the UE's slots → + Tproc2/2 (received) + Tproc1/2 (prepared) → grant at the next
///   PDCCH occasion, one symbol → + Tproc2 → PUSCH at the next allowed start → + Tproc1/2 → delivered. Data
///   that is to go into a PUSCH has been there Tproc2/2 before it starts.
/// * Uplink, configured grant: arrival + Tproc2/2 → PUSCH at the UE's next occasion → + Tproc1/2.
/// * Downlink: arrival + Tproc2/2 → PDCCH at its next occasion → PDSCH, in the same slot (K0 = 0; the PDCCH
///   is then in its first symbol) or K0 slots later → + Tproc1/2 → delivered.
/// * HARQ, downlink: end of PDSCH + Tproc1 → PUCCH, one symbol, at the next uplink symbol (or K1 slots later)
///   → + Tproc2 → next PDCCH. Uplink: end of PUSCH + Tproc1 → grant at the next PDCCH occasion → as above.
/// d11 counts from the last symbol of the shared channel; the PDCCH overlaps a PDSCH by one symbol (d = 1)
/// and a PUSCH by none. PUCCH (requests, feedback) takes no PRBs of the PUSCH.
class Timing {
 public:
  /// Throws UserError where problem() has one.
  explicit Timing(const CarrierParams& carrier);

  static constexpr int kPdcchSymbols = 1;
  static constexpr int kDmrsRePerPrb = 12;  ///< one front-loaded symbol without data (TS 38.214 §5.1.3.2)

  int mu() const { return mu_; }
  int prbs() const { return prbs_; }
  TimeNs slot_ns() const { return slot_ns_; }
  TimeNs time(Tick tick) const { return radio::symbol_time(slot_of(tick), symbol_of(tick), mu_); }
  /// The first symbol that starts at or after `at` (≥ 0).
  Tick tick(TimeNs at) const;
  /// The symbol that holds `at` (≥ 0).
  Tick tick_holding(TimeNs at) const;
  const Frame& frame() const { return frame_; }

  // Uplink.
  TimeNs request_ready(TimeNs arrival) const { return arrival + tproc1_ns_ / 2; }
  std::int64_t sr_period_slots() const { return sr_period_slots_; }
  /// The UE's request symbol that starts at or after `ready`. Its slots are ≡ `offset` modulo the period; in
  /// TDD each stands for the first slot from it on in which that symbol is uplink.
  Tick sr_tick(TimeNs ready, std::int64_t offset) const;
  Tick grant_after_request(Tick sr) const {
    return grants_.next(tick(time(sr + 1) + (tproc1_ns_ + tproc2_ns_) / 2));
  }
  /// Where the PDCCH may carry grants, and where assignments.
  const Occasions& grants() const { return grants_; }
  const Occasions& assignments() const { return assignments_; }
  TimeNs grant_received(Tick grant) const { return time(grant + kPdcchSymbols); }
  Tick pusch_after_grant(Tick grant) const {
    const Tick ready = tick(time(grant + kPdcchSymbols) + tproc2_ns_);
    return pusch_starts_.next(std::max(ready, tick_of(slot_of(grant) + k2_, 0)));
  }
  const Occasions& pusch_starts() const { return pusch_starts_; }
  int pusch_symbols() const { return pusch_symbols_; }
  TimeNs ready_for_pusch(TimeNs arrival) const { return arrival + tproc2_ns_ / 2; }
  Tick pusch_end(Tick start) const { return start + pusch_symbols_; }
  TimeNs pusch_decoded(Tick start) const {
    return time(pusch_end(start)) + decode_pusch_[static_cast<std::size_t>(symbol_of(start))] / 2;
  }
  /// Where a PUSCH may be followed by a grant: for its retransmission, or for the backlog it reports.
  Tick grant_after_pusch(Tick start) const {
    return grants_.next(
        tick(time(pusch_end(start)) + decode_pusch_[static_cast<std::size_t>(symbol_of(start))]));
  }

  // Downlink.
  TimeNs ready_for_pdsch(TimeNs arrival) const { return arrival + tproc2_ns_ / 2; }
  const Occasions& pdsch_starts() const { return pdsch_starts_; }
  Tick pdsch_after_assignment(Tick assignment) const {
    return k0_ == 0 ? pdsch_starts_.next(assignment)
                    : pdsch_starts_.next(tick_of(slot_of(assignment) + k0_, 0));
  }
  int pdsch_symbols() const { return pdsch_symbols_; }
  /// Symbols that carry data: all, but for the PDCCH's in a PDSCH of a whole slot (a mini-slot shares its
  /// symbol with a PDCCH on other PRBs).
  int pdsch_data_symbols() const {
    return pdsch_symbols_ == radio::kSymbolsPerSlot ? pdsch_symbols_ - kPdcchSymbols : pdsch_symbols_;
  }
  Tick pdsch_end(Tick start) const { return start + pdsch_symbols_; }
  TimeNs pdsch_decoded(Tick start) const {
    return time(pdsch_end(start)) + decode_pdsch_[static_cast<std::size_t>(symbol_of(start))] / 2;
  }
  /// The symbol of the feedback to a PDSCH.
  Tick pucch_after_pdsch(Tick start) const;
  /// Where a PDSCH that was not decoded can be assigned again.
  Tick assignment_after_pdsch(Tick start) const {
    return assignments_.next(tick(time(pucch_after_pdsch(start) + 1) + tproc2_ns_));
  }

  /// Mean latency of a lone transfer that fits one block and meets no error: dynamic grant, random request
  /// offset.
  TimeNs mean_uplink_ns() const { return mean_uplink_ns_; }
  TimeNs mean_downlink_ns() const { return mean_downlink_ns_; }

 private:
  void find_means();

  Frame frame_;
  int mu_, prbs_;
  TimeNs slot_ns_, tproc1_ns_, tproc2_ns_;
  std::int64_t sr_period_slots_;
  int sr_symbol_, pdsch_symbols_, pusch_symbols_;
  std::int64_t k0_, k1_, k2_;
  int pucch_symbol_;
  Occasions requests_, grants_, assignments_, pusch_starts_, pdsch_starts_, feedback_;
  std::array<TimeNs, radio::kSymbolsPerSlot> decode_pdsch_{}, decode_pusch_{};  // by start symbol
  TimeNs mean_uplink_ns_ = 0, mean_downlink_ns_ = 0;
};

/// What is wrong with a carrier's timing: the key (below the carrier) and what to do; an empty key: nothing.
/// Bandwidth, frequency and capability are taken as right.
struct TimingProblem {
  std::string key;
  std::string message;
};
TimingProblem timing_problem(const CarrierParams& carrier);

/// d11 of TS 38.214 §5.3 in symbols: extra decoding time by mapping type, length, last symbol in the slot and
/// capability; `overlap`: d, symbols of the PDCCH that the channel overlaps.
int d11_symbols(Mapping mapping, int symbols, int last_symbol, int capability, int overlap);

}  // namespace cv2x::uu
