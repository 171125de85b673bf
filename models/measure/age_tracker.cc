#include "models/measure/age_tracker.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cv2x {

AgeTracker::AgeTracker(TimeNs from_ns, TimeNs until_ns, std::vector<std::uint16_t> services,
                       std::function<void(const AgeRamp&)> sink)
    : from_ns_(from_ns), until_ns_(until_ns), services_(std::move(services)), sink_(std::move(sink)) {}

void AgeTracker::emit(std::uint16_t service, const Track& track, TimeNs until_ns, const EndedMessage* by,
                      std::span<const StageEntry> stages) const {
  AgeRamp ramp;
  ramp.from_ns = std::max(track.since_ns, from_ns_);
  ramp.to_ns = std::min(until_ns, until_ns_);
  if (ramp.from_ns >= ramp.to_ns) return;
  ramp.service = service;
  ramp.vehicle_key = track.vehicle_key;
  ramp.x_m = track.x_m;
  ramp.y_m = track.y_m;
  ramp.age_ns = ramp.from_ns - track.newest_ns;
  std::copy(track.lost.begin(), track.lost.end(), ramp.lost.begin());

  ramp.told = until_ns <= until_ns_ && (by || track.lost_in_all > 0);
  if (ramp.told) decompose(ramp, track, by, stages);
  sink_(ramp);
}

/// The age at the end: from the creation of the update before to that of the next, then that one's way. If n
/// were lost in between, they take n of the n + 1 parts of that wait.
void AgeTracker::decompose(AgeRamp& ramp, const Track& track, const EndedMessage* by,
                           std::span<const StageEntry> stages) {
  ramp.causes.count = 1;
  auto& sums_ns = ramp.causes.sums_ns;
  const TimeNs wait_ns = (by ? by->created_ns : ramp.to_ns) - track.newest_ns;
  sums_ns[kUpdateInterval] = wait_ns / (TimeNs{track.lost_in_all} + 1);
  sums_ns[kLostUpdates] = wait_ns - sums_ns[kUpdateInterval];
  for (std::size_t i = 0; by && i < stages.size(); ++i) {
    const TimeNs leave_ns = i + 1 < stages.size() ? stages[i + 1].enter_ns : by->end_ns;
    sums_ns[kFirstStage + static_cast<std::size_t>(stages[i].stage)] += leave_ns - stages[i].enter_ns;
  }
}

void AgeTracker::add(const EndedMessage& m, std::span<const StageEntry> stages) {
  if (!leaving_.empty() && m.end_ns > leaving_ns_) close_leaving();
  if (left(m.vehicle)) return;
  const auto [it, added] = tracks_.try_emplace(key_of(m.vehicle, m.service));
  Track& track = it->second;
  const auto begin_at = [&](TimeNs since_ns) {
    track.newest_ns = m.created_ns;
    track.since_ns = since_ns;
    track.x_m = m.x_m;
    track.y_m = m.y_m;
  };
  if (added) track.vehicle_key = m.vehicle_key;
  if (added || (!track.delivered && m.created_ns < track.newest_ns)) begin_at(m.created_ns);
  if (track.delivered && m.created_ns <= track.newest_ns) return;  // nothing new
  if (m.outcome != Outcome::kDelivered) {
    ++track.lost[static_cast<std::size_t>(m.outcome)];
    ++track.lost_in_all;
    return;
  }
  emit(m.service, track, m.end_ns, &m, stages);
  begin_at(m.end_ns);
  track.delivered = true;
  track.lost = {};
  track.lost_in_all = 0;
}

void AgeTracker::leave(std::uint32_t vehicle, TimeNs now) {
  if (!leaving_.empty() && now > leaving_ns_) close_leaving();
  leaving_.push_back(vehicle);
  leaving_ns_ = now;
}

void AgeTracker::close_leaving() {
  for (const std::uint32_t vehicle : leaving_) {
    for (const std::uint16_t service : services_) {
      const auto it = tracks_.find(key_of(vehicle, service));
      if (it == tracks_.end()) continue;
      emit(service, it->second, leaving_ns_, nullptr, {});
      tracks_.erase(it);
    }
    if (vehicle >= left_.size()) left_.resize(vehicle + 1);
    left_[vehicle] = true;
  }
  leaving_.clear();
}

void AgeTracker::finish(TimeNs end_ns) {
  close_leaving();
  until_ns_ = std::min(until_ns_, end_ns);
  // In any order: whoever adds the ramps up does so in integers.
  for (const auto& [key, track] : tracks_)
    emit(static_cast<std::uint16_t>(key & 0xffff), track, until_ns_, nullptr, {});
  tracks_.clear();
}

}  // namespace cv2x
