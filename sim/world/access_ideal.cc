#include "sim/world/access_ideal.h"

#include <algorithm>
#include <limits>

#include "models/radio/numeric.h"
#include "sim/world/clock.h"

namespace cv2x {

IdealAccess::IdealAccess(const IdealParams& params, NearestSite sites, JourneyEvents& journeys)
    : params_(params),
      uplink_power_w_(radio::from_db(params.ue_power_dbm) * 1e-3),
      sites_(std::move(sites)),
      journeys_(journeys) {
  if (!params_.serialise) params_.uplink_bps = params_.downlink_bps = std::numeric_limits<double>::infinity();
}

TimeNs IdealAccess::arrival(Ue& ue, int direction, std::int64_t bytes) const {
  TimeNs& free_at = ue.free_at[static_cast<std::size_t>(direction)];
  free_at = later(std::max(now_ns(), free_at),
                  serialisation_ns(bytes, direction == 0 ? params_.uplink_bps : params_.downlink_bps));
  return later(free_at, params_.delay_ns);
}

void IdealAccess::send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes) {
  Ue& ue = ues_[slot];
  const TimeNs when = arrival(ue, 0, bytes);
  journeys_.stages(ref).enter(Stage::kAccessUp, now_ns());
  if (when == now_ns()) {
    journeys_.uplink_arrived(ref, ue.serving.site, static_cast<std::int32_t>(ue.serving.site.value));
  } else {
    schedule_at(when, &IdealAccess::up_done, this, ref, ue.serving.site);
  }
}

void IdealAccess::up_done(std::uint32_t ref, SiteIndex at) {
  journeys_.uplink_arrived(ref, at, static_cast<std::int32_t>(at.value));
}

void IdealAccess::send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex, std::int64_t bytes,
                            SiteIndex) {
  Ue& ue = ues_[slot];
  const TimeNs when = arrival(ue, 1, bytes);
  journeys_.stages(ref).enter(Stage::kAccessDown, now_ns());
  if (when == now_ns()) {
    journeys_.downlink_arrived(ref, static_cast<std::int32_t>(ue.serving.site.value));
  } else {
    ue.downlink.push_back(ref);
    schedule_at(when, &IdealAccess::down_done, this, slot, ref, ue.generation);
  }
}

void IdealAccess::broadcast(std::int32_t cell, std::span<const BroadcastReceiver> receivers, ServiceIndex,
                            std::int64_t bytes) {
  const auto site = static_cast<std::size_t>(cell);
  if (site >= broadcast_free_at_.size()) broadcast_free_at_.resize(site + 1, 0);
  TimeNs& free_at = broadcast_free_at_[site];
  free_at = later(std::max(now_ns(), free_at), serialisation_ns(bytes, params_.downlink_bps));
  const TimeNs when = later(free_at, params_.delay_ns);
  for (const auto& r : receivers) {
    journeys_.stages(r.ref).enter(Stage::kAccessDown, now_ns());
    if (when == now_ns()) {
      journeys_.downlink_arrived(r.ref, cell);
    } else {
      ues_[r.slot].downlink.push_back(r.ref);
      schedule_at(when, &IdealAccess::down_done, this, r.slot, r.ref, ues_[r.slot].generation);
    }
  }
}

void IdealAccess::down_done(std::uint32_t slot, std::uint32_t ref, std::uint32_t generation) {
  Ue& ue = ues_[slot];
  if (ue.generation != generation) return;  // the vehicle has left
  ue.downlink.erase(std::find(ue.downlink.begin(), ue.downlink.end(), ref));
  journeys_.downlink_arrived(ref, static_cast<std::int32_t>(ue.serving.site.value));
}

void IdealAccess::refresh(std::span<const VehicleState> vehicles) {
  for (const auto& v : vehicles) {
    const SiteIndex before = ues_[v.slot].serving.site;
    sites_.update(ues_[v.slot].serving, v.kinematics.position);
    if (ues_[v.slot].serving.site != before) tell_serving_change(v.slot);
  }
}

AccessEstimate IdealAccess::estimate(std::uint32_t) const {
  return {.connected = true,
          .uplink_bps = params_.uplink_bps,
          .downlink_bps = params_.downlink_bps,
          .uplink_delay_ns = params_.delay_ns,
          .downlink_delay_ns = params_.delay_ns,
          .uplink_power_w = uplink_power_w_};
}

TimeNs IdealAccess::dwell_ns(std::uint32_t slot, const Kinematics& now) const {
  return sites_.dwell_ns(ues_[slot].serving, now);
}

void IdealAccess::enter(const VehicleState& vehicle) {
  if (vehicle.slot >= ues_.size()) ues_.resize(vehicle.slot + 1);
  ues_[vehicle.slot].free_at = {};
  ues_[vehicle.slot].serving = sites_.of(vehicle.kinematics.position);
}

void IdealAccess::leave(std::uint32_t slot) {
  Ue& ue = ues_[slot];
  ++ue.generation;
  const auto under_way = std::move(ue.downlink);
  ue.downlink.clear();
  for (const auto ref : under_way) journeys_.lost(ref, Outcome::kVehicleLeft);
}

}  // namespace cv2x
