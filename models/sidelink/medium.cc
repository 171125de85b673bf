#include "models/sidelink/medium.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "models/base/prefetch.h"
#include "models/radio/numeric.h"

namespace cv2x::sidelink {

using radio::from_db;

namespace {

constexpr double kFarStepM = 50;
constexpr TimeNs kRssiWindow = kSecond;

void keep_stronger(std::uint8_t* __restrict cell, const std::uint8_t* __restrict code) {
  for (int k = 0; k < kTile; ++k) cell[k] = code[k] > cell[k] ? code[k] : cell[k];
}

float mw_of(double dbm) { return static_cast<float>(from_db(dbm)); }

}  // namespace

Medium::Medium(const SidelinkParams& params, std::span<const LinkCurve> curves, double antenna_height_m,
               int services)
    : params_(params),
      services_(services),
      bins_(static_cast<int>(std::ceil(params.range.measured_m / params.range.bin_m - 1e-9))),
      gap_bins_(std::min(bins_, static_cast<int>(std::ceil(params.range.gap_m / params.range.bin_m - 1e-9)))),
      noise_mw_(mw_of(noise_dbm(params, packet_format(params, 1).data_prbs))),
      busy_mw_(mw_of(params.busy_dbm)),
      propagation_(params.channel, params.pool.frequency_hz, antenna_height_m),
      kernel_(propagation_, params.range.bin_m, bins_),
      rsrp_(
          to_slots(std::max(params.sensing.window_ns, params.sensing.period_ns), params.pool.numerology) + 1,
          static_cast<int>(params.pool.subchannels)),
      rssi_(params.mode == SidelinkMode::kLteMode4 ? to_slots(kRssiWindow, 0) : 0,
            static_cast<int>(params.pool.subchannels)),
      ranks_(params.mode == SidelinkMode::kLteMode4) {
  divide(1, [](const std::function<void(int)>& job) { job(0); });
  for (const LinkCurve& curve : curves) links_.emplace_back(curve);
  for (std::int64_t length = 0; length <= params.pool.subchannels; ++length) {
    const PacketFormat format = packet_format(params, std::max<std::int64_t>(1, length));
    const auto elements = static_cast<double>(format.data_prbs * 12);
    const auto which = static_cast<std::size_t>(std::max<std::int64_t>(0, length - 1));
    decoding_.push_back({.noise_mw = mw_of(noise_dbm(params, format.data_prbs)),
                         .sensitivity_mw = mw_of(params.link.sensitivity_dbm),
                         .control_sinr = mw_of(params.link.control_threshold_db),
                         .rsrp_share = static_cast<float>(1 / elements),
                         .link = &links_[std::min(which, links_.size() - 1)]});
    power_db_.push_back(static_cast<float>(power_dbm(params, format) + 2 * params.antenna_gain_db));
  }
  total_.resize(static_cast<std::size_t>(params.pool.subchannels));
  for (double d = kFarStepM / 2; d < params.range.far_m + 4 * kFarStepM; d += kFarStepM)
    far_gain_.push_back(static_cast<float>(propagation_.mean_gain(d)));
  gaps_.resize(static_cast<std::size_t>(services) * static_cast<std::size_t>(gap_bins_));
}

void Medium::divide(int parts, Spread spread) {
  spread_ = std::move(spread);
  parts_.assign(static_cast<std::size_t>(parts), {});
  for (auto& part : parts_) {
    part.counts.resize(static_cast<std::size_t>(services_));
    for (auto& counts : part.counts) counts.resize(bins_ + 1);
  }
}

void Medium::settle() {
  rsrp_.resize(roster_.size());
  if (ranks_) rssi_.resize(roster_.size());
  const auto fit = [&](auto& values) { values.resize(roster_.size(), 0); };
  const bool moved = roster_.settle();
  fit(on_air_);
  fit(busy_);
  fit(own_);
  for (auto& total : total_) fit(total);
  for (auto& pattern : patterns_) fit(pattern.power);
  if (!moved) return;
  rsrp_.permute(roster_.before());
  if (ranks_) rssi_.permute(roster_.before());
  const auto permute = [&](std::vector<std::uint32_t>& values) {
    const auto old = values;
    for (std::uint32_t i = 0; i < values.size(); ++i)
      values[i] = roster_.before()[i] == Roster::kNobody ? 0 : old[roster_.before()[i]];
  };
  permute(busy_);
  permute(own_);
}

void Medium::forget_gaps(std::uint32_t vehicle) {
  const std::size_t first = vehicle * kStamps;
  if (stamps_.size() < first + kStamps) stamps_.resize(first + kStamps);
  std::fill(stamps_.begin() + static_cast<std::ptrdiff_t>(first),
            stamps_.begin() + static_cast<std::ptrdiff_t>(first + kStamps), Stamp{});
}

void Medium::restart_busy() {
  std::fill(busy_.begin(), busy_.end(), 0);
  std::fill(own_.begin(), own_.end(), 0);
}

std::size_t Medium::pattern_of(const Transmission& t) {
  for (std::size_t i = 0; i < patterns_.size(); ++i) {
    if (patterns_[i].subchannel == t.subchannel && patterns_[i].length == t.length) return i;
  }
  patterns_.push_back({.subchannel = t.subchannel,
                       .length = t.length,
                       .shares = emission_shares(params_, t.subchannel, t.length),
                       .power = std::vector<float>(roster_.size()),
                       .far = {}});
  return patterns_.size() - 1;
}

void Medium::add_far(const Emission& e, std::size_t pattern, std::span<const Roster::Range> near) {
  static thread_local std::vector<Roster::Range> far_runs;
  Pattern& p = patterns_[pattern];
  const float power = mw_of(static_cast<double>(e.power_db)) / static_cast<float>(p.length);
  const auto runs = roster_.runs();
  // `near` has whole runs, so a run is near when its first place is.
  std::uint32_t at = 0;
  std::size_t range = 0;
  roster_.near_runs(emission_place_, params_.range.far_m, far_runs);
  for (const auto& some : far_runs) {
    for (at = some.begin; at < some.end; ++at) {
      while (range < near.size() && near[range].end <= runs[at].begin) ++range;
      if (range < near.size() && near[range].begin <= runs[at].begin) continue;
      const float dx = runs[at].x_m - e.x_m, dy = runs[at].y_m - e.y_m;
      const auto step =
          static_cast<std::size_t>(std::sqrt(dx * dx + dy * dy) * static_cast<float>(1 / kFarStepM));
      p.far[at] += power * far_gain_[std::min(step, far_gain_.size() - 1)];
    }
  }
}

void Medium::advance(std::int64_t slot) {
  const std::uint32_t tiles = roster_.size() / kTile;
  for (std::int64_t s = std::max(cleared_ + 1, slot - rsrp_.depth() + 1); s <= slot; ++s)
    rsrp_.clear(0, tiles, s);
  if (ranks_) {
    for (std::int64_t s = std::max(cleared_ + 1, slot - rssi_.depth() + 1); s <= slot; ++s)
      rssi_.clear(0, tiles, s);
  }
  cleared_ = std::max(cleared_, slot);
}

void Medium::run(std::int64_t slot, std::span<Transmission> transmissions, std::uint32_t epoch) {
  advance(slot - 1);
  slot_ = slot;
  cleared_ = slot;  // each part clears its own
  transmissions_ = transmissions;
  const std::size_t n = transmissions.size();
  emissions_.resize(n);
  pattern_.resize(n);
  if (near_.size() < n) near_.resize(n);
  for (auto& pattern : patterns_) pattern.active = false;
  for (std::size_t i = 0; i < n; ++i) {
    Transmission& t = transmissions[i];
    t.heard = t.could = 0;
    const std::uint32_t place = roster_.place(t.vehicle);
    emissions_[i] = {.x_m = roster_.x_m()[place],
                     .y_m = roster_.y_m()[place],
                     .travelled = roster_.travelled()[place],
                     .key = roster_.key(place),
                     .draw = t.draw,
                     .power_db = power_db_[static_cast<std::size_t>(t.length)],
                     .epoch = epoch * 0x165667b1U,
                     .fading_lasts = params_.channel.redraw_ns > 0};
    pattern_[i] = pattern_of(t);
    Pattern& pattern = patterns_[pattern_[i]];
    if (!pattern.active) {
      pattern.active = true;
      pattern.far.assign(roster_.runs().size() + 1, 0.0F);
    }
    on_air_[place] = 1;
    ++own_[place];
    roster_.near(place, params_.range.links_m, near_[i]);
    if (params_.range.far_m > params_.range.links_m) {
      emission_place_ = place;
      add_far(emissions_[i], pattern_[i], near_[i]);
    }
  }
  spread_([this](int part) { work(part); });
  for (std::size_t i = 0; i < n; ++i) {
    for (const Part& part : parts_) {
      transmissions[i].heard += part.heard[i];
      transmissions[i].could += part.could[i];
    }
    on_air_[roster_.place(transmissions[i].vehicle)] = 0;
  }
  if (gap_bins_ > 0) note_gaps();
}

void Medium::work(int index) {
  Part& p = parts_[static_cast<std::size_t>(index)];
  const std::uint32_t tiles = roster_.size() / kTile, parts = static_cast<std::uint32_t>(parts_.size());
  const std::uint32_t low = tiles * static_cast<std::uint32_t>(index) / parts * kTile;
  const std::uint32_t high = tiles * static_cast<std::uint32_t>(index + 1) / parts * kTile;
  p.heard.assign(transmissions_.size(), 0);
  p.could.assign(transmissions_.size(), 0);
  p.heard_near.clear();
  // In pieces whose numbers stay in the processor's first caches.
  for (std::uint32_t from = low; from < high; from += kPiece)
    work_piece(p, from, std::min(from + kPiece, high));
  const int subchannels = static_cast<int>(params_.pool.subchannels);
  for (const Transmission& t : transmissions_) {
    const std::uint32_t place = roster_.place(t.vehicle);
    if (place < low || place >= high) continue;
    for (int s = 0; s < subchannels; ++s) {
      rsrp_.of(place, slot_)[s * kTile] = kNotMonitored;
      if (ranks_) rssi_.of(place, slot_)[s * kTile] = kNotMonitored;
    }
  }
}

void Medium::work_piece(Part& p, std::uint32_t low, std::uint32_t high) {
  rsrp_.clear(low / kTile, high / kTile, slot_);
  add_powers(p, low, high);
  sum_up(low, high);
  for (const Block& block : p.blocks) receive(p, block);
}

void Medium::add_powers(Part& p, std::uint32_t low, std::uint32_t high) {
  const auto runs = roster_.runs();
  for (Pattern& pattern : patterns_) {
    if (!pattern.active) continue;
    std::fill(pattern.power.begin() + low, pattern.power.begin() + high, 0.0F);
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const std::uint32_t begin = std::max(runs[r].begin, low), end = std::min(runs[r].end, high);
      if (begin < end) std::fill(pattern.power.begin() + begin, pattern.power.begin() + end, pattern.far[r]);
    }
  }
  p.blocks.clear();
  std::size_t at = 0;
  for (std::uint32_t t = 0; t < transmissions_.size(); ++t) {
    const Emission& e = emissions_[t];
    Pattern& pattern = patterns_[pattern_[t]];
    const float share = 1.0F / static_cast<float>(pattern.length);
    for (const Roster::Range& range : near_[t]) {
      const std::uint32_t begin = std::max(range.begin, low), end = std::min(range.end, high);
      for (std::uint32_t b = begin & ~(kTile - 1U); b < end; b += kBlock) {
        const std::uint32_t n = std::min<std::uint32_t>(kBlock, (end - b + kTile - 1) & ~(kTile - 1U));
        if (p.mw.size() < at + n) {
          p.mw.resize(2 * (at + n));
          p.bin.resize(2 * (at + n));
        }
        float* mw = p.mw.data() + at;
        std::uint16_t* bin = p.bin.data() + at;
        kernel_.gains(e,
                      {roster_.x_m() + b, roster_.y_m() + b, roster_.travelled() + b, roster_.key() + b,
                       static_cast<int>(n)},
                      mw, bin);
        for (std::uint32_t i = b; i < begin; ++i) mw[i - b] = 0;
        for (std::uint32_t i = end; i < b + n; ++i) mw[i - b] = 0;
        add_scaled(pattern.power.data() + b, mw, share, n);
        Block block{t, b, n, std::max(begin, b), std::min(end, b + n), 0, 0, at};
        const auto counted = [&](std::uint32_t tile) { return any_below(bin + tile, bins_); };
        while (block.low < n && !counted(block.low)) block.low += kTile;
        for (block.high = n; block.high > block.low && !counted(block.high - kTile);) block.high -= kTile;
        p.blocks.push_back(block);
        p.links += std::min(end, b + n) - std::max(begin, b);
        at += n;
      }
    }
  }
}

