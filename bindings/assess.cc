#include "sim/run/assess.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/bindings.h"
#include "sim/config/budgets.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// Stage, excess [ns], share, lost by outcome.
using BlameTuple = std::tuple<std::string, double, double, std::map<std::string, std::uint64_t>>;

std::optional<BlameTuple> blame_of(const Assessment& a) {
  std::map<std::string, std::uint64_t> lost;
  for (std::size_t i = 0; i < a.sums.lost.size(); ++i) {
    if (a.sums.lost[i] > 0) lost.emplace(kOutcomeNames[i], a.sums.lost[i]);
  }
  if (a.judgement.verdict == Verdict::kPass || (a.blame.cause == kNoCause && lost.empty())) return {};
  const std::string stage = a.blame.cause == kNoCause ? "" : std::string(kCauseNames[a.blame.cause]);
  return BlameTuple{stage, a.blame.excess_ns, a.blame.share, lost};
}

std::vector<Assessment> assess_from_python(const std::vector<std::string>& paths,
                                           const std::optional<std::string>& budgets_text,
                                           const std::string& budgets_name) {
  std::optional<BudgetsFile> file;
  if (budgets_text) file = {*budgets_text, budgets_name};
  return assess(paths, file);
}

}  // namespace

void bind_assess(py::module_& module) {
  py::class_<Assessment>(module, "Assessment", "A budget held against results.")
      .def_property_readonly("name", [](const Assessment& a) { return a.budget.name; })
      .def_property_readonly("service", [](const Assessment& a) { return a.budget.service; })
      .def_property_readonly("slice", [](const Assessment& a) { return a.budget.slice; })
      .def_property_readonly("area", [](const Assessment& a) { return a.budget.area; })
      .def_property_readonly(
          "metric",
          [](const Assessment& a) { return kBudgetMetricNames[static_cast<std::size_t>(a.budget.metric)]; })
      .def_property_readonly("quantile",
                             [](const Assessment& a) {
                               return a.budget.metric == BudgetMetric::kReliability ? 0 : a.budget.quantile;
                             })
      .def_property_readonly(
          "limit", [](const Assessment& a) { return a.judgement.limit; }, "In ns, or a share.")
      .def_property_readonly(
          "measured",
          [](const Assessment& a) {
            const auto& [value, interval] = a.judgement.measured;
            return std::tuple(value, interval.low, interval.high);
          },
          "(value, low, high) in the unit of the limit.")
      .def_readonly("samples", &Assessment::samples)
      .def_property_readonly(
          "verdict",
          [](const Assessment& a) { return kVerdictNames[static_cast<std::size_t>(a.judgement.verdict)]; })
      .def_property_readonly("replications", [](const Assessment& a) { return a.judgement.replications; })
      .def_readonly("reason", &Assessment::reason)
      .def_property_readonly("blame", &blame_of, "(stage, excess_ns, share, {outcome: lost}), or None.");
  module.def(
      "assess", &assess_from_python, py::arg("paths"), py::arg("budgets_text") = py::none(),
      py::arg("budgets_name") = "budgets", py::call_guard<py::gil_scoped_release>(),
      "Verdicts on the budgets of replications of one scenario together: the scenario's own, or those of "
      "a budgets file (its text).");
  module.def(
      "read_budgets_file", [](const std::string& path) { return py::bytes(read_budgets_file(path)); },
      py::arg("path"), "Its bytes, which assess() checks; raises ScenarioError.");
  module.def("scenario_key", &scenario_key, py::arg("resolved"),
             "What replications of one scenario have in common: its resolved text without the seeds.");
}

}  // namespace cv2x::bindings
