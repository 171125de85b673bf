// The block error rate of models/radio for NumPy arrays.
#include "models/radio/bler.h"

#include <pybind11/stl.h>

#include <vector>

#include "bindings/bindings.h"
#include "bindings/each.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// The tables, made when first used.
const radio::BlerTable& bler_table(int table) {
  static const std::vector<radio::BlerTable> tables = {radio::BlerTable(1), radio::BlerTable(2),
                                                       radio::BlerTable(3)};
  if (table < 1 || table > 3) throw py::value_error("an MCS table is 1, 2 or 3");
  return tables[static_cast<std::size_t>(table - 1)];
}

int checked(const radio::BlerTable& law, int mcs) {
  if (mcs < 0 || static_cast<std::size_t>(mcs) >= law.mcs().size())
    throw py::value_error("an MCS index that the table does not have");
  return mcs;
}

/// The base graph asked for, 1 or 2; 0: the one that the rules give.
int graph_of(const radio::BlerTable& law, int mcs, int bits, int base_graph) {
  if (base_graph < 0 || base_graph > 2) throw py::value_error("a base graph is 1 or 2");
  return base_graph > 0 ? base_graph
                        : radio::base_graph(bits, law.mcs()[static_cast<std::size_t>(mcs)].rate());
}

}  // namespace

void bind_bler(py::module_& module) {
  module.def(
      "radio_block_error_rate",
      [](int table, const Array<double>& sinr_db, const Array<int>& mcs, const Array<std::int64_t>& tb_bits) {
        const auto& law = bler_table(table);
        return each<double>(
            [&](double sinr, int index, std::int64_t bits) {
              const double rate = law.mcs()[static_cast<std::size_t>(checked(law, index))].rate();
              return law.transport_block(sinr, index, radio::segment(bits, rate));
            },
            sinr_db, mcs, tb_bits);
      },
      py::arg("table"), py::arg("sinr_db"), py::arg("mcs"), py::arg("tb_bits"), "Of transport blocks.");
  module.def(
      "radio_code_block_error_rate",
      [](int table, const Array<double>& sinr_db, const Array<int>& mcs, const Array<int>& bits,
         const Array<int>& base_graph) {
        const auto& law = bler_table(table);
        return each<double>(
            [&](double sinr, int index, int size, int graph) {
              return law.code_block(sinr, checked(law, index), size, graph_of(law, index, size, graph));
            },
            sinr_db, mcs, bits, base_graph);
      },
      py::arg("table"), py::arg("sinr_db"), py::arg("mcs"), py::arg("bits"), py::arg("base_graph"),
      "Of code blocks. base_graph 0: that of TS 38.212 §7.2.2.");
  module.def(
      "radio_sinr_db_at",
      [](int table, const Array<double>& target, const Array<int>& mcs, const Array<int>& bits,
         const Array<int>& base_graph) {
        const auto& law = bler_table(table);
        return each<double>(
            [&](double rate, int index, int size, int graph) {
              return law.sinr_db_at(rate, checked(law, index), size, graph_of(law, index, size, graph));
            },
            target, mcs, bits, base_graph);
      },
      py::arg("table"), py::arg("target"), py::arg("mcs"), py::arg("bits"), py::arg("base_graph"),
      "SINR [dB] at which code blocks have an error rate.");
}

}  // namespace cv2x::bindings
