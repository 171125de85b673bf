#include "sim/world/services.h"

#include "models/base/hash.h"
#include "models/base/prefetch.h"

namespace cv2x {

VehicleServices::VehicleServices(std::vector<ServiceParams> services, const Seed& seed, TimeNs until,
                                 Session& session, Sidelink* sidelink)
    : services_(std::move(services)),
      equipment_(services_, seed),
      seed_(seed),
      until_ns_(until),
      session_(session),
      sidelink_(sidelink) {
  for (const auto& service : services_) graphs_.push_back(service.graph());
}

void VehicleServices::enter(const VehicleState& vehicle) {
  const std::size_t first = vehicle.slot * services_.size();
  if (first + services_.size() > sources_.size()) {
    sources_.resize(first + services_.size());
    versions_.resize(vehicle.slot + 1);
  }
  for (std::uint32_t s = 0; s < services_.size(); ++s) {
    if (!equipment_.runs(s, vehicle.key)) continue;
    sources_[first + s] = Running{Source(services_[s], seed_, vehicle.key, now_ns()), vehicle.slot, s};
    calendar_.add({.time_ns = sources_[first + s]->source.next_ns(),
                   .key = combine(vehicle.key, hash_name(services_[s].name)),
                   .source = static_cast<std::uint32_t>(first + s),
                   .version = versions_[vehicle.slot]});
  }
  wake_up_.at(calendar_.next_ns(), &VehicleServices::fire, this);
}

void VehicleServices::leave(std::uint32_t slot) {
  ++versions_[slot];
  for (std::size_t s = 0; s < services_.size(); ++s) sources_[slot * services_.size() + s].reset();
}

void VehicleServices::fire() {
  if (!wake_up_.fired() || now_ns() >= until_ns_) return;
  while (calendar_.next_ns() <= now_ns()) {
    auto entry = calendar_.top();
    calendar_.pop();
    if (!calendar_.empty()) {  // whose memory is fetched while this one is worked on
      prefetch(&sources_[calendar_.top().source], 1);
      session_.expect(static_cast<std::uint32_t>(calendar_.top().source / services_.size()));
    }
    const std::size_t slot = entry.source / services_.size();
    if (versions_[slot] != entry.version) continue;  // that vehicle has left
    Running& running = *sources_[entry.source];
    if (services_[running.service].kind == ServiceKind::kSidelinkBroadcast) {
      running.source.pop();
      entry.time_ns = running.source.next_ns();
      calendar_.add(entry);
      sidelink_->broadcast(running.slot, ServiceIndex{running.service});
      continue;
    }
    const Session::Request request{
        .input_bytes = running.source.draw_input_bytes(),
        .output_bytes = running.source.draw_output_bytes(),
        .cycles = running.source.draw_cycles(),
        .subtask_cycles = running.source.draw_subtask_cycles(graphs_[running.service])};
    running.source.pop();
    entry.time_ns = running.source.next_ns();
    calendar_.add(entry);
    session_.create(running.slot, ServiceIndex{running.service}, request);
  }
  wake_up_.at(calendar_.next_ns(), &VehicleServices::fire, this);
}

}  // namespace cv2x
