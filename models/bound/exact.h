#pragma once

#include <optional>

#include "models/bound/instance.h"

namespace cv2x::bound {

/// How many tasks exact_optimum() takes.
inline constexpr std::size_t kMostExact = 12;

/// The least sum [ns; or tasks] that any assignment and any order on the machines reaches, without
/// interruption: dynamic programming over sets of tasks. None when there are more than kMostExact tasks, or
/// one can run on an interruptible machine.
///
/// On one machine, tasks are appended in the order of their starts, each to the core that is free first; of
/// the ways to execute the same set, those are kept that no other one beats in cost and in the time at which
/// its first, second, … core becomes free. Then the sets are divided among the machines.
std::optional<TimeNs> exact_optimum(const Instance& instance, Objective objective);

}  // namespace cv2x::bound
