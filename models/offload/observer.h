#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "models/offload/policy.h"

namespace cv2x {

/// What an agent is shown at a decision: the view of a policy as numbers in [0, 1], for learning.
///
/// A quantity x appears as x / (x + scale), so 0 is nothing, ½ the scale and 1 infinite. A time's scale is
/// the task's deadline; that of a number of tasks the place's cores; of an energy 1 J, of a price 1. First
/// come the numbers of the task (kTaskNames, then one per service, 1 for the task's), then kTargetNames for
/// each place where it may run: the hosts in their order and the vehicle itself last. docs/gym.md explains
/// each.
///
/// One thing is no part of the view but what a policy may remember: the work that it has sent to each host
/// since the load was measured that it sees.
class Observer {
 public:
  static constexpr std::array<std::string_view, 5> kTaskNames = {"connected", "access_delay", "dwell",
                                                                 "report_age", "deadline"};
  static constexpr std::array<std::string_view, 14> kTargetNames = {
      "available", "vehicle", "cloud",   "network", "transfer", "start",  "execution",
      "wait",      "running", "waiting", "sent",    "memory",   "energy", "price"};
  static constexpr std::size_t kTargetFeatures = kTargetNames.size();

  Observer(std::size_t services, std::size_t hosts);

  std::size_t targets() const { return sent_.size() + 1; }
  std::size_t task_size() const { return kTaskNames.size() + services_; }
  std::size_t size() const { return task_size() + targets() * kTargetFeatures; }

  /// Fills `out` (size()) and `mask` (targets()): 1 where the task can get to, and always at the vehicle.
  void observe(const TaskRequest& task, const PolicyView& view, std::span<float> out,
               std::span<std::int8_t> mask);
  /// What was decided, for the work that has been sent.
  void decided(const TaskRequest& task, const PolicyView& view, Target target);

 private:
  struct Sent {
    double cycles = 0;
    std::uint64_t tasks = 0;
  };
  struct Decision {
    TimeNs time_ns;
    std::uint32_t host;
    double cycles;
  };
  void forget_before(TimeNs measured_ns);
  float* observe_target(const TaskRequest& task, const PolicyView& view, std::size_t i, bool available,
                        float* to) const;

  std::size_t services_;
  std::vector<Sent> sent_;  ///< by host, sum of decisions_
  std::deque<Decision> decisions_;
};

/// What a task is expected to take at a target, beyond what the machines draw when they idle [J]: of the core
/// that executes it, and of the radio that sends its input to a host. 0 where powers are not modelled.
double expected_energy_j(const TaskRequest& task, const PolicyView& view, Target target);

}  // namespace cv2x
