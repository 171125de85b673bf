#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "models/bound/prices.h"

namespace cv2x::bound {

/// A task on an option, in times as Prices has them.
struct Request {
  double ready = 0, service = 0;
  double fixed = 0;   ///< cost when it ends at 0: after − created; misses: not used
  double latest = 0;  ///< last start that is worth it
  bool by_latency = true;
};

/// Where a task runs, and what that costs it.
struct Choice {
  double cost = 0;
  double start = 0;
};

/// The cheapest uninterrupted execution that costs less than `best.cost`, which is replaced then.
bool cheapest_whole(const Request& request, const Prices& prices, Choice& best);

/// The same in parts, never more than one core at a time; `parts` are (slot, time used).
bool cheapest_in_parts(const Request& request, const Prices& prices, double& best_cost,
                       std::vector<std::pair<std::size_t, double>>& parts);

}  // namespace cv2x::bound
