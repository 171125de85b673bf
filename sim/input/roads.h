#pragma once

#include <string>
#include <vector>

#include "models/mobility/params.h"
#include "sim/input/net.h"

namespace cv2x {

using Polyline = std::vector<XY>;

/// The roads of a SUMO network (.net.xml, .net.xml.gz), one polyline an edge, for drawing: the shape of its
/// first lane, less the points that lie within kRoadTolerance_m of the line without them. Junctions,
/// crossings and walking areas are left out. UserError: what XmlReader refuses, not a network, a shape that
/// is not one.
inline constexpr double kRoadTolerance_m = 1;
std::vector<Polyline> read_roads(const std::string& net_file);

/// The roads that a mobility section is about: those of its network, the two carriageways of the built-in
/// highway or the ring; empty when there is neither.
std::vector<Polyline> roads_of(const MobilityParams& params);

/// Leaves out points of a line that lie within `tolerance_m` of the line without them (Douglas and Peucker,
/// Cartographica 10 (1973) 112). The ends stay.
Polyline simplified(const Polyline& line, double tolerance_m);

}  // namespace cv2x
