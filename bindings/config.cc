#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "sim/config/load.h"

namespace py = pybind11;

namespace cv2x::bindings {

void bind_config(py::module_& module) {
  py::class_<LoadedScenario>(module, "LoadedScenario",
                             "A scenario that was read and checked, with all it extends and overrides.")
      .def_readonly("text", &LoadedScenario::text, "The main file, as given.")
      .def_readonly("files", &LoadedScenario::files, "Every scenario file read, the main one first.")
      .def_readonly("inputs", &LoadedScenario::inputs, "Every file that a key names.")
      .def_property_readonly(
          "title", [](const LoadedScenario& s) { return s.scenario.title; }, "One line for reports.")
      .def_property_readonly("duration_ns",
                             [](const LoadedScenario& s) { return s.scenario.simulation.duration_ns; })
      .def_property_readonly("replication",
                             [](const LoadedScenario& s) { return s.scenario.simulation.replication; })
      .def(
          "resolved_yaml", [](const LoadedScenario& s) { return resolved_yaml(s.scenario); },
          "The scenario with every default filled in; loads again to the same.")
      .def(
          "resolved_json", [](const LoadedScenario& s) { return resolved_json(s.scenario); },
          "The same as JSON.");

  module.def(
      "load",
      [](const std::string& path, const std::vector<std::string>& overrides) {
        return load_scenario(path, LoadOptions{.overrides = overrides});
      },
      py::arg("path"), py::arg("overrides") = std::vector<std::string>{},
      "Reads and checks a scenario file. Overrides: 'a.b.c=value'. Raises ScenarioError with every mistake.");
  module.def(
      "load_text",
      [](const std::string& text, const std::string& name, const std::string& folder,
         const std::vector<std::string>& overrides) {
        return load_scenario_text(text, name, folder, LoadOptions{.overrides = overrides});
      },
      py::arg("text"), py::arg("name") = "scenario", py::arg("folder") = "",
      py::arg("overrides") = std::vector<std::string>{},
      "The same for a text (YAML or JSON); `name` stands for the file in messages.");
  module.def("json_schema", &json_schema, "JSON Schema (draft 2020-12) of scenario files.");
  module.def("reference_page", &reference_page, "Markdown page of every key of a scenario.");
}

}  // namespace cv2x::bindings
