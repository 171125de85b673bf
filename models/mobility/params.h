#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"

namespace cv2x {

enum class MobilityKind : std::uint8_t { kSumo, kFcd, kHighway, kStatic, kRing };
inline constexpr std::array<std::string_view, 5> kMobilityKindNames = {"sumo", "fcd", "highway", "static",
                                                                       "ring"};

/// Gaps between the vehicles of a lane.
enum class Spacing : std::uint8_t { kExponential, kEqual };
inline constexpr std::array<std::string_view, 2> kSpacingNames = {"exponential", "equal"};

/// The highway of TR 37.885 §6.1.2: straight, wrapped at its ends so that the fleet is constant.
struct HighwayParams {
  double length_m = 2000;
  std::int64_t lanes = 3;  ///< in each direction
  double lane_width_m = 4;
  double speed_mps = 140 / 3.6;
  double gap_s = 2.0;  ///< mean gap = gap_s · speed (exponential, at least 2 m)
  Spacing spacing = Spacing::kExponential;
};

/// A part of a ring road.
struct RingStretch {
  std::string name;
  double length_m = 1000;
  double speed_mps = 50 / 3.6;
};

/// A circular road, driven one way: a constant fleet whose speed depends on the place alone.
struct RingParams {
  std::int64_t vehicles = 100;
  std::vector<RingStretch> stretches;
};

struct MobilityParams {
  MobilityKind kind = MobilityKind::kHighway;
  std::string file;                ///< .sumocfg or FCD
  std::string network;             ///< .net.xml: projection for lon/lat; sumo: taken from the configuration
  TimeNs begin_ns = 0;             ///< time of the trace that is simulated time 0
  TimeNs step_ns = 0;              ///< sumo: step length; 0: that of the configuration
  std::int64_t sumo_seed = 23423;  ///< SUMO's own default
  bool seed_per_replication = false;  ///< add the replication to SUMO's seed
  HighwayParams highway;
  RingParams ring;
  std::int64_t static_vehicles = 1;  ///< static: how many, standing at x, y
  double x_m = 0;
  double y_m = 0;
  double spacing_m = 10;  ///< static: distance between neighbours, eastwards
  std::int64_t rows = 1;  ///< static: side by side, northwards
  double row_spacing_m = 4;
  double antenna_height_m = 1.5;
};

inline void describe(Visitor& v, HighwayParams& p) {
  v.quantity({"length", "length of the road; vehicles wrap around at its ends"}, p.length_m,
             Dimension::kLength, {100, 1e6});
  v.integer({"lanes", "lanes in each direction"}, p.lanes, 1, 10);
  v.quantity({"lane_width", "width of a lane"}, p.lane_width_m, Dimension::kLength, {2, 10});
  v.quantity({"speed", "speed of every vehicle (TR 37.885 option A: 140 km/h, or 70 km/h)"}, p.speed_mps,
             Dimension::kSpeed, {0.1, 100});
  v.number({"gap_seconds",
            "mean bumper-to-bumper gap in seconds of travel; exponential, at least 2 m (TR 37.885: 2 s)"},
           p.gap_s, {0, 100, true});
  v.choice({"spacing", "of the vehicles of a lane: exponential gaps, or equal ones"}, p.spacing,
           kSpacingNames);
}

inline void describe(Visitor& v, RingStretch& p) {
  v.quantity({"length", "along the road", true}, p.length_m, Dimension::kLength, {1, 1e6});
  v.quantity({"speed", "of every vehicle there", true}, p.speed_mps, Dimension::kSpeed, {0.1, 100});
}

inline void describe(Visitor& v, RingParams& p) {
  v.integer({"vehicles", "how many; each starts at a place of its own, uniform over the ring"}, p.vehicles, 0,
            1'000'000);
  v.entries({"stretches",
             "parts of the ring one after the other, counter-clockwise as it is driven, from the point east "
             "of its centre (0 m, 0 m); their lengths add up to its circumference"},
            p.stretches);
}

inline void describe(Visitor& v, MobilityParams& p) {
  v.quantity({"antenna_height", "height of the vehicles' antennas"}, p.antenna_height_m, Dimension::kLength,
             {0.5, 10});
  v.variant(
      {"kind",
       "sumo: run SUMO from a .sumocfg; fcd: replay a floating-car-data file (.xml, .xml.gz); highway: the "
       "built-in highway of TR 37.885; static: vehicles that stand in rows; ring: a circular road with a "
       "speed for each stretch",
       true},
      p.kind, kMobilityKindNames, [&](MobilityKind kind) {
        switch (kind) {
          case MobilityKind::kSumo:
            v.path({"config", "SUMO configuration (.sumocfg)", true}, p.file);
            v.duration({"begin", "SUMO time at which the simulation begins; SUMO runs from its own begin"},
                       p.begin_ns, kNotNegative);
            v.duration({"step", "SUMO step length; default: that of the configuration"}, p.step_ns,
                       kNotNegative);
            v.integer({"sumo_seed", "SUMO's random seed"}, p.sumo_seed, 0, 2147483647);
            v.flag({"seed_per_replication",
                    "whether a replication also changes SUMO's seed (by adding its number)"},
                   p.seed_per_replication);
            break;
          case MobilityKind::kFcd:
            v.path({"file", "floating-car-data file written by SUMO", true}, p.file);
            v.path({"network", "road network (.net.xml) whose projection maps longitude and latitude"},
                   p.network);
            v.duration({"begin", "time of the file at which the simulation begins"}, p.begin_ns,
                       kNotNegative);
            break;
          case MobilityKind::kHighway:
            v.object({"highway", "its geometry and traffic"}, p.highway);
            break;
          case MobilityKind::kStatic:
            v.integer({"vehicles", "how many"}, p.static_vehicles, 0, 1'000'000);
            v.quantity({"x", "of the first"}, p.x_m, Dimension::kLength, {-1e7, 1e7});
            v.quantity({"y", "of the first"}, p.y_m, Dimension::kLength, {-1e7, 1e7});
            v.quantity({"spacing", "between neighbours, eastwards"}, p.spacing_m, Dimension::kLength,
                       {0, 1e6});
            v.integer({"rows", "side by side, northwards, among which the vehicles are divided"}, p.rows, 1,
                      1000);
            v.quantity({"row_spacing", "between them"}, p.row_spacing_m, Dimension::kLength, {0, 1e6});
            break;
          case MobilityKind::kRing:
            v.object({"ring", "its stretches and traffic"}, p.ring);
            break;
        }
      });
}

}  // namespace cv2x
