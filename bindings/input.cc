#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "sim/input/roads.h"
#include "sim/input/sumo_config.h"

namespace py = pybind11;

namespace cv2x::bindings {

void bind_input(py::module_& module) {
  module.def(
      "read_sumo_config",
      [](const std::string& path) {
        const SumoConfig config = read_sumo_config(path);
        return std::pair(config.net_file.string(), to_seconds(config.begin_ns));
      },
      py::arg("path"),
      "The road network (.net.xml) of a SUMO configuration and the time at which it begins [s].");
  module.def(
      "read_roads",
      [](const std::string& net_file) {
        std::vector<std::vector<std::pair<double, double>>> roads;
        for (const Polyline& line : read_roads(net_file)) {
          auto& road = roads.emplace_back();
          for (const XY& point : line) road.emplace_back(point.x_m, point.y_m);
        }
        return roads;
      },
      py::arg("net_file"), "The roads of a SUMO network as polylines, one an edge: lists of (x, y) [m].");
}

}  // namespace cv2x::bindings
