#include "bindings/policy_objects.h"

#include <fmt/format.h>

#include <cstdint>
#include <new>
#include <string>
#include <utility>

#include "bindings/bindings.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

struct TaskObject {
  PyObject_HEAD TaskRequest
      request;  // its spans are gone once the policy has answered, so they are kept below
  PyObject* service;
  PyObject* subtask;
  PyObject* inputs;
};

struct ViewObject {
  PyObject_HEAD std::shared_ptr<const PolicyView> view;
  PyObject* local;
  PyObject* hosts;
};

struct ResultObject {
  PyObject_HEAD TaskResult result;
  PyObject* service;
};

/// The vehicle's own processor: `view.local`.
struct ProcessorObject {
  PyObject_HEAD std::shared_ptr<const PolicyView> view;
};

PyTypeObject* g_task = nullptr;  // made by bind_policy_objects, never freed
PyTypeObject* g_view = nullptr;
PyTypeObject* g_result = nullptr;
PyTypeObject* g_processor = nullptr;

template <class T>
T* as(PyObject* object) {
  return reinterpret_cast<T*>(object);
}

PyObject* to_python(std::int64_t value) { return PyLong_FromLongLong(value); }
PyObject* to_python(std::uint64_t value) { return PyLong_FromUnsignedLongLong(value); }
PyObject* to_python(double value) { return PyFloat_FromDouble(value); }
PyObject* to_python(bool value) { return PyBool_FromLong(value ? 1 : 0); }
template <class Tag>
PyObject* to_python(Index<Tag> value) {
  return PyLong_FromUnsignedLong(value.value);
}

template <auto member>
PyObject* of_task(PyObject* self, void*) {
  return to_python(as<TaskObject>(self)->request.*member);
}
template <auto member>
PyObject* of_view(PyObject* self, void*) {
  return to_python((*as<ViewObject>(self)->view).*member);
}
template <auto member>
PyObject* of_motion(PyObject* self, void*) {
  return to_python(as<ViewObject>(self)->view->kinematics.*member);
}
PyObject* x_of(PyObject* self, void*) {
  return to_python(as<ViewObject>(self)->view->kinematics.position.x_m);
}
PyObject* y_of(PyObject* self, void*) {
  return to_python(as<ViewObject>(self)->view->kinematics.position.y_m);
}
template <auto member>
PyObject* of_processor(PyObject* self, void*) {
  return to_python(as<ProcessorObject>(self)->view->local.*member);
}
template <auto member>
PyObject* of_result(PyObject* self, void*) {
  return to_python(as<ResultObject>(self)->result.*member);
}
PyObject* result_service_of(PyObject* self, void*) { return Py_NewRef(as<ResultObject>(self)->service); }
PyObject* host_of(PyObject* self, void*) {
  const Target& target = as<ResultObject>(self)->result.target;
  return target.is_local() ? Py_NewRef(Py_None) : to_python(target.host);
}
PyObject* outcome_of(PyObject* self, void*) {
  const auto name = kOutcomeNames[static_cast<std::size_t>(as<ResultObject>(self)->result.outcome)];
  return PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size()));
}
PyObject* met_deadline_of(PyObject* self, void*) {
  return to_python(as<ResultObject>(self)->result.met_deadline());
}
PyObject* service_of(PyObject* self, void*) { return Py_NewRef(as<TaskObject>(self)->service); }
PyObject* subtask_of(PyObject* self, void*) { return Py_NewRef(as<TaskObject>(self)->subtask); }
PyObject* inputs_of(PyObject* self, void*) { return Py_NewRef(as<TaskObject>(self)->inputs); }
PyObject* local_of(PyObject* self, void*) { return Py_NewRef(as<ViewObject>(self)->local); }
PyObject* hosts_of(PyObject* self, void*) { return Py_NewRef(as<ViewObject>(self)->hosts); }

PyObject* text(const std::string& utf8) {
  return PyUnicode_FromStringAndSize(utf8.data(), static_cast<Py_ssize_t>(utf8.size()));
}

PyObject* task_repr(PyObject* self) {
  const TaskRequest& t = as<TaskObject>(self)->request;
  const char* name = PyUnicode_AsUTF8(as<TaskObject>(self)->service);
  if (!name) return nullptr;
  return text(fmt::format(
      "<cv2x.Task {} of {}, vehicle {}: input_bytes={} output_bytes={} cycles={:g} deadline_ns={}>",
      t.task_id, name, t.vehicle.value, t.input_bytes, t.output_bytes, t.cycles, t.deadline_ns));
}

PyObject* result_repr(PyObject* self) {
  const TaskResult& r = as<ResultObject>(self)->result;
  const char* name = PyUnicode_AsUTF8(as<ResultObject>(self)->service);
  if (!name) return nullptr;
  const std::string host = r.target.is_local() ? "None" : fmt::format("{}", r.target.host.value);
  return text(fmt::format(
      "<cv2x.TaskResult {} of {}, vehicle {}: host={} outcome={} created_ns={} end_ns={}>", r.task_id, name,
      r.vehicle.value, host, kOutcomeNames[static_cast<std::size_t>(r.outcome)], r.created_ns, r.end_ns));
}

