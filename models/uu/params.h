#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"
#include "models/radio/antenna_params.h"
#include "models/radio/bands.h"
#include "models/radio/params.h"
#include "models/uu/access_params.h"
#include "models/uu/timing_params.h"

namespace cv2x {

/// One carrier: a pair of frequency bands (FDD), or one for both directions (TDD), each `bandwidth` wide.
/// Cells on the same carrier interfere; in TDD they have the same pattern, in step.
struct CarrierParams {
  static constexpr std::int64_t kRandomOffset = -1;

  std::string name;
  std::string band = std::string(radio::kAnyBand);  ///< what frequency and bandwidth are checked against
  double frequency_hz = 3.5e9;
  double bandwidth_hz = 20e6;
  std::int64_t numerology = 1;  ///< µ: subcarrier spacing 15·2^µ kHz
  Duplex duplex = Duplex::kFdd;
  std::string tdd_pattern = "DDDSU";  ///< a letter a slot: downlink, special, uplink
  SpecialSlotParams tdd_special;
  PdschParams pdsch;
  PuschParams pusch;
  PdcchParams pdcch;
  ProcessingParams processing;
  bool fixed_error_given = false;
  FixedErrorParams fixed_error;
  ChannelParams channel;
  bool fading_given = false;
  FadingParams fading;

  std::int64_t mcs_table = 2;  ///< TS 38.214: 1 = 64QAM, 2 = 256QAM, 3 = 64QAM low spectral efficiency
  std::int64_t harq_transmissions = 4;     ///< at most, the first included
  std::int64_t ue_capability = 1;          ///< N1/N2 of TS 38.214 tables 5.3-1/-2, 6.4-1/-2
  TimeNs sr_period_ns = 5 * kMillisecond;  ///< rounded to whole slots
  std::int64_t sr_symbol = 13;             ///< of a slot, in which requests are sent
  std::int64_t sr_offset = kRandomOffset;  ///< slots; the same for all UEs
  std::int64_t first_grant_bytes = 300;    ///< size of the grant that answers a scheduling request
  std::int64_t rlc_retransmissions = 4;    ///< of a part that HARQ has lost, at most; 0: RLC UM
  TimeNs rlc_status_delay_ns =
      20 * kMillisecond;     ///< last HARQ transmission → the sender knows that it was lost
  double bler_target = 0.1;  ///< outer-loop link adaptation

