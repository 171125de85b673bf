#include "models/mobility/highway.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "models/base/hash.h"

namespace cv2x {

namespace {

/// Rear bumpers of one lane's vehicles along a ring of length_m.
std::vector<double> drop_lane(const HighwayParams& params, Stream& random) {
  const double mean_gap_m = params.gap_s * params.speed_mps;
  const double turn_m = random.uniform() * params.length_m;  // so that no place on the ring is special
  std::vector<double> rears;
  if (params.spacing == Spacing::kEqual) {
    const double each_m = kHighwayVehicleLength_m + std::max(kHighwayMinGap_m, mean_gap_m);
    const auto vehicles = std::max<std::int64_t>(1, std::llround(params.length_m / each_m));
    for (std::int64_t i = 0; i < vehicles; ++i)
      rears.push_back(
          std::fmod(turn_m + params.length_m * static_cast<double>(i) / static_cast<double>(vehicles),
                    params.length_m));
    return rears;
  }
  double rear_m = 0;
  while (rear_m + kHighwayVehicleLength_m + kHighwayMinGap_m <= params.length_m) {
    rears.push_back(std::fmod(rear_m + turn_m, params.length_m));
    rear_m += kHighwayVehicleLength_m + std::max(kHighwayMinGap_m, random.exponential(mean_gap_m));
  }
  return rears;
}

}  // namespace

HighwaySource::HighwaySource(const HighwayParams& params, const Seed& seed)
    : length_m_(params.length_m), speed_mps_(params.speed_mps) {
  for (const double direction : {1.0, -1.0}) {
    for (std::int64_t lane = 0; lane < params.lanes; ++lane) {
      Stream random(seed, "highway", hash_name((direction > 0 ? "east-" : "west-") + std::to_string(lane)));
      const double y_m = -direction * (static_cast<double>(lane) + 0.5) * params.lane_width_m;
      for (const double rear_m : drop_lane(params, random))
        vehicles_.push_back({std::fmod(rear_m + kHighwayVehicleLength_m / 2, length_m_), y_m, direction});
    }
  }
}

bool HighwaySource::next(TraceStep& step) {
  step.time_ns = now_ns_;
  step.entered.clear();
  step.left.clear();
  step.samples.clear();
  const double driven_m = std::fmod(speed_mps_ * to_seconds(now_ns_), length_m_);
  for (std::uint32_t slot = 0; slot < vehicles_.size(); ++slot) {
    const Vehicle& v = vehicles_[slot];
    if (now_ns_ == 0) step.entered.push_back({slot, "hw-" + std::to_string(slot), {}});
    double x_m = v.x_m + v.direction * driven_m;
    if (x_m < 0) x_m += length_m_;
    if (x_m >= length_m_) x_m -= length_m_;
    step.samples.push_back({slot, x_m, v.y_m, v.direction * speed_mps_, 0});
  }
  now_ns_ += kHighwayStepNs;
  return true;
}

}  // namespace cv2x
