#pragma once

#include <string>
#include <vector>

#include "models/base/describe.h"
#include "models/compute/discipline.h"
#include "models/compute/energy.h"
#include "models/compute/failures.h"
#include "models/compute/gpu_params.h"
#include "models/compute/inference.h"

namespace cv2x {

/// The order in which tasks are served.
struct OrderParams {
  Discipline discipline = Discipline::kFifo;
  Preemption preemption = Preemption::kNone;
};

/// Who may enter a host.
struct AdmissionParams {
  std::int64_t tasks = 0;  ///< 0: no limit
  double share = 1;
};

/// A machine that executes tasks.
struct HostParams {
  std::string name;
  std::string site;  ///< where it stands
  std::int64_t cores = 8;
  double speed_cps = 3e9;          ///< cycles/s of one core
  std::int64_t queue = 1'000'000;  ///< waiting tasks at most; one more is dropped (compute_full)
  OrderParams order;
  std::int64_t memory_bytes = 0;  ///< 0: no limit
  AdmissionParams admission;
  bool has_gpus = false;
  GpuParams gpus;
  PowerParams power;
  double price_per_hour = 0;
  FailureParams failures;
};

/// The processor of every vehicle.
struct VehicleComputeParams {
  std::int64_t cores = 1;
  double speed_cps = 1e9;
  std::int64_t queue = 100;
  OrderParams order;
  bool has_gpus = false;
  GpuParams gpus;
  PowerParams power;
};

struct ComputeParams {
  std::vector<HostParams> hosts;
  std::vector<InferenceParams> inference;
  VehicleComputeParams vehicles;
};

/// Keys among those of a host.
inline void describe_keys(Visitor& v, OrderParams& p) {
  v.variant(
      {"discipline",
       "who is served next. fifo: first in, first out; priority: the service with the highest priority; "
       "edf: the earliest deadline; processor_sharing: all at once, with n tasks each at min(1, cores/n) "
       "of a core's speed"},
      p.discipline, kDisciplineNames, [&](Discipline discipline) {
        if (discipline == Discipline::kPriority || discipline == Discipline::kEarliestDeadline)
          v.choice({"preemption",
                    "none: a task runs to its end; resume: one that comes first in the order takes the "
                    "core of the running one that comes last, which goes on later where it stopped"},
                   p.preemption, kPreemptionNames);
      });
}

inline void describe(Visitor& v, AdmissionParams& p) {
  v.integer({"tasks",
             "tasks that may be at the host, waiting or running; one more is lost (admission_refused); 0: no "
             "limit"},
            p.tasks, 0, 1'000'000'000);
  v.quantity(
      {"share",
       "sum of the shares (edge_share or cloud_share of their services) that the tasks at the host may "
       "declare; one that would exceed it is lost (admission_refused)"},
      p.share, Dimension::kShare, {0, 1e6, true});
}

inline void describe(Visitor& v, HostParams& p) {
  v.reference({"site", "site at which the host stands (a mec, rsu, gnb or cloud site)", true}, p.site,
              "sites");
  v.integer({"cores", "number of equal cores; a task runs on one"}, p.cores, 1, 100'000);
  v.quantity({"speed", "cycles per second of one core"}, p.speed_cps, Dimension::kCyclesPerSecond,
             {1e3, 1e15});
  v.integer({"queue",
             "tasks that may wait (processor_sharing: be there beyond one a core); one more is dropped and "
             "counted as compute_full"},
            p.queue, 0, 1'000'000'000);
  describe_keys(v, p.order);
  v.bytes({"memory",
           "that the tasks at the host share, and by themselves the instances of services with containers; "
           "0: no limit"},
          p.memory_bytes, {0, 1e15});
  v.object({"admission", "which tasks may enter"}, p.admission);
  v.optional_object({"gpus", "GPUs, on which tasks of services with a network run"}, p.gpus, p.has_gpus);
  v.object({"power", "electric power of the host without its GPUs"}, p.power);
  v.number({"price", "of the whole host for an hour, in a currency of yours"}, p.price_per_hour, {0, 1e9});
  v.object({"failures", "when the host is down, and what becomes of its tasks"}, p.failures);
}

inline void describe(Visitor& v, VehicleComputeParams& p) {
  v.integer({"cores", "cores of every vehicle's own processor"}, p.cores, 1, 1024);
  v.quantity({"speed", "cycles per second of one core"}, p.speed_cps, Dimension::kCyclesPerSecond,
             {1e3, 1e15});
  v.integer({"queue", "tasks that may wait in the vehicle"}, p.queue, 0, 1'000'000'000);
  describe_keys(v, p.order);
  v.optional_object({"gpus", "GPUs of every vehicle"}, p.gpus, p.has_gpus);
  v.object({"power", "electric power of a vehicle's processor without its GPUs"}, p.power);
}

inline void describe(Visitor& v, ComputeParams& p) {
  v.entries({"hosts", "MEC hosts and cloud servers, by name"}, p.hosts);
  v.object({"vehicles", "the vehicles' own processors"}, p.vehicles);
  v.entries({"inference", "times of networks on GPUs beside the published ones, by any name"}, p.inference);
}

}  // namespace cv2x
