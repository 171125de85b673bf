#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/base/random.h"
#include "models/mobility/trace.h"
#include "models/topology/params.h"
#include "sim/input/sumo.h"

namespace cv2x {

/// The vehicles that a scenario's mobility section asks for. Simulated time 0 of the source is
/// params.begin_ns of SUMO's time or the file's. `progress` is called while SUMO runs. Throws what run_sumo()
/// and FcdSource do.
///
/// How long the sources are: sumo: to `duration_ns` at least; fcd: as long as the file, perhaps less;
/// highway: without end; static: one step.
std::unique_ptr<TraceSource> make_trace_source(const MobilityParams& params, const Seed& seed,
                                               TimeNs duration_ns, const SumoProgress& progress = {});

/// Every file that the mobility section reads, for provenance: a SUMO configuration with its inputs and what
/// those include, or the trace and its network.
std::vector<std::string> input_files_of(const MobilityParams& params);

/// Fills x_m, y_m of the sites that are placed by longitude and latitude, through the projection of the road
/// network. UserError: there is no network, it has no projection, or a site is farther than 100 km from it
/// (longitude and latitude exchanged?).
void resolve_positions(std::vector<SiteParams>& sites, const MobilityParams& mobility);

}  // namespace cv2x
