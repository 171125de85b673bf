#include <pybind11/pybind11.h>

#include "bindings/bindings.h"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The C++ side of cv2x: scenarios, runs, verdicts. Use it through the package cv2x.";
  module.attr("__version__") = CV2X_VERSION;
  cv2x::bindings::bind_errors(module);
  cv2x::bindings::bind_offload(module);
}
