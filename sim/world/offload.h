#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <vector>

#include "models/offload/params.h"
#include "models/offload/policy.h"
#include "models/topology/graph.h"
#include "sim/world/fleet.h"
#include "sim/world/ports.h"

namespace cv2x {

/// Asks a policy at once (or, when it gathers tasks, once the time of gathering is over) and answers after
/// the time that a decision takes. Fills the policy's view: the network from the routes, the hosts' load from
/// the last report that has come. The view stays at one place in memory for the whole run, and lives on with
/// whoever holds it.
class PolicyDecider final : public Decider {
 public:
  struct Ports {
    Access* access = nullptr;
    Backhaul* backhaul = nullptr;
    Compute* compute = nullptr;
    DecisionSink* sink = nullptr;
    const Fleet* fleet = nullptr;
    std::vector<SiteIndex> upfs;  ///< by service; not valid, or none: at the serving site
  };
  PolicyDecider(std::unique_ptr<Policy> policy, const OffloadParams& params, const Ports& ports);

  /// The first load report, now; the others follow.
  void start();
  void request(std::uint32_t ref, std::uint32_t slot, const TaskRequest& task) override;
  void finished(const TaskResult& result) override;
  /// What the policy threw. The run has then been told to stop, and nobody is asked any more: the tasks stay
  /// undecided.
  const std::exception_ptr& failure() const { return failure_; }

 private:
  struct Memory {
    PolicyView view;
    std::vector<TargetView> hosts;  // by index; loads as of the last report, the rest filled for each request
  };
  void report();
  void show();
  void gather(std::uint32_t ref, const TaskRequest& task);
  void decide_gathered();
  void reply(std::uint32_t ref, Target target);
  void answer(std::uint32_t ref, Target target);
  void refresh_loads();
  void refresh_routes(SiteIndex serving, ServiceIndex service);
  void refresh_view(std::uint32_t slot, const TaskRequest& task);
  /// Shows the hosts where the task may not run as unreachable.
  void hide_others(const TaskRequest& task);

  std::unique_ptr<Policy> policy_;
  std::uint8_t sees_;
  OffloadParams params_;
  Ports ports_;
  std::shared_ptr<Memory> memory_;
  TimeNs measured_ns_ = 0;                       // when the load was that the hosts show
  std::deque<std::vector<TargetView>> reports_;  // under way to the policies, oldest first
  TimeNs gather_ns_;
  std::vector<std::uint32_t> gathered_;  // tasks that wait to be decided together
  std::exception_ptr failure_;
};

/// The host (not a cloud, unless there is nothing else) nearest by delay to a site; not valid: none is
/// reachable.
HostIndex nearest_host(SiteIndex from, Topology& topology, const Compute& compute);

/// The nearest by delay of those that `allowed` has (by HostIndex, one at least); the first of them where
/// none is reachable.
HostIndex nearest_allowed(SiteIndex from, std::span<const std::uint8_t> allowed, Topology& topology,
                          const Compute& compute);

}  // namespace cv2x
