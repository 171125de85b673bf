#include "models/compute/host.h"

#include <cmath>

namespace cv2x {

std::int64_t share_ppb(double share) { return std::llround(share * 1e9); }

Host::Host(const ServerParams& server, const AdmissionLimits& limits, std::span<const Demand> demands)
    : discipline_(server.discipline), server_(server), admission_(limits), demands_(demands) {}

std::int64_t Host::key(const Work& work) const {
  if (discipline_ == Discipline::kPriority) return -demands_[work.service.value].priority;
  return discipline_ == Discipline::kEarliestDeadline ? work.deadline_ns : 0;
}

std::optional<Outcome> Host::submit(std::uint32_t ref, const Work& work, TimeNs now) {
  const Demand& demand = demands_[work.service.value];
  if (const auto refusal = admission_.refusal(demand)) return refusal;
  if (!server_.submit({ref, work.cycles, key(work), work.service.value}, now)) return Outcome::kComputeFull;
  admission_.enter(demand);
  return std::nullopt;
}

std::span<const Slice> Host::advance(TimeNs now) {
  const auto done = server_.advance(now);
  for (const auto& slice : done) admission_.leave(demands_[slice.tag]);
  return done;
}

std::vector<std::uint32_t> Host::clear(TimeNs now) {
  std::vector<std::uint32_t> refs;
  for (const auto& task : server_.clear(now)) {
    admission_.leave(demands_[task.tag]);
    refs.push_back(task.ref);
  }
  return refs;
}

}  // namespace cv2x