void Medium::sum_up(std::uint32_t low, std::uint32_t high) {
  const int subchannels = static_cast<int>(params_.pool.subchannels);
  for (int s = 0; s < subchannels; ++s) {
    float* total = total_[static_cast<std::size_t>(s)].data();
    std::fill(total + low, total + high, noise_mw_);
    for (const Pattern& pattern : patterns_) {
      const float share = pattern.shares[static_cast<std::size_t>(s)];
      if (!pattern.active || share == 0) continue;
      add_scaled(total + low, pattern.power.data() + low, share, high - low);
    }
    count_above(busy_.data() + low, total + low, on_air_.data() + low, busy_mw_, high - low);
    if (!ranks_) continue;
    for (std::uint32_t i = low; i < high; i += kTile) {
      std::uint8_t* code = rssi_.at(i / kTile, slot_, s);
      for (int k = 0; k < kTile; ++k)
        code[k] = power_code(total[i + static_cast<std::uint32_t>(k)], kRssiFirst);
    }
  }
}

void Medium::receive(Part& p, const Block& block) {
  alignas(64) std::uint8_t code[kBlock];
  alignas(64) Reception fate[kBlock];
  alignas(64) float sum[kBlock];
  const Transmission& t = transmissions_[block.transmission];
  const std::uint32_t b = block.begin;
  const auto sub = static_cast<std::size_t>(t.subchannel);
  const float* total = total_[sub].data() + b;
  if (t.length > 1) {
    std::copy(total, total + block.n, sum);
    for (std::size_t s = sub + 1; s < sub + static_cast<std::size_t>(t.length); ++s) {
      const float* more = total_[s].data() + b;
      for (std::uint32_t i = 0; i < block.n; ++i) sum[i] += more[i];
    }
    total = sum;
  }
  const Decoding& decoding = decoding_[static_cast<std::size_t>(t.length)];
  const float* mw = p.mw.data() + block.at;
  const auto some = [&](std::uint32_t from, std::uint32_t n) {
    return ReceiverBlock{roster_.x_m() + b + from, roster_.y_m() + b + from, roster_.travelled() + b + from,
                         roster_.key() + b + from, static_cast<int>(n)};
  };
  // Whether the data is received matters where it is counted only.
  const std::uint32_t low = t.counts ? block.low : 0, high = t.counts ? block.high : 0;
  kernel_.sense(decoding, some(0, low), mw, total, on_air_.data() + b, code);
  kernel_.receive(emissions_[block.transmission], decoding, some(low, high - low), mw + low, total + low,
                  on_air_.data() + b + low, code + low, fate + low);
  kernel_.sense(decoding, some(high, block.n - high), mw + high, total + high, on_air_.data() + b + high,
                code + high);
  if (t.reserves) {
    for (std::uint32_t i = 0; i < block.n; i += kTile) {
      for (std::int32_t s = t.subchannel; s < t.subchannel + t.length; ++s)
        keep_stronger(rsrp_.at((b + i) / kTile, slot_, s), code + i);
    }
  }
  if (high > low) count(p, block, fate);
}

