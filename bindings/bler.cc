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
      [](int table, const Array<double>& sinr_db, const Array<int>& mcs, const Array<int>& bits) {
        const auto& law = bler_table(table);
        return each<double>(
            [&](double sinr, int index, int size) { return law.code_block(sinr, checked(law, index), size); },
            sinr_db, mcs, bits);
      },
      py::arg("table"), py::arg("sinr_db"), py::arg("mcs"), py::arg("bits"), "Of code blocks.");
  module.def(
      "radio_sinr_db_at",
      [](int table, const Array<double>& target, const Array<int>& mcs, const Array<int>& bits) {
        const auto& law = bler_table(table);
        return each<double>(
            [&](double rate, int index, int size) { return law.sinr_db_at(rate, checked(law, index), size); },
            target, mcs, bits);
      },
      py::arg("table"), py::arg("target"), py::arg("mcs"), py::arg("bits"),
      "SINR [dB] at which code blocks have an error rate.");
}

}  // namespace cv2x::bindings
