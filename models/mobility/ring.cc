#include "models/mobility/ring.h"

#include <cassert>
#include <cmath>
#include <numbers>
#include <string>

#include "models/base/hash.h"

namespace cv2x {

Point ring_point(double length_m, double place_m) {
  const double angle = 2 * std::numbers::pi * place_m / length_m;
  const double radius_m = length_m / (2 * std::numbers::pi);
  return {radius_m * std::cos(angle), radius_m * std::sin(angle)};
}

RingSource::RingSource(const RingParams& params, const Seed& seed) {
  assert(!params.stretches.empty());
  for (const auto& s : params.stretches) {
    const double end_s = lap_s_ + s.length_m / s.speed_mps;
    stretches_.push_back({length_m_, lap_s_, end_s, s.speed_mps});
    length_m_ += s.length_m;
    lap_s_ = end_s;
  }
  for (std::int64_t i = 0; i < params.vehicles; ++i) {
    Stream random(seed, "ring", hash_name("ring-" + std::to_string(i)));
    const double place_m = random.uniform() * length_m_;
    std::uint32_t at = 0;
    while (at + 1 < stretches_.size() && stretches_[at + 1].begin_m <= place_m) ++at;
    const Stretch& s = stretches_[at];
    vehicles_.push_back({s.begin_s + (place_m - s.begin_m) / s.speed_mps, at});
  }
}

TraceSample RingSource::sample(std::uint32_t slot) {
  Vehicle& v = vehicles_[slot];
  // The lap's time is computed anew from the start, not added up step by step.
  const double lap_s = std::fmod(v.lap_s + to_seconds(now_ns_), lap_s_);
  if (lap_s < stretches_[v.stretch].begin_s) v.stretch = 0;
  while (v.stretch + 1 < stretches_.size() && lap_s >= stretches_[v.stretch].end_s) ++v.stretch;
  const Stretch& s = stretches_[v.stretch];
  const double place_m = s.begin_m + (lap_s - s.begin_s) * s.speed_mps;
  const Point p = ring_point(length_m_, place_m);
  const double turn = s.speed_mps * 2 * std::numbers::pi / length_m_;  // speed over radius
  return {slot, p.x_m, p.y_m, -turn * p.y_m, turn * p.x_m};
}

bool RingSource::next(TraceStep& step) {
  step.time_ns = now_ns_;
  step.entered.clear();
  step.left.clear();
  step.samples.clear();
  for (std::uint32_t slot = 0; slot < vehicles_.size(); ++slot) {
    if (now_ns_ == 0) step.entered.push_back({slot, "ring-" + std::to_string(slot), {}});
    step.samples.push_back(sample(slot));
  }
  now_ns_ += kRingStepNs;
  return true;
}

}  // namespace cv2x
