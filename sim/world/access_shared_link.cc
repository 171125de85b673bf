#include "sim/world/access_shared_link.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cv2x {

SharedLinkAccess::SharedLinkAccess(const SharedLinkParams& params, NearestSite sites, std::size_t first_link,
                                   JourneyEvents& journeys)
    : params_(params), sites_(std::move(sites)), first_link_(first_link), journeys_(journeys) {
  links_.reserve(2 * sites_.sites().size());
  for (const SiteIndex site : sites_.sites()) {
    if (site.value >= place_.size()) place_.resize(site.value + 1);
    place_[site.value] = static_cast<std::uint32_t>(links_.size() / 2);
    links_.push_back({uu::SharedLink(params.uplink_bps, params.discipline), {}});
    links_.push_back({uu::SharedLink(params.downlink_bps, params.discipline), {}});
  }
}

std::uint32_t SharedLinkAccess::allocate() {
  if (free_.empty()) {
    transfers_.emplace_back();
    return static_cast<std::uint32_t>(transfers_.size() - 1);
  }
  const std::uint32_t id = free_.back();
  free_.pop_back();
  return id;
}

/// False: it does not fit.
bool SharedLinkAccess::begin(std::uint32_t id) {
  Link& l = link(transfers_[id].site, transfers_[id].direction);
  collect(l);  // what ends at this very moment has ended
  Transfer& t = transfers_[id];
  if (l.law.bytes_under_way() + t.bytes > params_.queue_bytes) {
    ++l.drops;
    return false;
  }
  t.on_link = true;
  l.law.start(id, t.bytes, now_ns());
  l.wake_up.at(l.law.next_wakeup(), &SharedLinkAccess::wake, this, &l);
  return true;
}

void SharedLinkAccess::collect(Link& l) {
  // What an end sets off may come back to this link, so one at a time.
  while (const auto ended = l.law.take_ended(now_ns())) left_link(ended->id);
}

void SharedLinkAccess::wake(Link* l) {
  if (!l->wake_up.fired()) return;
  collect(*l);
  l->wake_up.at(l->law.next_wakeup(), &SharedLinkAccess::wake, this, l);
}

void SharedLinkAccess::left_link(std::uint32_t id) {
  Transfer& t = transfers_[id];
  t.on_link = false;
  if (params_.delay_ns > 0) {
    schedule_at(later(now_ns(), params_.delay_ns), &SharedLinkAccess::arrived, this, id, t.version);
  } else {
    arrived(id, t.version);
  }
}

void SharedLinkAccess::arrived(std::uint32_t id, std::uint32_t version) {
  const Transfer& t = transfers_[id];
  if (t.version != version) return;  // given up
  if (t.is_broadcast) return broadcast_arrived(id);
  const auto [direction, ref, site] = std::tuple(t.direction, t.ref, t.site);
  auto& mine = ues_[t.slot].transfers;
  mine.erase(std::find(mine.begin(), mine.end(), id));
  forget(id);
  const auto cell = static_cast<std::int32_t>(site.value);
  if (direction == kUp) {
    journeys_.uplink_arrived(ref, site, cell);
  } else {
    journeys_.downlink_arrived(ref, cell);
  }
}

void SharedLinkAccess::broadcast_arrived(std::uint32_t id) {
  const auto cell = static_cast<std::int32_t>(transfers_[id].site.value);
  const auto receivers = std::move(transfers_[id].receivers);
  const auto generations = std::move(transfers_[id].generations);
  forget(id);
  for (std::size_t i = 0; i < receivers.size(); ++i) {
    Ue& ue = ues_[receivers[i].slot];
    if (ue.generation != generations[i]) continue;  // has left
    ue.broadcast.erase(std::find(ue.broadcast.begin(), ue.broadcast.end(), receivers[i].ref));
    journeys_.downlink_arrived(receivers[i].ref, cell);
  }
}

void SharedLinkAccess::forget(std::uint32_t id) {
  Transfer& t = transfers_[id];
  ++t.version;
  t.is_broadcast = false;
  t.receivers.clear();
  t.generations.clear();
  free_.push_back(id);
}

/// Takes it off its link; its vehicle's list is the caller's.
void SharedLinkAccess::give_up(std::uint32_t id) {
  Link& l = link(transfers_[id].site, transfers_[id].direction);
  if (transfers_[id].on_link) {
    collect(l);
    l.law.remove(id, now_ns());
    l.wake_up.at(l.law.next_wakeup(), &SharedLinkAccess::wake, this, &l);
  }
  forget(id);
}

void SharedLinkAccess::send(Direction direction, std::uint32_t slot, std::uint32_t ref, std::int64_t bytes,
                            SiteIndex site) {
  const std::uint32_t id = allocate();
  Transfer& t = transfers_[id];
  t.direction = direction;
  t.slot = slot;
  t.ref = ref;
  t.site = site;
  t.bytes = bytes;
  journeys_.stages(ref).enter(direction == kUp ? Stage::kAccessUp : Stage::kAccessDown, now_ns());
  if (begin(id)) {
    ues_[slot].transfers.push_back(id);
  } else {
    forget(id);
    journeys_.lost(ref, Outcome::kRadioQueueFull);
  }
}

