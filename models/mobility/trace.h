#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/time.h"

namespace cv2x {

/// One vehicle at one step of a trace.
struct TraceSample {
  std::uint32_t slot;  ///< which vehicle; slots are small and reused once their vehicle has left
  double x_m, y_m;     ///< in the coordinates of the road network
  double vx_mps, vy_mps;
};

/// A vehicle that is seen for the first time (or again, after it had left).
struct TraceEntry {
  std::uint32_t slot;
  std::string name;  ///< unique among the vehicles present; the key of the vehicle's random streams
  std::string type;  ///< SUMO's vehicle type, or empty
};

/// All vehicles at one instant. Reused by the caller: next() overwrites every member.
struct TraceStep {
  TimeNs time_ns = 0;               ///< simulated time (the trace's own time less the scenario's `begin`)
  std::vector<TraceEntry> entered;  ///< present now, not in the step before
  std::vector<std::uint32_t>
      left;  ///< present in the step before, not now; such a slot is not reused in this step
  std::vector<TraceSample> samples;  ///< everybody present, in ascending slot order
};

/// A stream of steps in ascending time. Memory is bounded by the vehicles present, not by the length of the
/// trace.
class TraceSource {
 public:
  virtual ~TraceSource() = default;
  /// The next step, or false after the last. Throws UserError (file:line:column) where the input is wrong.
  /// The first step is the last one at or before simulated time 0 (or the first of all, where none is), with
  /// all its vehicles entered.
  virtual bool next(TraceStep& step) = 0;
};

}  // namespace cv2x
