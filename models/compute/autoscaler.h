#pragma once

#include <cstdint>
#include <deque>

#include "models/base/container_params.h"
#include "models/base/time.h"

namespace cv2x {

/// Kubernetes' HorizontalPodAutoscaler (kubernetes.io, "Horizontal Pod Autoscaling", algorithm details;
/// podautoscaler/replica_calculator.go and horizontal.go): every period
///
///     desired = ceil(ready · metric / target), unchanged while |1 − metric/target| ≤ tolerance,
///
/// where instances that are not ready yet count as using nothing when it would scale up (and it then never
/// scales down); at most 4 more, or twice as many, within 15 s; and downwards the largest recommendation of
/// the stabilisation time. Without an instance it does nothing. Sans-IO. Left out: several metrics, missing
/// metrics, the delays of the metrics pipeline, the initialisation period of CPU metrics.
class Autoscaler {
 public:
  /// What it sees at the end of a period.
  struct Sample {
    std::int64_t ready = 0;      ///< instances that can serve
    std::int64_t not_ready = 0;  ///< asked for, not there yet
    double metric = 0;           ///< per ready instance, as AutoscalerParams::metric says
  };

  Autoscaler(const AutoscalerParams& params, const ReplicaParams& replicas)
      : params_(params), replicas_(replicas) {}

  /// How many instances there should be from now on. `now` never decreases.
  std::int64_t decide(const Sample& sample, TimeNs now);

  static constexpr TimeNs kRateWindowNs = 15 * kSecond;
  static constexpr std::int64_t kMostMore = 4;

 private:
  struct Stamped {
    TimeNs time_ns;
    std::int64_t replicas;
  };
  std::int64_t recommend(const Sample& sample) const;
  std::int64_t rate_limit(std::int64_t current, TimeNs now);

  AutoscalerParams params_;
  ReplicaParams replicas_;
  std::deque<Stamped> recommendations_;
  std::deque<Stamped> added_;
};

}  // namespace cv2x
