#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/base/random.h"
#include "models/compute/image_params.h"
#include "models/compute/instance_host.h"
#include "models/compute/params.h"
#include "models/topology/graph.h"
#include "models/workload/params.h"
#include "sim/world/bulk.h"
#include "sim/world/clock.h"
#include "sim/world/ports.h"

namespace cv2x {

/// Containers in front of the hosts: a task of a service with a container waits here for an instance on its
/// host, and holds its place in that until it has been computed. So this is a Compute to the session and
/// JourneyEvents to the hosts; what has no container passes through. Images come over the backhaul from the
/// registry's site.
class ContainerCompute final : public Compute, public JourneyEvents {
 public:
  /// What they point to outlives it.
  struct Params {
    std::span<const ServiceParams> services;
    std::span<const HostParams> hosts;
    std::span<const ImageParams> images;
    ContainersParams containers;
    SiteIndex registry;
    Seed seed;
  };
  ContainerCompute(const Params& params, JourneyEvents& journeys, BulkTransfers& transfers,
                   ResultSink& results);
  /// Before the first event: the hosts, which report to this.
  void connect(Compute& hosts, Topology& topology);

  /// The host has gone down, or is up again: its instances are gone with it.
  void host_changed(HostIndex host, bool up, bool retried);
  /// Calls `ready(ok, at_once)` when the host has a ready instance of the service, or a new one with `fresh`;
  /// at once where none is needed. !ok: it will have none.
  void prepare(HostIndex host, ServiceIndex service, bool fresh, std::function<void(bool, bool)> ready);

  // Compute
  void submit(std::uint32_t ref, HostIndex host, const Work& work) override;
  void submit_local(std::uint32_t ref, std::uint32_t slot, const Work& work) override {
    inner_->submit_local(ref, slot, work);
  }
  SiteIndex site(HostIndex host) const override { return inner_->site(host); }
  void view(HostIndex host, TargetView& view) const override { inner_->view(host, view); }
  void view_local(std::uint32_t slot, TargetView& view) const override { inner_->view_local(slot, view); }
  /// With start_ns: until an instance of the service could take the task; 0: one could now, or none is
  /// needed.
  void expect(const TaskRequest& task, std::span<TargetView> hosts, TargetView& local) const override;
  std::size_t hosts() const override { return inner_->hosts(); }
  void sample(TimeNs interval, ResultSink& sink) override;
  void enter(const VehicleState& vehicle) override { inner_->enter(vehicle); }
  void leave(std::uint32_t slot) override { inner_->leave(slot); }

  // JourneyEvents
  StageList& stages(std::uint32_t ref) override { return journeys_.stages(ref); }
  std::uint8_t path(std::uint32_t ref) const override { return journeys_.path(ref); }
  void uplink_arrived(std::uint32_t ref, SiteIndex at, std::int32_t cell) override {
    journeys_.uplink_arrived(ref, at, cell);
  }
  void downlink_arrived(std::uint32_t ref, std::int32_t cell) override {
    journeys_.downlink_arrived(ref, cell);
  }
  void downlink_moved(std::uint32_t ref, SiteIndex at) override { journeys_.downlink_moved(ref, at); }
  void routed(std::uint32_t ref) override { journeys_.routed(ref); }
  void computed(std::uint32_t ref) override;
  void lost(std::uint32_t ref, Outcome outcome) override;

 private:
  /// A host that runs containers.
  struct Node {
    std::uint32_t host;
    InstanceHost machine;
    WakeUp wake_up;
    std::vector<bool> used;  // by contained service: whether it ever had an instance
  };
  /// A task that waits for an instance or is in one.
  struct Stay {
    std::uint32_t node = kNowhere;
    std::uint32_t service = 0;   // contained service
    std::uint32_t instance = 0;  // 0: waits
    Work work{};
  };
  static constexpr std::uint32_t kNowhere = 0xffffffff;

  void build_nodes(Topology& topology);
  void wake(std::uint32_t node);
  void act(std::uint32_t node);
  void place(std::uint32_t node, const InstanceHost::Placed& placed);
  void record(const Node& node, const InstanceHost::Note& note);
  void leave_instance(std::uint32_t ref);

  Params params_;
  JourneyEvents& journeys_;
  BulkTransfers& transfers_;
  ResultSink& results_;
  Compute* inner_ = nullptr;
  std::vector<Image> images_;
  std::vector<ServiceIndex> contained_;                    // by contained service
  std::vector<std::uint32_t> contained_of_;                // by service; kNowhere: none
  std::vector<Node> nodes_;                                // by host
  std::vector<Stay> stays_;                                // by ref
  std::vector<std::function<void(bool, bool)>> prepared_;  // by token; empty: told
};

}  // namespace cv2x
