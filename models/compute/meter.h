#pragma once

#include <cstdint>

#include "models/compute/energy.h"
#include "models/compute/host.h"

namespace cv2x {

/// What a host has done, drawn and cost since the start.
struct HostTotals {
  TimeNs up_ns = 0, down_ns = 0;
  BusyTime busy;
  double energy_j = 0;       ///< cores and GPUs, idle and busy
  double task_energy_j = 0;  ///< of it, what it draws because tasks run
  double cost = 0;           ///< rented all the time, up or down
};

/// Adds it up. A host that is down draws nothing.
class HostMeter {
 public:
  struct Params {
    std::int64_t cores = 1, gpus = 0;
    PowerParams power, gpu_power;
    double price_per_hour = 0;
  };
  HostMeter(const Params& params, TimeNs now) : params_(params), at_ns_(now) {}

  /// From the last call until `now` the host was up or down, and so long busy.
  void account(TimeNs now, bool up, const BusyTime& busy) {
    (up ? totals_.up_ns : totals_.down_ns) += now - at_ns_;
    at_ns_ = now;
    totals_.busy.cores_ns += busy.cores_ns;
    totals_.busy.gpus_ns += busy.gpus_ns;
  }
  HostTotals totals() const {
    HostTotals t = totals_;
    const double cores_s = to_seconds(t.busy.cores_ns) / static_cast<double>(params_.cores);
    const double gpus_s = to_seconds(t.busy.gpus_ns);
    const double gpus_up_s = to_seconds(t.up_ns) * static_cast<double>(params_.gpus);
    t.task_energy_j = params_.power.busy_w(cores_s) + params_.gpu_power.busy_w(gpus_s);
    t.energy_j =
        params_.power.energy_j(to_seconds(t.up_ns), cores_s) + params_.gpu_power.energy_j(gpus_up_s, gpus_s);
    t.cost = params_.price_per_hour * to_seconds(t.up_ns + t.down_ns) / 3600;
    return t;
  }
  const Params& params() const { return params_; }

 private:
  Params params_;
  HostTotals totals_;
  TimeNs at_ns_;
};

}  // namespace cv2x
