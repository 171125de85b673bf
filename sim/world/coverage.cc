#include "sim/world/coverage.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/radio/channel.h"
#include "models/radio/numeric.h"
#include "models/radio/numerology.h"
#include "models/radio/power.h"
#include "models/uu/cell_selection.h"

namespace cv2x {
namespace {

/// Middles of the squares, row by row from the south-west, `z_m` above ground.
std::vector<Position> middles(const MapBox& box, double z_m) {
  const double pitch_m = coverage_pitch_m(box);
  std::vector<Position> out;
  for (double y_m = box.y_min_m + pitch_m / 2; y_m < box.y_max_m; y_m += pitch_m) {
    for (double x_m = box.x_min_m + pitch_m / 2; x_m < box.x_max_m; x_m += pitch_m)
      out.push_back({x_m, y_m, z_m});
  }
  return out;
}

}  // namespace

double coverage_pitch_m(const MapBox& box) {
  const double area_m2 = (box.x_max_m - box.x_min_m) * (box.y_max_m - box.y_min_m);
  constexpr std::array kFactors = {2.0, 2.0, 2.5};  // 5, 10, 20, 50, 100, …
  double pitch_m = 5;
  for (std::size_t i = 0; area_m2 > kMostSquares * pitch_m * pitch_m; ++i) pitch_m *= kFactors[i % 3];
  return pitch_m;
}

std::vector<CoverageRow> coverage_map(const RadioParams& params, const std::vector<NrCell>& cells,
                                      const Seed& seed, const MapBox& box, double height_m) {
  const std::vector<Position> places = middles(box, height_m);
  std::vector<CoverageRow> rows(places.size());
  // By carrier and place: what all its cells together would disturb another; and by place, the strongest.
  std::vector<std::vector<double>> interference_mw(params.carriers.size(),
                                                   std::vector<double>(places.size(), 0));
  std::vector<float> best_dbm(places.size(), -std::numeric_limits<float>::infinity());
  std::vector<float> steering_db(places.size());
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const NrCell& cell = cells[c];
    const CarrierParams& carrier = params.carriers[cell.carrier];
    const radio::LargeScaleChannel channel(carrier.channel, carrier.frequency_hz, seed);
    const CellGain gain(channel, carrier, cell);
    const int prbs =
        *radio::prbs(carrier.bandwidth_hz, static_cast<int>(carrier.numerology), carrier.frequency_hz);
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto rsrp_dbm =
          static_cast<float>(uu::rsrp_dbm(cell.params.power_dbm, prbs, gain.served_db(channel, places[i])));
      interference_mw[cell.carrier][i] += radio::from_db(rsrp_dbm - gain.steering_db());
      if (rsrp_dbm > best_dbm[i]) {
        best_dbm[i] = rsrp_dbm;
        steering_db[i] = gain.steering_db();
        rows[i].cell = static_cast<std::int32_t>(c);
      }
    }
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    CoverageRow& row = rows[i];
    row.x_m = static_cast<float>(places[i].x_m);
    row.y_m = static_cast<float>(places[i].y_m);
    row.rsrp_dbm = best_dbm[i];
    const auto carrier = cells[static_cast<std::size_t>(row.cell)].carrier;
    const auto& p = params.carriers[carrier];
    const double noise_mw = radio::from_db(radio::per_resource_element_dbm(
        radio::noise_dbm_per_prb(static_cast<int>(p.numerology), p.ue_noise_figure_db)));
    const double signal_mw = radio::from_db(best_dbm[i]);
    const double others_mw =
        std::max(0.0, interference_mw[carrier][i] - radio::from_db(best_dbm[i] - steering_db[i]));
    row.sinr_db = static_cast<float>(radio::to_db(signal_mw / (others_mw + noise_mw)));
    if (row.rsrp_dbm < params.handover.min_rsrp_dbm) row.cell = -1;
  }
  return rows;
}

}  // namespace cv2x
