#include "sim/run/run.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "bindings/bindings.h"
#include "bindings/one_run.h"
#include "bindings/python_policy.h"
#include "sim/record/output_file.h"
#include "sim/record/reader.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// Runs without the GIL. `on_progress` (None, or called with a Progress; False stops the run) and Python's
/// signal handlers get their turn about ten times a second; what they raise ends the run, which closes its
/// file properly, and is then raised.
RunReport run_from_python(const LoadedScenario& loaded, const std::string& output, const std::string& command,
                          const py::object& on_progress, const py::object& policy) {
  const OneRun one_run;
  std::optional<py::error_already_set> raised;
  RunOptions options{.output = output, .command = command, .on_progress = {}, .policy = {}};
  if (!policy.is_none()) options.policy = given_policy(policy, loaded.scenario);
  options.on_progress = [&](const Progress& progress) {
    const py::gil_scoped_acquire gil;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      return on_progress.is_none() || !on_progress(progress).is(py::bool_(false));
    } catch (py::error_already_set& error) {
      raised.emplace(std::move(error));
      return false;
    }
  };
  RunReport report;
  {
    const py::gil_scoped_release no_gil;
    report = run(loaded, options);
  }
  if (raised) throw std::move(*raised);
  return report;
}

}  // namespace

void bind_run(py::module_& module) {
  py::class_<Progress>(module, "Progress", "How far a run is.")
      .def_readonly("simulated_ns", &Progress::simulated_ns, "Simulated time [ns].")
      .def_readonly("end_ns", &Progress::end_ns, "The scenario's duration; an overrun may follow.")
      .def_readonly("vehicles", &Progress::vehicles, "Vehicles present.")
      .def_readonly("wall_s", &Progress::wall_s, "Since the simulation began.")
      .def_readonly("activity", &Progress::activity, "'simulating', or what is being prepared.");
  py::class_<RunReport>(module, "RunReport", "How a run went; what it measured is in the file.")
      .def_readonly("output", &RunReport::output)
      .def_readonly("simulated_ns", &RunReport::simulated_ns, "The overrun included.")
      .def_readonly("wall_s", &RunReport::wall_s, "Of the simulation alone.")
      .def_readonly("mobility_wall_s", &RunReport::mobility_wall_s, "Preparing the trace (SUMO).")
      .def_readonly("interrupted", &RunReport::interrupted, "on_progress returned False.")
      .def_readonly("warnings", &RunReport::warnings);
  module.def("is_being_written", &is_being_written, py::arg("path"),
             "Whether a run is writing this file now.");
  module.def(
      "check_result", [](const std::string& path) { const Result result(path); }, py::arg("path"),
      py::call_guard<py::gil_scoped_release>(),
      "Raises ScenarioError when a file is no result, or something of it is missing or of a wrong type or "
      "shape.");
  module.def(
      "run", &run_from_python, py::arg("scenario"), py::arg("output"), py::arg("command") = "",
      py::arg("on_progress") = py::none(), py::arg("policy") = py::none(),
      "Simulates into one HDF5 file. `policy`: a cv2x.policy.Ready, or None for the scenario's. The GIL is "
      "released; Ctrl-C raises KeyboardInterrupt, and a policy's mistake PolicyError, once the file is "
      "closed, "
      "marked incomplete.");
}

}  // namespace cv2x::bindings
