#pragma once

#include <cstdint>

#include "models/base/time.h"
#include "models/radio/numerology.h"
#include "models/uu/params.h"

namespace cv2x::uu {

/// Which slot answers which, on one carrier: everything that depends on numerology, processing capability and
/// duplex mode. Slots count from time 0.
///
/// Conventions (TR 37.910 §5.7.1.1 for processing; Lucas-Estañ et al., IEEE TVT 2022, for the grant). Tproc1,
/// Tproc2: TS 38.214 §5.3, §6.4; the gNB's are the UE's.
/// * Uplink: arrival + Tproc1/2 (the UE prepares its request) → scheduling request in symbol 13 of one of the
///   UE's slots → + Tproc2/2 (received) + Tproc1/2 (prepared) → grant in symbol 0 of the next slot →
///   + Tproc2 → PUSCH from symbol 0 of the next slot, 14 symbols → + Tproc1/2 → delivered.
///   Data that is to go into a PUSCH has been there Tproc2/2 before it starts.
/// * Downlink: arrival + Tproc2/2 → PDCCH in symbol 0 and PDSCH in symbols 1–13 of the next slot (K0 = 0) →
///   + Tproc1/2 → delivered.
/// * HARQ, downlink: end of PDSCH + Tproc1 → PUCCH, one symbol, in the next symbol → + Tproc2 → next slot.
///   Uplink: end of PUSCH + Tproc1 → grant in symbol 0 of the next slot → PUSCH as above.
/// PUCCH (requests, feedback) takes no PRBs of the PUSCH. Left out: PDCCH in later symbols, mini-slots.
///
/// FDD: every slot has both directions, so each answer is a fixed number of slots away.
class Timing {
 public:
  /// Throws UserError where the standard has no such channel or processing time.
  explicit Timing(const CarrierParams& carrier);

  static constexpr int kPdcchSymbols = 1;
  static constexpr int kPdschSymbols = radio::kSymbolsPerSlot - kPdcchSymbols;
  static constexpr int kPuschSymbols = radio::kSymbolsPerSlot;
  static constexpr int kDmrsRePerPrb = 12;  ///< one front-loaded symbol without data (TS 38.214 §5.1.3.2)

  int mu() const { return mu_; }
  int prbs() const { return prbs_; }
  TimeNs slot_ns() const { return slot_ns_; }
  TimeNs slot_start(std::int64_t slot) const { return slot * slot_ns_; }
  TimeNs slot_end(std::int64_t slot) const { return (slot + 1) * slot_ns_; }
  /// The first slot that starts at or after `time` (≥ 0).
  std::int64_t next_slot(TimeNs time) const { return (time + slot_ns_ - 1) / slot_ns_; }

  // Uplink.
  TimeNs request_ready(TimeNs arrival) const { return arrival + tproc1_ns_ / 2; }
  std::int64_t sr_period_slots() const { return sr_period_slots_; }
  /// The slot, ≡ `offset` modulo the period, whose symbol 13 starts at or after `ready`.
  std::int64_t sr_slot(TimeNs ready, std::int64_t offset) const;
  std::int64_t grant_after_request(std::int64_t sr_slot) const { return sr_slot + sr_to_grant_; }
  TimeNs grant_received(std::int64_t grant_slot) const { return slot_start(grant_slot) + pdcch_ns_; }
  std::int64_t pusch_after_grant(std::int64_t grant_slot) const { return grant_slot + grant_to_pusch_; }
  TimeNs ready_for_pusch(TimeNs arrival) const { return arrival + tproc2_ns_ / 2; }
  TimeNs pusch_decoded(std::int64_t slot) const { return slot_end(slot) + tproc1_ns_ / 2; }
  /// Where a PUSCH may be followed by a grant: for its retransmission, or for the backlog it reports.
  std::int64_t grant_after_pusch(std::int64_t slot) const { return slot + pusch_to_grant_; }

  // Downlink.
  TimeNs ready_for_pdsch(TimeNs arrival) const { return arrival + tproc2_ns_ / 2; }
  TimeNs pdsch_decoded(std::int64_t slot) const { return slot_end(slot) + tproc1_ns_ / 2; }
  /// Where a PDSCH that was not decoded can be sent again.
  std::int64_t pdsch_after_feedback(std::int64_t slot) const { return slot + pdsch_to_pdsch_; }

  /// Mean latency of a lone transfer that fits one block and meets no error.
  TimeNs mean_uplink_ns() const;
  TimeNs mean_downlink_ns() const;

 private:
  int mu_, prbs_;
  TimeNs slot_ns_, pdcch_ns_, last_symbol_ns_, tproc1_ns_, tproc2_ns_;
  std::int64_t sr_period_slots_;
  std::int64_t sr_to_grant_, grant_to_pusch_, pusch_to_grant_, pdsch_to_pdsch_;
};

}  // namespace cv2x::uu
