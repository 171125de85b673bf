#include "models/compute/instance_host.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cv2x {
namespace {

std::vector<bool> with_running(std::vector<bool> present,
                               const std::vector<InstanceHost::Service>& services) {
  for (const auto& s : services) {
    if (s.params.at_start() > 0) present[s.image] = true;
  }
  return present;
}

}  // namespace

InstanceHost::InstanceHost(const InstanceHostParams& params, const std::vector<Image>& images,
                           std::vector<bool> present, std::vector<Service> services)
    : params_(params), store_(images, params.unpack_bps, with_running(std::move(present), services)) {
  for (auto& s : services) {
    Pool pool{.pool = InstancePool(s.params), .image = s.image, .autoscaler = {}, .interval = {}};
    for (std::int64_t i = 0; i < s.params.at_start(); ++i) pool.pool.add_ready(0);
    memory_used_ += s.params.at_start() * s.params.memory_bytes;
    if (s.params.scaling == Scaling::kHpa) {
      pool.autoscaler.emplace(s.params.autoscaler, s.params.replicas);
      pool.scale_ns = s.params.autoscaler.period_ns;
      pool.desired = s.params.at_start();
    }
    pools_.push_back(std::move(pool));
  }
  assert(params_.memory_bytes == 0 || memory_used_ <= params_.memory_bytes);
}

void InstanceHost::note(Note::Kind kind, std::uint32_t service, std::int64_t value) {
  decisions_.notes.push_back({kind, service, value});
}

/// The first look at the runtime at or after `t`.
TimeNs InstanceHost::seen(TimeNs t) const {
  if (params_.relist_ns == 0) return t;
  const TimeNs since = t - params_.relist_phase_ns % params_.relist_ns;
  const TimeNs late = since % params_.relist_ns;
  return late == 0 ? t : t + (late > 0 ? params_.relist_ns - late : -late);
}

bool InstanceHost::make_room(std::uint32_t service, bool evict, TimeNs now) {
  if (params_.memory_bytes == 0) return true;
  const std::int64_t needed = pools_[service].pool.params().memory_bytes;
  std::int64_t free = params_.memory_bytes - memory_used_;
  if (free >= needed) return true;
  if (!evict) return false;
  std::int64_t idle = 0;
  for (std::uint32_t s = 0; s < pools_.size(); ++s) {
    if (s == service) continue;
    const auto& pool = pools_[s].pool;
    const std::int64_t beyond = pool.size() - pool.params().replicas.min;
    idle += std::max<std::int64_t>(0, std::min(pool.counts().idle, beyond)) * pool.params().memory_bytes;
  }
  if (free + idle < needed) return false;
  while (params_.memory_bytes - memory_used_ < needed) {
    std::uint32_t victim = 0;
    const InstancePool::Instance* longest = nullptr;
    for (std::uint32_t s = 0; s < pools_.size(); ++s) {
      const auto* one =
          s == service || pools_[s].pool.params().memory_bytes == 0 ? nullptr : pools_[s].pool.evictable();
      if (!one || (longest && one->idle_since_ns >= longest->idle_since_ns)) continue;
      longest = one;
      victim = s;
    }
    assert(longest);
    stop(victim, longest->number, true, now);
  }
  return true;
}

std::uint32_t InstanceHost::start(std::uint32_t service, bool evict, TimeNs now) {
  Pool& p = pools_[service];
  if (!make_room(service, evict, now)) {
    ++p.interval.refused;
    return 0;
  }
  memory_used_ += p.pool.params().memory_bytes;
  ++p.interval.started;
  return p.pool.add(later(now, params_.control_plane_ns));
}

void InstanceHost::stop(std::uint32_t service, std::uint32_t instance, bool evicted, TimeNs now) {
  Pool& p = pools_[service];
  p.pool.remove(instance, now);
  memory_used_ -= p.pool.params().memory_bytes;
  ++p.interval.stopped;
  if (evicted) ++p.interval.evicted;
  note(evicted ? Note::Kind::kEvicted : Note::Kind::kStopped, service, instance);
  const auto lost = [&](const Waiting& w) { return w.service == service && w.instance == instance; };
  for (const auto& w : waiting_) {
    if (lost(w)) decisions_.prepared.push_back({w.token, false, false});
  }
  std::erase_if(waiting_, lost);
}

