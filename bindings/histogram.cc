// Histograms of latencies, to be merged and asked for quantiles.
#include "models/measure/histogram.h"

#include <pybind11/stl.h>

#include <tuple>

#include "bindings/bindings.h"
#include "bindings/each.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

void add(Histogram& histogram, const Array<TimeNs>& latency_ns) {
  const TimeNs* const at = latency_ns.data();
  const py::gil_scoped_release no_gil;
  for (py::ssize_t i = 0; i < latency_ns.size(); ++i) {
    if (at[i] < 0) throw py::value_error("a latency below 0");
  }
  for (py::ssize_t i = 0; i < latency_ns.size(); ++i) histogram.add(at[i]);
}

/// `lower_ns` as in the table `histograms`: the largest TimeNs stands for the lost ones.
void add_buckets(Histogram& histogram, const Array<TimeNs>& lower_ns, const Array<std::uint64_t>& counts) {
  const auto n = length_of({lower_ns.size(), counts.size()});
  for (py::ssize_t i = 0; i < n; ++i) {
    if (lower_ns.data()[i] < 0) throw py::value_error("a latency below 0");
  }
  for (py::ssize_t i = 0; i < n; ++i) {
    const TimeNs lower = lower_ns.data()[i];
    const std::uint64_t count = counts.data()[i];
    if (lower == kNever) {
      histogram.add_lost(count);
    } else {
      histogram.add_bucket(Histogram::bucket_of(lower), count);
    }
  }
}

using Buckets = std::tuple<py::array_t<TimeNs>, py::array_t<TimeNs>, py::array_t<std::uint64_t>>;

Buckets buckets(const Histogram& histogram) {
  const auto entries = histogram.entries();
  const auto n = static_cast<py::ssize_t>(entries.size());
  py::array_t<TimeNs> lower(n), upper(n);
  py::array_t<std::uint64_t> counts(n);
  for (py::ssize_t i = 0; i < n; ++i) {
    const auto& entry = entries[static_cast<std::size_t>(i)];
    lower.mutable_at(i) = Histogram::lower_ns(entry.bucket);
    upper.mutable_at(i) = Histogram::lower_ns(entry.bucket) + Histogram::width_ns(entry.bucket);
    counts.mutable_at(i) = entry.count;
  }
  return {lower, upper, counts};
}

}  // namespace

void bind_histogram(py::module_& module) {
  py::class_<Histogram>(module, "Histogram",
                        "Counts of latencies in buckets within 0.1 % of every latency in them.")
      .def(py::init<>())
      .def("add", &add, py::arg("latency_ns"), "Latencies [ns], not negative.")
      .def("add_lost", &Histogram::add_lost, py::arg("count") = 1, "Infinitely late ones.")
      .def("add_buckets", &add_buckets, py::arg("lower_ns"), py::arg("counts"),
           "Rows of the table `histograms`.")
      .def("merge", &Histogram::merge, py::arg("other"))
      .def("quantile_ns", &Histogram::quantile_ns, py::arg("q"))
      .def("count_up_to", &Histogram::count_up_to, py::arg("latency_ns"))
      .def("buckets", &buckets, "(lower [ns], upper [ns], counts) of those that are not empty.")
      .def_property_readonly("count", [](const Histogram& self) { return self.count(); })
      .def_property_readonly("lost", &Histogram::lost);
}

}  // namespace cv2x::bindings
