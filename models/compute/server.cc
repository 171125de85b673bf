#include "models/compute/server.h"

#include <algorithm>
#include <cassert>
#include <functional>

namespace cv2x {

Server::Server(std::int64_t cores, double speed_cps, std::int64_t queue)
    : cores_(cores), speed_cps_(speed_cps), queue_(queue) {
  assert(cores >= 1 && speed_cps > 0 && queue >= 0);
}

bool Server::submit(std::uint32_t ref, double cycles, TimeNs now) {
  assert(next_wakeup() >= now);
  if (running() < cores_) {
    start({ref, cycles}, now);
    return true;
  }
  if (waiting() >= queue_) return false;
  waiting_.push_back({ref, cycles});
  waiting_cycles_ += cycles;
  return true;
}

void Server::start(const Task& task, TimeNs now) {
  count_busy(now);
  running_.push_back({later(now, from_seconds(task.cycles / speed_cps_)), order_++, task.ref, now});
  std::push_heap(running_.begin(), running_.end(), std::greater<>{});
}

std::span<const Server::Finished> Server::advance(TimeNs now) {
  finished_.clear();
  while (!running_.empty() && running_.front().end_ns <= now) {
    const Running done = running_.front();
    count_busy(done.end_ns);
    std::pop_heap(running_.begin(), running_.end(), std::greater<>{});
    running_.pop_back();
    finished_.push_back({done.ref, done.start_ns, done.end_ns});
    if (!waiting_.empty()) {
      const Task next = waiting_.front();
      waiting_.pop_front();
      waiting_cycles_ = waiting_.empty() ? 0 : waiting_cycles_ - next.cycles;
      start(next, done.end_ns);
    }
  }
  return finished_;
}

std::vector<std::uint32_t> Server::clear(TimeNs now) {
  count_busy(now);
  std::sort(running_.begin(), running_.end(), [](const auto& a, const auto& b) { return a.order < b.order; });
  std::vector<std::uint32_t> refs;
  for (const auto& r : running_) refs.push_back(r.ref);
  for (const auto& w : waiting_) refs.push_back(w.ref);
  running_.clear();
  waiting_.clear();
  waiting_cycles_ = 0;
  return refs;
}

double Server::work_ahead(TimeNs now) const {
  double cycles = waiting_cycles_;
  for (const auto& r : running_) cycles += to_seconds(std::max<TimeNs>(0, r.end_ns - now)) * speed_cps_;
  return cycles;
}

void Server::count_busy(TimeNs until) {
  if (until <= counted_until_) return;
  busy_ns_ += running() * (until - counted_until_);
  counted_until_ = until;
}

TimeNs Server::take_busy_ns(TimeNs now) {
  assert(next_wakeup() >= now);
  count_busy(now);
  const TimeNs busy = busy_ns_;
  busy_ns_ = 0;
  return busy;
}

}  // namespace cv2x
