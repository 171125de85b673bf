// What no offloading policy can beat.
#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <vector>

#include "bindings/bindings.h"
#include "bindings/each.h"
#include "models/bound/exact.h"
#include "models/bound/relaxation.h"
#include "sim/bound/recorded.h"
#include "sim/config/load.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// Columns of tasks: service, vehicle, input and output [bytes], cycles, created and gone [ns].
using Columns = std::tuple<Array<std::uint16_t>, Array<std::uint32_t>, Array<std::int64_t>,
                           Array<std::int64_t>, Array<double>, Array<TimeNs>, Array<TimeNs>>;

/// Least sums over all tasks: latency [ns], deadlines missed; and whether these are the optimum itself.
std::tuple<double, double, bool> offload_bound(const LoadedScenario& loaded, const Columns& columns,
                                               double lost) {
  const auto& [service, vehicle, input_bytes, output_bytes, cycles, created_ns, gone_ns] = columns;
  const auto n = length_of({service.size(), vehicle.size(), input_bytes.size(), output_bytes.size(),
                            cycles.size(), created_ns.size(), gone_ns.size()});
  std::vector<RecordedTask> tasks;
  std::uint32_t vehicles = 0;
  for (py::ssize_t i = 0; i < n; ++i) {
    if (service.at(i) >= loaded.scenario.services.size()) throw py::value_error("there is no such service");
    if (!(cycles.at(i) >= 0) || !std::isfinite(cycles.at(i)))
      throw py::value_error("cycles are finite and not negative");
    if (created_ns.at(i) < 0 || input_bytes.at(i) < 0 || output_bytes.at(i) < 0)
      throw py::value_error("times and bytes are not negative");
    tasks.push_back({.service = service.at(i),
                     .vehicle = vehicle.at(i),
                     .input_bytes = input_bytes.at(i),
                     .output_bytes = output_bytes.at(i),
                     .cycles = cycles.at(i),
                     .created_ns = created_ns.at(i),
                     .gone_ns = gone_ns.at(i)});
    vehicles = std::max(vehicles, vehicle.at(i) + 1);
  }
  if (vehicles > tasks.size()) throw py::value_error("vehicles are numbered without gaps");
  const py::gil_scoped_release no_gil;
  const bound::Instance instance = offload_instance(loaded.scenario, tasks, vehicles, lost);
  const auto latency = bound::exact_optimum(instance, bound::Objective::kLatency);
  const auto misses = bound::exact_optimum(instance, bound::Objective::kMisses);
  if (latency && misses) return {static_cast<double>(*latency), static_cast<double>(*misses), true};
  return {bound::relaxed_optimum(instance, bound::Objective::kLatency).value,
          bound::relaxed_optimum(instance, bound::Objective::kMisses).value, false};
}

}  // namespace

void bind_bound(py::module_& module) {
  module.def("offload_bound", &offload_bound, py::arg("scenario"), py::arg("tasks"), py::arg("lost"),
             "Least sums over these tasks that any policy reaches: of min(latency, lost deadlines) [ns], of "
             "deadlines missed; and whether they are the optimum itself.");
}

}  // namespace cv2x::bindings
