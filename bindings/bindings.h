#pragma once

#include <pybind11/pybind11.h>

namespace cv2x::bindings {

// One function a topic, in the file of that name. All take the module cv2x._core.

/// UserError → cv2x.ScenarioError, Interrupted → KeyboardInterrupt. First of all.
void bind_errors(pybind11::module_& module);
/// Names of the offloading policies.
void bind_offload(pybind11::module_& module);

}  // namespace cv2x::bindings
