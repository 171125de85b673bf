// The laws of models/radio for NumPy arrays; cv2x/radio.py checks ranges and explains.
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "bindings/each.h"
#include "models/radio/channel.h"
#include "models/radio/mcs.h"
#include "models/radio/numerology.h"
#include "models/radio/path_loss.h"
#include "models/radio/power.h"
#include "models/radio/tbs.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

/// Path loss for changing frequencies: its constants are computed when the frequency changes.
class Loss {
 public:
  Loss(const std::string& environment, double street_width_m, double building_height_m) {
    const auto* const it = std::find(kEnvironmentNames.begin(), kEnvironmentNames.end(), environment);
    if (it == kEnvironmentNames.end()) throw py::value_error("an unknown environment");
    params_.environment = static_cast<Environment>(it - kEnvironmentNames.begin());
    params_.street_width_m = street_width_m;
    params_.building_height_m = building_height_m;
  }
  const radio::PathLoss& at(double frequency_hz) {
    if (!law_ || frequency_hz != frequency_hz_) law_.emplace(params_, frequency_hz);
    frequency_hz_ = frequency_hz;
    return *law_;
  }

 private:
  ChannelParams params_;
  std::optional<radio::PathLoss> law_;
  double frequency_hz_ = 0;
};

void bind_path_loss(py::module_& module) {
  module.def(
      "radio_path_loss_db",
      [](const std::string& environment, double street_width_m, double building_height_m,
         const Array<double>& distance_2d_m, const Array<double>& frequency_hz, const Array<double>& h_bs_m,
         const Array<double>& h_ut_m, const Array<bool>& los) {
        Loss loss(environment, street_width_m, building_height_m);
        return each<double>(
            [&](double d, double f, double bs, double ut, bool sight) {
              return loss.at(f).loss_db({d, bs, ut}, sight);
            },
            distance_2d_m, frequency_hz, h_bs_m, h_ut_m, los);
      },
      py::arg("environment"), py::arg("street_width_m"), py::arg("building_height_m"),
      py::arg("distance_2d_m"), py::arg("frequency_hz"), py::arg("h_bs_m"), py::arg("h_ut_m"),
      py::arg("los"));
  module.def(
      "radio_los_probability",
      [](const std::string& environment, const Array<double>& distance_2d_m, const Array<double>& h_ut_m) {
        Loss loss(environment, 20, 5);
        return each<double>(
            [&](double d, double ut) { return loss.at(1e9).los_probability({.d2d_m = d, .h_ut_m = ut}); },
            distance_2d_m, h_ut_m);
      },
      py::arg("environment"), py::arg("distance_2d_m"), py::arg("h_ut_m"));
  module.def(
      "radio_breakpoint_m",
      [](const std::string& environment, const Array<double>& frequency_hz, const Array<double>& h_bs_m,
         const Array<double>& h_ut_m) {
        Loss loss(environment, 20, 5);
        return each<double>([&](double f, double bs, double ut) { return loss.at(f).breakpoint_m(bs, ut); },
                            frequency_hz, h_bs_m, h_ut_m);
      },
      py::arg("environment"), py::arg("frequency_hz"), py::arg("h_bs_m"), py::arg("h_ut_m"));
  module.def(
      "radio_shadowing",
      [](const std::string& environment, const Array<double>& distance_2d_m,
         const Array<double>& frequency_hz, const Array<double>& h_bs_m, const Array<double>& h_ut_m,
         const Array<bool>& los) {
        Loss loss(environment, 20, 5);
        const auto law = [&](double d, double f, double bs, double ut, bool sight) {
          return loss.at(f).shadowing({d, bs, ut}, sight);
        };
        const auto sigma = [&](auto... x) { return law(x...).sigma_db; };
        const auto correlation = [&](auto... x) { return law(x...).correlation_m; };
        return std::pair(each<double>(sigma, distance_2d_m, frequency_hz, h_bs_m, h_ut_m, los),
                         each<double>(correlation, distance_2d_m, frequency_hz, h_bs_m, h_ut_m, los));
      },
      py::arg("environment"), py::arg("distance_2d_m"), py::arg("frequency_hz"), py::arg("h_bs_m"),
      py::arg("h_ut_m"), py::arg("los"), "(sigma [dB], correlation distance [m]).");
  module.def(
      "radio_pusch_power_dbm",
      [](double pcmax_dbm, double p0_dbm, double alpha, int mu, const Array<int>& prbs,
         const Array<double>& path_loss_db) {
        return each<double>(
            [&](int n, double loss) { return radio::pusch_power_dbm(pcmax_dbm, p0_dbm, alpha, mu, n, loss); },
            prbs, path_loss_db);
      },
      py::arg("pcmax_dbm"), py::arg("p0_dbm"), py::arg("alpha"), py::arg("mu"), py::arg("prbs"),
      py::arg("path_loss_db"));
  module.def("radio_noise_dbm_per_prb", &radio::noise_dbm_per_prb, py::arg("mu"), py::arg("noise_figure_db"));
}

