#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "models/base/ids.h"
#include "models/base/kinematics.h"
#include "models/base/outcome.h"
#include "models/base/stage.h"
#include "models/base/time.h"
#include "models/base/work.h"
#include "models/offload/policy.h"
#include "sim/record/rows.h"
#include "sim/record/sidelink_rows.h"

namespace cv2x {

// The seams of the world. Families are built against these and never against each other, so the order of
// building does not matter. `ref` numbers a journey under way; `slot` a vehicle present (see
// models/mobility/trace.h).

/// What the ports report about a journey. Implemented by the session.
class JourneyEvents {
 public:
  virtual ~JourneyEvents() = default;
  /// Where a port writes down in which stage the journey is.
  virtual StageList& stages(std::uint32_t ref) = 0;
  /// Target::path of what the policy has chosen.
  virtual std::uint8_t path(std::uint32_t ref) const = 0;
  virtual void uplink_arrived(std::uint32_t ref, SiteIndex at, std::int32_t cell) = 0;
  virtual void downlink_arrived(std::uint32_t ref, std::int32_t cell) = 0;
  /// The vehicle's serving site has changed while the message was waiting at `at`: it must be routed on.
  virtual void downlink_moved(std::uint32_t ref, SiteIndex at) = 0;
  virtual void routed(std::uint32_t ref) = 0;
  virtual void computed(std::uint32_t ref) = 0;
  virtual void lost(std::uint32_t ref, Outcome outcome) = 0;
};

/// A vehicle at one moment.
struct VehicleState {
  std::uint32_t slot;
  std::uint64_t key;  ///< hash of its name
  Kinematics kinematics;
};

/// What an offloading policy may know about a vehicle's access.
struct AccessEstimate {
  bool connected = false;
  double uplink_bps = 0;
  double downlink_bps = 0;
  TimeNs uplink_delay_ns = 0;  ///< of a lone small message
  TimeNs downlink_delay_ns = 0;
  double uplink_power_w = 0;  ///< radiated while it sends at uplink_bps
  NetworkDelays networks{};
};

/// What a policy may know about the way between two sites.
struct PathEstimate {
  TimeNs delay_ns = 0;  ///< one way
  double bottleneck_bps = std::numeric_limits<double>::infinity();
};

/// Told when vehicles come and go.
class FleetListener {
 public:
  virtual ~FleetListener() = default;
  virtual void enter(const VehicleState& vehicle) = 0;
  virtual void leave(std::uint32_t slot) = 0;
};

/// Told when a vehicle present is served by another site.
class ServingListener {
 public:
  virtual ~ServingListener() = default;
  /// As serving_site() has it from now on; maybe none.
  virtual void serving_changed(std::uint32_t slot) = 0;
};

/// Who has sent bytes over the backhaul that are no journey: parts of an image, of a context.
class TransferEvents {
 public:
  virtual ~TransferEvents() = default;
  virtual void transferred(std::uint64_t id) = 0;
  virtual void transfer_lost(std::uint64_t id, Outcome outcome) = 0;
};

/// Where results go. Implemented by sim/run.
class ResultSink {
 public:
  virtual ~ResultSink() = default;
  /// A task with its stages and, where there were any, its uplink and downlink messages as ranges of them.
  struct TaskParts {
    bool has_up = false, has_down = false;
    MessageRow up, down;
    std::size_t up_first = 0, up_count = 0, down_first = 0, down_count = 0;
  };
  virtual void task(const TaskRow& row, const TaskParts& parts, std::span<const StageEntry> stages,
                    std::uint64_t vehicle_key) = 0;
  virtual void message(const MessageRow& row, std::span<const StageEntry> stages,
                       std::uint64_t vehicle_key) = 0;
  virtual void event(const EventRow& row) = 0;
  /// Vehicles are numbered in the order of their entering; this is the next one.
  virtual void vehicle_name(const std::string& name, const std::string& type) = 0;
  virtual void vehicle(const VehicleRow& row) = 0;
  virtual void cell(const CellRow& row) = 0;
  virtual void slice(const SliceRow& row) = 0;
  virtual void link(const LinkRow& row) = 0;
  virtual void host(const HostRow& row) = 0;
  virtual void host_summary(const HostSummaryRow& row) = 0;
  virtual void instances(const InstanceRow& row) = 0;
  virtual void relocation(const RelocationRow& row) = 0;

