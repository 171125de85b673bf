#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/base/work.h"
#include "models/compute/admission.h"
#include "models/compute/gpu.h"
#include "models/compute/server.h"

namespace cv2x {

/// Busy time of a machine, for utilisation and energy.
struct BusyTime {
  TimeNs cores_ns = 0;  ///< of all cores together
  TimeNs gpus_ns = 0;   ///< of all GPUs together
};

/// A machine that executes tasks: who may enter, cores and GPUs. A task whose
/// service names a network runs on the GPUs where there are some, any other one
/// on the cores; what an inference asks of the cores is left out. Sans-IO, as
/// Server is.
class Host {
 public:
  struct Params {
    ServerParams server;
    AdmissionLimits limits;
    bool has_gpus = false;
    GpuParams gpus;
    std::vector<TimeNs> inference_ns;  ///< of every network on these GPUs, for one input
  };
  /// `demands`, of all services by their index, outlives the host.
  Host(const Params& params, std::span<const Demand> demands);

  // Times never decrease; advance(now) comes before the others, as with Server.

  /// Takes a task at `now`, or says why not: kAdmissionRefused, kOutOfMemory,
  /// kComputeFull.
  std::optional<Outcome> submit(std::uint32_t ref, const Work& work, TimeNs now);
  /// What has finished by `now` (see Server::advance, Gpus::advance); tag is
  /// the service.
  std::span<const Slice> advance(TimeNs now);
  /// What the last submit() or halt() has interrupted.
  std::span<const Slice> interrupted() const { return interrupted_; }
  TimeNs next_wakeup() const;
  /// Drops everything; the refs of what was there are returned, of the cores,
  /// then of the GPUs, each in order of submission.
  std::vector<std::uint32_t> clear(TimeNs now);
  /// See Server.
  void halt(TimeNs now);
  void resume(TimeNs now);

  /// Whether a task of this service waits for a batch first.
  bool batches(ServiceIndex service) const { return on_gpus(service) && gpus_->batches(); }
  /// What a task of so many cycles takes on a free core, or on a free GPU.
  TimeNs execution_ns(ServiceIndex service, double cycles) const;
  std::int64_t running() const;
  std::int64_t waiting() const;
  /// Work queued and left [cycles]; that before the GPUs as what all cores do
  /// while the GPUs do it.
  double work_ahead(TimeNs now) const;
  const Admission& admission() const { return admission_; }
  const ServerParams& params() const { return params_; }
  /// Since the last call.
  BusyTime take_busy(TimeNs now);

 private:
  std::int64_t key(const Work& work) const;
  bool on_gpus(ServiceIndex service) const { return gpus_ && demands_[service.value].network >= 0; }

  ServerParams params_;
  Server server_;
  Admission admission_;
  std::span<const Demand> demands_;
  std::optional<Gpus> gpus_;
  std::vector<Slice> slices_, interrupted_;
};

}  // namespace cv2x
