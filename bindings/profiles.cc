// The profiles of services.
#include "models/workload/profiles.h"

#include <pybind11/pybind11.h>

#include <string>

#include "bindings/bindings.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// A dict a profile, in SI units.
py::list all_profiles() {
  py::list out;
  for (const Profile& profile : profiles()) {
    const ServiceParams& p = profile.params;
    double cycles = p.cycles;
    for (const auto& subtask : p.graph()) cycles += subtask.cycles;
    py::dict row;
    row["profile"] = std::string(profile.name);
    row["kind"] = std::string(kServiceKindNames[static_cast<std::size_t>(p.kind)]);
    row["rate_hz"] = p.rate_hz;
    row["arrivals"] = std::string(kArrivalKindNames[static_cast<std::size_t>(p.arrivals)]);
    row["deadline_ns"] = p.deadline_ns;
    row["input_bytes"] = p.input_bytes;
    row["output_bytes"] = p.kind == ServiceKind::kTelemetryUpload ? 0 : p.output_bytes;
    row["cycles"] = cycles;
    row["what"] = std::string(profile.what);
    row["source"] = std::string(profile.source);
    out.append(row);
  }
  return out;
}

}  // namespace

void bind_profiles(py::module_& module) { module.def("profiles", &all_profiles); }

}  // namespace cv2x::bindings
