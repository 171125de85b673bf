#include "models/uu/least_delay.h"

#include <algorithm>

#include "models/radio/mcs.h"
#include "models/radio/tbs.h"

namespace cv2x::uu {
namespace {

std::int64_t most_bytes(const CarrierParams& carrier, int prbs, int symbols, std::int64_t layers) {
  std::int64_t most = 0;
  for (const radio::Mcs& mcs : radio::mcs_table(static_cast<int>(carrier.mcs_table)))
    most = std::max(most, radio::transport_block_bits({.prbs = prbs,
                                                       .symbols = symbols,
                                                       .dmrs_re_per_prb = Timing::kDmrsRePerPrb,
                                                       .layers = static_cast<int>(layers)},
                                                      mcs) /
                              8);
  return std::max<std::int64_t>(most, 1);
}

std::int64_t blocks(std::int64_t bytes, std::int64_t each) { return (bytes + each - 1) / each; }

/// The shorter blocks of slices that pre-empt, as Mac sends them.
CarrierParams shortened(CarrierParams carrier) {
  carrier.pdsch.mapping = Mapping::kB;
  carrier.pdsch.symbols = carrier.pdsch.preempting_symbols;
  carrier.pdsch.k0 = 0;
  carrier.pdsch.k1 = kDerived;
  carrier.pdcch.occasions = PdcchOccasions::kSymbol;
  return carrier;
}

}  // namespace

LeastDelay::LeastDelay(const CarrierParams& carrier, bool preempting)
    : timing_(carrier),
      up_bytes_(most_bytes(carrier, timing_.prbs(), timing_.pusch_symbols(), carrier.pusch.layers)),
      down_bytes_(most_bytes(carrier, timing_.prbs(), timing_.pdsch_data_symbols(), carrier.pdsch.layers)),
      down_block_ns_(kNever),
      down_decoding_ns_(kNever) {
  const auto shortest = [&](const Timing& timing) {
    const Tick period = tick_of(timing.frame().slots(), 0);
    for (Tick start = timing.pdsch_starts().next(0); start < period;
         start = timing.pdsch_starts().next(start + 1)) {
      const TimeNs sent = timing.time(timing.pdsch_end(start));
      down_block_ns_ = std::min(down_block_ns_, sent - timing.time(start));
      down_decoding_ns_ = std::min(down_decoding_ns_, timing.pdsch_decoded(start) - sent);
    }
  };
  shortest(timing_);
  if (preempting) shortest(Timing(shortened(carrier)));
}

TimeNs LeastDelay::uplink_end(TimeNs at, std::int64_t bytes) const {
  Tick start = timing_.pusch_starts().next(timing_.tick(timing_.ready_for_pusch(at)));
  for (std::int64_t more = blocks(bytes, up_bytes_); more > 1; --more)
    start = timing_.pusch_starts().next(timing_.pusch_end(start));
  return timing_.pusch_decoded(start);
}

TimeNs LeastDelay::downlink_ns(std::int64_t bytes) const {
  return timing_.ready_for_pdsch(0) + blocks(bytes, down_bytes_) * down_block_ns_ + down_decoding_ns_;
}

}  // namespace cv2x::uu
