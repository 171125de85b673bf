#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/mobility/trace.h"
#include "models/topology/graph.h"
#include "sim/config/scenario.h"
#include "sim/world/access_nr.h"
#include "sim/world/bulk.h"
#include "sim/world/compute.h"
#include "sim/world/containers.h"
#include "sim/world/fleet.h"
#include "sim/world/offload.h"
#include "sim/world/ports.h"
#include "sim/world/relocation.h"
#include "sim/world/sampler.h"
#include "sim/world/services.h"
#include "sim/world/session.h"
#include "sim/world/sidelink.h"

namespace cv2x {

/// Everything of one run, built from a scenario and connected. Destroy it before ns3::Simulator::Destroy().
struct World {
  std::unique_ptr<Topology> topology;
  std::unique_ptr<Session> session;
  std::unique_ptr<Fleet> fleet;
  std::unique_ptr<Access> access;
  std::unique_ptr<Backhaul> backhaul;
  std::unique_ptr<BulkTransfers> transfers;
  std::unique_ptr<ContainerCompute> containers;  ///< null: no service has any
  std::unique_ptr<ServerCompute> compute;
  std::unique_ptr<Relocations> relocations;  ///< null: no service has one
  std::unique_ptr<PolicyDecider> decider;
  std::unique_ptr<SidelinkRadio> sidelink;  ///< null: none
  std::unique_ptr<VehicleServices> services;
  std::unique_ptr<Sampler> sampler;

  /// Schedules the first events.
  void start();
};

/// The cells with where they stand; empty with `radio: ideal`.
std::vector<NrCell> nr_cells(const Scenario& scenario);

/// The sidelink's link curves for packets of 1, 2, … sub-channels; empty without a sidelink. UserError: a
/// curve whose file is none.
std::vector<sidelink::LinkCurve> link_curves(const Scenario& scenario);

/// What the numbers of rows of `links` stand for: the links, then with `radio: shared_link` that of each site
/// with access ("SITE access").
std::vector<std::string> link_names(const Scenario& scenario);

/// `scenario` (which outlives the world) has been checked by the parser and its sites have places in metres;
/// `policy` decides whatever the scenario names.
World build_world(const Scenario& scenario, std::unique_ptr<TraceSource> trace,
                  std::unique_ptr<Policy> policy, std::span<const sidelink::LinkCurve> curves,
                  ResultSink& results);

}  // namespace cv2x