  double ue_power_dbm = 23;  ///< largest transmit power of a UE
  double p0_dbm =
      -80;  ///< open-loop power control: target received power per PRB at 15 kHz (TS 38.213 §7.1.1)
  double alpha = 0.8;  ///< path-loss compensation
  double ue_noise_figure_db = 9;
  double gnb_noise_figure_db = 5;
  UeAntennaParams ue_antenna;
};

/// One cell: a transmitter of a site on a carrier.
struct CellParams {
  std::string name;
  std::string site;
  std::string carrier;
  double power_dbm = 46;       ///< total downlink power over the carrier's bandwidth
  double antenna_gain_db = 8;  ///< omni: in all directions; otherwise: of an element, the largest
  AntennaParams antenna;
  double azimuth_deg = 0;   ///< compass bearing: 0 north (+y), 90 east (+x)
  double downtilt_deg = 0;  ///< of the main direction below the horizon
};

/// Radio link monitoring and what follows a failure (TS 38.331 §5.3.10 and §5.3.7).
struct MonitoringParams {
  double q_out = 0.1, q_in = 0.02;  ///< block error rates of a hypothetical PDCCH (TS 38.133 §8.1.1)
  std::int64_t n310 = 1, n311 = 1;
  TimeNs t310_ns = 1000 * kMillisecond;
  TimeNs reestablishment_ns = 150 * kMillisecond;  ///< cell search, system information, access, RRC
};

/// Conditional handover: a neighbour is prepared early and taken by the UE itself.
struct ConditionalParams {
  double prepare_offset_db = -3;  ///< prepared from here on, relative to the serving cell
};

/// When and how a UE changes its serving cell; the same on all carriers.
struct HandoverParams {
  double offset_db = 0;                            ///< event A3: a new cell must be stronger by offset …
  double hysteresis_db = 3;                        ///< … and hysteresis …
  TimeNs time_to_trigger_ns = 160 * kMillisecond;  ///< … for this long
  TimeNs preparation_ns = 0;                       ///< from the report to the command
  TimeNs interruption_ns = 30 * kMillisecond;
  double min_rsrp_dbm = -125;           ///< per resource element; below it there is no coverage
  std::int64_t filter_coefficient = 0;  ///< k of the layer-3 filter
  bool monitoring_given = false;
  MonitoringParams monitoring;
  bool conditional_given = false;
  ConditionalParams conditional;
};

struct IdealParams {
  TimeNs delay_ns = kMillisecond;  ///< one way
  double uplink_bps = 1e9;         ///< of every vehicle by itself: a FIFO a vehicle and direction
  double downlink_bps = 1e9;
  bool serialise = true;     ///< false: infinite rate
  double ue_power_dbm = 23;  ///< that a vehicle radiates while it sends: power class 3, TS 38.101-1 §6.2.1
};

enum class RadioKind : std::uint8_t { kIdeal, kNr, kSharedLink, kEdgeCloudSim };
inline constexpr std::array<std::string_view, 4> kRadioKindNames = {"ideal", "nr", "shared_link",
                                                                    "edgecloudsim"};

struct RadioParams {
  RadioKind kind = RadioKind::kIdeal;
  IdealParams ideal;
  SharedLinkParams shared_link;
  EdgeCloudSimParams edgecloudsim;
  std::vector<CarrierParams> carriers;
  std::vector<CellParams> cells;
  HandoverParams handover;
  TimeNs epoch_ns = 100 * kMillisecond;  ///< period of measurements: gains and RSRP are refreshed
};

inline void describe(Visitor& v, CarrierParams& p) {
  v.word(
      {"band", "NR operating band that frequency and bandwidth must fit (TS 38.101-1 and -2 §5.2, §5.3.5)"},
      p.band, radio::band_names());
  v.quantity({"frequency", "centre frequency", true}, p.frequency_hz, Dimension::kFrequency, {0.5e9, 100e9});
  v.quantity({"bandwidth", "of each direction", true}, p.bandwidth_hz, Dimension::kFrequency, {5e6, 400e6});
  v.integer({"numerology", "µ: subcarrier spacing is 15 kHz · 2^µ"}, p.numerology, 0, 3);
  v.variant(
      {"duplex", "fdd: uplink and downlink on bands of their own; tdd: they take turns"}, p.duplex,
      kDuplexNames, [&](Duplex duplex) {
        if (duplex != Duplex::kTdd) return;
        v.text({"tdd_pattern", "a letter a slot, repeated: D downlink, S special, U uplink"}, p.tdd_pattern);
        v.object({"tdd_special", "symbols of the slots S"}, p.tdd_special);
      });
  v.object({"pdsch", "downlink shared channel: length and offsets"}, p.pdsch);
  v.object({"pusch", "uplink shared channel: length and offset"}, p.pusch);
  v.object({"pdcch", "control channel: when and how much"}, p.pdcch);
  v.object({"processing", "processing times of UE and gNB"}, p.processing);
  v.optional_object({"fixed_error", "block error rates that are given instead of following from the SINR"},
                    p.fixed_error, p.fixed_error_given);
  v.object({"channel", "large-scale propagation"}, p.channel);
  v.optional_object({"fading", "small-scale fading by groups of PRBs, and channel state reports"}, p.fading,
                    p.fading_given);
  v.integer({"mcs_table", "TS 38.214 MCS table: 1 (64QAM), 2 (256QAM), 3 (64QAM, low spectral efficiency)"},
            p.mcs_table, 1, 3);
  v.integer({"harq_transmissions", "transmissions of a transport block at most, the first included"},
            p.harq_transmissions, 1, 16);
  v.integer({"ue_capability", "processing capability: N1 and N2 of TS 38.214 §5.3, §6.4"}, p.ue_capability, 1,
            2);
  v.duration({"sr_period", "period of a UE's scheduling-request opportunity (rounded to slots)"},
             p.sr_period_ns, {62'500, 640e6});
  v.integer({"sr_symbol", "symbol of the slot in which scheduling requests are sent"}, p.sr_symbol, 0, 13);
  v.integer({"sr_offset", "slot of the period; -1: a random one for each UE"}, p.sr_offset, -1, 5119);
  v.bytes({"first_grant", "size of the grant that answers a scheduling request"}, p.first_grant_bytes,
          {8, 100'000});
  v.integer({"rlc_retransmissions",
             "RLC acknowledged mode: how often a part that HARQ has lost is sent again; 0: unacknowledged "
             "mode, it is lost"},
            p.rlc_retransmissions, 0, 32);
  v.duration(
      {"rlc_status_delay",
       "from the last HARQ transmission of a lost part until its sender knows (t-Reassembly, status report)"},
      p.rlc_status_delay_ns, {0, 4e9});
  v.quantity({"bler_target", "block error rate at which link adaptation aims"}, p.bler_target,
             Dimension::kShare, {1e-6, 0.5});
  v.quantity({"ue_power", "largest transmit power of a UE"}, p.ue_power_dbm, Dimension::kPower, {-40, 40});
  v.quantity({"p0", "open-loop power control: target received power per PRB (TS 38.213 §7.1.1)"}, p.p0_dbm,
             Dimension::kPower, {-202, 24});
  v.number({"alpha", "path-loss compensation of open-loop power control"}, p.alpha, kShareBounds);
  v.quantity({"ue_noise_figure", "noise figure of a UE"}, p.ue_noise_figure_db, Dimension::kRatio, {0, 30});
  v.quantity({"gnb_noise_figure", "noise figure of a gNB"}, p.gnb_noise_figure_db, Dimension::kRatio,
             {0, 30});
  v.object({"ue_antenna", "antennas of the UEs"}, p.ue_antenna);
}

inline void describe(Visitor& v, CellParams& p) {
  v.reference({"site", "gnb or rsu site that carries the cell", true}, p.site, "sites");
  v.reference({"carrier", "its carrier", true}, p.carrier, "radio.carriers");
  v.quantity({"power", "total downlink power"}, p.power_dbm, Dimension::kPower, {-10, 80});
  v.quantity({"antenna_gain",
              "omni antenna: its gain in all directions; sector, array: the largest gain of an element"},
             p.antenna_gain_db, Dimension::kRatio, {-10, 40});
  v.object({"antenna", "its kind and elements"}, p.antenna);
  v.quantity({"azimuth", "sector, array: compass bearing of the main direction, 0 deg north, 90 deg east"},
             p.azimuth_deg, Dimension::kAngle, {-360, 360});
  v.quantity({"downtilt", "sector, array: of the main direction below the horizon"}, p.downtilt_deg,
             Dimension::kAngle, {-90, 90});
  v.require(p.antenna.kind != AntennaKind::kOmni || (p.azimuth_deg == 0 && p.downtilt_deg == 0),
            p.azimuth_deg != 0 ? "azimuth" : "downtilt",
            "an omni antenna has no azimuth and no downtilt; use sector or array");
}

inline void describe(Visitor& v, MonitoringParams& p) {
  v.quantity({"q_out", "block error rate of a hypothetical PDCCH above which a link is out of sync"}, p.q_out,
             Dimension::kShare, {1e-4, 0.9});
  v.quantity({"q_in", "and below which it is in sync"}, p.q_in, Dimension::kShare, {1e-4, 0.9});
  v.require(p.q_in <= p.q_out, "q_in", "must not be above q_out");
  v.integer({"n310", "out-of-sync indications in a row, one a measurement, that start T310"}, p.n310, 1, 20);
  v.integer({"n311", "in-sync indications in a row that stop it"}, p.n311, 1, 10);
  v.duration({"t310", "from there to the failure of the radio link"}, p.t310_ns, {0, 6e9});
  v.duration({"reestablishment",
              "no transmission for this long after a failure: cell search, system information, access"},
             p.reestablishment_ns, {0, 60e9});
}

inline void describe(Visitor& v, ConditionalParams& p) {
  v.quantity({"prepare_offset",
              "a neighbour is prepared when it is above the serving cell by this (below: negative)"},
             p.prepare_offset_db, Dimension::kRatio, {-30, 30});
}

inline void describe(Visitor& v, HandoverParams& p) {
  v.quantity({"offset", "event A3: a new serving cell must be stronger by this and the hysteresis"},
             p.offset_db, Dimension::kRatio, {-15, 15});
  v.quantity({"hysteresis", "a new serving cell must be stronger by this"}, p.hysteresis_db,
             Dimension::kRatio, {0, 30});
  v.duration({"time_to_trigger", "and for this long"}, p.time_to_trigger_ns, kNotNegative);
  v.duration({"preparation", "from the measurement report to the handover command"}, p.preparation_ns,
             {0, 10e9});
  v.duration({"interruption", "no transmission for this long after a change of cell"}, p.interruption_ns,
             kNotNegative);
  v.quantity({"min_rsrp", "received power per resource element below which there is no coverage"},
             p.min_rsrp_dbm, Dimension::kPower, {-160, -30});
  v.integer({"filter_coefficient", "k of the layer-3 filter of RSRP (TS 38.331 §5.5.3.2); 0: no filter"},
            p.filter_coefficient, 0, 19);
  v.optional_object(
      {"monitoring", "radio link failure; without it a serving cell below min_rsrp is left at once"},
      p.monitoring, p.monitoring_given);
  v.optional_object({"conditional", "conditional handover"}, p.conditional, p.conditional_given);
}

inline void describe(Visitor& v, IdealParams& p) {
  v.duration({"delay", "one-way delay"}, p.delay_ns, {0, 3.6e12});
  v.flag({"serialise",
          "whether messages take bytes/rate and queue behind each other (a FIFO a vehicle and direction; of "
          "broadcasts, one a site)"},
         p.serialise);
  v.quantity({"uplink", "rate of every vehicle"}, p.uplink_bps, Dimension::kRate, {1e3, 1e15});
  v.quantity({"downlink", "rate to every vehicle"}, p.downlink_bps, Dimension::kRate, {1e3, 1e15});
  v.quantity({"ue_power", "power that a vehicle radiates while it sends; only energy depends on it"},
             p.ue_power_dbm, Dimension::kPower, {-40, 40});
}

inline void describe(Visitor& v, RadioParams& p) {
  v.variant({"kind",
             "ideal: a given delay and rate to the nearest gnb or rsu site; nr: 5G NR; shared_link: a rate "
             "that all vehicles of the nearest gnb or rsu site share; edgecloudsim: access and backhaul as "
             "EdgeCloudSim's vehicular sample models them, to compare with it",
             true},
            p.kind, kRadioKindNames, [&](RadioKind kind) {
              switch (kind) {
                case RadioKind::kIdeal:
                  v.object({"ideal", "its delay and rates"}, p.ideal);
                  break;
                case RadioKind::kNr:
                  v.entries({"carriers", "carrier frequencies, by name"}, p.carriers);
                  v.entries({"cells", "cells, by name"}, p.cells);
                  v.object({"handover", "when and how a vehicle changes its serving cell"}, p.handover);
                  break;
                case RadioKind::kSharedLink:
                  v.object({"shared_link", "its rates, and how they are shared"}, p.shared_link);
                  break;
                case RadioKind::kEdgeCloudSim:
                  v.object({"edgecloudsim", "its four networks"}, p.edgecloudsim);
                  break;
              }
            });
  v.duration({"epoch", "period at which positions, gains and serving cells are refreshed"}, p.epoch_ns,
             {1e6, 10e9});
}

}  // namespace cv2x
