#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include "models/offload/policy.h"

namespace cv2x::bindings {

// What a policy in Python is given: cv2x._core.Task, .View and .TaskResult (documented in _core.pyi). They
// are plain CPython types and no pybind11 classes, because every decision makes a Task and reads attributes.
// Call with the GIL held.

/// A task of its own, which the policy may keep. `service`: the service's name.
pybind11::object make_task(const TaskRequest& request, const pybind11::object& service);

/// How a task ended; an object of its own too.
pybind11::object make_result(const TaskResult& result, const pybind11::object& service);

/// Shows the memory of a run's views, and keeps it. `hosts`: the cv2x.policy.Hosts over the same memory.
pybind11::object make_view(std::shared_ptr<const PolicyView> view, const pybind11::object& hosts);

/// What is in a Task, and in a View; TypeError of anything else.
const TaskRequest& request_of(const pybind11::handle& task);
const PolicyView& view_of(const pybind11::handle& view);

}  // namespace cv2x::bindings
