#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "models/measure/histogram.h"
#include "models/measure/interval.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// An estimate in Python: (value, low, high).
using Triple = std::tuple<double, double, double>;

Triple to_triple(const Estimate& e) { return {e.value, e.interval.low, e.interval.high}; }

/// `lower_ns` as in the table `histograms`: the largest TimeNs stands for the lost ones.
std::vector<double> histogram_quantiles_ns(const std::vector<TimeNs>& lower_ns,
                                           const std::vector<std::uint64_t>& counts,
                                           const std::vector<double>& quantiles) {
  if (lower_ns.size() != counts.size()) throw py::value_error("lower_ns and counts differ in length");
  Histogram histogram;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (lower_ns[i] == kNever) {
      histogram.add_lost(counts[i]);
    } else if (lower_ns[i] >= 0) {
      histogram.add_bucket(Histogram::bucket_of(lower_ns[i]), counts[i]);
    } else {
      throw py::value_error("a latency below 0");
    }
  }
  std::vector<double> out;
  for (const double q : quantiles) {
    if (!(q > 0 && q < 1)) throw py::value_error("a quantile must be between 0 and 1");
    out.push_back(histogram.quantile_ns(q));
  }
  return out;
}

}  // namespace

void bind_measure(py::module_& module) {
  module.def("histogram_quantiles_ns", &histogram_quantiles_ns, py::arg("lower_ns"), py::arg("counts"),
             py::arg("quantiles"), "Quantiles [ns] of rows of the table `histograms`; +inf: lost.");
  module.def(
      "over_replications",
      [](const std::vector<double>& values) { return to_triple(over_replications(values)); },
      py::arg("values"),
      "What replications measured, one value each → (mean, low, high) with a 95 % interval; +inf: lost.");
  module.def(
      "reliability_over_replications",
      [](const std::vector<std::pair<double, double>>& replications) {
        std::vector<Share> shares;
        for (const auto& [good, total] : replications) shares.push_back({good, total});
        return to_triple(reliability_over_replications(shares));
      },
      py::arg("replications"), "(in time, sent) of each replication → (share, low, high).");
}

}  // namespace cv2x::bindings
