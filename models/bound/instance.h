#pragma once

#include <cstdint>
#include <vector>

#include "models/base/time.h"

namespace cv2x::bound {

// Offloading as a problem of scheduling: what an offline optimum, which knows every arrival and every task's
// cycles beforehand, has to solve.

/// A place that runs tasks, each on one of its equal cores.
struct Machine {
  std::int64_t cores = 1;
  /// Whether a task may be interrupted, or share a core (processor sharing, pre-emptive disciplines).
  bool interruptible = false;
};

/// A machine on which a task may run. Its result is there `after_ns` after it has been executed.
struct Option {
  std::uint32_t machine = 0;
  TimeNs ready_ns = 0;    ///< earliest moment at which it can start there
  TimeNs service_ns = 0;  ///< time it takes on a core
  TimeNs after_ns = 0;
};

struct Task {
  TimeNs created_ns = 0;
  TimeNs deadline_ns = 0;   ///< after its creation
  TimeNs lost_ns = 0;       ///< the latency that one not delivered, or delivered later than this, counts as
  TimeNs gone_ns = kNever;  ///< moment after which nobody takes the result
  std::uint32_t first = 0;  ///< its options are `options[first … first + count)`
  std::uint32_t count = 0;
};

struct Instance {
  std::vector<Machine> machines;
  std::vector<Task> tasks;
  std::vector<Option> options;
};

/// What is to be as small as possible, a sum over all tasks.
enum class Objective : std::uint8_t {
  kLatency,  ///< of min(latency, lost_ns) [ns]; lost_ns of a task that is never executed
  kMisses,   ///< of 1 for each one that is not there within its deadline
};

/// What a task costs at least on this option, and all others leave it alone: kNever when it had as well be
/// lost.
inline TimeNs alone_ns(const Task& task, const Option& option, Objective objective) {
  const TimeNs end = later(later(option.ready_ns, option.service_ns), option.after_ns);
  if (end == kNever || end > task.gone_ns) return kNever;
  const TimeNs latency = end - task.created_ns;
  const bool useless =
      objective == Objective::kLatency ? latency >= task.lost_ns : latency > task.deadline_ns;
  return useless ? kNever : latency;
}

/// The last moment at which a task can start on this option and still be worth it.
inline TimeNs latest_start(const Task& task, const Option& option, Objective objective) {
  const TimeNs span = objective == Objective::kLatency ? task.lost_ns : task.deadline_ns;
  const TimeNs end = later(task.created_ns, span);
  return (end < task.gone_ns ? end : task.gone_ns) - option.after_ns - option.service_ns;
}

}  // namespace cv2x::bound
