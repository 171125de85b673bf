#include "models/topology/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <cassert>
#include <compare>
#include <limits>
#include <unordered_map>

#include "models/base/error.h"
#include "models/base/hash.h"

namespace cv2x {
namespace {

/// Length of a path: delay first, then hops. Every edge is longer than nothing, so there are no zero cycles.
struct Length {
  TimeNs delay_ns = 0;
  std::uint32_t hops = 0;
  auto operator<=>(const Length&) const = default;
  friend Length operator+(const Length& a, const Length& b) {
    return {a.delay_ns + b.delay_ns, a.hops + b.hops};
  }
};
constexpr Length kUnreachable{kNever, 0};

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                                    boost::property<boost::edge_weight_t, Length>>;

}  // namespace

Topology::Topology(std::span<const SiteParams> sites, std::span<const LinkParams> links)
    : site_count_(sites.size()), incident_(sites.size()), routes_(sites.size()) {
  std::unordered_map<std::string_view, std::uint32_t> index;
  for (std::uint32_t i = 0; i < sites.size(); ++i) index.emplace(sites[i].name, i);
  const auto find = [&](const LinkParams& link, const std::string& name) {
    const auto it = index.find(name);
    if (it == index.end())
      throw UserError(fmt::format("link '{}' leads to '{}', which is not a site", link.name, name));
    return it->second;
  };
  for (const auto& link : links) {
    const auto e = static_cast<std::uint32_t>(edges_.size());
    edges_.push_back(
        {find(link, link.from), find(link, link.to), link.delay_ns, link.rate_bps, hash_name(link.name)});
    incident_[edges_[e].to].emplace_back(e, std::uint8_t{0});
    incident_[edges_[e].from].emplace_back(e, std::uint8_t{1});
  }
}

void Topology::compute_from(std::uint32_t source) {
  Graph graph(site_count_);
  for (const auto& e : edges_) boost::add_edge(e.from, e.to, Length{e.delay_ns, 1}, graph);
  std::vector<Length> length(site_count_);
  const auto plus = [](const Length& a, const Length& b) { return a == kUnreachable ? a : a + b; };
  boost::dijkstra_shortest_paths(graph, source,
                                 boost::distance_map(length.data())
                                     .distance_inf(kUnreachable)
                                     .distance_zero(Length{})
                                     .distance_compare(std::less<Length>{})
                                     .distance_combine(plus));

  // The predecessor of each site: among the edges that lie on a shortest path, the one with the smallest key.
  auto& routes = routes_[source];
  routes.assign(site_count_, std::nullopt);
  std::vector<std::uint32_t> by_length;
  for (std::uint32_t v = 0; v < site_count_; ++v) {
    if (length[v] != kUnreachable) by_length.push_back(v);
  }
  std::sort(by_length.begin(), by_length.end(), [&](auto a, auto b) { return length[a] < length[b]; });
  for (const auto v : by_length) {
    Route route{{}, 0, std::numeric_limits<double>::infinity()};
    if (v != source) {
      std::optional<std::pair<std::uint32_t, std::uint8_t>> best;
      for (const auto& [e, direction] : incident_[v]) {
        const std::uint32_t u = direction == 0 ? edges_[e].from : edges_[e].to;
        if (length[u] == kUnreachable || length[u] + Length{edges_[e].delay_ns, 1} != length[v]) continue;
        if (!best || edges_[e].key < edges_[best->first].key) best = {e, direction};
      }
      const auto& [e, direction] = *best;
      route = *routes[direction == 0 ? edges_[e].from : edges_[e].to];
      route.hops.push_back({LinkIndex{e}, direction, SiteIndex{v}});
      route.delay_ns += edges_[e].delay_ns;
      route.bottleneck_bps = std::min(route.bottleneck_bps, edges_[e].rate_bps);
    }
    routes[v] = std::move(route);
  }
}

const Route* Topology::route(SiteIndex from, SiteIndex to) {
  assert(from.value < site_count_ && to.value < site_count_);
  auto& routes = routes_[from.value];
  if (routes.empty()) compute_from(from.value);
  const auto& route = routes[to.value];
  return route ? &*route : nullptr;
}

}  // namespace cv2x