const radio::Mcs& mcs_of(int table, int index) {
  if (table < 1 || table > 3) throw py::value_error("an MCS table is 1, 2 or 3");
  const auto entries = radio::mcs_table(table);
  if (index < 0 || static_cast<std::size_t>(index) >= entries.size())
    throw py::value_error("an MCS index that the table does not have");
  return entries[static_cast<std::size_t>(index)];
}

void bind_blocks(py::module_& module) {
  using Row = std::tuple<int, int, double>;
  module.def(
      "radio_mcs_table",
      [](int table) {
        mcs_of(table, 0);
        std::vector<Row> rows;
        for (const auto& mcs : radio::mcs_table(table)) rows.emplace_back(mcs.index, mcs.qm, mcs.rate_x1024);
        return rows;
      },
      py::arg("table"), "Rows (index, modulation order, code rate · 1024).");
  module.def(
      "radio_cqi_table",
      [](int table) {
        mcs_of(table, 0);
        std::vector<Row> rows;
        for (const auto& cqi : radio::cqi_table(table)) rows.emplace_back(cqi.index, cqi.qm, cqi.rate_x1024);
        return rows;
      },
      py::arg("table"), "Rows (index, modulation order, code rate · 1024).");
  module.def(
      "radio_tbs_bits",
      [](int table, const Array<int>& mcs, const Array<int>& prbs, const Array<int>& symbols,
         const Array<int>& layers, const Array<int>& dmrs_re, const Array<int>& overhead_re) {
        return each<std::int64_t>(
            [&](int index, int n, int s, int l, int dmrs, int overhead) {
              return radio::transport_block_bits({n, s, dmrs, overhead, l}, mcs_of(table, index));
            },
            mcs, prbs, symbols, layers, dmrs_re, overhead_re);
      },
      py::arg("table"), py::arg("mcs"), py::arg("prbs"), py::arg("symbols"), py::arg("layers"),
      py::arg("dmrs_re"), py::arg("overhead_re"));
  module.def(
      "radio_prbs_for",
      [](int table, const Array<std::int64_t>& bytes, const Array<int>& mcs, const Array<int>& symbols,
         const Array<int>& layers, const Array<int>& dmrs_re, const Array<int>& overhead_re, int max_prbs) {
        return each<int>(
            [&](std::int64_t size, int index, int s, int l, int dmrs, int overhead) {
              return radio::prbs_for(size, {1, s, dmrs, overhead, l}, mcs_of(table, index), max_prbs);
            },
            bytes, mcs, symbols, layers, dmrs_re, overhead_re);
      },
      py::arg("table"), py::arg("bytes"), py::arg("mcs"), py::arg("symbols"), py::arg("layers"),
      py::arg("dmrs_re"), py::arg("overhead_re"), py::arg("max_prbs"), "0: not even max_prbs suffice.");
  module.def(
      "radio_segment",
      [](std::int64_t tb_bits, double rate) {
        if (tb_bits < 1 || !(rate > 0 && rate < 1)) throw py::value_error("no transport block");
        const auto s = radio::segment(tb_bits, rate);
        return std::tuple(s.base_graph, s.code_blocks, s.code_block_bits, s.lifting_size, s.padded_bits);
      },
      py::arg("tb_bits"), py::arg("rate"), "(base graph, C, K', Zc, K).");
}

void bind_numerology(py::module_& module) {
  module.def("radio_prbs", &radio::prbs, py::arg("bandwidth_hz"), py::arg("mu"), py::arg("frequency_hz"));
  module.def("radio_bandwidths_hz", &radio::allowed_bandwidths_hz, py::arg("mu"), py::arg("frequency_hz"));
  module.def(
      "radio_symbol_time_ns",
      [](const Array<std::int64_t>& slot, const Array<int>& symbol, int mu) {
        if (mu < 0 || mu > 6) throw py::value_error("no numerology");
        return each<TimeNs>([&](std::int64_t s, int k) { return radio::symbol_time(s, k, mu); }, slot,
                            symbol);
      },
      py::arg("slot"), py::arg("symbol"), py::arg("mu"));
  module.def(
      "radio_processing_ns",
      [](int mu, int capability, bool additional_dmrs) {
        if (mu < 0 || mu > 3 || capability < 1 || capability > 2) throw py::value_error("no such capability");
        return std::pair(radio::tproc1_ns(mu, capability, additional_dmrs), radio::tproc2_ns(mu, capability));
      },
      py::arg("mu"), py::arg("capability"), py::arg("additional_dmrs"),
      "(Tproc,1, Tproc,2) [ns]; None: the standard has no value.");
}

void bind_field(py::module_& module) {
  module.def(
      "radio_gaussian_field",
      [](const Array<double>& x_m, const Array<double>& y_m, double correlation_m, std::uint64_t key,
         std::uint64_t seed) {
        const radio::GaussianField field(Seed{.seed = seed, .replication = 0}, "python", key, correlation_m);
        return each<double>([&](double x, double y) { return field.at(x, y); }, x_m, y_m);
      },
      py::arg("x_m"), py::arg("y_m"), py::arg("correlation_m"), py::arg("key"), py::arg("seed"));
}

}  // namespace

void bind_radio(py::module_& module) {
  bind_path_loss(module);
  bind_field(module);
  bind_blocks(module);
  bind_numerology(module);
}

}  // namespace cv2x::bindings
