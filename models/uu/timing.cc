#include "models/uu/timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "models/base/error.h"

namespace cv2x::uu {
namespace {

constexpr int kSymbols = radio::kSymbolsPerSlot;

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

TimeNs scaled(TimeNs time, double scale) {
  return static_cast<TimeNs>(std::llround(static_cast<double>(time) * scale));
}

TimeNs processing_of(const CarrierParams& carrier, std::optional<TimeNs> (*law)(int, int)) {
  const auto time = law(static_cast<int>(carrier.numerology), static_cast<int>(carrier.ue_capability));
  if (time) return scaled(*time, carrier.processing.scale);
  throw UserError(
      fmt::format("carrier '{}': UE capability {} has no processing time for numerology {}; allowed: 1",
                  carrier.name, carrier.ue_capability, carrier.numerology));
}

std::optional<TimeNs> tproc1_law(int mu, int capability) { return radio::tproc1_ns(mu, capability); }

Occasions grant_occasions(const Frame& frame, const PdcchParams& pdcch) {
  return frame.pick([&](std::int64_t slot, int symbol) {
    return frame.downlink(slot, symbol) &&
           (pdcch.occasions == PdcchOccasions::kSymbol || symbol == pdcch.symbol);
  });
}

/// Where a PDCCH may be whose PDSCH is in the same slot (K0 = 0): it lies in the PDSCH's first symbol, or
/// before it. With every symbol monitored it is in the first symbol.
Occasions assignment_occasions(const Frame& frame, const CarrierParams& carrier, const Occasions& starts) {
  const PdcchParams& pdcch = carrier.pdcch;
  if (pdcch.occasions == PdcchOccasions::kSymbol && carrier.pdsch.k0 == 0)
    return frame.pick([&](std::int64_t slot, int symbol) { return starts.holds(tick_of(slot, symbol)); });
  if (starts.empty()) return {};
  return frame.pick([&](std::int64_t slot, int symbol) {
    if (!frame.downlink(slot, symbol)) return false;
    if (pdcch.occasions == PdcchOccasions::kSlot && symbol != pdcch.symbol) return false;
    if (carrier.pdsch.k0 > 0) return true;
    return slot_of(starts.next(tick_of(slot, symbol))) == slot;
  });
}

}  // namespace

int d11_symbols(Mapping mapping, int symbols, int last_symbol, int capability, int overlap) {
  if (mapping == Mapping::kA) return std::max(0, 7 - last_symbol);
  if (symbols >= 7) return 0;
  if (capability == 2) return overlap;
  if (symbols >= 4) return 7 - symbols;
  return symbols == 3 ? 3 + std::min(overlap, 1) : 3 + overlap;
}

Timing::Timing(const CarrierParams& carrier)
    : frame_(carrier),
      mu_(static_cast<int>(carrier.numerology)),
      prbs_(prbs_of(carrier, mu_)),
      slot_ns_(radio::slot_ns(mu_)),
      tproc1_ns_(processing_of(carrier, tproc1_law)),
      tproc2_ns_(processing_of(carrier, radio::tproc2_ns)),
      sr_period_slots_(std::max<std::int64_t>(1, (carrier.sr_period_ns + slot_ns_ / 2) / slot_ns_)),
      sr_symbol_(static_cast<int>(carrier.sr_symbol)),
      pdsch_symbols_(static_cast<int>(carrier.pdsch.symbols)),
      pusch_symbols_(static_cast<int>(carrier.pusch.symbols)),
      k0_(carrier.pdsch.k0),
      k1_(carrier.pdsch.k1),
      k2_(std::max<std::int64_t>(0, carrier.pusch.k2)),
      pucch_symbol_(static_cast<int>(carrier.pdsch.pucch_symbol)) {
  if (const TimingProblem problem = timing_problem(carrier); !problem.key.empty())
    throw UserError(fmt::format("carrier '{}': {}: {}", carrier.name, problem.key, problem.message));
  requests_ = frame_.pick(
      [&](std::int64_t slot, int symbol) { return symbol == sr_symbol_ && frame_.uplink(slot, symbol); });
  grants_ = grant_occasions(frame_, carrier.pdcch);
  pusch_starts_ = frame_.pusch_starts(carrier.pusch);
  pdsch_starts_ = frame_.pdsch_starts(carrier.pdsch);
  assignments_ = assignment_occasions(frame_, carrier, pdsch_starts_);
  feedback_ = frame_.pick([&](std::int64_t slot, int symbol) {
    return frame_.uplink(slot, symbol) && (k1_ == kDerived || symbol == pucch_symbol_);
  });
  // TS 38.214 §5.3: Tproc,1 = (N1 + d11) (2048 + 144) κ 2^-µ Tc.
  const auto decode = [&](Mapping mapping, int symbols, int start, int overlap) {
    const int capability = static_cast<int>(carrier.ue_capability);
    const int d11 = d11_symbols(mapping, symbols, start + symbols - 1, capability, overlap);
    return scaled(*radio::tproc1_ns(mu_, capability, false, d11), carrier.processing.scale);
  };
  for (int start = 0; start < kSymbols; ++start) {
    const auto s = static_cast<std::size_t>(start);
    decode_pdsch_[s] = decode(carrier.pdsch.mapping, pdsch_symbols_, start, 1);
    decode_pusch_[s] =
        carrier.processing.gnb_d11 ? decode(carrier.pusch.mapping, pusch_symbols_, start, 0) : tproc1_ns_;
  }
  find_means();
}

Tick Timing::tick_holding(TimeNs at) const {
  const std::int64_t slot = at / slot_ns_;
  auto symbol = static_cast<int>((at - slot * slot_ns_) * kSymbols / slot_ns_);
  // Starts of symbols are rounded to nanoseconds.
  if (radio::symbol_time(slot, symbol, mu_) > at) --symbol;
  if (symbol < kSymbols && radio::symbol_time(slot, symbol + 1, mu_) <= at) ++symbol;
  return tick_of(slot, 0) + symbol;
}

Tick Timing::tick(TimeNs at) const {
  const Tick holding = tick_holding(at);
  return time(holding) == at ? holding : holding + 1;
}

Tick Timing::sr_tick(TimeNs ready, std::int64_t offset) const {
  assert(offset >= 0 && offset < sr_period_slots_);
  const Tick first = requests_.next(tick(std::max<TimeNs>(0, ready)));
  if (sr_period_slots_ == 1) return first;
  // The UE's nominal slot n is the last one, ≡ offset, whose slot stands for none before `first`.
  const std::int64_t slot = slot_of(first);
  std::int64_t past = (slot - offset) % sr_period_slots_;
  if (past < 0) past += sr_period_slots_;
  const std::int64_t nominal = slot - past;
  if (nominal >= 0 && requests_.next(tick_of(nominal, 0)) == first) return first;
  return requests_.next(tick_of(nominal + sr_period_slots_, 0));
}

Tick Timing::pucch_after_pdsch(Tick start) const {
  const Tick ready = tick(time(pdsch_end(start)) + decode_pdsch_[static_cast<std::size_t>(symbol_of(start))]);
  if (k1_ == kDerived) return feedback_.next(ready);
  return feedback_.next(tick_of(slot_of(start) + k1_, 0));
}

void Timing::find_means() {
  // Each symbol of the (long enough) period stands for the arrivals in it: their mean is its middle.
  const std::int64_t slots = frame_.slots() * sr_period_slots_;
  const Tick ticks = std::min<Tick>(tick_of(slots, 0), tick_of(400 * frame_.slots(), 0));
  constexpr int kParts = 8;
  double up = 0, down = 0;
  for (Tick t = 0; t < ticks; ++t) {
    for (int part = 0; part < kParts; ++part) {
      const TimeNs at = time(t) + (2 * part + 1) * (time(t + 1) - time(t)) / (2 * kParts);
      const Tick pusch = pusch_after_grant(grant_after_request(sr_tick(request_ready(at), 0)));
      up += static_cast<double>(pusch_decoded(pusch) - at);
      const Tick pdsch = pdsch_after_assignment(assignments_.next(tick(ready_for_pdsch(at))));
      down += static_cast<double>(pdsch_decoded(pdsch) - at);
    }
  }
  const double samples = static_cast<double>(ticks) * kParts;
  mean_uplink_ns_ = std::llround(up / samples);
  mean_downlink_ns_ = std::llround(down / samples);
}

TimingProblem timing_problem(const CarrierParams& carrier) {
  if (carrier.duplex == Duplex::kTdd) {
    if (std::string problem = tdd_problem(carrier.tdd_pattern, carrier.tdd_special); !problem.empty())
      return {"tdd_pattern", std::move(problem)};
  }
  const Frame frame(carrier);
  const int mu = static_cast<int>(carrier.numerology), capability = static_cast<int>(carrier.ue_capability);
  const Occasions pdsch = frame.pdsch_starts(carrier.pdsch), pusch = frame.pusch_starts(carrier.pusch);
  if (pdsch.empty())
    return {"pdsch", fmt::format("a PDSCH of {} symbols fits no slot of {}", carrier.pdsch.symbols,
                                 carrier.tdd_pattern)};
  if (pusch.empty())
    return {"pusch", fmt::format("a PUSCH of {} symbols fits no slot of {}", carrier.pusch.symbols,
                                 carrier.tdd_pattern)};
  if (grant_occasions(frame, carrier.pdcch).empty())
    return {"pdcch", fmt::format("symbol {} is downlink in no slot", carrier.pdcch.symbol)};
  if (assignment_occasions(frame, carrier, pdsch).empty())
    return {"pdcch", fmt::format("no PDSCH of {} symbols begins at or after symbol {} of the same slot; use "
                                 "another symbol, or pdsch.k0: 1",
                                 carrier.pdsch.symbols, carrier.pdcch.symbol)};
  if (frame
          .pick([&](std::int64_t slot, int symbol) {
            return symbol == carrier.sr_symbol && frame.uplink(slot, symbol);
          })
          .empty())
    return {"sr_symbol", fmt::format("symbol {} is uplink in no slot", carrier.sr_symbol)};

  const auto us = [](TimeNs time) { return format_quantity(static_cast<double>(time), Dimension::kTime); };
  const TimeNs tproc2 = scaled(*radio::tproc2_ns(mu, capability), carrier.processing.scale);
  if (carrier.pusch.k2 != kDerived) {
    // The shortest way: from the last PDCCH symbol of a slot to the first start K2 slots later.
    const int last =
        carrier.pdcch.occasions == PdcchOccasions::kSymbol ? 0 : static_cast<int>(carrier.pdcch.symbol);
    int start = 0;
    std::int64_t slot = 0;
    const Tick first = pusch.next(0);
    slot = slot_of(first);
    start = symbol_of(first);
    if (carrier.pusch.mapping == Mapping::kB && carrier.pusch.symbols < kSymbols) {
      // Later starts in the slot can do.
      for (int s = start; s < kSymbols; ++s) {
        if (pusch.holds(tick_of(slot, s))) start = s;
      }
    }
    const TimeNs has = radio::symbol_time(carrier.pusch.k2, start, mu) - radio::symbols_ns(last + 1, mu);
    if (has < tproc2)
      return {"pusch.k2",
              fmt::format("from the end of the PDCCH to the PUSCH {} slots later it is {}, but Tproc,2 of "
                          "capability {} is {} (TS 38.214 §6.4); allowed: {} or more, or -1",
                          carrier.pusch.k2, us(has), capability, us(tproc2),
                          (tproc2 + radio::symbols_ns(last + 1, mu) - radio::symbols_ns(start, mu) +
                           radio::slot_ns(mu) - 1) /
                              radio::slot_ns(mu))};
  }
  if (carrier.pdsch.k1 != kDerived) {
    const auto symbol = static_cast<int>(carrier.pdsch.pucch_symbol);
    if (frame.pick([&](std::int64_t slot, int s) { return s == symbol && frame.uplink(slot, s); }).empty())
      return {"pdsch.pucch_symbol", fmt::format("symbol {} is uplink in no slot", symbol)};
    for (int start = kSymbols - 1; start >= 0; --start) {
      bool used = false;
      for (std::int64_t slot = 0; slot < frame.slots(); ++slot) used |= pdsch.holds(tick_of(slot, start));
      if (!used) continue;
      const int symbols = static_cast<int>(carrier.pdsch.symbols);
      const int d11 = d11_symbols(carrier.pdsch.mapping, symbols, start + symbols - 1, capability, 1);
      const TimeNs tproc1 = scaled(*radio::tproc1_ns(mu, capability, false, d11), carrier.processing.scale);
      const TimeNs end = radio::symbols_ns(start + symbols, mu);
      const TimeNs has = radio::symbol_time(carrier.pdsch.k1, symbol, mu) - end;
      if (has >= tproc1) continue;
      return {"pdsch.k1",
              fmt::format("from the end of the PDSCH to its feedback {} slots later it is {}, but Tproc,1 of "
                          "capability {} is {} (TS 38.214 §5.3); allowed: {} or more, or -1",
                          carrier.pdsch.k1, us(has), capability, us(tproc1),
                          (tproc1 + end - radio::symbols_ns(symbol, mu) + radio::slot_ns(mu) - 1) /
                              radio::slot_ns(mu))};
    }
  }
  return {};
}

}  // namespace cv2x::uu
