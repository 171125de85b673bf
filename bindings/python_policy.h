#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include "sim/config/scenario.h"
#include "sim/run/run.h"

namespace cv2x::bindings {

/// A policy in Python for a run of `scenario`. `ready` is a cv2x.policy.Ready, which has been checked; it
/// must outlive the run. What the policy makes of it:
///
/// * decide() takes the GIL, makes one Task and calls `ready.decide(task, view)`, or with `ready.rng` as the
///   third argument. The View is one object for the whole run; its arrays are NumPy's over the memory that
///   the simulator fills, without a copy.
/// * finished() calls `ready.finished(result)`, unless that is None.
/// * An exception, and an answer that is no target, is thrown as a py::error_already_set that holds a
///   cv2x.PolicyError; KeyboardInterrupt as Interrupted.
///
/// Call with the GIL; what it returns is used, and destroyed, without.
GivenPolicy given_policy(const pybind11::object& ready, const Scenario& scenario);

/// The cv2x.View of a run of `scenario`: one object over the memory of its views.
pybind11::object view_object(const std::shared_ptr<const PolicyView>& view, const Scenario& scenario);

}  // namespace cv2x::bindings
