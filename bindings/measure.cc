#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <tuple>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "models/measure/interval.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// An estimate in Python: (value, low, high).
using Triple = std::tuple<double, double, double>;

Triple to_triple(const Estimate& e) { return {e.value, e.interval.low, e.interval.high}; }

}  // namespace

void bind_measure(py::module_& module) {
  module.def(
      "over_replications",
      [](const std::vector<double>& values) { return to_triple(over_replications(values)); },
      py::arg("values"),
      "What replications measured, one value each → (mean, low, high) with a 95 % interval; +inf: lost.");
  module.def(
      "reliability_over_replications",
      [](const std::vector<std::pair<double, double>>& replications) {
        std::vector<Share> shares;
        for (const auto& [good, total] : replications) shares.push_back({good, total});
        return to_triple(reliability_over_replications(shares));
      },
      py::arg("replications"), "(in time, sent) of each replication → (share, low, high).");
}

}  // namespace cv2x::bindings
