#include <pybind11/pybind11.h>

#include <exception>

#include "bindings/bindings.h"
#include "models/base/error.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// The exceptions live in cv2x/errors.py, where they are documented and typed; here they are only raised.
void raise(const UserError& error) {
  const py::module_ errors = py::module_::import("cv2x.errors");
  py::list diagnostics;
  for (const Diagnostic& d : error.diagnostics())
    diagnostics.append(
        errors.attr("Diagnostic")(d.where.file, d.where.line, d.where.column, d.key, d.message));
  const py::object type = errors.attr("ScenarioError");
  PyErr_SetObject(type.ptr(), type(diagnostics).ptr());
}

}  // namespace

void bind_errors(py::module_&) {
  py::register_exception_translator(
      [](std::exception_ptr thrown) {  // NOLINT(performance-unnecessary-value-param): pybind11's type
        try {
          if (thrown) std::rethrow_exception(thrown);
        } catch (const UserError& error) {
          raise(error);
        } catch (const Interrupted& error) {
          PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
        }
      });
}

}  // namespace cv2x::bindings
