#include "models/compute/cores.h"

#include <algorithm>
#include <cassert>
#include <functional>

namespace cv2x {

Cores::Cores(const ServerParams& params)
    : cores_(params.cores),
      speed_cps_(params.speed_cps),
      queue_(params.queue),
      preemptive_(params.preemption == Preemption::kResume),
      waiting_(params.discipline != Discipline::kFifo) {}

bool Cores::submit(const ServerTask& task, TimeNs now) {
  interrupted_.clear();
  const std::int64_t there = running() + waiting();
  const WaitingLine::Entry entry{task, order_, task.cycles};
  if (!halted_ && running() < cores_) {
    start(entry, now);
  } else if (there - cores_ >= queue_) {
    return false;
  } else if (halted_ || !preemptive_ || !preempt(entry, now)) {
    wait(entry);
  }
  ++order_;
  return true;
}

void Cores::wait(const WaitingLine::Entry& entry) {
  waiting_.add(entry);
  waiting_cycles_ += entry.left;
}

void Cores::start(const WaitingLine::Entry& entry, TimeNs now) {
  count_busy(now);
  running_.push_back({later(now, from_seconds(entry.left / speed_cps_)), entry.order, now, entry.task});
  std::push_heap(running_.begin(), running_.end(), std::greater<>{});
}

void Cores::start_next(TimeNs now) {
  const WaitingLine::Entry next = waiting_.take();
  waiting_cycles_ = waiting_.empty() ? 0 : waiting_cycles_ - next.left;
  start(next, now);
}

bool Cores::preempt(const WaitingLine::Entry& entry, TimeNs now) {
  // Linear in the cores, whose number does not grow with the load.
  const auto last = std::max_element(running_.begin(), running_.end(), [](const auto& a, const auto& b) {
    return a.task.key != b.task.key ? a.task.key < b.task.key : a.order < b.order;
  });
  if (entry.task.key >= last->task.key) return false;
  count_busy(now);
  const Running stopped = *last;
  running_.erase(last);
  std::make_heap(running_.begin(), running_.end(), std::greater<>{});
  if (stopped.start_ns < now)
    interrupted_.push_back({stopped.task.ref, stopped.start_ns, now, stopped.task.tag});
  wait({stopped.task, stopped.order,
        stopped.end_ns == kNever ? stopped.task.cycles : cycles_of(stopped.end_ns - now)});
  start(entry, now);
  return true;
}

std::span<const Slice> Cores::advance(TimeNs now) {
  slices_.clear();
  while (!running_.empty() && running_.front().end_ns <= now) {
    const Running done = running_.front();
    count_busy(done.end_ns);
    std::pop_heap(running_.begin(), running_.end(), std::greater<>{});
    running_.pop_back();
    slices_.push_back({done.task.ref, done.start_ns, done.end_ns, done.task.tag});
    if (!waiting_.empty()) start_next(done.end_ns);
  }
  return slices_;
}

std::vector<ServerTask> Cores::clear(TimeNs now) {
  count_busy(now);
  auto all = waiting_.clear();
  for (const auto& r : running_) all.push_back({r.task, r.order, 0});
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<ServerTask> tasks;
  for (const auto& entry : all) tasks.push_back(entry.task);
  running_.clear();
  waiting_cycles_ = 0;
  return tasks;
}

void Cores::halt(TimeNs now) {
  assert(!halted_);
  halted_ = true;
  interrupted_.clear();
  std::sort(running_.begin(), running_.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  for (const auto& r : running_) {
    if (r.start_ns < now) interrupted_.push_back({r.task.ref, r.start_ns, now, r.task.tag});
  }
  for (const auto& task : clear(now)) wait({task, order_++, task.cycles});
}

void Cores::resume(TimeNs now) {
  assert(halted_);
  halted_ = false;
  while (running() < cores_ && !waiting_.empty()) start_next(now);
}

double Cores::work_ahead(TimeNs now) const {
  double cycles = waiting_cycles_;
  for (const auto& r : running_) cycles += cycles_of(std::max<TimeNs>(0, r.end_ns - now));
  return cycles;
}

void Cores::count_busy(TimeNs until) {
  if (until <= counted_until_) return;
  busy_ns_ += running() * (until - counted_until_);
  counted_until_ = until;
}

TimeNs Cores::take_busy_ns(TimeNs now) {
  count_busy(now);
  const TimeNs busy = busy_ns_;
  busy_ns_ = 0;
  return busy;
}

}  // namespace cv2x
