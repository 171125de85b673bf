#include "models/sidelink/engine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "models/base/hash.h"
#include "models/radio/numeric.h"
#include "models/radio/numerology.h"

namespace cv2x::sidelink {

namespace {

constexpr std::uint64_t kSelectionStream = hash_name("pc5-selection");
constexpr std::uint64_t kAirStream = hash_name("pc5-air");
constexpr std::uint64_t kVehicleStream = hash_name("pc5-vehicle");

/// Power of an S-RSSI code [mW], for averages.
const std::array<float, 256>& rssi_powers() {
  static const auto powers = [] {
    std::array<float, 256> out{};
    for (int code = 1; code < 255; ++code)
      out[static_cast<std::size_t>(code)] =
          code_power(static_cast<std::uint8_t>(code), kRssiFirst) * 1.045F;  // middle of the code's interval
    return out;
  }();
  return powers;
}

double share_of(std::uint32_t high, std::uint32_t low) {
  return to_uniform((static_cast<std::uint64_t>(high) << 32) | low);
}

}  // namespace

Engine::Engine(const SidelinkParams& params, std::span<const LinkCurve> curves, double antenna_height_m,
               std::vector<Flow> flows, const Window& window, const Seed& seed)
    : params_(params),
      flows_(std::move(flows)),
      window_(window),
      seed_(seed),
      slot_ns_(radio::slot_ns(static_cast<int>(params.pool.numerology))),
      period_(to_slots(params.sensing.period_ns, params.pool.numerology)),
      t1_(std::max<std::int64_t>(1, params.sensing.t1_slots)),
      t2_(to_slots(params.sensing.t2_ns, params.pool.numerology)),
      t3_(most_t1_slots(params.mode, params.pool.numerology)),
      proc0_(std::max<std::int64_t>(1, sensing_slots(params.mode, params.pool.numerology))),
      counter_(counter_range(params.sensing.period_ns)),
      medium_(params, curves, antenna_height_m, static_cast<int>(flows_.size())),
      agenda_(static_cast<std::size_t>(std::bit_ceil(static_cast<std::uint64_t>(2 * (period_ + t2_ + 2))))),
      given_up_(flows_.size()) {
  threshold_.push_back(power_code(static_cast<float>(radio::from_db(params.sensing.rsrp_dbm)), kRsrpFirst));
}

void Engine::enter(std::uint32_t vehicle, std::uint64_t key, double x_m, double y_m) {
  const auto random = philox(seed_, kVehicleStream, key, 0);
  medium_.roster().enter(vehicle, (static_cast<std::uint64_t>(random[1]) << 32) | random[0], x_m, y_m);
  medium_.forget_gaps(vehicle);
  const std::size_t first = process_of(vehicle, 0);
  if (processes_.size() < first + flows_.size()) processes_.resize(first + flows_.size());
  for (std::size_t s = 0; s < flows_.size(); ++s) {
    Process& p = processes_[first + s];
    const std::uint32_t version = p.version + 1;
    p = Process{};
    p.version = version;
    p.key = combine(hash_name(flows_[s].name), key);
  }
}

void Engine::leave(std::uint32_t vehicle) {
  medium_.roster().leave(vehicle);
  for (std::size_t s = 0; s < flows_.size(); ++s) {
    Process& p = processes_[process_of(vehicle, static_cast<std::uint16_t>(s))];
    ++p.version;
    p.pending = p.granted = false;
  }
}

std::int64_t Engine::draw_counter(std::uint32_t high, std::uint32_t low) const {
  return counter_.low + static_cast<std::int64_t>(share_of(high, low) *
                                                  static_cast<double>(counter_.high - counter_.low + 1));
}

void Engine::schedule(std::uint32_t process, std::int64_t slot, bool check) {
  agenda_[static_cast<std::size_t>(slot) & (agenda_.size() - 1)].push_back(
      {process, processes_[process].version, check});
  ++agenda_size_;
}

void Engine::send(std::uint32_t vehicle, std::uint16_t service, TimeNs now) {
  const auto index = static_cast<std::uint32_t>(process_of(vehicle, service));
  Process& p = processes_[index];
  const std::int64_t slot = now / slot_ns_;
  if (agenda_size_ == 0) next_slot_ = std::max(next_slot_, slot);  // else the agenda is never a turn behind
  if (p.pending) ++given_up_[service];
  p.pending = true;
  p.created_ns = now;
  const std::int64_t budget = std::max(t1_, (flows_[service].deadline_ns - slot_ns_) / slot_ns_);
  const std::int64_t last = slot + std::min(t2_, budget);
  if (p.granted && slot_start(p.grant.slot) >= now && p.grant.slot <= slot + budget) return;
  if (p.granted) ++p.version;  // its occasion comes too late: forget it
  select(index, slot, last);
  const auto random = philox(seed_, kSelectionStream, p.key, p.draws++);
  p.counter = draw_counter(random[2], random[3]);
}

void Engine::sense(std::uint32_t process, std::int64_t now_slot, std::int64_t first, std::int64_t last) {
  const auto vehicle = static_cast<std::uint32_t>(process / flows_.size());
  const auto service = static_cast<std::uint16_t>(process % flows_.size());
  const int subchannels = static_cast<int>(params_.pool.subchannels);
  candidates_.begin(first, last, subchannels, static_cast<int>(flows_[service].subchannels));
  medium_.advance(now_slot - 1);
  const std::uint32_t place = medium_.roster().place(vehicle);
  const std::int64_t window = to_slots(params_.sensing.window_ns, params_.pool.numerology);
  const std::int64_t back = std::min({medium_.rsrp().depth() - 1, window, now_slot});
  // What was received in slot m reserves m + period, and, where the period is shorter than the window,
  // further multiples of it (Q of step 6 c).
  for (std::int64_t m = std::max(now_slot - back, first - period_ * (1 + (last - first) / period_));
       m <= now_slot - proc0_; ++m) {
    const std::int64_t next = m + period_;
    if (next > last) break;
    const std::uint8_t* codes = medium_.rsrp().of(place, m);
    if (codes[0] == kNotMonitored) {
      for (std::int64_t y = next; y <= last; y += period_) candidates_.block(y);
      continue;
    }
    for (int s = 0; s < subchannels; ++s) {
      const std::uint8_t code = codes[s * kTile];
      if (code == kNothing) continue;
      for (std::int64_t y = next; y <= last; y += period_) candidates_.reserve(y, s, code);
    }
  }
  // One packet a slot: the vehicle's other processes have theirs.
  for (std::size_t other = process_of(vehicle, 0); other < process_of(vehicle + 1, 0); ++other) {
    const Process& q = processes_[other];
    if (other == process || !q.granted) continue;
    for (std::int64_t y = q.grant.slot; y <= last; y += period_) candidates_.block(y);
  }
}

int Engine::choices(std::uint32_t process, std::int64_t first, std::uint32_t salt) {
  int left = candidates_.exclude(threshold_[0], params_.sensing.list);
  if (params_.mode != SidelinkMode::kLteMode4) return left;
  // Step 8: mean S-RSSI of the last second at multiples of min(100 ms, period).
  const std::int64_t step = std::min<std::int64_t>(100, period_);
  const int subchannels = static_cast<int>(params_.pool.subchannels);
  const std::uint32_t place = medium_.roster().place(static_cast<std::uint32_t>(process / flows_.size()));
  const auto& powers = rssi_powers();
  average_.assign(
      static_cast<std::size_t>(candidates_.last() - first + 1) * static_cast<std::size_t>(subchannels), 0);
  const std::int64_t now_slot = first - t1_;
  for (std::int64_t y = first; y <= candidates_.last(); ++y) {
    float* sum = average_.data() + (y - first) * subchannels;
    int monitored = 0;
    for (std::int64_t m = y - step; m > now_slot - medium_.rssi().depth() && m >= 0; m -= step) {
      if (m >= now_slot) continue;
      const std::uint8_t* codes = medium_.rssi().of(place, m);
      if (codes[0] == kNotMonitored) continue;
      ++monitored;
      for (int s = 0; s < subchannels; ++s) sum[s] += powers[codes[s * kTile]];
    }
    for (int s = 0; s < subchannels && monitored > 0; ++s) sum[s] /= static_cast<float>(monitored);
  }
  return candidates_.rank(average_, params_.sensing.list, salt);
}

void Engine::select(std::uint32_t process, std::int64_t now_slot, std::int64_t last_slot) {
  Process& p = processes_[process];
  ++selections_;
  const std::int64_t first = now_slot + t1_;
  p.last_slot = std::max(first, last_slot);
  sense(process, now_slot, first, p.last_slot);
  const auto random = philox(seed_, kSelectionStream, p.key, p.draws);
  const int left = choices(process, first, random[2]);
  p.grant = candidates_.pick(static_cast<int>(share_of(random[0], random[1]) * left));
  p.granted = true;
  p.announced = false;
  p.unused = 0;
  schedule(process, p.grant.slot, false);
  if (params_.mode == SidelinkMode::kNrMode2 && params_.sensing.reevaluation && p.grant.slot - t3_ > now_slot)
    schedule(process, p.grant.slot - t3_, true);
}

void Engine::check(std::uint32_t process, std::int64_t slot) {
  Process& p = processes_[process];
  if (!p.granted || p.announced || !p.pending) return;
  const std::int64_t first = std::min(slot + t1_, p.grant.slot);
  sense(process, slot, first, p.last_slot);
  const int left = candidates_.exclude(threshold_[0], params_.sensing.list);
  if (candidates_.left(p.grant)) return;
  ++moved_;
  const auto random = philox(seed_, kSelectionStream, p.key, p.draws++);
  p.grant = candidates_.pick(static_cast<int>(share_of(random[0], random[1]) * left));
  ++p.version;
  schedule(process, p.grant.slot, false);
  if (p.grant.slot - t3_ > slot) schedule(process, p.grant.slot - t3_, true);
}

TimeNs Engine::next_wakeup() const {
  if (agenda_size_ == 0) return kNever;
  std::int64_t slot = next_slot_;
  while (agenda_[static_cast<std::size_t>(slot) & (agenda_.size() - 1)].empty()) ++slot;
  return slot_start(slot);
}

void Engine::occasion(std::uint32_t process, std::int64_t slot) {
  Process& p = processes_[process];
  const auto service = static_cast<std::uint16_t>(process % flows_.size());
  const TimeNs start = slot_start(slot);
  if (!p.pending || p.created_ns > start) {
    if (++p.unused >= params_.sensing.reselect_after) {
      p.granted = false;
      return;
    }
    p.grant.slot += period_;
    schedule(process, p.grant.slot, false);
    return;
  }
  p.unused = 0;
  p.pending = false;
  p.announced = true;
  Transmission t{.vehicle = static_cast<std::uint32_t>(process / flows_.size()),
                 .draw = philox(seed_, kAirStream, p.key, p.packets++)[0],
                 .subchannel = p.grant.subchannel,
                 .length = static_cast<std::int32_t>(flows_[service].subchannels),
                 .service = service,
                 .counts = p.created_ns >= window_.begin_ns && p.created_ns < window_.end_ns,
                 .latency_ns = start + slot_ns_ - p.created_ns};
  if (--p.counter <= 0) {
    const auto random = philox(seed_, kSelectionStream, p.key, p.draws++);
    if (share_of(random[0], random[1]) < params_.sensing.keep) {
      p.counter = draw_counter(random[2], random[3]);
    } else {
      t.reserves = false;
      p.granted = false;
    }
  }
  if (p.granted) {
    p.grant.slot += period_;
    schedule(process, p.grant.slot, false);
  }
  transmissions_.push_back(t);
  sending_.push_back(process);
}

std::span<const Sent> Engine::advance(TimeNs now) {
  const std::int64_t slot = now / slot_ns_;
  sent_.clear();
  transmissions_.clear();
  sending_.clear();
  auto& due = agenda_[static_cast<std::size_t>(slot) & (agenda_.size() - 1)];
  // By the hash of the names: what comes first must not depend on who was added first.
  std::sort(due.begin(), due.end(), [&](const Due& a, const Due& b) {
    return a.check != b.check ? a.check : processes_[a.process].key < processes_[b.process].key;
  });
  agenda_size_ -= due.size();
  next_slot_ = slot + 1;
  for (std::size_t i = 0; i < due.size(); ++i) {
    const Due d = due[i];
    if (processes_[d.process].version != d.version) continue;
    if (d.check) {
      check(d.process, slot);
    } else if (processes_[d.process].granted) {
      occasion(d.process, slot);
    }
  }
  due.clear();
  if (transmissions_.empty()) return sent_;
  std::sort(transmissions_.begin(), transmissions_.end(), [&](const Transmission& a, const Transmission& b) {
    const auto x = medium_.roster().place(a.vehicle), y = medium_.roster().place(b.vehicle);
    return x != y ? x < y : a.service < b.service;
  });
  const TimeNs redraw = params_.channel.redraw_ns;
  medium_.run(slot, transmissions_, redraw > 0 ? static_cast<std::uint32_t>(now / redraw) : 0);
  for (const Transmission& t : transmissions_)
    sent_.push_back({.vehicle = t.vehicle,
                     .service = t.service,
                     .counted = t.counts,
                     .created_ns = now + slot_ns_ - t.latency_ns,
                     .end_ns = now + slot_ns_,
                     .heard = t.heard,
                     .could = t.could});
  return sent_;
}

std::span<const float> Engine::measure_cbr(TimeNs now) {
  const std::int64_t slots = (now - cbr_since_ns_) / slot_ns_;
  cbr_since_ns_ = now;
  cbr_.clear();
  const Roster& roster = medium_.roster();
  for (std::uint32_t v = 0; v * flows_.size() < processes_.size(); ++v) {
    if (!roster.present(v)) continue;
    const std::uint32_t place = roster.place(v);
    const std::int64_t heard = (slots - medium_.own_slots(place)) * params_.pool.subchannels;
    cbr_.push_back(heard > 0 ? static_cast<float>(medium_.busy(place)) / static_cast<float>(heard) : 0.0F);
  }
  medium_.restart_busy();
  return cbr_;
}

}  // namespace cv2x::sidelink
