#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "models/base/outcome.h"

namespace cv2x {

/// What the tasks of a service ask of a host beside their cycles.
struct Demand {
  std::int32_t network = -1;      ///< that runs on a GPU, by index; −1: none
  std::int64_t priority = 0;      ///< higher: served earlier
  std::int64_t memory_bytes = 0;  ///< from its arrival at the host to its end there
  /// Shares of a machine that a task declares, in 1e-9 [so that sums are exact].
  std::int64_t edge_share_ppb = 0;
  std::int64_t cloud_share_ppb = 0;
};

/// Share of a machine as an integer.
std::int64_t share_ppb(double share);

struct AdmissionLimits {
  std::int64_t tasks = std::numeric_limits<std::int64_t>::max();
  std::int64_t memory_bytes = std::numeric_limits<std::int64_t>::max();
  std::int64_t share_ppb = 1'000'000'000;
  bool cloud = false;  ///< which of the declared shares counts
};

/// Who may enter a host. A task that may not is lost: it neither waits outside nor goes elsewhere. Three
/// limits, each of them on what is there, waiting or running: the number of tasks; the memory they hold; and
/// the sum of the shares that they declare, whatever they really use (as in EdgeCloudSim: Sonmez, Ozgovde,
/// Ersoy, Trans. Emerging Tel. Tech. 29(11), 2018; its hosts refuse a task whose declared utilisation is more
/// than what those of the running tasks leave of 100 %).
class Admission {
 public:
  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

  /// Why it may not enter: kAdmissionRefused (tasks, shares) or kOutOfMemory.
  std::optional<Outcome> refusal(const Demand& demand) const {
    if (tasks_ >= limits_.tasks || share_of(demand) > limits_.share_ppb - share_ppb_)
      return Outcome::kAdmissionRefused;
    if (demand.memory_bytes > free_memory_bytes()) return Outcome::kOutOfMemory;
    return std::nullopt;
  }
  void enter(const Demand& demand) { count(demand, 1); }
  void leave(const Demand& demand) { count(demand, -1); }

  std::int64_t free_memory_bytes() const { return limits_.memory_bytes - memory_bytes_; }
  std::int64_t memory_bytes() const { return memory_bytes_; }
  std::int64_t tasks() const { return tasks_; }
  /// Sum of the shares that the tasks there declare.
  double share() const { return 1e-9 * static_cast<double>(share_ppb_); }

 private:
  std::int64_t share_of(const Demand& demand) const {
    return limits_.cloud ? demand.cloud_share_ppb : demand.edge_share_ppb;
  }
  void count(const Demand& demand, std::int64_t sign) {
    tasks_ += sign;
    memory_bytes_ += sign * demand.memory_bytes;
    share_ppb_ += sign * share_of(demand);
  }

  AdmissionLimits limits_;
  std::int64_t tasks_ = 0, memory_bytes_ = 0, share_ppb_ = 0;
};

}  // namespace cv2x
