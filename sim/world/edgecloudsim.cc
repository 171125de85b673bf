#include "sim/world/edgecloudsim.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "sim/world/clock.h"

namespace cv2x {
namespace {

enum Shared : std::uint8_t { kMan, kWan, kGsm };

// SimSettings and VehicularNetworkModel of EdgeCloudSim: which part of the tasks each network expects at the
// start, and the control messages of vehicles in the MAN.
constexpr double kWlanShare = 0.40, kManShare = 0.35, kWanShare = 0.15, kGsmShare = 0.10;
constexpr double kControlHz = 10, kControlBytes = 5000;

}  // namespace

EdgeCloudSimNetwork::EdgeCloudSimNetwork(const EdgeCloudSimParams& params, World world,
                                         JourneyEvents& journeys, const Fleet& fleet)
    : params_(params), world_(std::move(world)), journeys_(journeys), fleet_(fleet) {
  for (const SiteIndex site : world_.sites.sites()) {
    if (site.value >= place_.size()) place_.resize(site.value + 1);
    place_[site.value] = static_cast<std::uint32_t>(wlan_.size());
    wlan_.push_back(network(params_.wlan_bps, 0));
  }
  for (const double rate_bps : {params_.man_bps, params_.wan_bps, params_.gsm_bps})
    shared_.push_back(network(rate_bps, 0));
}

EdgeCloudSimNetwork::Network EdgeCloudSimNetwork::network(double rate_bps, double rate_hz) const {
  const double gap_s = rate_hz > 0 ? 1 / rate_hz : to_seconds(kNever);
  const double longest_s = to_seconds(params_.longest_ns);
  return {uu::EstimatedDelay(rate_bps, gap_s, world_.offered.input_bytes, longest_s),
          uu::EstimatedDelay(rate_bps, gap_s, world_.offered.output_bytes, longest_s)};
}

void EdgeCloudSimNetwork::refresh(std::span<const VehicleState> vehicles) {
  if (begun_) return;
  begun_ = true;
  const auto fleet = static_cast<double>(vehicles.size());
  const double per_vehicle_hz = world_.offered.rate_hz;
  const double a_site = std::floor(fleet / static_cast<double>(wlan_.size()));
  for (auto& wlan : wlan_) wlan = network(params_.wlan_bps, per_vehicle_hz * kWlanShare * a_site);
  shared_[kMan] = network(params_.man_bps, per_vehicle_hz * kManShare * fleet);
  shared_[kWan] = network(params_.wan_bps, per_vehicle_hz * kWanShare * fleet);
  shared_[kGsm] = network(params_.gsm_bps, per_vehicle_hz * kGsmShare * fleet);
  schedule_at(now_ns() + params_.update_ns, &EdgeCloudSimNetwork::update, this);
}

void EdgeCloudSimNetwork::update() {
  const double interval_s = to_seconds(params_.update_ns);
  const bool settled = now_ns() > world_.settled_ns;
  const double control = kControlHz * interval_s * static_cast<double>(vehicles_);
  for (const Direction d : {kUp, kDown}) {
    for (auto& wlan : wlan_) wlan[d].update(interval_s, settled);
    shared_[kMan][d].update(interval_s, settled, control, control * kControlBytes);
    shared_[kWan][d].update(interval_s, settled);
    shared_[kGsm][d].update(interval_s, settled);
  }
  schedule_at(now_ns() + params_.update_ns, &EdgeCloudSimNetwork::update, this);
}

SiteIndex EdgeCloudSimNetwork::serving_site(std::uint32_t slot) const {
  const Ue& ue = ues_[slot];
  world_.sites.update(ue.serving, fleet_.kinematics(slot).position);
  return ue.serving.site;
}

SiteIndex EdgeCloudSimNetwork::attachment(std::uint32_t slot, std::uint8_t path) const {
  return path == kCellular ? world_.gateway : serving_site(slot);
}

void EdgeCloudSimNetwork::send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes) {
  if (ref >= ways_.size()) ways_.resize(ref + 1);
  const bool cellular = journeys_.path(ref) == kCellular;
  Way& way = ways_[ref];
  way = {.slot = slot, .generation = ues_[slot].generation, .site = serving_site(slot), .leg = Leg::kUplink};
  if (cellular) way.site = world_.gateway;
  journeys_.stages(ref).enter(Stage::kAccessUp, now_ns());
  Network& network = cellular ? shared_[kGsm] : wlan_[place_[way.site.value]];
  begin_air(slot, ref, network[kUp].send(bytes), cellular ? params_.gsm_delay_ns : 0, kUp);
}

void EdgeCloudSimNetwork::send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes,
                                    SiteIndex) {
  const bool cellular = journeys_.path(ref) == kCellular;
  journeys_.stages(ref).enter(Stage::kAccessDown, now_ns());
  Network& network = cellular ? shared_[kGsm] : wlan_[place_[ways_[ref].site.value]];
  begin_air(slot, ref, network[kDown].send(bytes), cellular ? params_.gsm_delay_ns : 0, kDown);
}

void EdgeCloudSimNetwork::begin_air(std::uint32_t slot, std::uint32_t ref, std::optional<TimeNs> delay,
                                    TimeNs propagation, Direction direction) {
  if (!delay) {
    journeys_.lost(ref, Outcome::kLinkSaturated);
    return;
  }
  Ue& ue = ues_[slot];
  ue.under_way.push_back(ref);
  schedule_at(later(now_ns(), later(*delay, propagation)), &EdgeCloudSimNetwork::end_air, this, ref, slot,
              ue.generation, serving_site(slot), direction);
}

