#include "models/compute/instance_pool.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cv2x {

InstancePool::Counts InstancePool::counts() const {
  Counts c;
  for (const auto& i : instances_) {
    c.busy += i.busy;
    if (i.ending) {
      ++c.ending;
    } else if (i.state == State::kReady) {
      ++c.ready;
      if (i.busy == 0) ++c.idle;
    } else {
      ++(i.state == State::kStarting ? c.starting : c.pulling);
    }
  }
  return c;
}

std::uint32_t InstancePool::add(TimeNs until) {
  instances_.push_back({.number = next_, .until_ns = until});
  ++size_;
  return next_++;
}

std::uint32_t InstancePool::add_ready(TimeNs now) {
  const std::uint32_t number = add(kNever);
  ready(instances_.back(), now);
  return number;
}

InstancePool::Instance* InstancePool::find(std::uint32_t number) {
  const auto it = std::lower_bound(instances_.begin(), instances_.end(), number,
                                   [](const Instance& i, std::uint32_t n) { return i.number < n; });
  return it == instances_.end() || it->number != number ? nullptr : &*it;
}

void InstancePool::ready(Instance& instance, TimeNs now) {
  count(now);
  instance.state = State::kReady;
  instance.until_ns = kNever;
  instance.ready_ns = instance.idle_since_ns = now;
}

void InstancePool::remove(std::uint32_t number, TimeNs now) {
  count(now);
  const Instance* instance = find(number);
  assert(instance && instance->busy == 0);
  if (!instance->ending) --size_;
  instances_.erase(instances_.begin() + (instance - instances_.data()));
}

void InstancePool::clear(TimeNs now) {
  count(now);
  instances_.clear();
  size_ = 0;
}

void InstancePool::end(std::uint32_t number, TimeNs now) {
  count(now);
  find(number)->ending = true;
  --size_;
}

void InstancePool::wait(std::uint32_t ref, TimeNs now) {
  count(now);
  waiting_.push_back({ref, now});
}

std::vector<InstancePool::Placed> InstancePool::place(TimeNs now) {
  std::vector<Placed> out;
  if (waiting_.empty()) return out;
  count(now);
  for (auto& i : instances_) {
    if (i.state != State::kReady || i.ending) continue;
    while (!waiting_.empty() && i.busy < params_.concurrency) {
      ++i.busy;
      out.push_back(
          {waiting_.front().ref, i.number, waiting_.front().came_ns, i.asked_ns, i.pulled_ns, i.ready_ns});
      waiting_.pop_front();
    }
    if (waiting_.empty()) break;
  }
  return out;
}

std::vector<std::uint32_t> InstancePool::give_up() {
  std::vector<std::uint32_t> out;
  for (const auto& w : waiting_) out.push_back(w.ref);
  waiting_.clear();
  return out;
}

bool InstancePool::finish(std::uint32_t number, TimeNs now) {
  count(now);
  Instance* instance = find(number);
  assert(instance && instance->busy > 0);
  if (--instance->busy > 0) return false;
  instance->idle_since_ns = now;
  return instance->ending;
}

std::int64_t InstancePool::demand() const {
  if (waiting_.empty()) return 0;
  const auto waiting = static_cast<std::int64_t>(waiting_.size());
  const std::int64_t room = params_.replicas.max - size_;
  if (params_.scaling != Scaling::kOnDemand) return size_ == 0 ? std::min<std::int64_t>(1, room) : 0;
  const Counts c = counts();
  const std::int64_t wanted = (waiting + params_.concurrency - 1) / params_.concurrency;
  return std::clamp<std::int64_t>(wanted - c.starting - c.pulling, 0, room);
}

std::int64_t InstancePool::reserve() const {
  if (params_.scaling != Scaling::kOnDemand || params_.warm == 0) return 0;
  const Counts c = counts();
  const auto waiting = static_cast<std::int64_t>(waiting_.size());
  const std::int64_t claimed = (waiting + params_.concurrency - 1) / params_.concurrency;
  const std::int64_t spare = c.idle + std::max<std::int64_t>(0, c.starting + c.pulling - claimed);
  return std::clamp<std::int64_t>(params_.warm - spare, 0, params_.replicas.max - size_);
}

TimeNs InstancePool::next_expiry() const {
  if (params_.scaling != Scaling::kOnDemand || size_ <= params_.replicas.min) return kNever;
  TimeNs first = kNever;
  std::int64_t idle = 0;
  for (const auto& i : instances_) {
    if (i.state != State::kReady || i.busy > 0) continue;
    ++idle;
    first = std::min(first, later(i.idle_since_ns, params_.keep_alive_ns));
  }
  return idle > params_.warm ? first : kNever;
}

std::uint32_t InstancePool::expired(TimeNs now) const {
  if (next_expiry() > now) return 0;
  const Instance* longest = nullptr;
  for (const auto& i : instances_) {
    if (i.state == State::kReady && i.busy == 0 && (!longest || i.idle_since_ns < longest->idle_since_ns))
      longest = &i;
  }
  return longest->number;
}

const InstancePool::Instance* InstancePool::evictable() const {
  if (size_ <= params_.replicas.min) return nullptr;
  const Instance* longest = nullptr;
  for (const auto& i : instances_) {
    if (i.state == State::kReady && i.busy == 0 && (!longest || i.idle_since_ns < longest->idle_since_ns))
      longest = &i;
  }
  return longest;
}

std::uint32_t InstancePool::surplus() const {
  const Instance* first = nullptr;
  const auto rank = [](const Instance& i) {
    return std::pair(i.state == State::kReady, i.busy);  // not ready before ready, then the fewest tasks
  };
  for (const auto& i : instances_) {
    if (!i.ending && (!first || rank(i) <= rank(*first))) first = &i;
  }
  return first ? first->number : 0;
}

void InstancePool::count(TimeNs now) {
  const auto passed = static_cast<double>(now - counted_ns_);
  counted_ns_ = now;
  if (passed <= 0) return;
  std::int64_t ready = 0, busy = 0;
  for (const auto& i : instances_) {
    if (i.state != State::kReady || i.ending) continue;
    ++ready;
    busy += i.busy;
  }
  busy_ns_ += passed * static_cast<double>(busy);
  tasks_ns_ += passed * static_cast<double>(busy + static_cast<std::int64_t>(waiting_.size()));
  ready_ns_ += passed * static_cast<double>(ready);
}

double InstancePool::take_metric(TimeNs now) {
  count(now);
  const double ready = std::exchange(ready_ns_, 0);
  const double busy = std::exchange(busy_ns_, 0), tasks = std::exchange(tasks_ns_, 0);
  if (ready <= 0) return 0;
  return params_.autoscaler.metric == HpaMetric::kBusy
             ? busy / (ready * static_cast<double>(params_.concurrency))
             : tasks / ready;
}

}  // namespace cv2x