  /// A counted packet of a sidelink service at the receivers around its sender.
  struct SidelinkPacket {
    ServiceIndex service;
    std::uint64_t vehicle_key;
    TimeNs created_ns, end_ns;
    std::uint32_t heard, could;
  };
  virtual void sidelink_packet(const SidelinkPacket&) {}
  virtual void sidelink_load(const SidelinkLoadRow&) {}
};

/// A vehicle that a broadcast is for, and the journey of its copy.
struct BroadcastReceiver {
  std::uint32_t slot;
  std::uint32_t ref;
};

/// The radio access network: a class for each kind of `radio`.
class Access : public FleetListener {
 public:
  /// Takes the bytes from the vehicle to its serving site, or reports the journey lost.
  virtual void send_up(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes) = 0;
  /// Takes the bytes from `at`, the vehicle's serving site, to it; reports downlink_moved when it is not that
  /// any more.
  virtual void send_down(std::uint32_t slot, std::uint32_t ref, ServiceIndex service, std::int64_t bytes,
                         SiteIndex at) = 0;
  /// Sends the bytes once in `cell` (as serving_cell() has it) for these vehicles, all served by it, and
  /// reports each copy arrived or lost. Without any receiver it is sent all the same.
  virtual void broadcast(std::int32_t cell, std::span<const BroadcastReceiver> receivers,
                         ServiceIndex service, std::int64_t bytes) = 0;
  /// Once a position epoch, with everybody present in ascending order of slot.
  virtual void refresh(std::span<const VehicleState> vehicles) = 0;
  /// Not valid: out of coverage.
  virtual SiteIndex serving_site(std::uint32_t slot) const = 0;
  /// Where what goes by `path` (Target::path) meets the backhaul now.
  virtual SiteIndex attachment(std::uint32_t slot, std::uint8_t /*path*/) const { return serving_site(slot); }
  /// What a row's `cell` column holds: the serving cell (nr), the serving site (ideal), −1.
  virtual std::int32_t serving_cell(std::uint32_t slot) const = 0;
  /// Asks for the memory of a vehicle that is about to send (a hint).
  virtual void fetch(std::uint32_t /*slot*/) const {}
  virtual AccessEstimate estimate(std::uint32_t slot) const = 0;
  /// Estimate: until a cell of another site takes over, if the vehicle goes on as it moves now; kNever: none
  /// will, or this access cannot tell.
  virtual TimeNs dwell_ns(std::uint32_t /*slot*/, const Kinematics& /*now*/) const { return kNever; }
  /// Rows of the interval that ends now.
  virtual void sample(TimeNs interval, ResultSink& sink) = 0;

  /// Who is told of changes of serving sites; outlives it.
  void on_serving_change(ServingListener* listener) { serving_listener_ = listener; }

 protected:
  /// To be called after serving_site(slot) has changed, while the vehicle is present.
  void tell_serving_change(std::uint32_t slot) const {
    if (serving_listener_) serving_listener_->serving_changed(slot);
  }

 private:
  ServingListener* serving_listener_ = nullptr;
};

/// The sidelink (PC5).
class Sidelink : public FleetListener {
 public:
  /// A packet of the vehicle to all around it.
  virtual void broadcast(std::uint32_t slot, ServiceIndex service) = 0;
};

/// The links between sites.
class Backhaul {
 public:
  virtual ~Backhaul() = default;
  /// Takes the bytes from one site to another and reports routed (at once when they are the same) or lost.
  virtual void send(std::uint32_t ref, std::int64_t bytes, SiteIndex from, SiteIndex to) = 0;
  /// Nothing: there is no way.
  virtual std::optional<PathEstimate> path(SiteIndex from, SiteIndex to) = 0;
  /// The same for bytes that are no journey: `id` is the owner's own number, which it is told with the end.
  virtual void transfer(TransferEvents& owner, std::uint64_t id, std::int64_t bytes, SiteIndex from,
                        SiteIndex to) = 0;
  virtual void sample(TimeNs interval, ResultSink& sink) = 0;
};

/// MEC hosts, cloud servers and the vehicles' own processors.
class Compute : public FleetListener {
 public:
  virtual void submit(std::uint32_t ref, HostIndex host, const Work& work) = 0;
  virtual void submit_local(std::uint32_t ref, std::uint32_t slot, const Work& work) = 0;
  virtual SiteIndex site(HostIndex host) const = 0;
  /// Fills what a policy sees of the load of a host, or of a vehicle's own processor, now.
  virtual void view(HostIndex host, TargetView& view) const = 0;
  virtual void view_local(std::uint32_t slot, TargetView& view) const = 0;
  /// Fills what a policy may expect of this very task on each host and in the vehicle (`local`, by
  /// view_local): service_ns, start_ns. For every decision.
  virtual void expect(const TaskRequest& task, std::span<TargetView> hosts, TargetView& local) const = 0;
  virtual std::size_t hosts() const = 0;
  virtual void sample(TimeNs interval, ResultSink& sink) = 0;
};

/// Who takes offloading decisions: asked here, answers by Session::resolve, at once or later.
class Decider {
 public:
  virtual ~Decider() = default;
  virtual void request(std::uint32_t ref, std::uint32_t slot, const TaskRequest& task) = 0;
  /// A task that it had decided has ended.
  virtual void finished(const TaskResult& result) = 0;
};

/// Where the tasks of a vehicle's service go that keeps to one host (key `relocation`).
class Anchors {
 public:
  enum class Answer : std::uint8_t {
    kAsk,   ///< not settled: the policy is asked, and placed() told
    kHost,  ///< there
    kWait,  ///< not yet: DecisionSink::resolve comes later
    kLost,  ///< nowhere, while it moves
  };
  struct Place {
    Answer answer;
    HostIndex host;
  };
  virtual ~Anchors() = default;
  virtual Place place(std::uint32_t ref, std::uint32_t slot, ServiceIndex service) = 0;
  virtual void placed(std::uint32_t slot, ServiceIndex service, HostIndex host) = 0;
};

/// Who may answer.
class DecisionSink {
 public:
  virtual ~DecisionSink() = default;
  virtual void resolve(std::uint32_t ref, Target target) = 0;
};

}  // namespace cv2x
