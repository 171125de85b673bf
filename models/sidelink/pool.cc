#include "models/sidelink/pool.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "models/radio/mcs.h"
#include "models/radio/numerology.h"
#include "models/radio/power.h"
#include "models/radio/tbs.h"

namespace cv2x::sidelink {

using radio::from_db;
using radio::to_db;

namespace {
constexpr std::int64_t kLteControlPrbs = 2;
}

std::int64_t sensing_slots(SidelinkMode mode, std::int64_t numerology) {
  constexpr std::array<std::int64_t, 3> kProc0 = {1, 1, 2};
  return mode == SidelinkMode::kNrMode2 ? kProc0[static_cast<std::size_t>(numerology)] : 0;
}

std::int64_t most_t1_slots(SidelinkMode mode, std::int64_t numerology) {
  constexpr std::array<std::int64_t, 3> kProc1 = {3, 5, 9};
  return mode == SidelinkMode::kNrMode2 ? kProc1[static_cast<std::size_t>(numerology)] : 4;
}

std::int64_t to_slots(TimeNs span, std::int64_t numerology) {
  return std::max<std::int64_t>(1, span / radio::slot_ns(static_cast<int>(numerology)));
}

CounterRange counter_range(TimeNs period) {
  if (period >= 100 * kMillisecond) return {};
  const double c = 100.0 / std::max(20.0, to_seconds(period) * 1e3);
  return {std::llround(5 * c), std::llround(15 * c)};
}

PacketFormat packet_format(const SidelinkParams& p, std::int64_t subchannels) {
  PacketFormat out;
  out.subchannels = subchannels;
  const std::int64_t prbs = subchannels * p.pool.subchannel_prbs;
  if (p.mode == SidelinkMode::kLteMode4) {
    out.data_prbs = p.pool.data_prbs > 0 ? p.pool.data_prbs * subchannels : prbs - kLteControlPrbs;
    const double bits = p.efficiency * static_cast<double>(out.data_prbs * radio::kSubcarriersPerPrb * 9);
    out.bits = static_cast<std::int64_t>(bits / 8) * 8;
    return out;
  }
  out.data_prbs = p.pool.data_prbs > 0 ? p.pool.data_prbs * subchannels : prbs;
  const radio::Mcs& mcs = radio::mcs_table(static_cast<int>(p.mcs_table))[static_cast<std::size_t>(p.mcs)];
  const double control = static_cast<double>(p.pool.control_prbs * p.pool.control_symbols * 12);
  const double second_stage = std::ceil((35 + 24) * 3.5 / mcs.efficiency());
  const double elements = static_cast<double>(out.data_prbs * (12 * 12 - 12)) - control - second_stage;
  // transport_block_bits() takes whole PRBs of whole symbols; the elements are those of one PRB a symbol.
  if (elements < 12) return out;
  radio::Allocation a{.prbs = static_cast<int>(elements / 12), .symbols = 1, .dmrs_re_per_prb = 0};
  out.bits = radio::transport_block_bits(a, mcs);
  return out;
}

std::int64_t subchannels_for(const SidelinkParams& p, std::int64_t bytes) {
  for (std::int64_t n = 1; n <= p.pool.subchannels; ++n) {
    if (packet_format(p, n).bits >= 8 * bytes) return n;
  }
  return 0;
}

std::int64_t carrier_prbs(const SidelinkParams& p) {
  if (p.mode == SidelinkMode::kNrMode2)
    return radio::prbs(p.pool.bandwidth_hz, static_cast<int>(p.pool.numerology), p.pool.frequency_hz)
        .value_or(0);
  constexpr std::array<std::pair<double, std::int64_t>, 6> kWidths = {
      {{1.4e6, 6}, {3e6, 15}, {5e6, 25}, {10e6, 50}, {15e6, 75}, {20e6, 100}}};
  for (const auto& [hz, prbs] : kWidths) {
    if (hz == p.pool.bandwidth_hz) return prbs;
  }
  return 0;
}

double noise_dbm(const SidelinkParams& p, std::int64_t prbs) {
  return radio::noise_dbm_per_prb(static_cast<int>(p.pool.numerology), p.noise_figure_db) +
         to_db(static_cast<double>(prbs));
}

double power_dbm(const SidelinkParams& p, const PacketFormat& format) {
  if (p.power_kind == SidelinkPower::kTotal) return p.power_dbm;
  const double mhz = static_cast<double>(format.data_prbs) *
                     radio::prb_bandwidth_hz(static_cast<int>(p.pool.numerology)) / 1e6;
  return p.power_dbm + to_db(mhz);
}

std::vector<float> emission_shares(const SidelinkParams& p, std::int64_t first, std::int64_t length) {
  const std::int64_t size = p.pool.subchannel_prbs,
                     all = std::max(carrier_prbs(p), p.pool.subchannels * size);
  const PacketFormat format = packet_format(p, length);
  const double per_prb_dbm = power_dbm(p, format) - to_db(static_cast<double>(format.data_prbs));
  const std::int64_t low = first * size, high = low + length * size - 1;  // PRBs of its own
  const double prbs = static_cast<double>(length * size);
  std::vector<float> out(static_cast<std::size_t>(p.pool.subchannels), 0.0F);
  for (std::int64_t s = 0; s < p.pool.subchannels; ++s) {
    auto& share = out[static_cast<std::size_t>(s)];
    if (s >= first && s < first + length) {
      share = 1;
      continue;
    }
    if (!p.link.in_band_emission) continue;
    double sum = 0;
    for (std::int64_t prb = s * size; prb < (s + 1) * size; ++prb) {
      const double away = static_cast<double>(prb > high ? prb - high : low - prb);  // |Δ_RB| ≥ 1
      double db = -25 - to_db(static_cast<double>(all) / prbs);
      db = std::max(db, 2 * to_db(0.175) - 3 - 5 * (away - 1) / prbs);
      db = std::max(db, -57 - per_prb_dbm);
      const std::int64_t image = all - 1 - prb;
      const double image_power = image >= low && image <= high ? from_db(-25) : 0;
      sum += from_db(db) + image_power;
    }
    share = static_cast<float>(sum / static_cast<double>(size));
  }
  return out;
}

}  // namespace cv2x::sidelink
