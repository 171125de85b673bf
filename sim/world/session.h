#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/session/area_broadcast.h"
#include "models/session/graph.h"
#include "models/session/journey.h"
#include "models/workload/params.h"
#include "sim/world/fleet.h"
#include "sim/world/ports.h"

namespace cv2x {

/// A subtask of a service's graph, resolved.
struct SubtaskWorld {
  std::string name;
  double mean_cycles = 0;
  std::optional<Target> place;  ///< where it runs; none: the policy is asked
  bool local_allowed = true;
  std::vector<std::uint8_t> hosts_allowed;  ///< by HostIndex
};
struct GraphWorld {
  GraphShape shape;
  std::vector<SubtaskWorld> subtasks;  ///< by node
};

/// What the session needs to know of a service: its parameters, resolved.
struct ServiceWorld {
  ServiceParams params;
  HostIndex server;       ///< fixed host (map download, warning with a named server); not valid: see the kind
  SiteIndex destination;  ///< telemetry: the site
  SiteIndex upf;          ///< through which all its traffic goes; not valid: one at every serving site
  GraphWorld graph;       ///< of a task graph
};

/// Which messages count, and until when the run may go on.
struct CountWindow {
  TimeNs from_ns = 0;   ///< created at or after
  TimeNs until_ns = 0;  ///< and before
};

/// The life of all journeys: turns what the ports report into the next call of a port. Its rules are
/// models/session. When a vehicle leaves, the access and its processor report lost what waits in them; what
/// is elsewhere finds the vehicle gone when it gets there.
class Session final : public JourneyEvents, public DecisionSink {
 public:
  struct Ports {
    Access* access = nullptr;
    Backhaul* backhaul = nullptr;
    Compute* compute = nullptr;
    Decider* decider = nullptr;
    Anchors* anchors = nullptr;  ///< null: no service has a relocation
    ResultSink* results = nullptr;
    Fleet* fleet = nullptr;
    /// The host nearest to a site by delay, for services without a named server.
    std::function<HostIndex(SiteIndex)> nearest_host;
    /// Of the hosts allowed (one at least), by HostIndex, that which is nearest by delay.
    std::function<HostIndex(SiteIndex, std::span<const std::uint8_t>)> nearest_allowed;
  };

  Session(std::vector<ServiceWorld> services, const CountWindow& window);
  /// Before the first event. The ports know the session and the session the ports, so they meet here.
  void connect(const Ports& ports) { ports_ = ports; }

  /// A vehicle's service has something to send, now.
  struct Request {
    std::int64_t input_bytes, output_bytes;
    double cycles;
    std::vector<double> subtask_cycles{};  ///< of a task graph, by node
  };
  void create(std::uint32_t slot, ServiceIndex service, const Request& request);

  /// The next create() is probably for this vehicle.
  void expect(std::uint32_t slot) const {
    ports_.fleet->fetch(slot);
    ports_.access->fetch(slot);
  }

  /// Ends what is still under way (outcome unfinished). After the last event.
  void finish();

  /// Journeys under way that count.
  std::uint64_t open_counted() const { return open_counted_; }
  /// Called whenever open_counted() becomes 0.
  void on_all_through(std::function<void()> callback) { on_all_through_ = std::move(callback); }

  // DecisionSink
  void resolve(std::uint32_t ref, Target target) override;

  // JourneyEvents
  StageList& stages(std::uint32_t ref) override { return pool_[ref]->stages; }
  std::uint8_t path(std::uint32_t ref) const override { return pool_[ref]->path; }
  void uplink_arrived(std::uint32_t ref, SiteIndex at, std::int32_t cell) override;
  void downlink_arrived(std::uint32_t ref, std::int32_t cell) override;
  void downlink_moved(std::uint32_t ref, SiteIndex at) override;
  void routed(std::uint32_t ref) override;
  void computed(std::uint32_t ref) override;
  void lost(std::uint32_t ref, Outcome outcome) override;

 private:
  std::uint32_t allocate();
  void proceed(std::uint32_t ref);
  void send_up(std::uint32_t ref);
  bool to_anchor(std::uint32_t ref);  // session_relocation.cc
  void leave_server(std::uint32_t ref);
  void send_to_vehicle(std::uint32_t ref, SiteIndex from);
  void fan_out(std::uint32_t ref);
  void end(std::uint32_t ref, Outcome outcome);
  bool vehicle_gone(const Journey& journey) const;
  SiteIndex attachment(const Journey& journey) const;
  // session_broadcast.cc
  static constexpr std::int32_t kToUpf = -1;  // Journey::target of a shipment that parts at the UPF
  AreaBroadcast::Whereabouts whereabouts(std::uint32_t copy) const;
  void fan_out_broadcast(std::uint32_t ref, std::span<const std::uint32_t> copies);
  std::uint32_t add_shipment(const Journey& before, std::uint64_t geocast, SiteIndex to, std::int32_t target);
  void ship(const Journey& before, std::uint64_t geocast, SiteIndex from);
  void shipment_arrived(std::uint32_t ref);
  void shipment_lost(std::uint32_t ref, Outcome outcome);
  void end_missed(std::uint64_t geocast, const Journey& last, std::optional<Outcome> reason);
  // session_rows.cc
  void write(const Journey& journey, Outcome outcome);
  void write_task(const Journey& journey, Outcome outcome);
  MessageRow message_row(const Journey& journey, Outcome outcome) const;
  TaskRow task_row(const Journey& journey, Outcome outcome) const;
  // session_graph.cc
  struct Graph {
    GraphRun run;
    std::uint32_t ref;
    std::vector<double> cycles;  // of its subtasks
  };
  void begin_graph(std::uint32_t ref, std::vector<double> cycles);
  void start_subtask(std::uint64_t graph_id, std::uint32_t number);
  void ask_subtask(std::uint32_t ref);
  Target allowed_target(const Journey& subtask, Target target) const;
  void gather(std::uint32_t ref);
  std::uint32_t add_transfer(const Journey& subtask, HostIndex from, HostIndex to, std::int64_t bytes);
  void launch(std::uint32_t transfer);
  void part_ended(std::uint32_t ref, Outcome outcome);
  void transfer_ended(const Journey& transfer, Outcome outcome);
  void subtask_ended(const Journey& subtask, Outcome outcome);
  void end_graph(std::uint64_t graph_id, const StageList& way, Outcome outcome);
  bool graph_lost(const Journey& subtask) const { return !graphs_.contains(subtask.graph_id); }

  std::vector<ServiceWorld> services_;
  CountWindow window_;
  Ports ports_;
  std::vector<std::unique_ptr<Journey>> pool_;  // stable addresses: the ports hold references to stage lists
  std::vector<std::uint32_t> free_;
  std::map<std::uint64_t, AreaBroadcast> broadcasts_;  // by the id of the geocast
  std::map<std::uint64_t, Graph> graphs_;              // under way, by id
  std::uint64_t next_id_ = 1;
  std::uint64_t open_counted_ = 0;
  std::function<void()> on_all_through_;
};

}  // namespace cv2x
