#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "models/offload/policy.h"

namespace py = pybind11;

namespace cv2x::bindings {

void bind_offload(py::module_& module) {
  module.def(
      "policies",
      [] {
        const auto names = policy_registry().names();
        return std::vector<std::string>(names.begin(), names.end());
      },
      "Names of the offloading policies, in alphabetical order.");
}

}  // namespace cv2x::bindings