void EdgeCloudSimNetwork::end_air(std::uint32_t ref, std::uint32_t slot, std::uint32_t generation,
                                  SiteIndex begun_at, Direction direction) {
  Ue& ue = ues_[slot];
  if (ue.generation != generation) return;  // the vehicle has left
  ue.under_way.erase(std::find(ue.under_way.begin(), ue.under_way.end(), ref));
  const SiteIndex at = ways_[ref].site;
  const auto cell = static_cast<std::int32_t>(at.value);
  if (direction == kUp) {
    journeys_.uplink_arrived(ref, at, cell);
  } else if (journeys_.path(ref) != kCellular && serving_site(slot) != begun_at) {
    journeys_.lost(ref, Outcome::kLeftCell);
  } else {
    journeys_.downlink_arrived(ref, cell);
  }
}

bool EdgeCloudSimNetwork::has_moved(const Way& way) const {
  return ues_[way.slot].generation != way.generation || serving_site(way.slot) != way.site;
}

void EdgeCloudSimNetwork::cross(std::uint32_t ref, std::int64_t bytes, SiteIndex from, SiteIndex to) {
  Way& way = ways_[ref];
  if (way.leg == Leg::kUplink) {
    way.leg = Leg::kServer;
    if (from == to) {
      journeys_.routed(ref);
    } else if (world_.clouds[to.value]) {
      hop(ref, bytes, shared_[kWan], kUp, params_.wan_delay_ns, Stage::kBackhaulTransmission);
    } else {
      hop(ref, bytes, shared_[kMan], kUp, params_.man_delay_ns, Stage::kBackhaulTransmission);
    }
  } else if (way.leg == Leg::kBack || journeys_.path(ref) == kCellular) {
    journeys_.routed(ref);  // it is there: the site's WLAN reaches whom it serves no longer
  } else if (world_.clouds[from.value]) {
    way.leg = Leg::kBack;
    hop(ref, bytes, shared_[kWan], kDown, params_.wan_delay_ns, Stage::kBackhaulTransmission);
  } else {
    way.leg = Leg::kBack;
    forward_or_report(ref, bytes, Stage::kBackhaulTransmission);
  }
}

void EdgeCloudSimNetwork::hop(std::uint32_t ref, std::int64_t bytes, Network& network, Direction direction,
                              TimeNs propagation, Stage stage) {
  StageList& stages = journeys_.stages(ref);
  stages.enter(stage, now_ns());
  const auto delay = network[direction].send(bytes);
  if (!delay) {
    journeys_.lost(ref, Outcome::kLinkSaturated);
    return;
  }
  const bool wan_down = &network == &shared_[kWan] && direction == kDown;
  schedule_at(later(now_ns(), later(*delay, propagation)), &EdgeCloudSimNetwork::hop_done, this, ref, bytes,
              wan_down);
}

void EdgeCloudSimNetwork::hop_done(std::uint32_t ref, std::int64_t bytes, bool forward) {
  if (forward) {
    forward_or_report(ref, bytes, Stage::kHandover);
  } else {
    journeys_.routed(ref);
  }
}

void EdgeCloudSimNetwork::forward_or_report(std::uint32_t ref, std::int64_t bytes, Stage stage) {
  if (has_moved(ways_[ref])) {
    hop(ref, bytes, shared_[kMan], kDown, params_.man_delay_ns, stage);
  } else {
    journeys_.routed(ref);
  }
}

AccessEstimate EdgeCloudSimNetwork::estimate(std::uint32_t slot) const {
  const Network& wlan = wlan_[place_[serving_site(slot).value]];
  const auto of = [](const Network& n, Direction d, TimeNs propagation) {
    const auto delay = n[d].estimate();
    return delay ? later(*delay, propagation) : kUnreachableNs;
  };
  AccessEstimate e{.connected = true,
                   .uplink_bps = params_.wlan_bps,
                   .downlink_bps = params_.wlan_bps,
                   .uplink_delay_ns = of(wlan, kUp, 0),
                   .downlink_delay_ns = of(wlan, kDown, 0)};
  e.networks = {.given = true,
                .wlan_ns = {e.uplink_delay_ns, e.downlink_delay_ns},
                .wan_ns = {of(shared_[kWan], kUp, params_.wan_delay_ns),
                           of(shared_[kWan], kDown, params_.wan_delay_ns)},
                .cellular_ns = {of(shared_[kGsm], kUp, params_.gsm_delay_ns),
                                of(shared_[kGsm], kDown, params_.gsm_delay_ns)}};
  return e;
}

std::optional<PathEstimate> EdgeCloudSimNetwork::path(SiteIndex from, SiteIndex to) const {
  if (from == to) return PathEstimate{};
  const bool cloud = world_.clouds[to.value];
  const auto delay = shared_[cloud ? kWan : kMan][kUp].estimate();
  if (!delay) return {};
  return PathEstimate{later(*delay, cloud ? params_.wan_delay_ns : params_.man_delay_ns),
                      cloud ? params_.wan_bps : params_.man_bps};
}

void EdgeCloudSimNetwork::broadcast(std::int32_t, std::span<const BroadcastReceiver>, ServiceIndex,
                                    std::int64_t) {
  assert(false);  // the scenario's check lets no service in that needs it
}

void EdgeCloudSimNetwork::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= ues_.size()) ues_.resize(vehicle.slot + 1);
  ues_[vehicle.slot].serving = world_.sites.of(vehicle.kinematics.position);
  ++vehicles_;
}

void EdgeCloudSimNetwork::leave(std::uint32_t slot) {
  --vehicles_;
  Ue& ue = ues_[slot];
  ++ue.generation;
  const auto under_way = std::move(ue.under_way);
  ue.under_way.clear();
  for (const auto ref : under_way) journeys_.lost(ref, Outcome::kVehicleLeft);
}

}  // namespace cv2x
