#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "models/radio/bler.h"
#include "models/radio/numeric.h"
#include "models/uu/block_sizes.h"
#include "models/uu/params.h"
#include "models/uu/timing.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// A smaller transport block would be mostly headers.
inline constexpr std::int64_t kUsefulBlockBytes = 32;

/// Size and robustness of a transport block.
struct Format {
  int mcs = 0;
  int prbs = 0;
};

/// What a UE's PUSCH can do: received SINR of a PRB is min(total / PRBs, target) (linear), see
/// pusch_power_dbm.
struct UplinkBudget {
  double total_sinr = 0;   ///< all power in one PRB
  double target_sinr = 0;  ///< the power that power control asks for a PRB

  double sinr(int prbs) const { return std::min(total_sinr / prbs, target_sinr); }
};

/// MCS by distance in 11 rings of equal width, from CQI 15 in the middle to CQI 5 at `radius_m` and beyond: 2
/// CQI − 3 (MCS tables 1 and 2) or 2 CQI − 2 (table 3), as in the models of Lucas-Estañ et al. (IEEE TVT
/// 2022) and Coll-Perales et al. (IEEE TVT 2022); within the table.
int mcs_of_ring(double distance_m, double radius_m, int mcs_table);

/// Chooses formats from the expected SINR: the highest MCS whose error rate is at most the target, corrected
/// by an outer loop that learns from acknowledgements (its fixed point is the target error rate of first
/// transmissions).
class LinkAdaptation {
 public:
  LinkAdaptation(const CarrierParams& carrier, const Timing& timing);

  const BlockSizes& sizes(Direction direction) const { return sizes_[static_cast<std::size_t>(direction)]; }
  std::int32_t bytes(Direction direction, const Format& format) const {
    return sizes(direction).bytes(format.mcs, format.prbs);
  }
  std::size_t mcs_count() const { return errors_.mcs().size(); }
  /// Bits a modulation symbol.
  int modulation_order(int mcs) const { return errors_.mcs()[static_cast<std::size_t>(mcs)].qm; }

  /// For an SINR that does not depend on the PRBs: fewest that carry `bytes`, or all.
  Format downlink(double sinr, float offset_db, std::int64_t bytes) const;
  /// At most the PRBs over which the UE's power may be spread: MCS 0 must hold, or the block be useful.
  Format uplink(const UplinkBudget& budget, float offset_db, std::int64_t bytes) const;
  /// Best MCS for an SINR (linear).
  int select(double sinr, float offset_db) const { return selector_.select(radio::to_db(sinr) + offset_db); }

  /// SINR [dB] from which an MCS is chosen.
  double threshold_db(int mcs) const { return selector_.threshold_db(mcs); }

  double error_rate(Direction direction, const Format& format, double sinr) const {
    return errors_.transport_block(radio::to_db(sinr), format.mcs,
                                   sizes(direction).segmentation(format.mcs, format.prbs));
  }

  /// The outer loop after a first transmission.
  void learn(float& offset_db, bool decoded) const {
    offset_db = std::clamp(offset_db + (decoded ? up_db_ : -kDownDb), kLowestDb, kHighestDb);
  }

 private:
  static constexpr float kDownDb = 0.5F;  // a step after an error
  static constexpr float kLowestDb = -15, kHighestDb = 5;

  radio::BlerTable errors_;
  radio::McsSelector selector_;
  std::array<BlockSizes, kDirections> sizes_;
  float up_db_;
  double lowest_sinr_;  // at which MCS 0 holds
};

}  // namespace cv2x::uu
