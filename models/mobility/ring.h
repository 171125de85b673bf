#pragma once

#include <cstdint>
#include <vector>

#include "models/base/kinematics.h"
#include "models/base/random.h"
#include "models/mobility/params.h"
#include "models/mobility/trace.h"

namespace cv2x {

/// Vehicles "ring-0", "ring-1", … on a circular road about (0, 0), counter-clockwise. Each starts at a place
/// that its name draws (stream "ring"), uniform along the road, and drives the speed of every stretch
/// exactly: nobody brakes for the next one or for anybody else. So the density swings with the time of a lap;
/// in the long run a place is occupied in inverse proportion to its speed. A step a second.
class RingSource final : public TraceSource {
 public:
  /// At least one stretch.
  RingSource(const RingParams& params, const Seed& seed);
  bool next(TraceStep& step) override;

  double length_m() const { return length_m_; }
  double lap_s() const { return lap_s_; }

 private:
  struct Stretch {
    double begin_m, begin_s, end_s, speed_mps;  // times: from the start of a lap
  };
  struct Vehicle {
    double lap_s;           // time since it passed the start of the ring
    std::uint32_t stretch;  // where it is
  };
  TraceSample sample(std::uint32_t slot);

  std::vector<Stretch> stretches_;
  double length_m_ = 0, lap_s_ = 0;
  std::vector<Vehicle> vehicles_;
  TimeNs now_ns_ = 0;
};

inline constexpr TimeNs kRingStepNs = kSecond;

/// The point of a ring of this circumference that is `place_m` from its start.
Point ring_point(double length_m, double place_m);

}  // namespace cv2x
