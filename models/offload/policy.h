#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "models/base/ids.h"
#include "models/base/kinematics.h"
#include "models/base/outcome.h"
#include "models/base/random.h"
#include "models/base/registry.h"
#include "models/base/time.h"

namespace cv2x {

/// Ways between a vehicle and the data network; numbers of Target::path.
inline constexpr std::uint8_t kServing = 0;   ///< by the serving site: what every kind of radio has
inline constexpr std::uint8_t kCellular = 1;  ///< `radio: edgecloudsim` only: by GSM to its gateway

/// A policy's answer: a host, or the vehicle itself (an invalid index).
struct Target {
  HostIndex host;
  std::uint8_t path = kServing;
  bool is_local() const { return !host.valid(); }
};
inline constexpr Target kLocal{};

/// Data that a subtask needs, and where they lie.
struct TaskInput {
  Target at;
  std::int64_t bytes = 0;
};

/// The task a policy has to place.
struct TaskRequest {
  std::uint64_t task_id = 0;
  ServiceIndex service;
  VehicleIndex vehicle;
  std::int64_t input_bytes = 0;
  std::int64_t output_bytes = 0;
  double cycles = 0;              ///< the service's mean: what the vehicle can know before it has run
  TimeNs deadline_ns = 0;         ///< after creation
  TimeNs gap_ns = 0;              ///< mean time between the vehicle's tasks of this service
  std::int64_t priority = 0;      ///< of the service; the higher, the more urgent
  std::int64_t memory_bytes = 0;  ///< that it occupies while it waits and runs

  // Of a subtask of a task graph, which is asked about when all that it needs has been computed. Its
  // input_bytes are the sum of its inputs, its output_bytes what goes on to other subtasks or the vehicle,
  // and its deadline is what is left of the graph's (0: nothing).
  std::uint64_t parent_id = 0;          ///< the graph; 0: a task by itself, whose input the vehicle has
  std::string_view subtask{};           ///< its name
  std::span<const TaskInput> inputs{};  ///< where its inputs lie
  bool local_allowed = true;            ///< the vehicle may run it
  std::span<const std::uint8_t> hosts_allowed{};  ///< by HostIndex (1: yes; the view shows the others as
                                                  ///< unreachable); empty: all
};

/// Network delay of a host without a route: 73 years, so far that nobody chooses it by delay, and a quarter
/// of what TimeNs holds, so that sums of a few of them do not overflow.
inline constexpr TimeNs kUnreachableNs = std::numeric_limits<TimeNs>::max() / 4;

/// What a policy sees of one place where a task could run.
struct TargetView {
  bool cloud = false;
  bool reachable = false;  ///< there is a route from the vehicle's serving site
  bool up = true;          ///< it has not failed, as of the last load report
  double speed_cps = 0;    ///< of one core
  std::int64_t cores = 0;
  std::int64_t running = 0;   ///< tasks executing, as of the last load report
  std::int64_t waiting = 0;   ///< tasks queued, as of the last load report
  double waiting_cycles = 0;  ///< work queued or executing, as of the last load report [cycles]
  double admitted_share = 0;  ///< sum of the shares that the tasks there declare, as of the last load report
  TimeNs network_delay_ns =
      0;  ///< propagation along the route from the serving site, one way; or kUnreachableNs
  double bottleneck_bps = 0;  ///< slowest link of that route; 0: unreachable
  TimeNs service_ns = 0;  ///< expected execution of the very task that is asked about, on a free core or GPU
  TimeNs start_ns = 0;    ///< expected wait until its container there could take it; 0: one is ready
  double busy_power_w = 0;    ///< electric power of a core that executes [W]; 0: not modelled …
  double idle_power_w = 0;    ///< … and of one that does not
  double price_per_hour = 0;  ///< of the whole host, in the currency of the scenario; 0: free
  std::int64_t memory_free_bytes =
      std::numeric_limits<std::int64_t>::max();  ///< as of the last load report; the largest: no limit
};

/// `radio: edgecloudsim`: what a transfer takes now, up and down, in the WLAN of the serving site, between
/// sites and clouds (WAN), and by GSM; kUnreachableNs where it would fail.
struct NetworkDelays {
  bool given = false;  ///< false: another kind of radio
  std::array<TimeNs, 2> wlan_ns{}, wan_ns{}, cellular_ns{};
};

/// What a policy sees: filled by the world, possibly stale, never the simulator's inside.
struct PolicyView {
  TimeNs now_ns = 0;
  bool connected = false;  ///< the vehicle has a serving cell
  double uplink_bps = 0;   ///< estimate: recent throughput of the vehicle, or its expected rate
  double downlink_bps = 0;
  TimeNs uplink_delay_ns = 0;  ///< estimate: access delay of a lone small message
  TimeNs downlink_delay_ns = 0;
  NetworkDelays networks{};
  TargetView local;                   ///< the vehicle's own processor (always fresh)
  std::span<const TargetView> hosts;  ///< by HostIndex
  TimeNs report_age_ns = 0;           ///< since the load that the hosts show was measured; 0: now
  Kinematics kinematics;              ///< of the vehicle, now
  /// Estimate: until a cell of another site takes over, if the vehicle goes on as it moves now; kNever: none
  /// will. Sectors of the serving site count as one.
  TimeNs dwell_ns = kNever;
  double uplink_power_w = 0;  ///< estimate: power that the vehicle radiates while it sends at uplink_bps [W]
};

/// How a task that a policy has placed ended: known when its result has arrived at the vehicle, or is lost.
struct TaskResult {
  std::uint64_t task_id = 0;
  ServiceIndex service;
  VehicleIndex vehicle;
  Target target;
  Outcome outcome = Outcome::kUnfinished;
  TimeNs created_ns = 0;
  TimeNs end_ns = 0;
  TimeNs deadline_ns = 0;  ///< after creation

