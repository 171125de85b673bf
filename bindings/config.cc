#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/bindings.h"
#include "sim/config/load.h"
#include "sim/config/written.h"
#include "sim/config/yaml.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// A scalar without quotes that is an integer, a number or a truth value becomes one; anything else is a
/// text.
py::object to_python(const std::string& scalar, bool quoted) {
  if (!quoted) {
    const char* const end = scalar.data() + scalar.size();
    std::int64_t integer = 0;
    if (const auto r = std::from_chars(scalar.data(), end, integer); r.ec == std::errc() && r.ptr == end)
      return py::int_(integer);
    double number = 0;
    if (const auto r = std::from_chars(scalar.data(), end, number); r.ec == std::errc() && r.ptr == end)
      return py::float_(number);
    if (scalar == "true" || scalar == "false") return py::bool_(scalar == "true");
  }
  return py::str(scalar);
}

py::object to_python(const config::Value& value) {
  switch (value.kind) {
    case config::Value::Kind::kEmpty:
    case config::Value::Kind::kNull:
      return py::none();
    case config::Value::Kind::kScalar:
      return to_python(value.scalar, value.quoted);
    case config::Value::Kind::kList: {
      py::list list;
      for (const config::Value& item : value.list) list.append(to_python(item));
      return list;
    }
    case config::Value::Kind::kMap: {
      py::dict map;
      for (const config::Entry& entry : value.map) map[py::str(entry.key)] = to_python(entry.value);
      return map;
    }
  }
  return py::none();
}

py::object parse_yaml_text(const std::string& text) {
  config::Log log;
  log.add_source("YAML", {});
  config::YamlOptions options;
  const auto value = config::parse_yaml(text, options, log);
  log.throw_if_any();
  return value ? to_python(*value) : py::none();
}

}  // namespace

void bind_config(py::module_& module) {
  py::class_<LoadedScenario>(module, "LoadedScenario",
                             "A scenario that was read and checked, with all it extends and overrides.")
      .def_readonly("text", &LoadedScenario::text, "The main file, as given.")
      .def_readonly("files", &LoadedScenario::files, "Every scenario file read, the main one first.")
      .def_readonly("inputs", &LoadedScenario::inputs, "Every file that a key names.")
      .def_property_readonly(
          "title", [](const LoadedScenario& s) { return s.scenario.title; }, "One line for reports.")
      .def_property_readonly(
          "duration_ns", [](const LoadedScenario& s) { return s.scenario.simulation.duration_ns; },
          "Simulated time, an overrun not included [ns].")
      .def_property_readonly(
          "replication", [](const LoadedScenario& s) { return s.scenario.simulation.replication; },
          "Which replication, from 0: other random numbers with the same seed.")
      .def_property_readonly(
          "seed", [](const LoadedScenario& s) { return s.scenario.simulation.seed; },
          "Seed of all random numbers.")
      .def_property_readonly(
          "policy", [](const LoadedScenario& s) { return s.scenario.offloading.policy; },
          "A built-in's name, or Python: 'FILE.py:NAME', 'module:NAME'.")
      .def_property_readonly(
          "policy_at",
          [](const LoadedScenario& s) {
            return std::tuple(s.policy_at.file, s.policy_at.line, s.policy_at.column);
          },
          "File, line and column where a policy in Python is named; ('', 0, 0): there is none.")
      .def_property_readonly(
          "hosts",
          [](const LoadedScenario& s) {
            std::vector<std::string> names;
            for (const auto& host : s.scenario.compute.hosts) names.push_back(host.name);
            return names;
          },
          "Names of the hosts, in the order of their indices.")
      .def_property_readonly(
          "services",
          [](const LoadedScenario& s) {
            std::vector<std::string> names;
            for (const auto& service : s.scenario.services) names.push_back(service.name);
            return names;
          },
          "Names of the services, in the order of their indices.")
      .def_property_readonly(
          "offloads",
          [](const LoadedScenario& s) {
            return std::any_of(s.scenario.services.begin(), s.scenario.services.end(),
                               [](const ServiceParams& service) {
                                 return service.kind != ServiceKind::kCooperativeWarning &&
                                        service.kind != ServiceKind::kMapDownload &&
                                        service.kind != ServiceKind::kTelemetryUpload;
                               });
          },
          "Whether there is a service whose tasks a policy places.")
      .def("with_overrides", &with_overrides, py::arg("overrides"),
           "Loaded again, with further overrides 'a.b.c=value'.")
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
         const std::vector<std::string>& overrides, bool places) {
        return load_scenario_text(text, name, folder, LoadOptions{.overrides = overrides, .places = places});
      },
      py::arg("text"), py::arg("name") = "scenario", py::arg("folder") = "",
      py::arg("overrides") = std::vector<std::string>{}, py::arg("places") = true,
      "The same for a text (YAML or JSON); `name` stands for the file in messages, which without `places` "
      "tell no lines.");
  module.def(
      "written",
      [](const std::string& path, const std::vector<std::string>& overrides) {
        return to_python(config::written_file(path, LoadOptions{.overrides = overrides}));
      },
      py::arg("path"), py::arg("overrides") = std::vector<std::string>{},
      "What a scenario file, all it extends and the overrides say together: a dict. Paths count from the "
      "folder of the file.");
  module.def(
      "written_text",
      [](const std::string& text, const std::string& name, const std::string& folder,
         const std::vector<std::string>& overrides, bool places) {
        return to_python(
            config::written_text(text, name, folder, LoadOptions{.overrides = overrides, .places = places}));
      },
      py::arg("text"), py::arg("name") = "scenario", py::arg("folder") = "",
      py::arg("overrides") = std::vector<std::string>{}, py::arg("places") = true,
      "The same for a text, which may be a part of a scenario; paths count from `folder`.");
  module.def("keys_json", &keys_json, "Every key of a scenario, for programs: JSON.");
  module.def("parse_yaml", &parse_yaml_text, py::arg("text"),
             "A YAML text as dicts, lists and scalars, by the rules of scenario files.");
  module.def("json_schema", &json_schema, "JSON Schema (draft 2020-12) of scenario files.");
  module.def("reference_page", &reference_page, "Markdown page of every key of a scenario.");
}

}  // namespace cv2x::bindings
