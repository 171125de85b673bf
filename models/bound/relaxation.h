#pragma once

#include "models/bound/instance.h"

namespace cv2x::bound {

/// A number that no schedule's sum is below.
struct LowerBound {
  double value = 0;  ///< [ns] or tasks
  int rounds = 0;    ///< how often the prices were changed
};

/// Lagrangian relaxation of the cores' capacities in the time-indexed formulation of scheduling (Dyer and
/// Wolsey, Discrete Appl. Math. 26, 1990; van den Akker, Hurkens and Savelsbergh, INFORMS J. Comput. 12,
/// 2000). Every machine j has a price λ_j(t) ≥ 0 for a core at time t, constant over short slots. Each task
/// by itself then takes the option and the start that cost it least,
///
///     min over j, S ≥ ready:  cost(S + service + after) + ∫ λ_j from S to S + service,
///
/// or is lost, and what is paid for capacity that exists anyway is taken off:  − Σ_j cores_j ∫ λ_j.
///
/// By weak duality that sum is a lower bound for *every* λ ≥ 0, of all schedules that never use more cores
/// than there are: so the result is proven however well the prices were found. They are found by an ascent
/// (subgradients with the step sizes of Adam, Kingma and Ba, ICLR 2015), on slots that become shorter. The
/// best value there is is that of the linear programme.
///
/// On interruptible machines a task takes the cheapest time there is between `ready` and its end, in parts as
/// small as it likes but never more than one core.
///
/// What it says is rounded down by 1e-9 of itself, more than what floating-point sums can be off.
LowerBound relaxed_optimum(const Instance& instance, Objective objective);

}  // namespace cv2x::bound
