#pragma once

#include <memory>
#include <string>

#include "models/mobility/params.h"

struct PJconsts;
struct pj_ctx;

namespace cv2x {

/// What <location> of a SUMO road network says (.net.xml, .net.xml.gz).
struct NetLocation {
  struct Box {
    double x_min = 0, y_min = 0, x_max = 0, y_max = 0;
  };
  double offset_x_m = 0, offset_y_m = 0;  ///< added to projected coordinates
  Box bounds_m;                           ///< of the network, in its own coordinates
  Box original;            ///< of what it was made from, mostly longitude and latitude [degrees]
  std::string projection;  ///< PROJ string; "!": none, "-": SUMO's own approximation
};

/// Reads no further than <location>. UserError: what XmlReader refuses, not a network, no or a broken
/// <location>.
NetLocation read_net_location(const std::string& net_file);

struct XY {
  double x_m, y_m;
};
struct LonLat {
  double lon_deg, lat_deg;
};

/// WGS 84 longitude and latitude ↔ x, y of a road network, as SUMO's sumolib does it: PROJ with the network's
/// projParameter, then its netOffset.
class NetProjection {
 public:
  /// UserError naming `net_file`: a network without projection ("!", "-", or none), or one PROJ cannot read.
  NetProjection(const std::string& net_file, const NetLocation& location);
  ~NetProjection();
  NetProjection(const NetProjection&) = delete;
  NetProjection& operator=(const NetProjection&) = delete;

  /// UserError when the projection does not reach there.
  XY to_xy(const LonLat& place) const;
  LonLat to_lon_lat(const XY& place) const;

 private:
  struct Destroy {
    void operator()(PJconsts* projection) const;
    void operator()(pj_ctx* context) const;
  };
  std::string net_file_;
  XY offset_;
  std::unique_ptr<pj_ctx, Destroy> context_;
  std::unique_ptr<PJconsts, Destroy> projection_;
};

/// The road network a mobility section names: `network`, or the net-file of its SUMO configuration; empty
/// when there is none.
std::string net_file_of(const MobilityParams& params);

}  // namespace cv2x
