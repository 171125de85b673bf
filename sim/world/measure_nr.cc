// What NrAccess tells its MACs of the vehicles' links: gains in tiers, rings, motion.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "models/base/hash.h"
#include "sim/world/access_nr.h"

namespace cv2x {
namespace {

bool further(const Position& a, const Position& b, double distance_m) {
  const double x = a.x_m - b.x_m, y = a.y_m - b.y_m, z = a.z_m - b.z_m;
  return x * x + y * y + z * z >= distance_m * distance_m;
}

bool same(const Position& a, const Position& b) { return a.x_m == b.x_m && a.y_m == b.y_m && a.z_m == b.z_m; }

}  // namespace

void NrAccess::renew(const VehicleState& vehicle) {
  Ue& ue = ues_[vehicle.slot];
  const Position& at = vehicle.kinematics.position;
  Tier tier = Tier::kNear;
  if (!ue.measured || further(at, ue.far_at, kFarStepM)) {
    tier = Tier::kAll;
  } else if (further(at, ue.middle_at, kMiddleStepM)) {
    tier = Tier::kMiddle;
  } else if (same(at, ue.near_at)) {
    return;
  }
  ue.measured = true;
  ue.settled = false;
  ue.near_at = at;
  if (tier != Tier::kNear) ue.middle_at = at;
  if (tier == Tier::kAll) ue.far_at = at;
  const auto index = static_cast<std::uint32_t>(renewals_.size());
  renewals_.push_back({vehicle.slot, tier, at});
  if (tier == Tier::kAll) {
    for (auto& due : due_) due.push_back(index);
    return;
  }
  for (const auto cell : ue.near) due_[cell].push_back(index);
  if (tier == Tier::kMiddle) {
    for (const auto cell : ue.middle) due_[cell].push_back(index);
  }
}

void NrAccess::measure(std::span<const VehicleState> vehicles) {
  renewals_.clear();
  for (auto& due : due_) due.clear();
  for (const auto& v : vehicles) renew(v);
  // Cell by cell: its fields stay in the cache.
  for (std::uint32_t c = 0; c < cells_.size(); ++c) {
    const radio::LargeScaleChannel& channel = carriers_[cells_[c].carrier].channel;
    for (const std::uint32_t i : due_[c])
      gain_db(renewals_[i].slot, c) = gains_[c].served_db(channel, renewals_[i].at);
  }
}

void NrAccess::apply(const Renewal& r) {
  const Ue& ue = ues_[r.slot];
  if (r.tier == Tier::kAll) {
    tell_macs(r.slot);
  } else {
    for (const auto cell : ue.near) tell_mac(r.slot, cell);
    if (r.tier == Tier::kMiddle) {
      for (const auto cell : ue.middle) tell_mac(r.slot, cell);
    }
  }
  if (r.tier != Tier::kNear) sort_cells(r.slot, r.tier);
  for (auto& carrier : carriers_) {
    if (carrier.rings_m > 0) set_ring(carrier, r.slot, r.at);
  }
}

void NrAccess::sort_cells(std::uint32_t slot, Tier tier) {
  Ue& ue = ues_[slot];
  known_.clear();
  if (tier == Tier::kAll) {
    for (std::uint16_t c = 0; c < cells_.size(); ++c) known_.push_back(c);
  } else {
    std::merge(ue.near.begin(), ue.near.end(), ue.middle.begin(), ue.middle.end(),
               std::back_inserter(known_));
  }
  float strongest_dbm = -std::numeric_limits<float>::infinity();
  for (const auto c : known_) strongest_dbm = std::max(strongest_dbm, rsrp_dbm(slot, c));
  ue.near.clear();
  ue.middle.clear();
  for (const auto c : known_) {
    const float below_db = strongest_dbm - rsrp_dbm(slot, c);
    if (below_db <= kNearDb || c == ue.cell) {
      ue.near.push_back(c);
    } else if (below_db <= kMiddleDb || tier == Tier::kMiddle) {
      ue.middle.push_back(c);
    }
  }
}

void NrAccess::tell_macs(std::uint32_t slot) {
  for (auto& carrier : carriers_) {
    row_.clear();
    for (const std::uint32_t c : carrier.cells) row_.push_back(mac_gain_db(slot, c));
    carrier.mac->set_gains(slot, row_);
  }
}

void NrAccess::set_ring(Carrier& carrier, std::uint32_t slot, const Position& vehicle) {
  double nearest_m = carrier.rings_m;
  for (const std::uint32_t cell : carrier.cells) {
    const Position& at = cells_[cell].position;
    nearest_m = std::min(nearest_m, std::hypot(at.x_m - vehicle.x_m, at.y_m - vehicle.y_m));
  }
  carrier.mac->set_mcs(slot, uu::mcs_of_ring(nearest_m, carrier.rings_m, carrier.mcs_table));
}

void NrAccess::set_motion(const VehicleState& vehicle) {
  const std::int32_t cell = ues_[vehicle.slot].cell;
  if (cell < 0) return;
  const NrCell& serving = cells_[static_cast<std::size_t>(cell)];
  if (!params_[serving.carrier].fading_given) return;
  Carrier& carrier = carriers_[serving.carrier];
  const Kinematics& k = vehicle.kinematics;
  const CellGain& gain = gains_[static_cast<std::size_t>(cell)];
  carrier.mac->set_motion(vehicle.slot, combine(serving.site_key, vehicle.key),
                          {.at = k.position,
                           .vx_mps = k.vx_mps,
                           .vy_mps = k.vy_mps,
                           .time_ns = now_ns(),
                           .line_of_sight = gain.line_of_sight(carrier.channel, k.position)});
}

}  // namespace cv2x
