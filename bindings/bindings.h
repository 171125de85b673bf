#pragma once

#include <pybind11/pybind11.h>

namespace cv2x::bindings {

// One function a topic, in the file of that name. All take the module cv2x._core; bind_config comes before
// bind_run, which uses its classes.

/// UserError → cv2x.ScenarioError, Interrupted → KeyboardInterrupt.
void bind_errors(pybind11::module_& module);
/// Loading, validating, resolving; JSON Schema and reference page.
void bind_config(pybind11::module_& module);
/// Road networks and SUMO configurations.
void bind_input(pybind11::module_& module);
/// Names of the offloading policies, and what those in Python are given.
void bind_offload(pybind11::module_& module);
void bind_policy_objects(pybind11::module_& module);
/// Estimates over replications.
void bind_measure(pybind11::module_& module);
/// Verdicts on results.
void bind_assess(pybind11::module_& module);
/// Quantiles of results, and what a run that is going on has measured so far.
void bind_latencies(pybind11::module_& module);
/// Histograms of latencies.
void bind_histogram(pybind11::module_& module);
/// Laws of the radio: path loss, transport blocks, numerology; block error rate.
void bind_radio(pybind11::module_& module);
void bind_bler(pybind11::module_& module);
/// A link and a server as state machines.
void bind_machines(pybind11::module_& module);
/// Routes of a scenario; after bind_config.
void bind_topology(pybind11::module_& module);
/// The profiles of services.
void bind_profiles(pybind11::module_& module);
/// What no offloading policy can beat; after bind_config.
void bind_bound(pybind11::module_& module);
/// One simulation.
void bind_run(pybind11::module_& module);
/// One simulation, stepped from decision to decision; what an agent is shown. After bind_run.
void bind_env(pybind11::module_& module);

}  // namespace cv2x::bindings
