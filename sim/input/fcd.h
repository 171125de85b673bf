#pragma once

#include <memory>
#include <string>

#include "models/mobility/trace.h"

namespace cv2x {

/// Replays SUMO's floating-car data (`--fcd-output`; .xml or .xml.gz), one <timestep> a step:
///
///     <timestep time="240.00"><vehicle id="a" x="1.0" y="2.0" angle="90" speed="13.9" type="car"/>…
///
/// x, y [m] in the coordinates of the network, angle [degrees] clockwise from north, speed [m/s]; velocity is
/// speed along the angle. `type` may be missing; other attributes and elements (persons, containers) are
/// ignored. Memory: the vehicles of the largest step. Not read: geographic coordinates (--fcd-output.geo),
/// times as hours:minutes:seconds, `z`.
///
/// Throws UserError with file:line:column, besides what XmlReader refuses: a root that is not <fcd-export>,
/// an attribute that is missing or not a finite number in its range, a name longer than 64 bytes, the same
/// vehicle twice in one step, times that do not ascend, no time step at all, `begin_ns` after the last one.
class FcdSource final : public TraceSource {
 public:
  /// `begin_ns`: time of the file that is simulated time 0. Opens the file, reads nothing yet.
  explicit FcdSource(const std::string& file, TimeNs begin_ns = 0);
  ~FcdSource() override;
  bool next(TraceStep& step) override;

 private:
  class Parser;
  class Slots;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<Slots> slots_;
  TimeNs begin_ns_;
  bool started_ = false;
  bool ahead_ = false;  ///< the parser holds a step that has not been given out
};

}  // namespace cv2x
