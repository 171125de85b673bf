#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/base/describe.h"
#include "models/base/time.h"

namespace cv2x {

/// Who chooses the resources, and by which rules.
enum class SidelinkMode : std::uint8_t { kNrMode2, kLteMode4 };
inline constexpr std::array<std::string_view, 2> kSidelinkModeNames = {"nr_mode2", "lte_mode4"};

/// What `power` is: of the whole transmission, however many PRBs it has, or of each MHz of it.
enum class SidelinkPower : std::uint8_t { kTotal, kDensity };
inline constexpr std::array<std::string_view, 2> kSidelinkPowerNames = {"total", "density"};

enum class SidelinkPropagation : std::uint8_t { kWinnerB1, kHighway, kUrban };
inline constexpr std::array<std::string_view, 3> kSidelinkPropagationNames = {"winner_b1", "tr37885_highway",
                                                                              "tr37885_urban"};

enum class SidelinkLink : std::uint8_t { kNrBler, kThreshold, kCurve };
inline constexpr std::array<std::string_view, 3> kSidelinkLinkNames = {"nr_bler", "threshold", "curve"};

/// The resource pool: every slot of the carrier, cut into sub-channels.
struct SidelinkPoolParams {
  double frequency_hz = 5.9e9;
  double bandwidth_hz = 10e6;
  std::int64_t numerology = 0;
  std::int64_t subchannels = 4;
  std::int64_t subchannel_prbs = 12;
  std::int64_t control_prbs = 10;
  std::int64_t control_symbols = 3;
  std::int64_t data_prbs = 0;  ///< of a packet in one sub-channel that noise and power refer to; 0: all
};

/// Large-scale propagation between vehicles, and fading.
struct SidelinkChannelParams {
  SidelinkPropagation model = SidelinkPropagation::kHighway;
  double environment_height_m = 0;  ///< winner_b1
  bool free_space_floor = true;     ///< winner_b1
  double least_distance_m = 3;
  double shadowing_db = 3;
  double decorrelation_m = 25;
  double blocker_height_m = 1.6;  ///< tr37885: of the vehicles that stand in the way
  TimeNs redraw_ns = 0;           ///< shadowing and line of sight are drawn anew; 0: only as vehicles move
  bool fading = false;
  double los_k_db = 3.48;
  double nlosv_k_db = 0;
};

/// From the SINR of a packet to its error rate.
struct SidelinkLinkParams {
  SidelinkLink kind = SidelinkLink::kNrBler;
  double threshold_db = 5;
  std::string curve;
  double control_threshold_db = 0;
  double sensitivity_dbm = -200;
  bool in_band_emission = true;
};

/// How far each vehicle looks.
struct SidelinkRangeParams {
  double links_m = 1500;
  double far_m = 10'000;
  double measured_m = 500;
  double bin_m = 20;
  double gap_m = 300;
  double from_x_m = -1e7, to_x_m = 1e7;
};

/// NR Mode 2 and LTE Mode 4: sensing and semi-persistent scheduling.
struct SidelinkSensingParams {
  TimeNs window_ns = 100 * kMillisecond;
  double rsrp_dbm = -110;
  double list = 0.2;
  std::int64_t t1_slots = 1;
  TimeNs t2_ns = 100 * kMillisecond;
  TimeNs period_ns = 100 * kMillisecond;
  double keep = 0;
  bool reevaluation = true;
  std::int64_t reselect_after = 9;
};

struct SidelinkParams {
  bool present = false;  ///< whether the scenario has a sidelink
  SidelinkMode mode = SidelinkMode::kNrMode2;
  SidelinkPoolParams pool;
  std::int64_t mcs_table = 1;  ///< nr_mode2
  std::int64_t mcs = 11;       ///< nr_mode2
  double efficiency = 1.41;    ///< lte_mode4 [bit a resource element]
  SidelinkPower power_kind = SidelinkPower::kTotal;
  double power_dbm = 23;       ///< or dBm a MHz
  double antenna_gain_db = 3;  ///< of each side
  double noise_figure_db = 9;
  double busy_dbm = -94;  ///< of a sub-channel: more makes it busy
  SidelinkChannelParams channel;
  SidelinkLinkParams link;
  SidelinkSensingParams sensing;
  SidelinkRangeParams range;
  std::int64_t threads = 1;
};

inline void describe(Visitor& v, SidelinkPoolParams& p) {
  v.quantity({"frequency", "centre frequency"}, p.frequency_hz, Dimension::kFrequency, {0.5e9, 10e9});
  v.quantity({"bandwidth", "of the carrier"}, p.bandwidth_hz, Dimension::kFrequency, {1.4e6, 100e6});
  v.integer({"numerology", "µ: subcarrier spacing is 15 kHz · 2^µ (lte_mode4: 0)"}, p.numerology, 0, 2);
  v.integer({"subchannels", "sub-channels of a slot (sl-NumSubchannel)"}, p.subchannels, 1, 27);
  v.integer({"subchannel_prbs", "PRBs of a sub-channel (sl-SubchannelSize)"}, p.subchannel_prbs, 4, 100);
  v.integer({"control_prbs",
             "PRBs of the PSCCH, in the lowest sub-channel of a packet (nr_mode2; lte_mode4 has 2, beside "
             "the data)"},
            p.control_prbs, 1, 25);
  v.integer({"control_symbols", "symbols of the PSCCH (nr_mode2)"}, p.control_symbols, 2, 3);
  v.integer({"data_prbs",
             "PRBs of the data of a packet in one sub-channel, over which power is spread and noise is "
             "counted; 0: all that the sub-channel leaves"},
            p.data_prbs, 0, 100);
}

inline void describe(Visitor& v, SidelinkChannelParams& p) {
  v.quantity({"shadowing", "standard deviation of log-normal shadowing (TR 37.885: 3 dB)"}, p.shadowing_db,
             Dimension::kRatio, {0, 20});
  v.quantity({"decorrelation",
              "distance, driven by both vehicles together, over which the correlation of shadowing and line "
              "of sight falls to 1/e (TR 36.885: 25 m on freeways, 10 m in towns)"},
             p.decorrelation_m, Dimension::kLength, {0.1, 1e5});
  v.duration({"redraw",
              "shadowing and line of sight are also drawn anew after so long (for vehicles that stand); 0: "
              "never"},
             p.redraw_ns, kNotNegative);
  v.quantity({"least_distance", "a shorter one counts as this"}, p.least_distance_m, Dimension::kLength,
             {0.5, 50});
  v.flag({"fading",
          "Rician flat fading, drawn for each packet and receiver (with `redraw`: with it); leave it out "
          "where the link curve contains it"},
         p.fading);
  v.quantity({"los_k_factor", "of the fading in line of sight"}, p.los_k_db, Dimension::kRatio, {-20, 40});
  v.quantity({"nlosv_k_factor", "of the fading behind another vehicle"}, p.nlosv_k_db, Dimension::kRatio,
             {-20, 40});
  v.variant(
      {"model",
       "winner_b1: WINNER+ B1 in line of sight; tr37885_highway, tr37885_urban: TR 37.885 table 6.2.1-1, in "
       "line of sight or behind other vehicles (NLOSv)"},
      p.model, kSidelinkPropagationNames, [&](SidelinkPropagation model) {
        if (model == SidelinkPropagation::kWinnerB1) {
          v.quantity(
              {"environment_height", "subtracted from the antennas' heights; published work has 0 m or 1 m"},
              p.environment_height_m, Dimension::kLength, {0, 10});
          v.flag({"free_space_floor", "the loss is never less than that of free space"}, p.free_space_floor);
        } else {
          v.quantity({"blocker_height",
                      "of the vehicles that stand in the way (TR 37.885: types 1 and 2 "
                      "1.6 m, type 3 3 m)"},
                     p.blocker_height_m, Dimension::kLength, {0.5, 10});
        }
      });
}

inline void describe(Visitor& v, SidelinkLinkParams& p) {
  v.quantity({"control_threshold", "SINR from which on the control information (SCI) is decoded"},
             p.control_threshold_db, Dimension::kRatio, {-20, 40});
  v.quantity({"sensitivity", "total received power below which nothing of a packet is decoded"},
             p.sensitivity_dbm, Dimension::kPower, {-250, 0});
  v.flag({"in_band_emission",
          "sub-channels leak into each other (TS 38.101-1 §6.4.2.3, TS 36.101 "
          "§6.5.2.3)"},
         p.in_band_emission);
  v.variant({"kind",
             "nr_bler: 5G-LENA's LDPC curves of the MCS and the transport block; threshold: all packets from "
             "an SINR on; curve: read from a file"},
            p.kind, kSidelinkLinkNames, [&](SidelinkLink kind) {
              if (kind == SidelinkLink::kThreshold)
                v.quantity({"threshold", "SINR from which on every packet is decoded", true}, p.threshold_db,
                           Dimension::kRatio, {-20, 40});
              if (kind == SidelinkLink::kCurve)
                v.path({"file",
                        "CSV with the columns snr_db and per, in ascending order of SNR; linear in dB "
                        "between the points, the end values hold beyond",
                        true},
                       p.curve);
            });
}

inline void describe(Visitor& v, SidelinkSensingParams& p) {
  v.duration({"window", "T0: how far back reservations are remembered (lte_mode4: always 1 s)"}, p.window_ns,
             {10e6, 1.1e9});
  v.quantity({"rsrp_threshold",
              "a reserved resource whose PSSCH RSRP (of a resource element) was higher is left out; raised "
              "by 3 dB until enough are left"},
             p.rsrp_dbm, Dimension::kPower, {-140, 0});
  v.quantity({"list", "share X of the resources that must be left (NR: 20 %, 35 % or 50 %; LTE: 20 %)"},
             p.list, Dimension::kShare, {0.01, 1});
  v.integer({"t1", "T1: first slot of the selection window, after the one in which the packet came"},
            p.t1_slots, 0, 100);
  v.duration({"t2", "T2: end of the selection window, from the packet on"}, p.t2_ns, {1e6, 1e9});
  v.duration({"reservation_period", "RRI"}, p.period_ns, {1e6, 1e9});
  v.quantity({"keep_probability", "probability that a resource is kept when its counter has run out"}, p.keep,
             Dimension::kShare, {0, 1});
  v.flag({"reevaluation",
          "nr_mode2: a resource that was chosen but not announced is checked again before it is used "
          "(TS 38.214 §8.1.4, T3)"},
         p.reevaluation);
  v.integer({"reselect_after",
             "occasions left unused in a row after which a resource is given up (sl-ReselectAfter)"},
            p.reselect_after, 1, 9);
}

inline void describe(Visitor& v, SidelinkRangeParams& p) {
  v.quantity({"links", "links of a transmission are computed at least up to this distance"}, p.links_m,
             Dimension::kLength, {50, 1e6});
  v.quantity(
      {"far", "beyond `links`, up to here, transmitters add mean power to squares of 200 m; 0 m: none"},
      p.far_m, Dimension::kLength, {0, 1e6});
  v.quantity({"measured", "receptions are counted up to this distance"}, p.measured_m, Dimension::kLength,
             {10, 1e5});
  v.quantity({"bin", "width of a distance bin of those counts"}, p.bin_m, Dimension::kLength, {1, 1000});
  v.quantity({"gaps", "gaps between receptions and ages are measured up to this distance; 0 m: none"},
             p.gap_m, Dimension::kLength, {0, 1e5});
  v.quantity({"from_x", "only receivers from this x on count, so that the ends of a road do not"}, p.from_x_m,
             Dimension::kLength, {-1e7, 1e7});
  v.quantity({"to_x", "only receivers up to this x count"}, p.to_x_m, Dimension::kLength, {-1e7, 1e7});
}

inline void describe(Visitor& v, SidelinkParams& p) {
  v.variant({"mode",
             "nr_mode2: NR-V2X Mode 2 (TS 38.214 §8.1.4, TS 38.321 §5.22); lte_mode4: LTE-V2X Mode 4 "
             "(TS 36.213 §14.1.1.6, TS 36.321 §5.14)",
             true},
            p.mode, kSidelinkModeNames, [&](SidelinkMode mode) {
              if (mode == SidelinkMode::kNrMode2) {
                v.integer({"mcs_table", "TS 38.214 table 5.1.3.1-1, -2 or -3"}, p.mcs_table, 1, 3);
                v.integer({"mcs", "of every packet"}, p.mcs, 0, 28);
              } else {
                v.number({"efficiency", "modulation order times code rate: bits a resource element"},
                         p.efficiency, {0.1, 6});
              }
            });
  v.object({"pool", "resource pool"}, p.pool);
  v.choice({"power_kind", "total: `power` is that of the whole packet; density: that of each MHz"},
           p.power_kind, kSidelinkPowerNames);
  v.quantity({"power", "transmit power"}, p.power_dbm, Dimension::kPower, {-30, 40});
  v.quantity({"antenna_gain", "of each vehicle's antenna"}, p.antenna_gain_db, Dimension::kRatio, {-20, 20});
  v.quantity({"noise_figure", "of the receivers"}, p.noise_figure_db, Dimension::kRatio, {0, 20});
  v.quantity({"busy_threshold", "S-RSSI of a sub-channel from which on it counts as busy (CBR)"}, p.busy_dbm,
             Dimension::kPower, {-140, 0});
  v.object({"channel", "propagation between vehicles"}, p.channel);
  v.object({"link", "from SINR to packet errors"}, p.link);
  v.object({"sensing", "how resources are chosen"}, p.sensing);
  v.object({"range", "how far each vehicle looks, and what is measured"}, p.range);
  v.integer({"threads", "of the reception; the results are the same with any number"}, p.threads, 1, 64);
}

}  // namespace cv2x
