#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/offload/policy.h"

namespace cv2x {

/// What an agent is shown at a decision: the view of a policy as numbers in [0, 1], for learning.
///
/// A time t appears as t / (t + deadline), so 0 is at once, ½ the task's whole deadline and 1 never; a count
/// x as x / (1 + x). First come the numbers of the task (task_names, then one per service, 1 for the task's),
/// then kTargetFeatures for each place where it may run: the hosts in their order and the vehicle itself
/// last.
///
/// One thing is no part of the view but what a policy may remember: the work that it has sent to each host
/// since the load report that it sees.
class Observer {
 public:
  static constexpr std::array<std::string_view, 4> kTaskNames = {"connected", "access_delay", "report_age",
                                                                 "deadline"};
  /// In words: docs/gym.md.
  static constexpr std::array<std::string_view, 10> kTargetNames = {
      "available", "vehicle", "cloud",   "network", "transfer",
      "execution", "wait",    "running", "waiting", "sent"};
  static constexpr std::size_t kTargetFeatures = kTargetNames.size();

  Observer(std::size_t services, std::size_t hosts);

  std::size_t targets() const { return hosts_ + 1; }
  std::size_t task_size() const { return kTaskNames.size() + services_; }
  std::size_t size() const { return task_size() + targets() * kTargetFeatures; }

  /// Fills `out` (size()) and `mask` (targets()): 1 where the task can get to, and always at the vehicle.
  void observe(const TaskRequest& task, const PolicyView& view, std::span<float> out,
               std::span<std::int8_t> mask);
  /// What was decided, for the work that has been sent.
  void decided(const TaskRequest& task, const PolicyView& view, Target target);

 private:
  void forget_at_new_report(const PolicyView& view);

  std::size_t services_, hosts_;
  TimeNs measured_ns_ = -1;          ///< when the load was that the hosts show
  std::vector<double> sent_cycles_;  ///< since then, by host
};

}  // namespace cv2x