void Medium::count(Part& p, const Block& block, const Reception* fate) {
  const Transmission& t = transmissions_[block.transmission];
  const std::uint32_t own = roster_.place(t.vehicle);
  auto* bins = p.counts[t.service].bins.data();
  const std::uint16_t* bin = p.bin.data() + block.at;
  const float* x = roster_.x_m() + block.begin;
  const auto from = static_cast<float>(params_.range.from_x_m), to = static_cast<float>(params_.range.to_x_m);
  std::uint32_t heard = 0, could = 0;
  const std::uint32_t first = std::max(block.low, block.first - block.begin);
  const std::uint32_t last = std::min(block.high, block.last - block.begin);
  for (std::uint32_t i = first; i < last; ++i) {
    if (bin[i] >= bins_ || block.begin + i == own || x[i] < from || x[i] > to) continue;
    ++bins[bin[i]][static_cast<std::size_t>(fate[i])];
    ++could;
    if (fate[i] != Reception::kReceived) continue;
    ++heard;
    if (bin[i] < gap_bins_)
      p.heard_near.push_back(
          {block.transmission, roster_.slot(block.begin + i), roster_.key(block.begin + i), bin[i]});
  }
  p.heard[block.transmission] += heard;
  p.could[block.transmission] += could;
}

void Medium::note_gaps() {
  const TimeNs unit = kMillisecond >> params_.pool.numerology;
  constexpr std::size_t kAhead = 12;
  for (const Part& part : parts_) {
    for (std::size_t i = 0; i < part.heard_near.size(); ++i) {
      if (i + kAhead < part.heard_near.size()) {
        const Heard& next = part.heard_near[i + kAhead];
        prefetch(&stamps_[transmissions_[next.transmission].vehicle * kStamps + next.vehicle % kStamps], 1);
      }
      const Heard& h = part.heard_near[i];
      const Transmission& t = transmissions_[h.transmission];
      Stamp& stamp = stamps_[t.vehicle * kStamps + h.vehicle % kStamps];
      const auto now = static_cast<std::uint32_t>(slot_);
      if (stamp.key == h.key && stamp.slot != kNoSlot)
        gaps_[t.service * static_cast<std::size_t>(gap_bins_) + h.bin].add(now - stamp.slot, unit,
                                                                           t.latency_ns);
      stamp = {h.key, now};
    }
  }
}

ReceptionCounts Medium::counts(std::uint16_t service) const {
  ReceptionCounts sum;
  sum.resize(bins_);
  for (const Part& part : parts_) {
    ReceptionCounts some = part.counts[service];
    some.resize(bins_);
    sum.add(some);
  }
  return sum;
}

const GapCounts& Medium::gaps(std::uint16_t service, int bin) const {
  return gaps_[service * static_cast<std::size_t>(gap_bins_) + static_cast<std::size_t>(bin)];
}

std::uint64_t Medium::links() const {
  std::uint64_t sum = 0;
  for (const Part& part : parts_) sum += part.links;
  return sum;
}

}  // namespace cv2x::sidelink