void InstanceHost::submit(std::uint32_t service, std::uint32_t ref, TimeNs now) {
  advance(now);
  Pool& p = pools_[service];
  if (down_ && !retry_) {
    decisions_.failed.push_back({ref, Reason::kHost});
    return;
  }
  p.pool.wait(ref, now);
  if (down_) return;
  settle(service, now);
  if (p.pool.size() > 0) return;
  // Nothing runs, and nothing could be started.
  for (const std::uint32_t one : p.pool.give_up()) decisions_.failed.push_back({one, Reason::kMemory});
  note(Note::Kind::kRefused, service, 0);
}

void InstanceHost::finish(std::uint32_t service, std::uint32_t instance, TimeNs now) {
  advance(now);
  if (!pools_[service].pool.find(instance)) return;  // gone with the host
  if (pools_[service].pool.finish(instance, now)) stop(service, instance, false, now);
  settle(service, now);
}

void InstanceHost::prepare(std::uint32_t service, bool fresh, std::uint64_t token, TimeNs now) {
  advance(now);
  Pool& p = pools_[service];
  if (down_) {
    decisions_.prepared.push_back({token, false, false});
    return;
  }
  std::uint32_t under_way = 0;
  if (!fresh) {
    for (const auto& i : p.pool.instances()) {
      if (i.ending) continue;
      if (i.state == InstancePool::State::kReady) {
        decisions_.prepared.push_back({token, true, true});
        return;
      }
      if (under_way == 0) under_way = i.number;
    }
  }
  if (under_way == 0 && p.pool.size() < p.pool.params().replicas.max) under_way = start(service, true, now);
  if (under_way == 0) {
    note(Note::Kind::kRefused, service, 0);
    decisions_.prepared.push_back({token, false, false});
    return;
  }
  waiting_.push_back({service, under_way, token});
  advance(now);
}

void InstanceHost::fail(bool retry, TimeNs now) {
  advance(now);
  down_ = true;
  retry_ = retry;
  for (std::uint32_t s = 0; s < pools_.size(); ++s) {
    Pool& p = pools_[s];
    p.interval.stopped += static_cast<std::uint32_t>(p.pool.instances().size());
    p.pool.clear(now);
    p.scale_ns = kNever;
    if (retry) continue;
    for (const std::uint32_t ref : p.pool.give_up()) decisions_.failed.push_back({ref, Reason::kHost});
  }
  memory_used_ = 0;
  for (const auto& w : std::exchange(waiting_, {})) decisions_.prepared.push_back({w.token, false, false});
}

void InstanceHost::restore(TimeNs now) {
  down_ = false;
  for (std::uint32_t s = 0; s < pools_.size(); ++s) {
    Pool& p = pools_[s];
    for (auto n = p.pool.params().at_start(); n > 0 && start(s, false, now) != 0; --n) continue;
    if (p.autoscaler) p.scale_ns = now + p.pool.params().autoscaler.period_ns;
    settle(s, now);
  }
  advance(now);
}

void InstanceHost::fetched(bool there, TimeNs now) {
  if (there) {
    store_.fetched(now);
  } else {
    store_.fetch_failed(now);
    end_pulls(now);
  }
  advance(now);
}

void InstanceHost::has_image(InstancePool::Instance& instance, const Pool& pool, TimeNs now) const {
  instance.state = InstancePool::State::kStarting;
  instance.pulled_ns = now;
  instance.until_ns = seen(later(now, params_.sandbox_ns + pool.pool.params().start_ns));
}

void InstanceHost::end_pulls(TimeNs now) {
  for (const auto& pull : store_.advance(now)) {
    bool counted = false;
    for (std::uint32_t s = 0; s < pools_.size(); ++s) {
      Pool& p = pools_[s];
      if (p.image != pull.image) continue;
      std::vector<std::uint32_t> numbers;
      for (const auto& i : p.pool.instances()) {
        if (i.state == InstancePool::State::kPulling) numbers.push_back(i.number);
      }
      if (pull.complete && !counted && !numbers.empty()) {
        counted = true;
        ++p.interval.pulls;
        p.interval.pulled_bytes += static_cast<std::uint64_t>(pull.bytes);
        note(Note::Kind::kPulled, s, pull.bytes);
      }
      for (const std::uint32_t number : numbers) {
        if (pull.complete) {
          has_image(*p.pool.find(number), p, now);
        } else {
          stop(s, number, false, now);
        }
      }
      if (pull.complete || p.pool.size() > 0) continue;
      for (const std::uint32_t ref : p.pool.give_up()) decisions_.failed.push_back({ref, Reason::kImage});
    }
  }
}

