#pragma once

#include "sim/world/ports.h"

namespace cv2x {

class Fleet;

/// The world's regular events: position epochs of the access, rows of vehicles, rows of the loads.
class Sampler {
 public:
  struct Params {
    TimeNs epoch_ns;     ///< > 0
    TimeNs load_ns;      ///< 0: no rows
    TimeNs vehicles_ns;  ///< 0: no rows
  };
  struct Ports {
    Fleet* fleet;
    Access* access;
    Backhaul* backhaul;
    Compute* compute;
    ResultSink* results;
  };
  Sampler(const Params& params, const Ports& ports) : params_(params), ports_(ports) {}
  void start();

 private:
  void epoch();
  void load();
  void vehicles();

  Params params_;
  Ports ports_;
};

}  // namespace cv2x
