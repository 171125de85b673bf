#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/base/describe.h"

namespace cv2x {

// When a carrier's channels may be used. Keys of CarrierParams, grouped.

enum class Duplex : std::uint8_t { kFdd, kTdd };
inline constexpr std::array<std::string_view, 2> kDuplexNames = {"fdd", "tdd"};

/// The symbols of slots `S` of a TDD pattern, in this order.
struct SpecialSlotParams {
  std::int64_t downlink = 10;
  std::int64_t guard = 2;
  std::int64_t uplink = 2;
};

/// Mapping type of a shared channel: A begins at the start of a slot, B anywhere (TS 38.214 tables 5.1.2.1-1,
/// 6.1.2.1-1).
enum class Mapping : std::uint8_t { kA, kB };
inline constexpr std::array<std::string_view, 2> kMappingNames = {"a", "b"};

inline constexpr std::int64_t kDerived = -1;  ///< an offset that follows from processing times

/// Transport blocks of broadcasts: there is no channel state to choose them by.
struct BroadcastParams {
  std::int64_t mcs = 2;
  std::int64_t layers = 1;
};

/// PRBs at the upper end of the carrier that another channel takes from time to time: SSB, PRACH.
struct BlockedParams {
  std::int64_t prbs = 0;
  TimeNs period_ns = 20 * kMillisecond;
  TimeNs duration_ns = kMillisecond;  ///< from the beginning of the period
};

struct PdschParams {
  Mapping mapping = Mapping::kA;
  std::int64_t layers = 1;
  std::int64_t symbols = 14;            ///< 2, 4, 7 or 14
  std::int64_t k0 = 0;                  ///< slots from the assignment to the PDSCH
  std::int64_t k1 = kDerived;           ///< slots from the PDSCH to its HARQ feedback
  std::int64_t pucch_symbol = 13;       ///< of the feedback, when k1 is given
  std::int64_t preempting_symbols = 2;  ///< mini-slots of slices that pre-empt: 2, 4 or 7
  bool broadcast_given = false;
  BroadcastParams broadcast{};
  BlockedParams blocked{};
};

struct PuschParams {
  Mapping mapping = Mapping::kA;
  std::int64_t layers = 1;
  std::int64_t symbols = 14;   ///< 2, 4, 7 or 14
  std::int64_t k2 = kDerived;  ///< slots from the grant to the PUSCH
  BlockedParams blocked;
};

enum class PdcchOccasions : std::uint8_t { kSlot, kSymbol };
inline constexpr std::array<std::string_view, 2> kPdcchOccasionNames = {"slot", "symbol"};

struct PdcchParams {
  PdcchOccasions occasions = PdcchOccasions::kSlot;
  std::int64_t symbol = 0;    ///< kSlot: the symbol that UEs monitor
  std::int64_t duration = 2;  ///< symbols of the CORESET (TS 38.331): decides how many CCEs there are
  std::int64_t cces = 0;      ///< of an occasion; 0: as many as the carrier's PRBs hold in `duration` symbols
};

struct ProcessingParams {
  double scale = 1;                    ///< of all processing times
  TimeNs first_retransmission_ns = 0;  ///< more, before the first retransmission of a block
  bool gnb_d11 = true;                 ///< whether the gNB's decoding takes d11 as a UE's does
};

/// Block error rates that are given instead of following from the SINR.
struct FixedErrorParams {
  double first = 0;  ///< of a first transmission
  double later = 0;  ///< of each retransmission, independent of those before it
  double radius_m = 0;
};

inline void describe(Visitor& v, SpecialSlotParams& p) {
  v.integer({"downlink", "symbols at its beginning"}, p.downlink, 0, 14);
  v.integer({"guard", "symbols without transmission"}, p.guard, 0, 14);
  v.integer({"uplink", "symbols at its end"}, p.uplink, 0, 14);
  v.require(p.downlink + p.guard + p.uplink == 14, "guard", "downlink, guard and uplink must be 14 together");
}

inline void describe(Visitor& v, BroadcastParams& p) {
  v.integer({"mcs", "MCS of the carrier's table, for all cells and receivers: how far a broadcast reaches"},
            p.mcs, 0, 28);
  v.integer(
      {"layers", "spatial layers; the standard's broadcast (DCI format 4_0, TS 38.212 §7.3.1.5.1) has 1"},
      p.layers, 1, 8);
}

inline void describe(Visitor& v, BlockedParams& p) {
  v.integer({"prbs", "at the upper end of the carrier; 0: none"}, p.prbs, 0, 275);
  v.duration({"period", "whole slots, and whole TDD patterns"}, p.period_ns, {62'500, 1e9});
  v.duration({"duration", "from the beginning of each period, rounded up to slots"}, p.duration_ns,
             {62'500, 1e9});
  v.require(p.duration_ns <= p.period_ns, "duration", "must not be longer than period");
}

inline void describe(Visitor& v, PdschParams& p) {
  v.choice(
      {"mapping", "a: begins in symbol 0 (mini-slots: 0 to 3) of a slot; b: mini-slots that begin anywhere"},
      p.mapping, kMappingNames);
  v.integer({"symbols", "length: 2 (b only), 4, 7 or 14 (a only)"}, p.symbols, 2, 14);
  v.integer({"layers",
             "spatial layers, each with an equal part of the power and without interference of the others"},
            p.layers, 1, 8);
  v.integer({"k0", "slots from the assignment to the PDSCH"}, p.k0, 0, 32);
  v.integer({"k1",
             "slots from the PDSCH to its HARQ feedback; -1: the feedback is in the first uplink symbol that "
             "Tproc,1 allows"},
            p.k1, kDerived, 15);
  v.integer({"pucch_symbol", "symbol of the feedback, when k1 is given"}, p.pucch_symbol, 0, 13);
  v.integer({"preempting_symbols",
             "length of the mini-slots (type b, at any symbol) of slices that pre-empt: 2, 4 or 7"},
            p.preempting_symbols, 2, 7);
  v.optional_object({"broadcast", "transport blocks of services with delivery: broadcast"}, p.broadcast,
                    p.broadcast_given);
  v.object({"blocked", "PRBs that other channels take, such as synchronisation blocks (20 every 20 ms)"},
           p.blocked);
  v.require(p.preempting_symbols == 2 || p.preempting_symbols == 4 || p.preempting_symbols == 7,
            "preempting_symbols", "allowed: 2, 4, 7");
  v.require((p.symbols == 2 || p.symbols == 4 || p.symbols == 7 || p.symbols == 14) &&
                !(p.mapping == Mapping::kA && p.symbols == 2) &&
                !(p.mapping == Mapping::kB && p.symbols == 14),
            "symbols", "allowed: 4, 7, 14 (mapping a); 2, 4, 7 (mapping b)");
}

inline void describe(Visitor& v, PuschParams& p) {
  v.choice({"mapping",
            "a: begins in symbol 0 of a slot; b: mini-slots, 2 symbols at every second symbol, 4 and 7 at "
            "symbols 0 and 7"},
           p.mapping, kMappingNames);
  v.integer({"symbols", "length: 2 (b only), 4, 7 or 14"}, p.symbols, 2, 14);
  v.integer({"layers",
             "spatial layers, each with an equal part of the power and without interference of the others"},
            p.layers, 1, 4);
  v.integer({"k2", "slots from the grant to the PUSCH; -1: the first start that Tproc,2 allows"}, p.k2,
            kDerived, 32);
  v.object({"blocked", "PRBs that other channels take, such as random access (12 for 1 ms every 10 ms)"},
           p.blocked);
  v.require((p.symbols == 2 || p.symbols == 4 || p.symbols == 7 || p.symbols == 14) &&
                !(p.mapping == Mapping::kA && p.symbols == 2),
            "symbols", "allowed: 4, 7, 14 (mapping a); 2, 4, 7, 14 (mapping b)");
}

inline void describe(Visitor& v, PdcchParams& p) {
  v.choice({"occasions", "slot: one symbol of every slot; symbol: every symbol"}, p.occasions,
           kPdcchOccasionNames);
  v.integer({"symbol", "slot: the symbol that UEs monitor"}, p.symbol, 0, 13);
  v.integer({"duration", "symbols of its resource set (CORESET), which bound the grants of an occasion"},
            p.duration, 1, 3);
  v.integer(
      {"cces", "control channel elements of an occasion; 0: one for every 6 PRBs and symbol of duration"},
      p.cces, 0, 135);
}

inline void describe(Visitor& v, ProcessingParams& p) {
  v.number({"scale", "factor on all processing times of UE and gNB"}, p.scale, {0, 10});
  v.duration({"first_retransmission",
              "more than these, before a block is sent a second time (to compare with models that ask anew)"},
             p.first_retransmission_ns, {0, 1e9});
  v.flag(
      {"gnb_d11",
       "whether the gNB's decoding of a PUSCH takes the d11 of a UE's PDSCH decoding (TR 37.910), or none"},
      p.gnb_d11);
}

inline void describe(Visitor& v, FixedErrorParams& p) {
  v.quantity({"first", "block error rate of a first transmission"}, p.first, Dimension::kShare, kShareBounds);
  v.quantity({"later", "of each retransmission, independent of those before it"}, p.later, Dimension::kShare,
             kShareBounds);
  v.quantity(
      {"radius",
       "0: the MCS follows from the SINR; otherwise from the distance: 11 rings of equal width, from the "
       "best channel quality (CQI 15) in the middle to CQI 5 at this distance, MCS 2 CQI - 3 (tables 1 "
       "and 2) or 2 CQI - 2 (table 3)"},
      p.radius_m, Dimension::kLength, {0, 1e5});
}

}  // namespace cv2x
