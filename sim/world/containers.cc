#include "sim/world/containers.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "models/base/hash.h"

namespace cv2x {
namespace {

std::uint32_t index_of_image(std::span<const ImageParams> images, const std::string& name) {
  const auto it =
      std::find_if(images.begin(), images.end(), [&](const ImageParams& i) { return i.name == name; });
  assert(it != images.end());
  return static_cast<std::uint32_t>(it - images.begin());
}

bool named(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What holds of the service's containers on one host.
ContainerParams on_host(ContainerParams params, const std::string& host) {
  if (params.hosts.empty() || named(params.hosts, host)) return params;
  params.replicas.min = params.warm = 0;
  return params;
}

EventKind event_of(InstanceHost::Note::Kind kind) {
  using Kind = InstanceHost::Note::Kind;
  switch (kind) {
    case Kind::kPulled:
      return EventKind::kImagePulled;
    case Kind::kReady:
      return EventKind::kInstanceReady;
    case Kind::kStopped:
      return EventKind::kInstanceStopped;
    case Kind::kEvicted:
      return EventKind::kInstanceEvicted;
    case Kind::kRefused:
      return EventKind::kInstanceRefused;
    case Kind::kScaled:
      return EventKind::kScaled;
  }
  return EventKind::kInstanceReady;
}

Outcome outcome_of(InstanceHost::Reason reason) {
  switch (reason) {
    case InstanceHost::Reason::kMemory:
      return Outcome::kInstanceRefused;
    case InstanceHost::Reason::kImage:
      return Outcome::kImageUnavailable;
    case InstanceHost::Reason::kHost:
      return Outcome::kHostFailed;
  }
  return Outcome::kInstanceRefused;
}

}  // namespace

ContainerCompute::ContainerCompute(const Params& params, JourneyEvents& journeys, BulkTransfers& transfers,
                                   ResultSink& results)
    : params_(params), journeys_(journeys), transfers_(transfers), results_(results) {
  std::map<std::string, std::uint32_t> layers;
  for (const auto& image : params.images) {
    Image& made = images_.emplace_back();
    for (const auto& layer : image.layers) {
      const auto id = static_cast<std::uint32_t>(layers.try_emplace(layer.name, layers.size()).first->second);
      made.layers.push_back({id, layer.bytes});
    }
  }
  for (std::uint32_t s = 0; s < params.services.size(); ++s) {
    contained_of_.push_back(params.services[s].contained ? static_cast<std::uint32_t>(contained_.size())
                                                         : kNowhere);
    if (params.services[s].contained) contained_.push_back(ServiceIndex{s});
  }
}

void ContainerCompute::connect(Compute& hosts, Topology& topology) {
  inner_ = &hosts;
  build_nodes(topology);
}

void ContainerCompute::build_nodes(Topology& topology) {
  const ContainersParams& c = params_.containers;
  for (std::uint32_t h = 0; h < params_.hosts.size(); ++h) {
    const HostParams& host = params_.hosts[h];
    std::vector<bool> present;
    for (const auto& image : params_.images) present.push_back(named(image.prepulled, host.name));
    std::vector<InstanceHost::Service> services;
    for (const ServiceIndex s : contained_) {
      const ContainerParams& container = params_.services[s.value].container;
      services.push_back({index_of_image(params_.images, container.image), on_host(container, host.name)});
    }
    const SiteIndex at = inner_->site(HostIndex{h});
    const Route* way = params_.registry.valid() ? topology.route(params_.registry, at) : nullptr;
    Stream phase(params_.seed, "relist phase", hash_name(host.name));
    const InstanceHostParams machine{
        .memory_bytes = host.memory_bytes,
        .unpack_bps = c.unpack_bps,
        .control_plane_ns = c.control_plane_ns,
        .sandbox_ns = c.sandbox_ns,
        .relist_ns = c.relist_ns,
        .relist_phase_ns = static_cast<TimeNs>(phase.uniform() * static_cast<double>(c.relist_ns)),
        .registry_bps = way ? way->bottleneck_bps : 1,
        .registry_delay_ns = way ? 2 * way->delay_ns : 0};
    nodes_.push_back({.host = h,
                      .machine = InstanceHost(machine, images_, std::move(present), std::move(services)),
                      .wake_up = {},
                      .used = std::vector<bool>(contained_.size())});
    nodes_.back().wake_up.at(nodes_.back().machine.next_wakeup(), &ContainerCompute::wake, this, h);
  }
}

void ContainerCompute::submit(std::uint32_t ref, HostIndex host, const Work& work) {
  const std::uint32_t service = contained_of_[work.service.value];
  if (service == kNowhere) {
    inner_->submit(ref, host, work);
    return;
  }
  if (ref >= stays_.size()) stays_.resize(ref + 1);
  stays_[ref] = {host.value, service, 0, work};
  InstanceHost& machine = nodes_[host.value].machine;
  // What it waits for shows when it is placed; until then, what it would wait for.
  const bool pulling =
      machine.expected_ns(service, now_ns()) > 0 && machine.pool(service).counts().starting == 0;
  journeys_.stages(ref).enter(pulling ? Stage::kImagePull : Stage::kContainerStart, now_ns());
  machine.submit(service, ref, now_ns());
  act(host.value);
}

void ContainerCompute::wake(std::uint32_t node) {
  if (!nodes_[node].wake_up.fired()) return;
  nodes_[node].machine.advance(now_ns());
  act(node);
}

/// Carries out what the machine has decided. A task that is placed may end others at once, and come back
/// here, so the decisions are taken out first.
void ContainerCompute::act(std::uint32_t node) {
  Node& n = nodes_[node];
  const InstanceHost::Decisions decisions = n.machine.take();
  n.wake_up.at(n.machine.next_wakeup(), &ContainerCompute::wake, this, node);
  for (const auto& note : decisions.notes) record(n, note);
  if (decisions.fetch) {
    transfers_.fetch(*decisions.fetch, params_.registry, inner_->site(HostIndex{n.host}),
                     [this, node](bool arrived) {
                       nodes_[node].machine.fetched(arrived, now_ns());
                       act(node);
                     });
  }
  for (const auto& placed : decisions.placed) place(node, placed);
  for (const auto& failed : decisions.failed) {
    stays_[failed.ref].node = kNowhere;
    journeys_.lost(failed.ref, outcome_of(failed.reason));
  }
  for (const auto& p : decisions.prepared) {
    const auto tell = std::move(prepared_[p.token]);
    prepared_[p.token] = nullptr;
    tell(p.ready, p.at_once);
  }
}

/// The way of a task until it was placed is that of the instance that has taken it.
void ContainerCompute::place(std::uint32_t node, const InstanceHost::Placed& placed) {
  const auto& task = placed.task;
  Stay& stay = stays_[task.ref];
  assert(stay.node == node && stay.instance == 0);
  stay.instance = task.instance;
  StageList& stages = journeys_.stages(task.ref);
  TimeNs at = task.came_ns;
  const auto until = [&](TimeNs end, Stage stage) {
    if (at >= end) return;
    stages.enter(stage, at);
    at = end;
  };
  until(task.asked_ns, Stage::kContainerStart);
  until(task.pulled_ns, Stage::kImagePull);
  until(task.ready_ns, Stage::kContainerStart);
  stages.enter(Stage::kComputeQueue, at);
  const Work work = stay.work;  // what follows may move it
  inner_->submit(task.ref, HostIndex{node}, work);
}

void ContainerCompute::record(const Node& node, const InstanceHost::Note& note) {
  results_.event({.time_ns = now_ns(),
                  .kind = event_of(note.kind),
                  .vehicle = kNoVehicle,
                  .service = static_cast<std::int32_t>(contained_[note.service].value),
                  .host = static_cast<std::int32_t>(node.host),
                  .value = note.value});
}

/// Before the session is told, since that may reuse the number of the journey at once.
void ContainerCompute::leave_instance(std::uint32_t ref) {
  if (ref >= stays_.size() || stays_[ref].node == kNowhere) return;
  const Stay stay = stays_[ref];
  stays_[ref].node = kNowhere;
  assert(stay.instance != 0);
  nodes_[stay.node].machine.finish(stay.service, stay.instance, now_ns());
  act(stay.node);
}

void ContainerCompute::computed(std::uint32_t ref) {
  leave_instance(ref);
  journeys_.computed(ref);
}

void ContainerCompute::lost(std::uint32_t ref, Outcome outcome) {
  leave_instance(ref);
  journeys_.lost(ref, outcome);
}

void ContainerCompute::host_changed(HostIndex host, bool up, bool retried) {
  InstanceHost& machine = nodes_[host.value].machine;
  if (up) {
    machine.restore(now_ns());
  } else {
    machine.fail(retried, now_ns());
  }
  act(host.value);
}

void ContainerCompute::prepare(HostIndex host, ServiceIndex service, bool fresh,
                               std::function<void(bool, bool)> ready) {
  const std::uint32_t contained = contained_of_[service.value];
  if (contained == kNowhere) {
    ready(true, true);
    return;
  }
  prepared_.push_back(std::move(ready));
  nodes_[host.value].machine.prepare(contained, fresh, prepared_.size() - 1, now_ns());
  act(host.value);
}

void ContainerCompute::expect(const TaskRequest& task, std::span<TargetView> hosts, TargetView& local) const {
  inner_->expect(task, hosts, local);
  const std::uint32_t service = contained_of_[task.service.value];
  if (service == kNowhere) return;
  for (std::size_t h = 0; h < nodes_.size(); ++h)
    hosts[h].start_ns = nodes_[h].machine.expected_ns(service, now_ns());
}

void ContainerCompute::sample(TimeNs interval, ResultSink& sink) {
  inner_->sample(interval, sink);
  for (auto& n : nodes_) {
    for (std::uint32_t s = 0; s < contained_.size(); ++s) {
      const InstancePool& pool = n.machine.pool(s);
      const InstanceHost::Interval in = n.machine.take_interval(s);
      n.used[s] = n.used[s] || !pool.instances().empty() || in.started > 0 || in.refused > 0;
      if (!n.used[s]) continue;
      const auto c = pool.counts();
      const auto u32 = [](auto value) { return static_cast<std::uint32_t>(value); };
      sink.instances({.time_ns = now_ns(),
                      .host = static_cast<std::uint16_t>(n.host),
                      .service = static_cast<std::uint16_t>(contained_[s].value),
                      .ready = u32(c.ready + c.ending),
                      .starting = u32(c.starting),
                      .pulling = u32(c.pulling),
                      .busy = u32(c.busy),
                      .waiting = u32(pool.waiting()),
                      .desired = u32(n.machine.desired(s)),
                      .started = in.started,
                      .stopped = in.stopped,
                      .evicted = in.evicted,
                      .refused = in.refused,
                      .cold_starts = in.cold_starts,
                      .pulls = in.pulls,
                      .pulled_bytes = in.pulled_bytes});
    }
  }
}

}  // namespace cv2x