PyObject* view_repr(PyObject* self) {
  const auto& v = *as<ViewObject>(self)->view;
  return text(
      fmt::format("<cv2x.View now_ns={} connected={} uplink_bps={:g} downlink_bps={:g} uplink_delay_ns={} "
                  "downlink_delay_ns={}, {} hosts>",
                  v.now_ns, v.connected ? "True" : "False", v.uplink_bps, v.downlink_bps, v.uplink_delay_ns,
                  v.downlink_delay_ns, v.hosts.size()));
}

PyObject* processor_repr(PyObject* self) {
  const auto& p = as<ProcessorObject>(self)->view->local;
  return text(
      fmt::format("<cv2x.Processor cores={} speed_cps={:g} running={} waiting={} waiting_cycles={:g}>",
                  p.cores, p.speed_cps, p.running, p.waiting, p.waiting_cycles));
}

/// Frees an object of a heap type, which holds a reference to its type.
void free_object(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}
void free_task(PyObject* self) {
  Py_DECREF(as<TaskObject>(self)->service);
  Py_DECREF(as<TaskObject>(self)->subtask);
  Py_DECREF(as<TaskObject>(self)->inputs);
  free_object(self);
}
void free_result(PyObject* self) {
  Py_DECREF(as<ResultObject>(self)->service);
  free_object(self);
}
void free_view(PyObject* self) {
  Py_DECREF(as<ViewObject>(self)->local);
  Py_DECREF(as<ViewObject>(self)->hosts);
  std::destroy_at(&as<ViewObject>(self)->view);
  free_object(self);
}
void free_processor(PyObject* self) {
  std::destroy_at(&as<ProcessorObject>(self)->view);
  free_object(self);
}

constexpr PyGetSetDef readonly(const char* name, getter get) {
  return {name, get, nullptr, nullptr, nullptr};
}
constexpr PyGetSetDef kEnd = {nullptr, nullptr, nullptr, nullptr, nullptr};

PyGetSetDef task_attributes[] = {readonly("id", of_task<&TaskRequest::task_id>),
                                 readonly("service", service_of),
                                 readonly("service_index", of_task<&TaskRequest::service>),
                                 readonly("vehicle", of_task<&TaskRequest::vehicle>),
                                 readonly("input_bytes", of_task<&TaskRequest::input_bytes>),
                                 readonly("output_bytes", of_task<&TaskRequest::output_bytes>),
                                 readonly("cycles", of_task<&TaskRequest::cycles>),
                                 readonly("deadline_ns", of_task<&TaskRequest::deadline_ns>),
                                 readonly("priority", of_task<&TaskRequest::priority>),
                                 readonly("memory_bytes", of_task<&TaskRequest::memory_bytes>),
                                 readonly("parent_id", of_task<&TaskRequest::parent_id>),
                                 readonly("subtask", subtask_of),
                                 readonly("inputs", inputs_of),
                                 readonly("local_allowed", of_task<&TaskRequest::local_allowed>),
                                 kEnd};

PyGetSetDef result_attributes[] = {readonly("id", of_result<&TaskResult::task_id>),
                                   readonly("service", result_service_of),
                                   readonly("service_index", of_result<&TaskResult::service>),
                                   readonly("vehicle", of_result<&TaskResult::vehicle>),
                                   readonly("host", host_of),
                                   readonly("outcome", outcome_of),
                                   readonly("met_deadline", met_deadline_of),
                                   readonly("created_ns", of_result<&TaskResult::created_ns>),
                                   readonly("end_ns", of_result<&TaskResult::end_ns>),
                                   readonly("deadline_ns", of_result<&TaskResult::deadline_ns>),
                                   kEnd};

PyGetSetDef view_attributes[] = {readonly("now_ns", of_view<&PolicyView::now_ns>),
                                 readonly("connected", of_view<&PolicyView::connected>),
                                 readonly("uplink_bps", of_view<&PolicyView::uplink_bps>),
                                 readonly("downlink_bps", of_view<&PolicyView::downlink_bps>),
                                 readonly("uplink_delay_ns", of_view<&PolicyView::uplink_delay_ns>),
                                 readonly("downlink_delay_ns", of_view<&PolicyView::downlink_delay_ns>),
                                 readonly("report_age_ns", of_view<&PolicyView::report_age_ns>),
                                 readonly("x_m", x_of),
                                 readonly("y_m", y_of),
                                 readonly("vx_mps", of_motion<&Kinematics::vx_mps>),
                                 readonly("vy_mps", of_motion<&Kinematics::vy_mps>),
                                 readonly("dwell_ns", of_view<&PolicyView::dwell_ns>),
                                 readonly("uplink_power_w", of_view<&PolicyView::uplink_power_w>),
                                 readonly("local", local_of),
                                 readonly("hosts", hosts_of),
                                 kEnd};

