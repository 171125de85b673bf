#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"
#include "models/base/size_kind.h"

namespace cv2x {

enum class SiteKind : std::uint8_t { kGnb, kRsu, kMec, kCloud, kRouter };
inline constexpr std::array<std::string_view, 5> kSiteKindNames = {"gnb", "rsu", "mec", "cloud", "router"};

/// Whether radio may stand there: the vehicles' way into the network where no cell is named.
constexpr bool carries_access(SiteKind kind) { return kind == SiteKind::kGnb || kind == SiteKind::kRsu; }

/// How a site's place is given: in metres of the road network, or by longitude and latitude through its
/// projection.
enum class Placement : std::uint8_t { kMetres, kLonLat };
inline constexpr std::array<std::string_view, 2> kPlacementNames = {"metres", "lon_lat"};

struct SiteParams {
  std::string name;
  SiteKind kind = SiteKind::kGnb;
  Placement placement = Placement::kMetres;
  double x_m = 0;
  double y_m = 0;
  double lon_deg = 0;
  double lat_deg = 0;
  double height_m = 25;
};

/// Traffic of a link that is nobody's of the scenario: packets that come at random (Poisson), queue with the
/// others and leave at the other end.
struct BackgroundParams {
  double rate_bps = 0;  ///< 0: none
  std::int64_t packet_bytes = 300;
  SizeKind packet_kind = SizeKind::kFixed;
};

/// A link in both directions, each with its own transmitter and first-in-first-out queue.
struct LinkParams {
  std::string name;
  std::string from;
  std::string to;
  double rate_bps = 10e9;
  TimeNs delay_ns = 0;
  std::int64_t queue_bytes = 1'000'000;
  BackgroundParams background{};  ///< of each direction
};

inline void describe(Visitor& v, SiteParams& p) {
  v.choice({"kind", "what stands there", true}, p.kind, kSiteKindNames);
  v.variant({"placement", "how the place is given"}, p.placement, kPlacementNames, [&](Placement placement) {
    if (placement == Placement::kMetres) {
      v.quantity({"x", "east, in the coordinates of the road network"}, p.x_m, Dimension::kLength,
                 {-1e7, 1e7});
      v.quantity({"y", "north, in the coordinates of the road network"}, p.y_m, Dimension::kLength,
                 {-1e7, 1e7});
    } else {
      v.quantity({"lon", "longitude (WGS 84)", true}, p.lon_deg, Dimension::kAngle, {-180, 180});
      v.quantity({"lat", "latitude (WGS 84)", true}, p.lat_deg, Dimension::kAngle, {-90, 90});
    }
  });
  v.quantity({"height", "antenna height above ground"}, p.height_m, Dimension::kLength, {1, 150});
}

inline void describe(Visitor& v, BackgroundParams& p) {
  v.quantity({"rate", "offered in each direction, as a Poisson process of packets"}, p.rate_bps,
             Dimension::kRate, {0, 1e15});
  v.bytes({"packet", "size of a packet, in the mean"}, p.packet_bytes, {1, 1e9});
  v.choice({"packet_distribution", "of its size, drawn anew on every link"}, p.packet_kind,
           kMeanOnlySizeKindNames);
}

inline void describe(Visitor& v, LinkParams& p) {
  v.reference({"from", "one end", true}, p.from, "sites");
  v.reference({"to", "the other end", true}, p.to, "sites");
  v.quantity({"rate", "rate in each direction"}, p.rate_bps, Dimension::kRate, {1e3, 1e15});
  v.duration({"delay", "propagation delay in each direction", true}, p.delay_ns, {0, 3.6e12});
  v.bytes(
      {"queue", "bytes that may wait in each direction; a message that does not fit is dropped (queue_full)"},
      p.queue_bytes, kNotNegative);
  v.object({"background", "traffic of others, which queues with that of the scenario"}, p.background);
  v.require(p.background.rate_bps < p.rate_bps, "background", "its rate must be below the rate of the link");
  v.require(p.from.empty() || p.from != p.to, "to", "a link needs two different ends");
}

}  // namespace cv2x
