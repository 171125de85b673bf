#pragma once

#include <vector>

#include "models/base/random.h"
#include "models/mobility/params.h"
#include "models/mobility/trace.h"

namespace cv2x {

inline constexpr double kHighwayVehicleLength_m = 5;
inline constexpr double kHighwayMinGap_m = 2;
inline constexpr TimeNs kHighwayStepNs = 100 * kMillisecond;

/// The straight highway of TR 37.885 V15.3.0 §6.1.2: along x from 0 to length_m, `lanes` eastbound lanes
/// below y = 0 and as many westbound above. In each lane the gap from bumper to bumper is max(2 m,
/// exponential of mean gap_s · speed) (or one gap for all), vehicles (5 m, type 2) drive at one constant
/// speed and wrap around at the ends, so the fleet is constant; the gap across the ends is what is left over,
/// at least 2 m. A step every 100 ms, without end. A wrap is a jump in the sense of is_jump(), not a drive
/// back.
///
/// Left out: vehicle types 1 and 3, and speeds that differ between lanes (the report's option B).
class HighwaySource final : public TraceSource {
 public:
  HighwaySource(const HighwayParams& params, const Seed& seed);
  bool next(TraceStep& step) override;

 private:
  struct Vehicle {
    double x_m, y_m;   ///< at time 0; the middle of the vehicle
    double direction;  ///< +1 eastbound, −1 westbound
  };
  double length_m_;
  double speed_mps_;
  std::vector<Vehicle> vehicles_;  ///< slot = index; named "hw-<index>"
  TimeNs now_ns_ = 0;
};

}  // namespace cv2x
