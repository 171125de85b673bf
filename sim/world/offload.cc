#include "sim/world/offload.h"

#include <algorithm>

#include "sim/world/clock.h"

namespace cv2x {

PolicyDecider::PolicyDecider(std::unique_ptr<Policy> policy, const OffloadParams& params, Topology& topology,
                             const Ports& ports)
    : policy_(std::move(policy)),
      params_(params),
      topology_(topology),
      ports_(ports),
      memory_(std::make_shared<Memory>()) {
  memory_->hosts.resize(ports.compute->hosts());
  memory_->view.hosts = memory_->hosts;
  policy_->begin({memory_, &memory_->view});
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
  if (params_.load_report_ns == 0) return;
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
  const Route* tunnel = nullptr;
  if (serving.valid() && service.value < ports_.upfs.size() && ports_.upfs[service.value].valid()) {
    from = ports_.upfs[service.value];
    tunnel = topology_.route(serving, from);
    if (!tunnel) from = SiteIndex{};
  }
  const TimeNs tunnel_ns = tunnel ? tunnel->delay_ns : 0;
  auto& hosts = memory_->hosts;
  for (std::uint32_t i = 0; i < hosts.size(); ++i) {
    const Route* route = from.valid() ? topology_.route(from, ports_.compute->site(HostIndex{i})) : nullptr;
    hosts[i].reachable = route != nullptr;
    hosts[i].network_delay_ns = route ? route->delay_ns + tunnel_ns : kUnreachableNs;
    hosts[i].bottleneck_bps = route ? route->bottleneck_bps : 0;
    if (route && tunnel) hosts[i].bottleneck_bps = std::min(route->bottleneck_bps, tunnel->bottleneck_bps);
  }
}

void PolicyDecider::refresh_view(std::uint32_t slot, const TaskRequest& task) {
  if (params_.load_report_ns == 0) refresh_loads();
  refresh_routes(ports_.access->serving_site(slot), task.service);
  const AccessEstimate access = ports_.access->estimate(slot);
  PolicyView& view = memory_->view;
  view.now_ns = now_ns();
  view.connected = access.connected;
  view.uplink_bps = access.uplink_bps;
  view.downlink_bps = access.downlink_bps;
  view.uplink_delay_ns = access.uplink_delay_ns;
  view.downlink_delay_ns = access.downlink_delay_ns;
  view.uplink_power_w = access.uplink_power_w;
  view.report_age_ns = view.now_ns - measured_ns_;
  view.kinematics = ports_.fleet->kinematics(slot);
  view.dwell_ns = ports_.access->dwell_ns(slot, view.kinematics);
  ports_.compute->view_local(slot, view.local);
  ports_.compute->expect(task, memory_->hosts, view.local);
}

void PolicyDecider::request(std::uint32_t ref, std::uint32_t slot, const TaskRequest& task) {
  if (failure_) return;
  refresh_view(slot, task);
  Target target;
  // Nothing is thrown through ns-3's event loop, which would lose the event under way.
  try {
    target = policy_->decide(task, memory_->view);
  } catch (...) {
    failure_ = std::current_exception();
    ns3::Simulator::Stop();
    return;
  }
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

}  // namespace cv2x
