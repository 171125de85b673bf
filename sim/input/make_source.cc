#include "sim/input/make_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/base/error.h"
#include "models/mobility/highway.h"
#include "models/mobility/ring.h"
#include "models/mobility/row.h"
#include "sim/input/fcd.h"
#include "sim/input/net.h"
#include "sim/input/sumo_config.h"

namespace cv2x {

std::unique_ptr<TraceSource> make_trace_source(const MobilityParams& params, const Seed& seed,
                                               TimeNs duration_ns, const SumoProgress& progress) {
  switch (params.kind) {
    case MobilityKind::kSumo:
      return std::make_unique<FcdSource>(run_sumo(params, seed.replication, duration_ns, progress),
                                         params.begin_ns);
    case MobilityKind::kFcd:
      return std::make_unique<FcdSource>(params.file, params.begin_ns);
    case MobilityKind::kHighway:
      return std::make_unique<HighwaySource>(params.highway, seed);
    case MobilityKind::kRing:
      return std::make_unique<RingSource>(params.ring, seed);
    case MobilityKind::kStatic:
      break;
  }
  return std::make_unique<RowSource>(params);
}

std::vector<std::string> input_files_of(const MobilityParams& params) {
  std::vector<std::string> files;
  if (params.kind == MobilityKind::kFcd) files.push_back(params.file);
  if (params.kind == MobilityKind::kSumo) {
    const SumoConfig config = read_sumo_config(params.file);
    files.push_back(params.file);
    for (const auto& option : config.options) {
      for (const auto& file : option.files) files.push_back(file.string());
    }
    for (const auto& file : find_named_files(config).inputs) files.push_back(file.string());
  }
  if (!params.network.empty()) files.push_back(params.network);
  return files;
}

void resolve_positions(std::vector<SiteParams>& sites, const MobilityParams& mobility) {
  const auto by_lon_lat = [](const SiteParams& site) { return site.placement == Placement::kLonLat; };
  const auto first = std::find_if(sites.begin(), sites.end(), by_lon_lat);
  if (first == sites.end()) return;
  const std::string net_file = net_file_of(mobility);
  if (net_file.empty())
    throw UserError(
        {{{},
          fmt::format("sites.{}.placement", first->name),
          "lon_lat needs a road network (mobility.kind: sumo, or fcd with network); give x and y"}});
  const NetLocation location = read_net_location(net_file);
  const NetProjection projection(net_file, location);
  constexpr double kFar_m = 100e3;
  std::vector<Diagnostic> wrong;
  for (auto& site : sites) {
    if (!by_lon_lat(site)) continue;
    const XY place = projection.to_xy({site.lon_deg, site.lat_deg});
    site.x_m = place.x_m;
    site.y_m = place.y_m;
    const auto& box = location.bounds_m;
    if (site.x_m < box.x_min - kFar_m || site.x_m > box.x_max + kFar_m || site.y_m < box.y_min - kFar_m ||
        site.y_m > box.y_max + kFar_m)
      wrong.push_back({{},
                       fmt::format("sites.{}", site.name),
                       fmt::format("longitude {}, latitude {} is more than 100 km from the road network {} "
                                   "(are they exchanged?)",
                                   site.lon_deg, site.lat_deg, net_file)});
  }
  if (!wrong.empty()) throw UserError(std::move(wrong));
}

}  // namespace cv2x
