// Routes between the sites of a scenario.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "bindings/bindings.h"
#include "models/topology/graph.h"
#include "sim/config/load.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// Sites and links by name, some links left out.
class Routes {
 public:
  Routes(const LoadedScenario& loaded, const std::vector<std::string>& cut)
      : sites_(loaded.scenario.sites), links_(without(loaded.scenario.links, cut)), graph_(sites_, links_) {}

  using Step = std::tuple<std::string, int, std::string, double, TimeNs>;

  std::optional<std::vector<Step>> route(const std::string& from, const std::string& to) {
    const Route* const found = graph_.route(site(from), site(to));
    if (!found) return std::nullopt;
    std::vector<Step> steps;
    for (const Hop& hop : found->hops) {
      const LinkParams& link = links_[hop.link.value];
      steps.emplace_back(link.name, hop.direction, sites_[hop.to.value].name, link.rate_bps, link.delay_ns);
    }
    return steps;
  }

  std::vector<std::pair<std::string, std::string>> sites() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& s : sites_) out.emplace_back(s.name, kSiteKindNames[static_cast<std::size_t>(s.kind)]);
    return out;
  }
  std::vector<std::string> links() const {
    std::vector<std::string> out;
    for (const auto& link : links_) out.push_back(link.name);
    return out;
  }

 private:
  static std::vector<LinkParams> without(std::vector<LinkParams> links, const std::vector<std::string>& cut) {
    std::erase_if(links, [&](const LinkParams& link) {
      return std::find(cut.begin(), cut.end(), link.name) != cut.end();
    });
    return links;
  }
  SiteIndex site(const std::string& name) const {
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      if (sites_[i].name == name) return {static_cast<std::uint32_t>(i)};
    }
    throw py::key_error(name);
  }

  std::vector<SiteParams> sites_;
  std::vector<LinkParams> links_;
  Topology graph_;
};

}  // namespace

void bind_topology(py::module_& module) {
  py::class_<Routes>(module, "Routes")
      .def(py::init<const LoadedScenario&, const std::vector<std::string>&>(), py::arg("scenario"),
           py::arg("cut"))
      .def("route", &Routes::route, py::arg("source"), py::arg("target"),
           "Hops (link, direction, to, rate [bit/s], delay [ns]); None: there is no way.")
      .def_property_readonly("sites", &Routes::sites, "(name, kind) each.")
      .def_property_readonly("links", &Routes::links);
}

}  // namespace cv2x::bindings