void SharedLinkAccess::send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes) {
  send(kUp, slot, ref, bytes, ues_[slot].serving.site);
}

void SharedLinkAccess::send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes,
                                 SiteIndex at) {
  send(kDown, slot, ref, bytes, at);
}

void SharedLinkAccess::broadcast(std::int32_t cell, std::span<const BroadcastReceiver> receivers,
                                 ServiceIndex, std::int64_t bytes) {
  const std::uint32_t id = allocate();
  Transfer& t = transfers_[id];
  t.direction = kDown;
  t.is_broadcast = true;
  t.site = SiteIndex{static_cast<std::uint32_t>(cell)};
  t.bytes = bytes;
  for (const auto& r : receivers) {
    journeys_.stages(r.ref).enter(Stage::kAccessDown, now_ns());
    ues_[r.slot].broadcast.push_back(r.ref);
    t.receivers.push_back(r);
    t.generations.push_back(ues_[r.slot].generation);
  }
  if (begin(id)) return;
  const std::vector<BroadcastReceiver> all(receivers.begin(), receivers.end());
  forget(id);
  for (const auto& r : all) {
    ues_[r.slot].broadcast.pop_back();
    journeys_.lost(r.ref, Outcome::kRadioQueueFull);
  }
}

void SharedLinkAccess::refresh(std::span<const VehicleState> vehicles) {
  for (const auto& v : vehicles) {
    Ue& ue = ues_[v.slot];
    const SiteIndex before = ue.serving.site;
    sites_.update(ue.serving, v.kinematics.position);
    if (ue.serving.site == before) continue;
    if (params_.handover == TransferAtHandover::kRestart) restart(v.slot, before);
    tell_serving_change(v.slot);
  }
}

void SharedLinkAccess::restart(std::uint32_t slot, SiteIndex before) {
  for (const Direction direction : {kUp, kDown}) collect(link(before, direction));
  std::vector<std::uint32_t> moving;  // those in the delay after their link are on their way and arrive
  for (const auto id : ues_[slot].transfers) {
    if (transfers_[id].on_link && transfers_[id].site == before) moving.push_back(id);
  }
  for (const auto id : moving) {
    const auto [direction, ref, bytes] =
        std::tuple(transfers_[id].direction, transfers_[id].ref, transfers_[id].bytes);
    auto& mine = ues_[slot].transfers;
    mine.erase(std::find(mine.begin(), mine.end(), id));
    give_up(id);
    if (direction == kUp) {
      send(kUp, slot, ref, bytes, ues_[slot].serving.site);
    } else {
      journeys_.stages(ref).enter(Stage::kHandover, now_ns());
      journeys_.downlink_moved(ref, before);
    }
  }
}

AccessEstimate SharedLinkAccess::estimate(std::uint32_t slot) const {
  const std::size_t place = place_[ues_[slot].serving.site.value];
  return {.connected = true,
          .uplink_bps = links_[2 * place].law.share_bps(),
          .downlink_bps = links_[2 * place + 1].law.share_bps(),
          .uplink_delay_ns = params_.delay_ns,
          .downlink_delay_ns = params_.delay_ns};
}

void SharedLinkAccess::sample(TimeNs interval, ResultSink& sink) {
  const TimeNs now = now_ns();
  for (std::size_t i = 0; i < links_.size(); ++i) {
    collect(links_[i]);
    const auto load = links_[i].law.take_load(now);
    sink.link(
        {.time_ns = now,
         .link = static_cast<std::uint16_t>(first_link_ + i / 2),
         .direction = static_cast<std::uint8_t>(i % 2),
         .bytes = load.bytes,
         .drops = std::exchange(links_[i].drops, 0),
         .utilisation = static_cast<float>(static_cast<double>(load.busy_ns) / static_cast<double>(interval)),
         .queued_bytes = static_cast<std::uint64_t>(links_[i].law.bytes_under_way())});
  }
}

void SharedLinkAccess::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= ues_.size()) ues_.resize(vehicle.slot + 1);
  ues_[vehicle.slot].serving = sites_.of(vehicle.kinematics.position);
}

void SharedLinkAccess::leave(std::uint32_t slot) {
  Ue& ue = ues_[slot];
  ++ue.generation;
  const auto transfers = std::move(ue.transfers);
  const auto broadcast = std::move(ue.broadcast);
  ue.transfers.clear();
  ue.broadcast.clear();
  for (const auto id : transfers) {
    const std::uint32_t ref = transfers_[id].ref;
    give_up(id);
    journeys_.lost(ref, Outcome::kVehicleLeft);
  }
  for (const auto ref : broadcast) journeys_.lost(ref, Outcome::kVehicleLeft);
}

}  // namespace cv2x
