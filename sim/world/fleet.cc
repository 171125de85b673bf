#include "sim/world/fleet.h"

#include <algorithm>

#include "models/base/hash.h"
#include "models/mobility/interpolate.h"
#include "sim/world/clock.h"
#include "sim/world/replay_mobility.h"

namespace cv2x {

Fleet::Fleet(std::unique_ptr<TraceSource> source, double antenna_height_m)
    : source_(std::move(source)), antenna_height_m_(antenna_height_m) {}

void Fleet::start() {
  has_ahead_ = source_->next(ahead_);
  if (has_ahead_) step();
}

void Fleet::step() {
  std::swap(current_, ahead_);
  states_at_ = -1;
  for (const auto slot : current_.left) let_leave(slot);
  for (const auto& entry : current_.entered) let_enter(entry);
  for (const auto& sample : current_.samples) vehicles_[sample.slot].last = sample;
  look_ahead();
  for (const auto& entry : current_.entered) {
    const VehicleState state{entry.slot, vehicles_[entry.slot].key, kinematics(entry.slot)};
    for (auto* listener : listeners_) listener->enter(state);
  }
}

void Fleet::look_ahead() {
  for (const auto& sample : current_.samples) vehicles_[sample.slot].ahead = false;
  // A step in the past (the trace begins before the simulation) is followed by one that is due now at the
  // earliest.
  has_ahead_ = source_->next(ahead_);
  if (!has_ahead_) return;
  for (const auto& sample : ahead_.samples) {
    if (sample.slot >= vehicles_.size()) continue;  // enters only then
    vehicles_[sample.slot].next = sample;
    vehicles_[sample.slot].ahead = vehicles_[sample.slot].present;
  }
  for (const auto& entry : ahead_.entered) {
    if (entry.slot < vehicles_.size()) vehicles_[entry.slot].ahead = false;
  }
  schedule_at(std::max(ahead_.time_ns, now_ns()), &Fleet::step, this);
}

void Fleet::let_enter(const TraceEntry& entry) {
  if (entry.slot >= vehicles_.size()) vehicles_.resize(entry.slot + 1);
  Vehicle& v = vehicles_[entry.slot];
  v.present = true;
  v.serial = entered_++;
  v.key = hash_name(entry.name);
  if (!v.node) {
    v.node = ns3::CreateObject<ns3::Node>();
    v.node->AggregateObject(ns3::CreateObject<ReplayMobilityModel>());
  }
  v.node->GetObject<ReplayMobilityModel>()->follow(this, entry.slot);
  ++present_;
  if (results_) {
    results_->vehicle_name(entry.name, entry.type);
    results_->event({.time_ns = now_ns(), .kind = EventKind::kEnter, .vehicle = v.serial});
  }
}

void Fleet::let_leave(std::uint32_t slot) {
  vehicles_[slot].present = false;
  --present_;
  for (auto* listener : listeners_) listener->leave(slot);
  if (results_)
    results_->event({.time_ns = now_ns(), .kind = EventKind::kLeave, .vehicle = vehicles_[slot].serial});
}

Kinematics Fleet::kinematics(std::uint32_t slot) const {
  const Vehicle& v = vehicles_[slot];
  const TraceSample& next = v.ahead ? v.next : v.last;
  const TimeNs next_ns = v.ahead ? ahead_.time_ns : current_.time_ns;
  Kinematics k = interpolate(v.last, current_.time_ns, next, next_ns, now_ns());
  k.position.z_m = antenna_height_m_;
  return k;
}

const std::vector<VehicleState>& Fleet::states() {
  if (states_at_ != now_ns()) {
    states_.clear();
    for (std::uint32_t slot = 0; slot < vehicles_.size(); ++slot) {
      if (vehicles_[slot].present) states_.push_back({slot, vehicles_[slot].key, kinematics(slot)});
    }
    states_at_ = now_ns();
  }
  return states_;
}

std::vector<std::uint32_t> Fleet::within(const Position& centre, double radius_m) {
  std::vector<std::uint32_t> slots;
  for (const auto& v : states()) {
    const double dx = v.kinematics.position.x_m - centre.x_m;
    const double dy = v.kinematics.position.y_m - centre.y_m;
    if (dx * dx + dy * dy <= radius_m * radius_m) slots.push_back(v.slot);
  }
  std::sort(slots.begin(), slots.end(), [&](auto a, auto b) { return serial(a) < serial(b); });
  return slots;
}

}  // namespace cv2x
