#include "sim/run/latencies.h"

#include <pybind11/stl.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/bindings.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// As the file's table `summary` would be: a dict of numbers a service.
std::vector<py::dict> summary_rows(const std::string& path) {
  std::vector<ServiceSummaryRow> rows;
  {
    const py::gil_scoped_release no_gil;
    rows = summary_so_far(path);
  }
  std::vector<py::dict> out;
  for (const auto& row : rows) {
    auto& columns = out.emplace_back();
    for_each_column<ServiceSummaryRow>([&](const auto& c) { columns[py::str(c.name)] = row.*(c.member); });
  }
  return out;
}

using Triple = std::tuple<double, double, double>;

std::vector<std::vector<Triple>> quantiles(const std::string& path, const std::vector<double>& qs,
                                           const std::string& method) {
  const auto at = std::find(kIntervalMethodNames.begin(), kIntervalMethodNames.end(), method);
  if (at == kIntervalMethodNames.end())
    throw py::value_error("there is no interval '" + method + "'; there are: two-way, bootstrap");
  std::vector<std::vector<Triple>> out;
  for (const auto& of_service :
       latency_quantiles(path, qs, static_cast<IntervalMethod>(at - kIntervalMethodNames.begin()))) {
    auto& triples = out.emplace_back();
    for (const Estimate& e : of_service) triples.emplace_back(e.value, e.interval.low, e.interval.high);
  }
  return out;
}

}  // namespace

void bind_latencies(py::module_& module) {
  module.def(
      "summary_so_far", &summary_rows, py::arg("path"),
      "Rows of the table `summary` of a run that has not come to its end, from its messages and tasks so "
      "far; empty when there are none.");
  module.def(
      "latency_quantiles", &quantiles, py::arg("path"), py::arg("quantiles"), py::arg("interval"),
      py::call_guard<py::gil_scoped_release>(),
      "(value, low, high) [ns] of each quantile, by service, of a finished run or of one so far; empty "
      "when nothing can be told. `interval`: 'two-way' or 'bootstrap'.");
}

}  // namespace cv2x::bindings
