#include "bindings/python_policy.h"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings/policy_objects.h"
#include "models/base/error.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// One member of all hosts, as an array that cannot be written to. `owner` keeps the memory.
template <class T>
py::array column(const PolicyView& view, T TargetView::*member, const py::capsule& owner) {
  if (view.hosts.empty()) return py::array_t<T>(0);
  py::array_t<T> array({static_cast<py::ssize_t>(view.hosts.size())},
                       {static_cast<py::ssize_t>(sizeof(TargetView))}, &(view.hosts.front().*member), owner);
  py::detail::array_proxy(array.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
  return array;
}

/// A cv2x.policy.Hosts over the memory of the views.
py::object make_hosts(const std::shared_ptr<const PolicyView>& view, const py::tuple& names) {
  using Owner = std::shared_ptr<const PolicyView>;
  const py::capsule owner(new Owner(view), [](void* p) { delete static_cast<Owner*>(p); });
  return py::module_::import("cv2x.policy")
      .attr("Hosts")(
          names, column(*view, &TargetView::cloud, owner), column(*view, &TargetView::reachable, owner),
          column(*view, &TargetView::speed_cps, owner), column(*view, &TargetView::cores, owner),
          column(*view, &TargetView::running, owner), column(*view, &TargetView::waiting, owner),
          column(*view, &TargetView::waiting_cycles, owner),
          column(*view, &TargetView::network_delay_ns, owner),
          column(*view, &TargetView::bottleneck_bps, owner), column(*view, &TargetView::service_ns, owner),
          column(*view, &TargetView::start_ns, owner), column(*view, &TargetView::busy_power_w, owner),
          column(*view, &TargetView::idle_power_w, owner), column(*view, &TargetView::price_per_hour, owner),
          column(*view, &TargetView::memory_free_bytes, owner));
}

class PythonPolicy final : public Policy {
 public:
  PythonPolicy(const py::object& ready, const Scenario& scenario) : held_(std::make_unique<Held>()) {
    held_->ready = ready;
    held_->decide = ready.attr("decide");
    held_->rng = ready.attr("rng");
    held_->finished = ready.attr("finished");
    told_ = !held_->finished.is_none();
    for (const auto& service : scenario.services) held_->services.push_back(py::str(service.name));
    py::tuple names(scenario.compute.hosts.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      names[i] = py::str(scenario.compute.hosts[i].name);
      held_->indices[names[i]] = i;
    }
    held_->names = names;
  }
  ~PythonPolicy() override {
    const py::gil_scoped_acquire gil;
    held_.reset();
  }
  PythonPolicy(const PythonPolicy&) = delete;
  PythonPolicy& operator=(const PythonPolicy&) = delete;

  void begin(const std::shared_ptr<const PolicyView>& view) override {
    const py::gil_scoped_acquire gil;
    held_->view = make_view(view, make_hosts(view, held_->names));
  }

  Target decide(const TaskRequest& request, const PolicyView& view) override {
    const py::gil_scoped_acquire gil;
    const py::object task = make_task(request, held_->services[request.service.value]);
    // The first place is free for the callee: a bound method puts its self there instead of copying.
    std::array<PyObject*, 4> arguments = {nullptr, task.ptr(), held_->view.ptr(), held_->rng.ptr()};
    const std::size_t count = held_->rng.is_none() ? 2 : 3;
    const auto answer = py::reinterpret_steal<py::object>(PyObject_Vectorcall(
        held_->decide.ptr(), arguments.data() + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
    if (!answer) fail("failed", task, view.now_ns, raised());
    return target_of(answer, task, view);
  }

  void finished(const TaskResult& result) override {
    if (!told_) return;
    const py::gil_scoped_acquire gil;
    const py::object object = make_result(result, held_->services[result.service.value]);
    std::array<PyObject*, 2> arguments = {nullptr, object.ptr()};
    const auto answer = py::reinterpret_steal<py::object>(PyObject_Vectorcall(
        held_->finished.ptr(), arguments.data() + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
    if (!answer) fail("finish_failed", object, result.end_ns, raised());
  }

 private:
  /// Everything that needs the GIL to be let go.
  struct Held {
    py::object ready, decide, finished, rng, view, names;
    std::vector<py::object> services;  // names
    py::dict indices;                  // host's name → index
  };

  /// What Python has raised, with its traceback. Ctrl-C is nobody's mistake.
  static py::object raised() {
    const py::error_already_set error;
    if (error.matches(PyExc_KeyboardInterrupt)) throw Interrupted("interrupted");
    if (error.trace()) PyException_SetTraceback(error.value().ptr(), error.trace().ptr());
    return error.value();
  }

  /// None, an index (any integer but a bool), or a host's name.
  Target target_of(const py::object& answer, const py::object& task, const PolicyView& view) const {
    PyObject* const object = answer.ptr();
    if (object == Py_None) return kLocal;
    if (PyUnicode_Check(object)) {
      PyObject* const index = PyDict_GetItemWithError(held_->indices.ptr(), object);
      if (index) return Target{HostIndex{static_cast<std::uint32_t>(PyLong_AsUnsignedLong(index))}};
    } else if (PyIndex_Check(object) && !PyBool_Check(object)) {
      // Arrays too say that they may be an index; those that are no single integer raise then.
      const auto integer = py::reinterpret_steal<py::object>(PyNumber_Index(object));
      const Py_ssize_t index = integer ? PyLong_AsSsize_t(integer.ptr()) : -1;
      if (index >= 0 && static_cast<std::size_t>(index) < view.hosts.size())
        return Target{HostIndex{static_cast<std::uint32_t>(index)}};
    }
    PyErr_Clear();
    fail("no_target", task, view.now_ns, answer);
  }

  /// Throws the cv2x.PolicyError that cv2x.policy makes of it.
  [[noreturn]] void fail(const char* how, const py::object& task, TimeNs now, const py::object& what) const {
    const py::object error =
        py::module_::import("cv2x.policy").attr(how)(held_->ready, task, now, what, held_->names);
    PyErr_SetObject(py::type::handle_of(error).ptr(), error.ptr());
    throw py::error_already_set();
  }

  std::unique_ptr<Held> held_;
  bool told_ = false;  // it has a method finished()
};

}  // namespace

py::object view_object(const std::shared_ptr<const PolicyView>& view, const Scenario& scenario) {
  py::tuple names(scenario.compute.hosts.size());
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = py::str(scenario.compute.hosts[i].name);
  return make_view(view, make_hosts(view, names));
}

GivenPolicy given_policy(const py::object& ready, const Scenario& scenario) {
  return {.name = ready.attr("name").cast<std::string>(),
          .provenance = ready.attr("provenance").cast<std::vector<std::pair<std::string, std::string>>>(),
          .make = [&ready, &scenario]() -> std::unique_ptr<Policy> {
            const py::gil_scoped_acquire gil;
            return std::make_unique<PythonPolicy>(ready, scenario);
          }};
}

}  // namespace cv2x::bindings