PyGetSetDef processor_attributes[] = {
    readonly("speed_cps", of_processor<&TargetView::speed_cps>),
    readonly("cores", of_processor<&TargetView::cores>),
    readonly("running", of_processor<&TargetView::running>),
    readonly("waiting", of_processor<&TargetView::waiting>),
    readonly("waiting_cycles", of_processor<&TargetView::waiting_cycles>),
    readonly("service_ns", of_processor<&TargetView::service_ns>),
    readonly("busy_power_w", of_processor<&TargetView::busy_power_w>),
    readonly("idle_power_w", of_processor<&TargetView::idle_power_w>),
    readonly("memory_free_bytes", of_processor<&TargetView::memory_free_bytes>),
    kEnd};

/// A type that only this file makes objects of.
PyTypeObject* make_type(const char* name, const char* doc, int size, PyGetSetDef* attributes, reprfunc repr,
                        destructor free) {
  PyType_Slot slots[] = {{Py_tp_getset, attributes},
                         {Py_tp_repr, reinterpret_cast<void*>(repr)},
                         {Py_tp_dealloc, reinterpret_cast<void*>(free)},
                         {Py_tp_doc, const_cast<char*>(doc)},
                         {0, nullptr}};
  PyType_Spec spec = {name, size, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
  PyObject* type = PyType_FromSpec(&spec);
  if (!type) throw py::error_already_set();
  return as<PyTypeObject>(type);
}

template <class Object>
Object* allocate(PyTypeObject* type) {
  Object* object = PyObject_New(Object, type);
  if (!object) throw py::error_already_set();
  return object;
}

template <class Object>
py::object own(Object* object) {
  return py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(object));
}

}  // namespace

namespace {

/// (host or None, bytes) each.
py::tuple inputs_of_request(const TaskRequest& request) {
  if (request.inputs.empty()) return py::tuple();
  py::tuple out(request.inputs.size());
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    const TaskInput& input = request.inputs[i];
    const py::object at = input.at.is_local() ? py::object(py::none()) : py::int_(input.at.host.value);
    out[i] = py::make_tuple(at, input.bytes);
  }
  return out;
}

}  // namespace

py::object make_task(const TaskRequest& request, const py::object& service) {
  auto* task = allocate<TaskObject>(g_task);
  task->request = request;
  task->request.subtask = {};
  task->request.inputs = {};
  task->request.hosts_allowed = {};
  task->service = Py_NewRef(service.ptr());
  task->subtask = request.parent_id == 0 ? Py_NewRef(Py_None) : text(std::string(request.subtask));
  task->inputs = inputs_of_request(request).release().ptr();
  return own(task);
}

py::object make_result(const TaskResult& result, const py::object& service) {
  auto* object = allocate<ResultObject>(g_result);
  object->result = result;
  object->service = Py_NewRef(service.ptr());
  return own(object);
}

py::object make_view(std::shared_ptr<const PolicyView> view, const py::object& hosts) {
  auto* local = allocate<ProcessorObject>(g_processor);
  new (&local->view) std::shared_ptr<const PolicyView>(view);
  const py::object held = own(local);
  auto* object = allocate<ViewObject>(g_view);
  new (&object->view) std::shared_ptr<const PolicyView>(std::move(view));
  object->local = Py_NewRef(held.ptr());
  object->hosts = Py_NewRef(hosts.ptr());
  return own(object);
}

const TaskRequest& request_of(const py::handle& task) {
  if (Py_TYPE(task.ptr()) != g_task) throw py::type_error("a cv2x.Task is needed");
  return as<TaskObject>(task.ptr())->request;
}

const PolicyView& view_of(const py::handle& view) {
  if (Py_TYPE(view.ptr()) != g_view) throw py::type_error("a cv2x.View is needed");
  return *as<ViewObject>(view.ptr())->view;
}

void bind_policy_objects(py::module_& module) {
  g_task = make_type("cv2x._core.Task", "The task a policy has to place.", sizeof(TaskObject),
                     task_attributes, task_repr, free_task);
  g_view = make_type("cv2x._core.View", "What a policy sees: memory of the simulator, new at every decision.",
                     sizeof(ViewObject), view_attributes, view_repr, free_view);
  g_processor = make_type("cv2x._core.Processor", "The vehicle's own processor.", sizeof(ProcessorObject),
                          processor_attributes, processor_repr, free_processor);
  g_result = make_type("cv2x._core.TaskResult", "How a task that the policy has placed ended.",
                       sizeof(ResultObject), result_attributes, result_repr, free_result);
  module.attr("TaskResult") = py::handle(reinterpret_cast<PyObject*>(g_result));
  module.attr("Task") = py::handle(reinterpret_cast<PyObject*>(g_task));
  module.attr("View") = py::handle(reinterpret_cast<PyObject*>(g_view));
  module.attr("Processor") = py::handle(reinterpret_cast<PyObject*>(g_processor));
}

}  // namespace cv2x::bindings
