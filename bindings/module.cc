#include <pybind11/pybind11.h>

#include "bindings/bindings.h"

PYBIND11_MODULE(_core, module) {
  using namespace cv2x::bindings;
  module.doc() = "The C++ side of cv2x: scenarios, runs, verdicts. Use it through the package cv2x.";
  module.attr("__version__") = CV2X_VERSION;
  bind_errors(module);
  bind_config(module);
  bind_offload(module);
  bind_radio_link(module);
  bind_measure(module);
  bind_run(module);
}
