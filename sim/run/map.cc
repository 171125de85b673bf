#include "sim/run/map.h"

#include <algorithm>

#include "sim/run/build.h"

namespace cv2x {
std::vector<bool> placed_sites(const std::vector<SiteParams>& sites) {
  const bool origin_taken = std::any_of(sites.begin(), sites.end(), [](const SiteParams& site) {
    return carries_access(site.kind) && site.x_m == 0 && site.y_m == 0;
  });
  std::vector<bool> placed;
  for (const auto& site : sites)
    placed.push_back(origin_taken || carries_access(site.kind) || site.placement == Placement::kLonLat ||
                     site.x_m != 0 || site.y_m != 0);
  return placed;
}

MapBox map_box(const std::vector<Polyline>& roads, const std::vector<SiteParams>& sites) {
  std::vector<XY> points;
  for (const auto& road : roads) points.insert(points.end(), road.begin(), road.end());
  for (const auto& site : sites) {
    if (carries_access(site.kind)) points.push_back({site.x_m, site.y_m});
  }
  if (points.empty()) return {};
  MapBox box{points[0].x_m, points[0].y_m, points[0].x_m, points[0].y_m};
  for (const auto& p : points) {
    box.x_min_m = std::min(box.x_min_m, p.x_m);
    box.x_max_m = std::max(box.x_max_m, p.x_m);
    box.y_min_m = std::min(box.y_min_m, p.y_m);
    box.y_max_m = std::max(box.y_max_m, p.y_m);
  }
  const double margin_m =
      std::max(100.0, 0.1 * std::max(box.x_max_m - box.x_min_m, box.y_max_m - box.y_min_m));
  return {box.x_min_m - margin_m, box.y_min_m - margin_m, box.x_max_m + margin_m, box.y_max_m + margin_m};
}

void write_map(const Scenario& scenario, const Seed& seed, Recorder& recorder) {
  const std::vector<bool> placed = placed_sites(scenario.sites);
  for (std::size_t i = 0; i < scenario.sites.size(); ++i) {
    const auto& site = scenario.sites[i];
    recorder.site({.site = static_cast<std::uint16_t>(i),
                   .kind = static_cast<std::uint8_t>(site.kind),
                   .placed = placed[i],
                   .x_m = static_cast<float>(site.x_m),
                   .y_m = static_cast<float>(site.y_m),
                   .height_m = static_cast<float>(site.height_m)});
  }
  const std::vector<Polyline> roads = roads_of(scenario.mobility);
  for (std::size_t i = 0; i < roads.size(); ++i) {
    for (const auto& p : roads[i])
      recorder.road_point(
          {static_cast<std::uint32_t>(i), static_cast<float>(p.x_m), static_cast<float>(p.y_m)});
  }
  const std::vector<NrCell> cells = nr_cells(scenario);
  if (cells.empty()) return;
  for (const auto& row : coverage_map(scenario.radio, cells, seed, map_box(roads, scenario.sites),
                                      scenario.mobility.antenna_height_m))
    recorder.coverage(row);
}

}  // namespace cv2x
