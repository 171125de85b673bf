#include "models/compute/sharing.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>

namespace cv2x {

Sharing::Sharing(const ServerParams& params)
    : cores_(static_cast<double>(params.cores)),
      capacity_(static_cast<double>(params.cores) / params.occupancy),
      speed_cpns_(params.speed_cps * 1e-9),
      loss_(params.loss),
      limit_(params.cores + params.queue),
      sharers_(params.sharers) {
  assert(params.occupancy > 0 && params.occupancy <= 1 && params.loss >= 0 && params.loss < 1);
  assert(params.sharers >= 1);
}

double Sharing::rate() const {
  const auto n = static_cast<double>(served_.size());
  const double undisturbed = n > capacity_ ? speed_cpns_ * (capacity_ / n) : speed_cpns_;
  return served_.size() > 1 ? undisturbed * (1 - loss_) : undisturbed;
}

double Sharing::busy_cores() const {
  const auto n = static_cast<double>(served_.size());
  return n > capacity_ ? cores_ : cores_ * (n / capacity_);
}

void Sharing::work_for(double span_ns) {
  const double given = rate() * span_ns;
  v_ += given;
  left_ -= given * static_cast<double>(served_.size());
  busy_ns_ += busy_cores() * span_ns;
}

void Sharing::progress(TimeNs now) {
  const double span_ns = static_cast<double>(now - at_ns_) - beyond_ns_;
  if (span_ns <= 0) return;  // within the nanosecond of the last end
  if (!served_.empty()) work_for(span_ns);
  at_ns_ = now;
  beyond_ns_ = 0;
}

double Sharing::until_next_end_ns() const { return std::max(0.0, (served_.front().end - v_) / rate()); }

void Sharing::plan() {
  wake_up_ns_ = served_.empty()
                    ? kNever
                    : later(at_ns_, from_seconds(std::max(0.0, beyond_ns_ + until_next_end_ns()) * 1e-9));
}

void Sharing::serve(const WaitingLine::Entry& entry, TimeNs now) {
  progress(now);
  if (served_.empty()) v_ = left_ = 0;  // so that neither grows beyond what a double tells apart
  served_.push_back({v_ + entry.task.cycles, entry.order, now, entry.task});
  std::push_heap(served_.begin(), served_.end(), std::greater<>{});
  left_ += entry.task.cycles;
}

void Sharing::serve_next(TimeNs now) {
  const WaitingLine::Entry next = waiting_.take();
  waiting_cycles_ = waiting_.empty() ? 0 : waiting_cycles_ - next.task.cycles;
  serve(next, now);
}

bool Sharing::submit(const ServerTask& task, TimeNs now) {
  interrupted_.clear();
  if (running() + waiting() >= limit_) return false;
  const WaitingLine::Entry entry{task, order_++, 0};
  if (!halted_ && running() < sharers_) {
    serve(entry, now);
    plan();
  } else {
    waiting_.add(entry);
    waiting_cycles_ += task.cycles;
  }
  return true;
}

std::span<const Slice> Sharing::advance(TimeNs now) {
  slices_.clear();
  while (wake_up_ns_ <= now) {
    const TimeNs end = wake_up_ns_;
    // The task ends between two whole nanoseconds, and so the next one begins to get more there: rounding
    // does not add up.
    const double span_ns = until_next_end_ns();
    work_for(span_ns);
    v_ = served_.front().end;
    beyond_ns_ += span_ns - static_cast<double>(end - at_ns_);
    at_ns_ = end;
    const Served done = served_.front();
    std::pop_heap(served_.begin(), served_.end(), std::greater<>{});
    served_.pop_back();
    if (served_.empty()) left_ = 0;
    slices_.push_back({done.task.ref, done.start_ns, end, done.task.tag});
    if (!waiting_.empty()) serve_next(end);
    plan();
  }
  return slices_;
}

std::vector<ServerTask> Sharing::clear(TimeNs now) {
  progress(now);
  auto all = waiting_.clear();
  for (const auto& s : served_) all.push_back({s.task, s.order, 0});
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<ServerTask> tasks;
  for (const auto& entry : all) tasks.push_back(entry.task);
  served_.clear();
  waiting_cycles_ = 0;
  plan();
  return tasks;
}

void Sharing::halt(TimeNs now) {
  assert(!halted_);
  halted_ = true;
  interrupted_.clear();
  std::sort(served_.begin(), served_.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  for (const auto& s : served_) {
    if (s.start_ns < now) interrupted_.push_back({s.task.ref, s.start_ns, now, s.task.tag});
  }
  for (const auto& task : clear(now)) {
    waiting_.add({task, order_++, 0});
    waiting_cycles_ += task.cycles;
  }
}

void Sharing::resume(TimeNs now) {
  assert(halted_);
  halted_ = false;
  while (running() < sharers_ && !waiting_.empty()) serve_next(now);
  plan();
}

double Sharing::work_ahead(TimeNs now) const {
  const double span_ns = std::max(0.0, static_cast<double>(now - at_ns_) - beyond_ns_);
  const double given = rate() * span_ns * static_cast<double>(served_.size());
  return waiting_cycles_ + (served_.empty() ? 0 : std::max(0.0, left_ - given));
}

TimeNs Sharing::take_busy_ns(TimeNs now) {
  progress(now);
  const auto busy = static_cast<TimeNs>(std::llround(busy_ns_));
  busy_ns_ = 0;
  return busy;
}

}  // namespace cv2x
