#include "models/compute/host.h"

#include <algorithm>
#include <cmath>

namespace cv2x {

std::int64_t share_ppb(double share) { return std::llround(share * 1e9); }

Host::Host(const Params& params, std::span<const Demand> demands)
    : params_(params.server), server_(params.server), admission_(params.limits), demands_(demands) {
  if (params.has_gpus) gpus_.emplace(params.gpus, params.server.queue, params.inference_ns);
}

std::int64_t Host::key(const Work& work) const {
  if (params_.discipline == Discipline::kPriority) return -demands_[work.service.value].priority;
  return params_.discipline == Discipline::kEarliestDeadline ? work.deadline_ns : 0;
}

std::optional<Outcome> Host::submit(std::uint32_t ref, const Work& work, TimeNs now) {
  const Demand& demand = demands_[work.service.value];
  if (const auto refusal = admission_.refusal(demand)) return refusal;
  interrupted_.clear();
  if (on_gpus(work.service)) {
    const auto network = static_cast<std::uint32_t>(demand.network);
    if (!gpus_->submit({ref, network, key(work), work.service.value}, now)) return Outcome::kComputeFull;
  } else {
    if (!server_.submit({ref, work.cycles, key(work), work.service.value}, now)) return Outcome::kComputeFull;
    if (!server_.interrupted().empty())
      interrupted_.assign(server_.interrupted().begin(), server_.interrupted().end());
  }
  admission_.enter(demand);
  return std::nullopt;
}

std::span<const Slice> Host::advance(TimeNs now) {
  auto done = server_.advance(now);
  if (gpus_) {
    slices_.assign(done.begin(), done.end());
    const auto inferred = gpus_->advance(now);
    slices_.insert(slices_.end(), inferred.begin(), inferred.end());
    std::stable_sort(slices_.begin(), slices_.end(),
                     [](const auto& a, const auto& b) { return a.end_ns < b.end_ns; });
    done = slices_;
  }
  for (const auto& slice : done) admission_.leave(demands_[slice.tag]);
  return done;
}

TimeNs Host::next_wakeup() const {
  return gpus_ ? std::min(server_.next_wakeup(), gpus_->next_wakeup()) : server_.next_wakeup();
}

std::vector<std::uint32_t> Host::clear(TimeNs now) {
  std::vector<std::uint32_t> refs;
  const auto drop = [&](const auto& tasks) {
    for (const auto& task : tasks) {
      admission_.leave(demands_[task.tag]);
      refs.push_back(task.ref);
    }
  };
  drop(server_.clear(now));
  if (gpus_) drop(gpus_->clear(now));
  return refs;
}

void Host::halt(TimeNs now) {
  server_.halt(now);
  interrupted_.assign(server_.interrupted().begin(), server_.interrupted().end());
  if (!gpus_) return;
  gpus_->halt(now);
  interrupted_.insert(interrupted_.end(), gpus_->interrupted().begin(), gpus_->interrupted().end());
}

void Host::resume(TimeNs now) {
  server_.resume(now);
  if (gpus_) gpus_->resume(now);
}

TimeNs Host::execution_ns(ServiceIndex service, double cycles) const {
  return on_gpus(service) ? gpus_->time_ns(static_cast<std::uint32_t>(demands_[service.value].network))
                          : from_seconds(cycles / params_.speed_cps);
}

std::int64_t Host::running() const { return server_.running() + (gpus_ ? gpus_->running() : 0); }

std::int64_t Host::waiting() const { return server_.waiting() + (gpus_ ? gpus_->waiting() : 0); }

double Host::work_ahead(TimeNs now) const {
  const double cycles = server_.work_ahead(now);
  if (!gpus_) return cycles;
  return cycles + gpus_->backlog_ns(now) * 1e-9 * params_.speed_cps * static_cast<double>(params_.cores);
}

BusyTime Host::take_busy(TimeNs now) {
  return {server_.take_busy_ns(now), gpus_ ? gpus_->take_busy_ns(now) : 0};
}

}  // namespace cv2x
