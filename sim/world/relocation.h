#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/session/relocation.h"
#include "sim/world/bulk.h"
#include "sim/world/ports.h"

namespace cv2x {

class Fleet;

/// The hosts to which vehicles' services keep, and their moves when serving sites change:
/// models/session/relocation carried out by containers, backhaul and timers. While a vehicle's service moves,
/// changes of its serving site are not looked at; where it should be then is judged when it has arrived.
class Relocations final : public Anchors, public ServingListener, public FleetListener {
 public:
  struct Service {
    ServiceIndex service;
    RelocationParams params;
    SiteIndex upf;  ///< not valid: at the serving site
  };
  struct Ports {
    Access* access = nullptr;
    Compute* compute = nullptr;
    Fleet* fleet = nullptr;
    BulkTransfers* transfers = nullptr;
    DecisionSink* sink = nullptr;
    ResultSink* results = nullptr;
    std::function<HostIndex(SiteIndex)> nearest_host;
    /// See ContainerCompute::prepare.
    std::function<void(HostIndex, ServiceIndex, bool, std::function<void(bool, bool)>)> prepare;
  };
  /// `services`: those with a relocation.
  Relocations(std::vector<Service> services, Ports ports);

  // Anchors
  Place place(std::uint32_t ref, std::uint32_t slot, ServiceIndex service) override;
  void placed(std::uint32_t slot, ServiceIndex service, HostIndex host) override;
  // ServingListener
  void serving_changed(std::uint32_t slot) override;
  // FleetListener
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;

 private:
  /// One vehicle's one service.
  struct Anchor {
    HostIndex host;  // not valid: no task so far
    std::unique_ptr<Relocation> move;
    std::vector<std::uint32_t> waiting;
    std::uint32_t waited = 0;
    std::uint64_t fetch = 0;
    std::uint32_t moves = 0;  // tells an answer to an earlier one
  };
  Anchor& anchor(std::size_t index) { return anchors_[index]; }
  std::size_t index_of(std::uint32_t slot, ServiceIndex service) const;
  void consider(std::size_t index);
  void wake(std::size_t index, std::uint32_t move);
  void act(std::size_t index);
  void end(std::size_t index);
  void record(std::size_t index, EventKind kind);
  bool current(std::size_t index, std::uint32_t move) const;

  std::vector<Service> services_;
  Ports ports_;
  std::vector<Anchor> anchors_;  // slot · services + service
};

}  // namespace cv2x
