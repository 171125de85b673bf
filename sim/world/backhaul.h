#pragma once

#include <span>
#include <vector>

#include "models/backhaul/link.h"
#include "models/topology/graph.h"
#include "sim/world/ports.h"

namespace cv2x {

/// `transport: message`: a message crosses the links of its route by store and forward, one event a hop.
class MessageBackhaul final : public Backhaul {
 public:
  MessageBackhaul(Topology& topology, std::span<const LinkParams> links, const Seed& seed,
                  JourneyEvents& journeys);

  void send(std::uint32_t ref, std::int64_t bytes, SiteIndex from, SiteIndex to) override;
  std::optional<PathEstimate> path(SiteIndex from, SiteIndex to) override;
  void transfer(TransferEvents& owner, std::uint64_t id, std::int64_t bytes, SiteIndex from,
                SiteIndex to) override;
  void sample(TimeNs interval, ResultSink& sink) override;

 private:
  void cross(std::uint32_t ref, std::int64_t bytes, const Route* route, std::uint32_t hop);
  void carry(TransferEvents* owner, std::uint64_t id, std::int64_t bytes, const Route* route,
             std::uint32_t hop);

  Topology& topology_;
  JourneyEvents& journeys_;
  std::vector<std::array<LinkDirection, 2>> links_;
};

}  // namespace cv2x
