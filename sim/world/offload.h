#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/offload/policy.h"
#include "models/topology/graph.h"
#include "sim/world/ports.h"

namespace cv2x {

/// Asks a policy at once and answers after the time that a decision takes. Fills the policy's view: the
/// network from the routes, the hosts' load from their last report.
class PolicyDecider final : public Decider {
 public:
  struct Ports {
    Access* access = nullptr;
    Compute* compute = nullptr;
    DecisionSink* sink = nullptr;
  };
  /// `report_ns`: period of the hosts' load reports; 0: the load is always fresh.
  PolicyDecider(std::unique_ptr<Policy> policy, TimeNs report_ns, TimeNs decision_ns, Topology& topology,
                const Ports& ports);

  /// The first load report, now; the others follow.
  void start();
  void request(std::uint32_t ref, std::uint32_t slot, const TaskRequest& task) override;

 private:
  void report();
  void answer(std::uint32_t ref, Target target);
  void refresh_loads();

  std::unique_ptr<Policy> policy_;
  TimeNs report_ns_;
  TimeNs decision_ns_;
  Topology& topology_;
  Ports ports_;
  std::vector<TargetView> loads_;  // by host, as of the last report; network fields filled for each request
};

/// The host (not a cloud, unless there is nothing else) nearest by delay to a site; not valid: none is
/// reachable.
HostIndex nearest_host(SiteIndex from, Topology& topology, const Compute& compute);

}  // namespace cv2x
