#pragma once

#include <vector>

#include "models/base/random.h"
#include "sim/config/scenario.h"
#include "sim/input/roads.h"
#include "sim/record/recorder.h"
#include "sim/world/coverage.h"

namespace cv2x {

/// Writes the tables that a map is drawn from: sites, roads and (radio: nr) coverage. The sites have places
/// in metres.
void write_map(const Scenario& scenario, const Seed& seed, Recorder& recorder);

/// Whether the scenario gives each site a place. Places are optional where nothing radiates (a router, a
/// cloud, a MEC site), and one that is left out is (0, 0): such a site has a place only when a gNB or an RSU
/// stands there too.
std::vector<bool> placed_sites(const std::vector<SiteParams>& sites);

/// What a map shows: all roads and everything that radiates, with a margin of a tenth, at least 100 m.
MapBox map_box(const std::vector<Polyline>& roads, const std::vector<SiteParams>& sites);

}  // namespace cv2x
