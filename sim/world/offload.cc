#include "sim/world/offload.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/world/clock.h"

namespace cv2x {

PolicyDecider::PolicyDecider(std::unique_ptr<Policy> policy, const OffloadParams& params, const Ports& ports)
    : policy_(std::move(policy)),
      sees_(policy_->sees()),
      params_(params),
      ports_(ports),
      memory_(std::make_shared<Memory>()) {
  memory_->hosts.resize(ports.compute->hosts());
  memory_->view.hosts = memory_->hosts;
  policy_->begin({memory_, &memory_->view});
  gather_ns_ = policy_->gather_ns();
}

void PolicyDecider::start() {
  refresh_loads();  // idle: nobody sends before
  report();
}

void PolicyDecider::refresh_loads() {
  auto& hosts = memory_->hosts;
  for (std::uint32_t i = 0; i < hosts.size(); ++i) ports_.compute->view(HostIndex{i}, hosts[i]);
  measured_ns_ = now_ns();
}

void PolicyDecider::report() {
  if (params_.load_report_ns == 0 || !(sees_ & kViewLoads)) return;
  if (params_.report_delay_ns == 0) {
    refresh_loads();
  } else {
    reports_.push_back(memory_->hosts);
    for (std::uint32_t i = 0; i < reports_.back().size(); ++i)
      ports_.compute->view(HostIndex{i}, reports_.back()[i]);
    schedule_at(now_ns() + params_.report_delay_ns, &PolicyDecider::show, this);
  }
  schedule_at(now_ns() + params_.load_report_ns, &PolicyDecider::report, this);
}

void PolicyDecider::show() {
  std::copy(reports_.front().begin(), reports_.front().end(), memory_->hosts.begin());
  reports_.pop_front();
  measured_ns_ = now_ns() - params_.report_delay_ns;
}

void PolicyDecider::refresh_routes(SiteIndex serving, ServiceIndex service) {
  SiteIndex from = serving;  // where the data network begins
  std::optional<PathEstimate> tunnel;
  if (serving.valid() && service.value < ports_.upfs.size() && ports_.upfs[service.value].valid()) {
    from = ports_.upfs[service.value];
    tunnel = ports_.backhaul->path(serving, from);
    if (!tunnel) from = SiteIndex{};
  }
  const TimeNs tunnel_ns = tunnel ? tunnel->delay_ns : 0;
  auto& hosts = memory_->hosts;
  for (std::uint32_t i = 0; i < hosts.size(); ++i) {
    std::optional<PathEstimate> route;
    if (from.valid()) route = ports_.backhaul->path(from, ports_.compute->site(HostIndex{i}));
    hosts[i].reachable = route.has_value() && hosts[i].up;
    hosts[i].network_delay_ns = route ? route->delay_ns + tunnel_ns : kUnreachableNs;
    hosts[i].bottleneck_bps = route ? route->bottleneck_bps : 0;
    if (route && tunnel) hosts[i].bottleneck_bps = std::min(route->bottleneck_bps, tunnel->bottleneck_bps);
  }
}

void PolicyDecider::refresh_view(std::uint32_t slot, const TaskRequest& task) {
  PolicyView& view = memory_->view;
  view.now_ns = now_ns();
  if ((sees_ & kViewLoads) && params_.load_report_ns == 0) refresh_loads();
  if (sees_ & (kViewLoads | kViewHosts)) ports_.compute->view_local(slot, view.local);
  view.report_age_ns = view.now_ns - measured_ns_;
  if (sees_ & kViewAccess) {
    const AccessEstimate access = ports_.access->estimate(slot);
    view.connected = access.connected;
    view.uplink_bps = access.uplink_bps;
    view.downlink_bps = access.downlink_bps;
    view.uplink_delay_ns = access.uplink_delay_ns;
    view.downlink_delay_ns = access.downlink_delay_ns;
    view.uplink_power_w = access.uplink_power_w;
    view.networks = access.networks;
  }
  if (sees_ & kViewHosts) {
    refresh_routes(ports_.access->serving_site(slot), task.service);
    ports_.compute->expect(task, memory_->hosts, view.local);
  }
  if (sees_ & kViewMotion) {
    view.kinematics = ports_.fleet->kinematics(slot);
    view.dwell_ns = ports_.access->dwell_ns(slot, view.kinematics);
  }
}

void PolicyDecider::hide_others(const TaskRequest& task) {
  for (std::size_t i = 0; i < task.hosts_allowed.size(); ++i) {
    if (task.hosts_allowed[i]) continue;
    TargetView& host = memory_->hosts[i];
    host.reachable = false;
    host.network_delay_ns = kUnreachableNs;
    host.bottleneck_bps = 0;
  }
}

void PolicyDecider::request(std::uint32_t ref, std::uint32_t slot, const TaskRequest& task) {
  if (failure_) return;
  refresh_view(slot, task);
  if (sees_ & kViewHosts) hide_others(task);
  if (gather_ns_ >= 0) return gather(ref, task);
  Target target;
  // Nothing is thrown through ns-3's event loop, which would lose the event under way.
  try {
    target = policy_->decide(task, memory_->view);
  } catch (...) {
    failure_ = std::current_exception();
    ns3::Simulator::Stop();
    return;
  }
  reply(ref, target);
}

void PolicyDecider::gather(std::uint32_t ref, const TaskRequest& task) {
  try {
    policy_->gather(task, memory_->view);
  } catch (...) {
    failure_ = std::current_exception();
    ns3::Simulator::Stop();
    return;
  }
  gathered_.push_back(ref);
  if (gathered_.size() == 1) schedule_at(now_ns() + gather_ns_, &PolicyDecider::decide_gathered, this);
}

void PolicyDecider::decide_gathered() {
  if (failure_) return;
  std::vector<Target> targets;
  try {
    targets = policy_->decide_gathered();
  } catch (...) {
    failure_ = std::current_exception();
    ns3::Simulator::Stop();
    return;
  }
  const auto refs = std::exchange(gathered_, {});  // a reply may make another task, which waits for the next
  assert(targets.size() == refs.size());
  for (std::size_t i = 0; i < refs.size(); ++i) reply(refs[i], targets[i]);
}

void PolicyDecider::reply(std::uint32_t ref, Target target) {
  if (params_.decision_ns == 0) {
    ports_.sink->resolve(ref, target);
  } else {
    schedule_at(now_ns() + params_.decision_ns, &PolicyDecider::answer, this, ref, target);
  }
}

void PolicyDecider::finished(const TaskResult& result) {
  if (failure_) return;
  try {
    policy_->finished(result);
  } catch (...) {
    failure_ = std::current_exception();
    ns3::Simulator::Stop();
  }
}

void PolicyDecider::answer(std::uint32_t ref, Target target) { ports_.sink->resolve(ref, target); }

HostIndex nearest_host(SiteIndex from, Topology& topology, const Compute& compute) {
  HostIndex best;
  bool best_cloud = true;
  TimeNs best_delay = kNever;
  for (std::uint32_t i = 0; i < compute.hosts(); ++i) {
    const Route* route = topology.route(from, compute.site(HostIndex{i}));
    if (!route) continue;
    TargetView view;
    compute.view(HostIndex{i}, view);
    if (view.cloud == best_cloud ? route->delay_ns < best_delay : best_cloud) {
      best = HostIndex{i};
      best_cloud = view.cloud;
      best_delay = route->delay_ns;
    }
  }
  return best;
}

HostIndex nearest_allowed(SiteIndex from, std::span<const std::uint8_t> allowed, Topology& topology,
                          const Compute& compute) {
  HostIndex best;
  TimeNs best_delay = kNever;
  for (std::uint32_t i = 0; i < allowed.size(); ++i) {
    if (!allowed[i]) continue;
    const Route* route = from.valid() ? topology.route(from, compute.site(HostIndex{i})) : nullptr;
    const TimeNs delay = route ? route->delay_ns : kUnreachableNs;
    if (best.valid() && delay >= best_delay) continue;
    best = HostIndex{i};
    best_delay = delay;
  }
  return best;
}

}  // namespace cv2x
