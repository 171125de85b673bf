#include "models/uu/link_adaptation.h"

namespace cv2x::uu {

LinkAdaptation::LinkAdaptation(const CarrierParams& carrier, const Timing& timing)
    : errors_(static_cast<int>(carrier.mcs_table)),
      selector_(errors_, carrier.bler_target),
      sizes_{BlockSizes(errors_.mcs(), timing.prbs(), timing.pusch_symbols(), Timing::kDmrsRePerPrb,
                        static_cast<int>(carrier.pusch.layers)),
             BlockSizes(errors_.mcs(), timing.prbs(), timing.pdsch_data_symbols(), Timing::kDmrsRePerPrb,
                        static_cast<int>(carrier.pdsch.layers))},
      up_db_(static_cast<float>(kDownDb * carrier.bler_target / (1 - carrier.bler_target))),
      lowest_sinr_(radio::from_db(selector_.threshold_db(0))) {}

int mcs_of_ring(double distance_m, double radius_m, int mcs_table) {
  constexpr int kRings = 11, kBestCqi = 15;
  const int ring = std::min(kRings - 1, static_cast<int>(distance_m / radius_m * kRings));
  const int cqi = kBestCqi - ring;
  const int last = static_cast<int>(radio::mcs_table(mcs_table).size()) - 1;
  return std::clamp(mcs_table == 3 ? 2 * cqi - 2 : 2 * cqi - 3, 0, last);
}

Format LinkAdaptation::downlink(double sinr, float offset_db, std::int64_t bytes) const {
  const int mcs = select(sinr, offset_db);
  return {mcs, sizes(Direction::kDownlink).prbs_for(mcs, bytes)};
}

Format LinkAdaptation::uplink(const UplinkBudget& budget, float offset_db, std::int64_t bytes) const {
  const BlockSizes& sizes = this->sizes(Direction::kUplink);
  const double most = budget.total_sinr * radio::from_db(offset_db) / lowest_sinr_;
  const int least = sizes.prbs_for(0, kUsefulBlockBytes);
  const int limit = most < sizes.max_prbs() ? std::max(least, static_cast<int>(most)) : sizes.max_prbs();
  Format format{.mcs = select(budget.sinr(1), offset_db), .prbs = 1};
  for (;;) {
    format.prbs = std::min(limit, sizes.prbs_for(format.mcs, bytes));
    if (budget.total_sinr >= budget.target_sinr * format.prbs) return format;  // power is not the limit
    const int mcs = select(budget.sinr(format.prbs), offset_db);
    if (mcs >= format.mcs) return format;
    format.mcs = mcs;
  }
}

}  // namespace cv2x::uu
