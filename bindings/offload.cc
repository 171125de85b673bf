#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "models/base/error.h"
#include "models/base/random.h"
#include "models/offload/policy.h"
#include "sim/config/load.h"

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
  module.def(
      "policy_infos",
      [] {
        std::vector<std::array<std::string, 3>> infos;
        for (const auto& info : policy_infos())
          infos.push_back({std::string(info.name), std::string(info.summary), std::string(info.source)});
        return infos;
      },
      "Name, summary and source of each, the simple ones first.");
  module.def(
      "policy_key",
      [](const LoadedScenario& loaded) {
        const auto& sim = loaded.scenario.simulation;
        const Seed seed{static_cast<std::uint64_t>(sim.seed), static_cast<std::uint64_t>(sim.replication)};
        Stream stream(seed, "policy", 0);
        const std::uint64_t low = stream.next();
        return std::pair(low, stream.next());
      },
      py::arg("scenario"),
      "128 bits, low and high half, that follow from the seed and the replication: the key of a policy's own "
      "random numbers.");
  module.def(
      "nearest",
      [](const std::string& word, const std::vector<std::string>& candidates) {
        const std::vector<std::string_view> views(candidates.begin(), candidates.end());
        return std::string(nearest(word, views));
      },
      py::arg("word"), py::arg("candidates"), "The candidate that `word` may have meant; '': none is near.");
}

}  // namespace cv2x::bindings