  bool met_deadline() const { return outcome == Outcome::kDelivered && end_ns - created_ns <= deadline_ns; }
};

/// Parts of a view that cost something to fill.
enum ViewPart : std::uint8_t {
  kViewAccess = 1,  ///< connected, rates and delays of the access, networks
  kViewLoads = 2,   ///< load of the hosts and of the vehicle
  kViewHosts = 4,   ///< ways to the hosts, and what may be expected of them
  kViewMotion = 8,  ///< kinematics, dwell_ns
  kViewAll = 15
};

/// Decides where tasks run. Keeps its own state; sees only the request and the view.
///
/// It may choose any host, also one that is not reachable, or a host while the vehicle is not connected: the
/// task is then lost on its way (outcomes no_route, out_of_coverage), as it would be in the network.
class Policy {
 public:
  virtual ~Policy() = default;
  /// Once, before the first decision. `view` is the memory of all views of this run: every decide() is given
  /// the same object with new values, its hosts at the same place. Holding it keeps the memory alive.
  virtual void begin(const std::shared_ptr<const PolicyView>& /*view*/) {}
  /// What decide() looks at, of ViewPart: the rest of its view is not kept up to date. Time, staleness and
  /// what never changes of a host (cloud, speed, cores) always are.
  virtual std::uint8_t sees() const { return kViewAll; }
  /// An exception stops the run.
  virtual Target decide(const TaskRequest& task, const PolicyView& view) = 0;
  /// A task that it has placed has ended. Not told: those still under way when the run ends. An exception
  /// stops the run.
  virtual void finished(const TaskResult& /*result*/) {}

  /// How long tasks wait for each other, to be decided together: 0 gathers those of one instant. Negative:
  /// each is decided by itself, at once, and the two functions below are never called. Asked once.
  virtual TimeNs gather_ns() const { return -1; }
  /// A task has come, with what its vehicle sees now. It waits.
  virtual void gather(const TaskRequest& /*task*/, const PolicyView& /*view*/) {}
  /// The time is over: a target for each task gathered since the last call, in their order. An exception
  /// stops the run.
  virtual std::vector<Target> decide_gathered() { return {}; }
};

struct OffloadParams;

/// What policies are made from: their parameters, and the seed of their random numbers.
struct PolicySetup {
  const OffloadParams& params;
  Seed seed;
  TimeNs warm_up_ns = 0;  ///< what is created before does not count
};

using PolicyRegistry = Registry<Policy, const PolicySetup&>;

/// All policies by name; registry.cc lists them.
const PolicyRegistry& policy_registry();

/// What a policy does, in a line, and where it comes from.
struct PolicyInfo {
  std::string_view name, summary, source;
};

/// One for every policy of the registry: the simple ones first.
std::span<const PolicyInfo> policy_infos();

}  // namespace cv2x
