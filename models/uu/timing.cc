#include "models/uu/timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <string>

#include "models/base/error.h"

namespace cv2x::uu {
namespace {

int prbs_of(const CarrierParams& carrier, int mu) {
  const auto prbs = radio::prbs(carrier.bandwidth_hz, mu, carrier.frequency_hz);
  if (prbs) return *prbs;
  std::string allowed;
  for (const double hz : radio::allowed_bandwidths_hz(mu, carrier.frequency_hz)) {
    allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", format_quantity(hz, Dimension::kFrequency));
  }
  throw UserError(fmt::format("carrier '{}': no NR channel of {} at {} with numerology {}; allowed: {}",
                              carrier.name, format_quantity(carrier.bandwidth_hz, Dimension::kFrequency),
                              format_quantity(carrier.frequency_hz, Dimension::kFrequency), mu,
                              allowed.empty() ? "none" : allowed));
}

TimeNs processing_of(const CarrierParams& carrier, std::optional<TimeNs> (*law)(int, int)) {
  const auto time = law(static_cast<int>(carrier.numerology), static_cast<int>(carrier.ue_capability));
  if (time) return *time;
  throw UserError(
      fmt::format("carrier '{}': UE capability {} has no processing time for numerology {}; allowed: 1",
                  carrier.name, carrier.ue_capability, carrier.numerology));
}

}  // namespace

Timing::Timing(const CarrierParams& carrier)
    : mu_(static_cast<int>(carrier.numerology)),
      prbs_(prbs_of(carrier, mu_)),
      slot_ns_(radio::slot_ns(mu_)),
      pdcch_ns_(radio::symbols_ns(kPdcchSymbols, mu_)),
      last_symbol_ns_(radio::symbols_ns(radio::kSymbolsPerSlot - 1, mu_)),
      tproc1_ns_(
          processing_of(carrier, [](int mu, int capability) { return radio::tproc1_ns(mu, capability); })),
      tproc2_ns_(processing_of(carrier, radio::tproc2_ns)),
      sr_period_slots_(std::max<std::int64_t>(1, (carrier.sr_period_ns + slot_ns_ / 2) / slot_ns_)) {
  static_assert(kPuschSymbols == radio::kSymbolsPerSlot, "slot_end() is the end of the PUSCH");
  sr_to_grant_ = 1 + next_slot((tproc1_ns_ + tproc2_ns_) / 2);
  grant_to_pusch_ = next_slot(pdcch_ns_ + tproc2_ns_);
  pusch_to_grant_ = next_slot(slot_ns_ + tproc1_ns_);
  // The PUCCH is in the first symbol that starts once Tproc1 is over.
  const TimeNs ready = slot_ns_ + tproc1_ns_;
  const std::int64_t pucch_slot = ready / slot_ns_;
  int symbol = 0;
  while (radio::symbol_time(pucch_slot, symbol, mu_) < ready) ++symbol;
  const TimeNs pucch_end = symbol < radio::kSymbolsPerSlot ? radio::symbol_time(pucch_slot, symbol + 1, mu_)
                                                           : radio::symbol_time(pucch_slot + 1, 1, mu_);
  pdsch_to_pdsch_ = next_slot(pucch_end + tproc2_ns_);
}

std::int64_t Timing::sr_slot(TimeNs ready, std::int64_t offset) const {
  assert(offset >= 0 && offset < sr_period_slots_);
  const std::int64_t first = std::max<std::int64_t>(0, next_slot(ready - last_symbol_ns_));
  const std::int64_t past = (first - offset) % sr_period_slots_;
  if (past == 0) return first;
  return first + (past > 0 ? sr_period_slots_ - past : -past);
}

TimeNs Timing::mean_uplink_ns() const {
  // Arrival is uniform over the period: on average half of it passes until the request's symbol begins.
  const TimeNs wait = tproc1_ns_ / 2 + sr_period_slots_ * slot_ns_ / 2;
  const TimeNs last_symbol = slot_ns_ - last_symbol_ns_;
  return wait + last_symbol + (sr_to_grant_ - 1 + grant_to_pusch_ + 1) * slot_ns_ + tproc1_ns_ / 2;
}

TimeNs Timing::mean_downlink_ns() const { return tproc2_ns_ / 2 + slot_ns_ / 2 + slot_ns_ + tproc1_ns_ / 2; }

}  // namespace cv2x::uu