/// Instances whose phase has ended go on to the next one.
void InstanceHost::step_instances(std::uint32_t service, TimeNs now) {
  Pool& p = pools_[service];
  std::vector<std::uint32_t> due;
  for (const auto& i : p.pool.instances()) {
    if (i.until_ns <= now) due.push_back(i.number);
  }
  for (const std::uint32_t number : due) {
    InstancePool::Instance& i = *p.pool.find(number);
    if (i.state == InstancePool::State::kScheduled) {
      i.asked_ns = now;
      if (store_.has(p.image)) {
        has_image(i, p, now);
      } else {
        i.state = InstancePool::State::kPulling;
        i.until_ns = kNever;
        store_.want(p.image, now);
      }
    } else {
      p.pool.ready(i, now);
      note(Note::Kind::kReady, service, number);
      const auto its = [&](const Waiting& w) { return w.service == service && w.instance == number; };
      for (const auto& w : waiting_) {
        if (its(w)) decisions_.prepared.push_back({w.token, true, false});
      }
      std::erase_if(waiting_, its);
    }
  }
}

void InstanceHost::scale(std::uint32_t service, TimeNs now) {
  Pool& p = pools_[service];
  if (p.scale_ns > now) return;
  p.scale_ns = now + p.pool.params().autoscaler.period_ns;
  const auto counts = p.pool.counts();
  const Autoscaler::Sample sample{counts.ready, counts.starting + counts.pulling, p.pool.take_metric(now)};
  p.desired = p.autoscaler->decide(sample, now);
  if (p.desired != p.pool.size()) note(Note::Kind::kScaled, service, p.desired);
  while (p.pool.size() < p.desired && start(service, true, now) != 0) continue;
  while (p.pool.size() > p.desired) {
    const std::uint32_t number = p.pool.surplus();
    if (p.pool.find(number)->busy > 0) {
      p.pool.end(number, now);
    } else {
      stop(service, number, false, now);
    }
  }
}

/// Places what waits, starts what is missing, stops what has been idle for long.
void InstanceHost::settle(std::uint32_t service, TimeNs now) {
  Pool& p = pools_[service];
  for (const auto& task : p.pool.place(now)) {
    if (task.ready_ns > task.came_ns) ++p.interval.cold_starts;
    decisions_.placed.push_back({service, task});
  }
  for (auto n = p.pool.demand(); n > 0 && start(service, true, now) != 0; --n) continue;
  for (auto n = p.pool.reserve(); n > 0 && make_room(service, false, now) && start(service, false, now) != 0;
       --n)
    continue;
  for (std::uint32_t number = p.pool.expired(now); number != 0; number = p.pool.expired(now))
    stop(service, number, false, now);
  step_instances(service, now);  // a control plane that takes no time
}

void InstanceHost::advance(TimeNs now) {
  while (next_wakeup() <= now) {
    end_pulls(now);
    for (std::uint32_t s = 0; s < pools_.size(); ++s) {
      if (down_) continue;
      step_instances(s, now);
      scale(s, now);
      settle(s, now);
    }
  }
}

TimeNs InstanceHost::next_wakeup() const {
  TimeNs next = store_.next_wakeup();
  for (const auto& p : pools_) {
    next = std::min({next, p.scale_ns, p.pool.next_expiry()});
    for (const auto& i : p.pool.instances()) next = std::min(next, i.until_ns);
  }
  return next;
}

InstanceHost::Decisions InstanceHost::take() {
  decisions_.fetch = store_.take_fetch();
  return std::exchange(decisions_, {});
}

TimeNs InstanceHost::expected_ns(std::uint32_t service, TimeNs now) const {
  const Pool& p = pools_[service];
  const TimeNs start = params_.sandbox_ns + p.pool.params().start_ns + params_.relist_ns / 2;
  const TimeNs image = store_.expected_ns(p.image, params_.registry_bps, params_.registry_delay_ns, now);
  TimeNs best = later(later(params_.control_plane_ns, image), start);
  for (const auto& i : p.pool.instances()) {
    if (i.ending) continue;
    switch (i.state) {
      case InstancePool::State::kReady:
        return 0;
      case InstancePool::State::kStarting:
        best = std::min(best, i.until_ns - now);
        break;
      case InstancePool::State::kScheduled:
        best = std::min(best, later(later(i.until_ns - now, image), start));
        break;
      case InstancePool::State::kPulling:
        best = std::min(best, later(image, start));
        break;
    }
  }
  return best;
}

InstanceHost::Interval InstanceHost::take_interval(std::uint32_t service) {
  return std::exchange(pools_[service].interval, {});
}

}  // namespace cv2x
