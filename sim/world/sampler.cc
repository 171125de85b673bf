#include "sim/world/sampler.h"

#include <cmath>

#include "sim/world/clock.h"
#include "sim/world/fleet.h"

namespace cv2x {

void Sampler::start() {
  epoch();
  vehicles();
  if (params_.load_ns > 0) schedule_at(now_ns() + params_.load_ns, &Sampler::load, this);
}

void Sampler::epoch() {
  ports_.access->refresh(ports_.fleet->states());
  schedule_at(now_ns() + params_.epoch_ns, &Sampler::epoch, this);
}

void Sampler::load() {
  ports_.access->sample(params_.load_ns, *ports_.results);
  ports_.backhaul->sample(params_.load_ns, *ports_.results);
  ports_.compute->sample(params_.load_ns, *ports_.results);
  schedule_at(now_ns() + params_.load_ns, &Sampler::load, this);
}

void Sampler::vehicles() {
  if (params_.vehicles_ns == 0) return;
  for (const auto& v : ports_.fleet->states()) {
    const auto& k = v.kinematics;
    ports_.results->vehicle({.time_ns = now_ns(),
                             .vehicle = ports_.fleet->serial(v.slot),
                             .cell = ports_.access->serving_cell(v.slot),
                             .x_m = static_cast<float>(k.position.x_m),
                             .y_m = static_cast<float>(k.position.y_m),
                             .speed_mps = static_cast<float>(std::hypot(k.vx_mps, k.vy_mps))});
  }
  schedule_at(now_ns() + params_.vehicles_ns, &Sampler::vehicles, this);
}

}  // namespace cv2x
