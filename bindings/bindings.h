#pragma once

#include <pybind11/pybind11.h>

namespace cv2x::bindings {

// One function a topic, in the file of that name. All take the module cv2x._core; bind_config comes before
// bind_run, which uses its classes.

/// UserError → cv2x.ScenarioError, Interrupted → KeyboardInterrupt.
void bind_errors(pybind11::module_& module);
/// Loading, validating, resolving; JSON Schema and reference page.
void bind_config(pybind11::module_& module);
/// Names of the offloading policies.
void bind_offload(pybind11::module_& module);
/// Laws of the radio link: block error rate.
void bind_radio_link(pybind11::module_& module);
/// Estimates over replications and verdicts on budgets.
void bind_measure(pybind11::module_& module);
/// One simulation.
void bind_run(pybind11::module_& module);

}  // namespace cv2x::bindings
