#include "models/compute/gpu.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace cv2x {
namespace {

/// Compute slices, of 7, of an instance when a GPU is cut into so many equal ones.
double mig_share(std::int64_t slices) {
  constexpr std::array<int, 8> kOfSeven = {0, 7, 3, 2, 1, 1, 1, 1};
  return kOfSeven[static_cast<std::size_t>(slices)] / 7.0;
}

// Servers work in nanoseconds of a GPU of their own: 10^9 "cycles" a second.
ServerParams one_after_the_other(std::int64_t slots, double speed) {
  return {.cores = slots, .speed_cps = 1e9 * speed, .queue = 0};
}

ServerParams shared(std::int64_t clients, double occupancy, double loss) {
  return {.cores = 1,
          .speed_cps = 1e9,
          .queue = clients,
          .discipline = Discipline::kProcessorSharing,
          .occupancy = occupancy,
          .loss = loss};
}

}  // namespace

Gpus::Gpus(const GpuParams& params, std::int64_t queue, std::vector<TimeNs> times_ns)
    : batch_(params.batch),
      clients_(params.count),
      capacity_(static_cast<double>(params.count)),
      limit_(0),
      times_ns_(std::move(times_ns)) {
  const auto n = static_cast<std::size_t>(params.count);
  switch (params.sharing) {
    case GpuSharing::kExclusive:
      servers_ = {Server(one_after_the_other(params.count, 1))};
      break;
    case GpuSharing::kTimeSliced:
      clients_ = params.time_clients;
      servers_.assign(n, Server(shared(clients_, 1, params.time_loss)));
      break;
    case GpuSharing::kMps:
      clients_ = params.mps_clients;
      servers_.assign(n, Server(shared(clients_, params.occupancy, params.mps_loss)));
      break;
    case GpuSharing::kMig:
      clients_ = params.count * params.slices;
      part_ = mig_share(params.slices);
      speed_ = part_ * (params.slices > 1 ? 1 - params.mig_loss : 1);
      capacity_ = speed_ * static_cast<double>(clients_);
      servers_ = {Server(one_after_the_other(clients_, speed_))};
      break;
  }
  on_server_.assign(servers_.size(), 0);
  limit_ = slots() * batch_.size + queue;
}

std::int64_t Gpus::slots() const { return clients_ * static_cast<std::int64_t>(servers_.size()); }

TimeNs Gpus::time_ns(std::uint32_t network) const {
  return from_seconds(to_seconds(times_ns_[network]) / speed_);
}

double Gpus::work_ns(const Batch& batch) const {
  const auto more = static_cast<double>(batch.members.size() - 1);
  return static_cast<double>(times_ns_[batch.network]) * (1 + batch_.growth * more);
}

bool Gpus::submit(const Task& task, TimeNs now) {
  assert(next_wakeup() >= now);
  interrupted_.clear();
  if (there_ >= limit_) return false;
  ++there_;
  const Member member{task, order_++, now};
  if (halted_) {
    held_.push_back(member);
  } else {
    add(member, now);
    dispatch(now);
  }
  return true;
}

void Gpus::add(const Member& member, TimeNs now) {
  const auto open = open_.find(member.task.network);
  if (open == open_.end()) {
    Batch& batch = waiting_[member.order];
    batch = {.network = member.task.network,
             .key = member.task.key,
             .order = member.order,
             .due_ns = later(now, batch_.wait_ns),
             .ready = false,
             .start_ns = -1,
             .members = {member}};
    if (batch_.size > 1) open_.emplace(member.task.network, member.order);
    if (batch_.size == 1 || batch_.wait_ns == 0) {
      make_ready(member.order, now);
    } else {
      timers_.emplace(batch.due_ns, member.order);
    }
    return;
  }
  const std::uint64_t order = open->second;
  Batch& batch = waiting_.at(order);
  batch.members.push_back(member);
  batch.members.back().ready_ns = now;
  if (member.task.key < batch.key) {
    if (batch.ready) {
      ready_.erase({batch.key, order});
      ready_.emplace(member.task.key, order);
    }
    batch.key = member.task.key;
  }
  if (static_cast<std::int64_t>(batch.members.size()) == batch_.size) {
    open_.erase(open);
    if (!batch.ready) {
      timers_.erase({batch.due_ns, order});
      make_ready(order, now);
    }
  }
}

void Gpus::make_ready(std::uint64_t order, TimeNs now) {
  Batch& batch = waiting_.at(order);
  batch.ready = true;
  for (auto& member : batch.members) member.ready_ns = now;
  ready_.emplace(batch.key, order);
}

