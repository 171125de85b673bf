#include <pybind11/pybind11.h>

#include "bindings/bindings.h"

PYBIND11_MODULE(_core, module) {
  using namespace cv2x::bindings;
  module.doc() = "The C++ side of cv2x: scenarios, runs, verdicts. Use it through the package cv2x.";
  module.attr("__version__") = CV2X_VERSION;
  bind_errors(module);
  bind_config(module);
  bind_input(module);
  bind_offload(module);
  bind_policy_objects(module);
  bind_measure(module);
  bind_assess(module);
  bind_latencies(module);
  bind_histogram(module);
  bind_radio(module);
  bind_bler(module);
  bind_machines(module);
  bind_topology(module);
  bind_profiles(module);
  bind_bound(module);
  bind_run(module);
  bind_env(module);
}
