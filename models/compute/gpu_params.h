#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/base/describe.h"
#include "models/compute/energy.h"

namespace cv2x {

/// How tasks share a GPU.
enum class GpuSharing : std::uint8_t { kExclusive, kTimeSliced, kMps, kMig };
inline constexpr std::array<std::string_view, 4> kGpuSharingNames = {"exclusive", "time_sliced", "mps",
                                                                     "mig"};

/// Several inputs in one inference.
struct BatchParams {
  std::int64_t size = 1;  ///< at most; 1: none
  TimeNs wait_ns = 0;     ///< a batch that is not full waits so long for more
  double growth = 0.27;   ///< what every further input adds to the time of the first, as a share of it
};

/// The GPUs of a host, all alike.
struct GpuParams {
  std::string model;
  std::int64_t count = 1;
  GpuSharing sharing = GpuSharing::kExclusive;
  std::int64_t time_clients = 4, mps_clients = 48;
  double time_loss = 0.125, mps_loss = 0.05, mig_loss = 0.015;
  double occupancy = 1;
  std::int64_t slices = 7;
  BatchParams batch;
  PowerParams power;
};

inline void describe(Visitor& v, BatchParams& p) {
  v.integer({"size", "inferences of one network that are done together at most; 1: none"}, p.size, 1, 1024);
  v.duration({"wait", "how long the first of a batch that is not full waits for more (stage batch_wait)"},
             p.wait_ns, {0, 1e10});
  v.quantity(
      {"growth",
       "share of the time of one by which each further one of a batch prolongs it; default: YOLOv10x on "
       "a B200, 1.406 ms alone and 4.059 ms for 8"},
      p.growth, Dimension::kShare, {0, 10});
}

inline void describe(Visitor& v, GpuParams& p) {
  v.text(
      {"model", "name of the GPU in the table of inference times (t4, orin_nx, a100) or in compute.inference",
       true},
      p.model);
  v.integer({"count", "GPUs of that model"}, p.count, 1, 1024);
  const auto loss = [&](double& value) {
    v.quantity({"loss", "share of the GPU's speed lost to sharing"}, value, Dimension::kShare, {0, 0.99});
  };
  v.variant(
      {"sharing",
       "exclusive: one batch after the other has a GPU; time_sliced: up to `clients` at once in equal "
       "shares, "
       "less the loss to switching; mps: the same, beside each other; mig: hard slices, each a small GPU"},
      p.sharing, kGpuSharingNames, [&](GpuSharing sharing) {
        switch (sharing) {
          case GpuSharing::kExclusive:
            break;
          case GpuSharing::kTimeSliced:
            v.integer({"clients", "batches that share a GPU at most; others wait"}, p.time_clients, 1, 1024);
            loss(p.time_loss);
            break;
          case GpuSharing::kMps:
            v.integer({"clients", "batches that share a GPU at most; others wait"}, p.mps_clients, 1, 48);
            loss(p.mps_loss);
            v.quantity({"occupancy",
                        "share of a GPU that one batch alone keeps busy: while those of all are below 100 % "
                        "none slows another down"},
                       p.occupancy, Dimension::kShare, {0.001, 1});
            break;
          case GpuSharing::kMig:
            v.integer({"slices", "equal instances that each GPU is cut into (of 7 compute slices)"}, p.slices,
                      1, 7);
            loss(p.mig_loss);
            break;
        }
      });
  v.object({"batch", "several inferences at once"}, p.batch);
  v.object({"power", "electric power of one GPU"}, p.power);
}

}  // namespace cv2x