Server* Gpus::free_server() {
  const auto least = std::min_element(on_server_.begin(), on_server_.end());
  return *least < clients_ ? &servers_[static_cast<std::size_t>(least - on_server_.begin())] : nullptr;
}

std::uint32_t Gpus::place_on_gpu(Batch&& batch) {
  if (free_places_.empty()) {
    on_gpu_.push_back(std::move(batch));
    return static_cast<std::uint32_t>(on_gpu_.size() - 1);
  }
  const std::uint32_t place = free_places_.back();
  free_places_.pop_back();
  on_gpu_[place] = std::move(batch);
  return place;
}

void Gpus::dispatch(TimeNs now) {
  while (!ready_.empty()) {
    Server* const server = free_server();
    if (!server) return;
    const std::uint64_t order = ready_.begin()->second;
    ready_.erase(ready_.begin());
    const auto found = waiting_.find(order);
    Batch batch = std::move(found->second);
    waiting_.erase(found);
    const auto open = open_.find(batch.network);
    if (open != open_.end() && open->second == order) open_.erase(open);
    batch.start_ns = now;
    running_ += static_cast<std::int64_t>(batch.members.size());
    const double work = work_ns(batch);
    const auto at = static_cast<std::uint32_t>(server - servers_.data());
    ++on_server_[at];
    server->submit({place_on_gpu(std::move(batch)), work, 0, at}, now);
  }
}

void Gpus::step(TimeNs now) {
  for (auto& server : servers_) {
    for (const auto& done : server.advance(now)) {
      Batch& batch = on_gpu_[done.ref];
      for (const auto& m : batch.members)
        slices_.push_back({m.task.ref, done.start_ns, done.end_ns, m.task.tag, m.ready_ns});
      const auto n = static_cast<std::int64_t>(batch.members.size());
      running_ -= n;
      there_ -= n;
      batch.members.clear();
      free_places_.push_back(done.ref);
      --on_server_[done.tag];
    }
  }
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const std::uint64_t order = timers_.begin()->second;
    timers_.erase(timers_.begin());
    make_ready(order, now);
  }
  dispatch(now);
}

std::span<const Slice> Gpus::advance(TimeNs now) {
  slices_.clear();
  for (TimeNs next = next_wakeup(); next <= now; next = next_wakeup()) step(next);
  return slices_;
}

TimeNs Gpus::next_wakeup() const {
  TimeNs next = timers_.empty() ? kNever : timers_.begin()->first;
  for (const auto& server : servers_) next = std::min(next, server.next_wakeup());
  return next;
}

std::vector<Gpus::Task> Gpus::clear(TimeNs now) {
  std::vector<Member> all = std::move(held_);
  for (const auto& [order, batch] : waiting_)
    all.insert(all.end(), batch.members.begin(), batch.members.end());
  for (auto& batch : on_gpu_) {
    all.insert(all.end(), batch.members.begin(), batch.members.end());
    batch.members.clear();
  }
  for (auto& server : servers_) {
    for (const auto& stopped : server.clear(now)) free_places_.push_back(stopped.ref);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<Task> tasks;
  for (const auto& member : all) tasks.push_back(member.task);
  held_.clear();
  waiting_.clear();
  open_.clear();
  ready_.clear();
  timers_.clear();
  on_server_.assign(servers_.size(), 0);
  running_ = there_ = 0;
  return tasks;
}

void Gpus::halt(TimeNs now) {
  assert(!halted_);
  interrupted_.clear();
  for (const auto& batch : on_gpu_) {
    for (const auto& m : batch.members) {
      if (batch.start_ns < now)
        interrupted_.push_back({m.task.ref, batch.start_ns, now, m.task.tag, m.ready_ns});
    }
  }
  std::vector<Member> again;
  for (const auto& task : clear(now)) again.push_back({task, order_++, now});
  held_ = std::move(again);
  there_ = static_cast<std::int64_t>(held_.size());
  halted_ = true;
}

void Gpus::resume(TimeNs now) {
  assert(halted_);
  halted_ = false;
  for (const auto& member : std::exchange(held_, {})) add({member.task, member.order, now}, now);
  dispatch(now);
}

double Gpus::backlog_ns(TimeNs now) const {
  double work = 0;
  for (const auto& server : servers_) work += server.work_ahead(now);
  for (const auto& [order, batch] : waiting_) work += work_ns(batch);
  for (const auto& member : held_) work += static_cast<double>(times_ns_[member.task.network]);
  return work / capacity_;
}

TimeNs Gpus::take_busy_ns(TimeNs now) {
  TimeNs busy = 0;
  for (auto& server : servers_) busy += server.take_busy_ns(now);
  return part_ < 1 ? static_cast<TimeNs>(std::llround(static_cast<double>(busy) * part_)) : busy;
}

}  // namespace cv2x
