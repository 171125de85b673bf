#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"

namespace cv2x {

// What a service says of its containers: described with the service, used by models/compute.

/// Who decides how many instances of a service a host runs.
enum class Scaling : std::uint8_t {
  kOnDemand,  ///< a task that finds no free instance starts one; idle ones stop after keep_alive
  kHpa,       ///< Kubernetes' HorizontalPodAutoscaler
};
inline constexpr std::array<std::string_view, 2> kScalingNames = {"on_demand", "hpa"};

/// What the autoscaler looks at, per ready instance and averaged over its period.
enum class HpaMetric : std::uint8_t {
  kBusy,   ///< tasks in execution over `concurrency`: utilisation, never above 1
  kTasks,  ///< tasks in execution or waiting for an instance
};
inline constexpr std::array<std::string_view, 2> kHpaMetricNames = {"busy", "tasks"};

/// Kubernetes' HorizontalPodAutoscaler; see models/compute/autoscaler.h.
struct AutoscalerParams {
  HpaMetric metric = HpaMetric::kBusy;
  double target_busy = 0.5;
  double target_tasks = 1;
  TimeNs period_ns = 15 * kSecond;
  double tolerance = 0.1;
  TimeNs stabilisation_ns = 300 * kSecond;

  double target() const { return metric == HpaMetric::kBusy ? target_busy : target_tasks; }
};

struct ReplicaParams {
  std::int64_t min = 0;
  std::int64_t max = 10;
};

/// Instances of one service on every host that runs it.
struct ContainerParams {
  std::string image;
  std::vector<std::string> hosts;
  std::int64_t memory_bytes = 256'000'000;
  std::int64_t concurrency = 1;
  TimeNs start_ns = 300 * kMillisecond;
  ReplicaParams replicas;
  Scaling scaling = Scaling::kOnDemand;
  std::int64_t warm = 0;
  TimeNs keep_alive_ns = 60 * kSecond;
  AutoscalerParams autoscaler;

  /// Instances that a host has when the run begins.
  std::int64_t at_start() const {
    return scaling == Scaling::kOnDemand && warm > replicas.min ? warm : replicas.min;
  }
};

inline void describe(Visitor& v, ReplicaParams& p) {
  v.integer({"min", "instances that a host always runs, ready when the run begins"}, p.min, 0, 10'000);
  v.integer({"max", "instances that a host runs at most"}, p.max, 1, 10'000);
  v.require(p.min <= p.max, "min", fmt::format("{} is more than max: {}", p.min, p.max));
}

inline void describe(Visitor& v, AutoscalerParams& p) {
  v.variant(
      {"metric",
       "per ready instance, in the mean over the period. busy: share of its concurrency in use; tasks: "
       "tasks in execution or waiting"},
      p.metric, kHpaMetricNames, [&](HpaMetric metric) {
        if (metric == HpaMetric::kBusy) {
          v.quantity({"target", "that it aims at"}, p.target_busy, Dimension::kShare,
                     {.min = 0, .max = 1, .open_min = true});
        } else {
          v.number({"target", "that it aims at"}, p.target_tasks, {.min = 0, .max = 1e6, .open_min = true});
        }
      });
  v.duration({"period", "between two decisions"}, p.period_ns, {1e6, 3.6e12});
  v.quantity({"tolerance", "no action while metric / target is this near to 1"}, p.tolerance,
             Dimension::kShare, kShareBounds);
  v.duration({"stabilisation", "the largest recommendation of this time counts when it scales down"},
             p.stabilisation_ns, {0, 3.6e12});
}

inline void describe(Visitor& v, ContainerParams& p) {
  v.reference({"image", "that has to be on a host before an instance starts there", true}, p.image, "images");
  v.references(
      {"hosts",
       "where replicas.min and warm hold; default: everywhere. On other hosts the first task starts the "
       "first instance"},
      p.hosts, "compute.hosts");
  v.bytes({"memory", "of one instance, taken from the host's"}, p.memory_bytes, {0, 1e15});
  v.integer({"concurrency", "tasks that one instance executes at a time"}, p.concurrency, 1, 1'000'000);
  v.duration({"start", "from the process's start until it can serve (loading a model included)"}, p.start_ns,
             {0, 3.6e12});
  v.object({"replicas", "instances on one host"}, p.replicas);
  v.variant(
      {"scaling",
       "on_demand: a task that finds no free instance starts one, and idle ones stop; hpa: the "
       "HorizontalPodAutoscaler of Kubernetes decides (a task that finds none at all starts the first)"},
      p.scaling, kScalingNames, [&](Scaling scaling) {
        if (scaling == Scaling::kOnDemand) {
          v.integer({"warm", "idle instances that a host keeps in reserve, ready when the run begins"},
                    p.warm, 0, 10'000);
          v.duration({"keep_alive", "an instance beyond those stops when it has been idle for so long"},
                     p.keep_alive_ns, kNotNegative);
        } else {
          v.object({"autoscaler", "how it decides"}, p.autoscaler);
        }
      });
  v.require(p.scaling != Scaling::kOnDemand || p.warm <= p.replicas.max, "warm",
            fmt::format("{} is more than replicas.max: {}", p.warm, p.replicas.max));
  v.require(p.scaling != Scaling::kHpa || p.replicas.min >= 1, "scaling",
            "hpa needs replicas.min of 1 or more: without an instance there is nothing to measure");
}

}  // namespace cv2x
