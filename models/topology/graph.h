#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/base/ids.h"
#include "models/base/time.h"
#include "models/topology/params.h"

namespace cv2x {

/// One step of a route: a link, the direction in which it is crossed (0: from → to) and the site it leads to.
struct Hop {
  LinkIndex link;
  std::uint8_t direction;
  SiteIndex to;
};

/// A way between two sites.
struct Route {
  std::vector<Hop> hops;      ///< empty from a site to itself
  TimeNs delay_ns = 0;        ///< sum of the propagation delays
  double bottleneck_bps = 0;  ///< slowest link; infinite when there is no hop
};

/// Sites and links. Routes are the shortest by propagation delay, then by hops; what is still equal is
/// decided by the hash of the links' names, so adding a site or link elsewhere changes no route.
class Topology {
 public:
  /// Throws UserError when a link names a site that does not exist (the scenario's parser has checked that
  /// before).
  Topology(std::span<const SiteParams> sites, std::span<const LinkParams> links);

  /// Null: there is no way. Computed at the first request of a source and kept; the pointer stays valid as
  /// long as the topology.
  const Route* route(SiteIndex from, SiteIndex to);

  std::size_t sites() const { return site_count_; }

 private:
  struct Edge {
    std::uint32_t from, to;
    TimeNs delay_ns;
    double rate_bps;
    std::uint64_t key;  // hash of the name
  };
  void compute_from(std::uint32_t source);

  std::size_t site_count_;
  std::vector<Edge> edges_;
  std::vector<std::vector<std::pair<std::uint32_t, std::uint8_t>>>
      incident_;                                           // site → (edge, direction that leads to it)
  std::vector<std::vector<std::optional<Route>>> routes_;  // [source] filled on demand
};

}  // namespace cv2x
