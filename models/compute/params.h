#pragma once

#include <string>
#include <vector>

#include "models/base/describe.h"

namespace cv2x {

/// A machine that executes tasks: `cores` equal cores, one queue served first in, first out.
struct HostParams {
  std::string name;
  std::string site;  ///< where it stands
  std::int64_t cores = 8;
  double speed_cps = 3e9;          ///< cycles/s of one core
  std::int64_t queue = 1'000'000;  ///< waiting tasks at most; one more is dropped (compute_full)
  std::int64_t memory_bytes = 0;   ///< 0: no limit
};

/// The processor of every vehicle.
struct VehicleComputeParams {
  std::int64_t cores = 1;
  double speed_cps = 1e9;
  std::int64_t queue = 100;
};

struct ComputeParams {
  std::vector<HostParams> hosts;
  VehicleComputeParams vehicles;
};

inline void describe(Visitor& v, HostParams& p) {
  v.reference({"site", "site at which the host stands (a mec, rsu, gnb or cloud site)", true}, p.site,
              "sites");
  v.integer({"cores", "number of equal cores; a task runs on one"}, p.cores, 1, 100'000);
  v.quantity({"speed", "cycles per second of one core"}, p.speed_cps, Dimension::kCyclesPerSecond,
             {1e3, 1e15});
  v.integer({"queue", "tasks that may wait; one more is dropped and counted as compute_full"}, p.queue, 0,
            1'000'000'000);
  v.bytes({"memory", "that the instances of services share; 0: no limit"}, p.memory_bytes, {0, 1e15});
}

inline void describe(Visitor& v, VehicleComputeParams& p) {
  v.integer({"cores", "cores of every vehicle's own processor"}, p.cores, 1, 1024);
  v.quantity({"speed", "cycles per second of one core"}, p.speed_cps, Dimension::kCyclesPerSecond,
             {1e3, 1e15});
  v.integer({"queue", "tasks that may wait in the vehicle"}, p.queue, 0, 1'000'000'000);
}

inline void describe(Visitor& v, ComputeParams& p) {
  v.entries({"hosts", "MEC hosts and cloud servers, by name"}, p.hosts);
  v.object({"vehicles", "the vehicles' own processors"}, p.vehicles);
}

}  // namespace cv2x
