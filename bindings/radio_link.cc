#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <array>

#include "bindings/bindings.h"
#include "models/radio/bler.h"
#include "models/radio/channel.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

const radio::BlerTable& bler_table(int table) {
  static const std::array<radio::BlerTable, 3> tables = {radio::BlerTable(1), radio::BlerTable(2),
                                                         radio::BlerTable(3)};
  if (table < 1 || table > 3) throw py::value_error("mcs_table must be 1, 2 or 3");
  return tables[static_cast<std::size_t>(table - 1)];
}

struct CodeBlock {
  const radio::BlerTable& table;
  int base_graph;
};

CodeBlock checked(int table, int mcs, int bits, int base_graph) {
  const radio::BlerTable& law = bler_table(table);
  if (mcs < 0 || mcs >= static_cast<int>(law.mcs().size())) {
    throw py::value_error("mcs must be 0 to " + std::to_string(law.mcs().size() - 1));
  }
  if (bits < 24 || bits > 8448) throw py::value_error("a code block has 24 to 8448 bits");
  if (base_graph < 0 || base_graph > 2) throw py::value_error("base_graph must be 1, 2, or 0: by the rules");
  if (base_graph == 0) base_graph = radio::base_graph(bits, law.mcs()[static_cast<std::size_t>(mcs)].rate());
  return {law, base_graph};
}

double code_block_error_rate(double sinr_db, int mcs_table, int mcs, int bits, int base_graph) {
  const CodeBlock block = checked(mcs_table, mcs, bits, base_graph);
  return block.table.code_block(sinr_db, mcs, bits, block.base_graph);
}

double sinr_db_at_error_rate(double error_rate, int mcs_table, int mcs, int bits, int base_graph) {
  const CodeBlock block = checked(mcs_table, mcs, bits, base_graph);
  if (!(error_rate > 0 && error_rate < 1)) throw py::value_error("error_rate must be between 0 and 1");
  return block.table.sinr_db_at(error_rate, mcs, bits, block.base_graph);
}

py::array_t<float> gaussian_field(const py::array_t<double>& x_m, const py::array_t<double>& y_m,
                                  double correlation_m, std::uint64_t key, std::uint64_t seed) {
  if (!(correlation_m > 0)) throw py::value_error("correlation_m must be above 0");
  if (x_m.size() != y_m.size()) throw py::value_error("x_m and y_m differ in length");
  const radio::GaussianField field(Seed{.seed = seed, .replication = 0}, "python", key, correlation_m);
  py::array_t<float> out(x_m.size());
  const auto x = x_m.unchecked<1>(), y = y_m.unchecked<1>();
  auto values = out.mutable_unchecked<1>();
  for (py::ssize_t i = 0; i < x_m.size(); ++i) values(i) = field.at(x(i), y(i));
  return out;
}

}  // namespace

void bind_radio_link(py::module_& module) {
  module.def(
      "code_block_error_rate", py::vectorize(&code_block_error_rate), py::arg("sinr_db"),
      py::arg("mcs_table"), py::arg("mcs"), py::arg("bits"), py::arg("base_graph") = 0,
      "Block error rate of an LDPC code block of `bits` over an AWGN channel (models/radio/bler.h); arrays "
      "are broadcast. base_graph 0: that of TS 38.212 §7.2.2.");
  module.def("sinr_db_at_error_rate", py::vectorize(&sinr_db_at_error_rate), py::arg("error_rate"),
             py::arg("mcs_table"), py::arg("mcs"), py::arg("bits"), py::arg("base_graph") = 0,
             "The inverse of code_block_error_rate: SINR [dB].");
  module.def("gaussian_field", &gaussian_field, py::arg("x_m"), py::arg("y_m"), py::arg("correlation_m"),
             py::arg("key") = 0, py::arg("seed") = 1,
             "The random field of shadowing and line of sight (models/radio/channel.h) at places: mean 0, "
             "variance 1, "
             "autocorrelation exp(-distance / correlation_m).");
}

}  // namespace cv2x::bindings
