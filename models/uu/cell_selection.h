#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/base/time.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// RSRP [dBm]: power of one resource element of a cell whose total power is spread evenly over its PRBs
/// (TS 38.215 §5.1.1), received over `gain_db` (antenna gain − path loss − shadowing).
double rsrp_dbm(double cell_power_dbm, int prbs, double gain_db);

/// When to change the serving cell.
struct SelectionParams {
  double hysteresis_db = 3;
  TimeNs time_to_trigger_ns = 160 * kMillisecond;
  double min_rsrp_dbm = -125;
};

/// What a measurement led to.
struct CellChange {
  enum class Kind : std::uint8_t {
    kNone,
    kAccess,        ///< was out of coverage: now served by `cell`
    kHandover,      ///< from the serving cell to `cell`
    kCoverageLost,  ///< no cell is strong enough any more
  };
  Kind kind = Kind::kNone;
  Cell cell = kNoCell;  ///< serving from now on
};

/// Serving cell of every UE, by RSRP: told all cells' RSRP of a UE once a position epoch. The cells may be on
/// several carriers.
///
/// Handover: event A3 with offset 0 (TS 38.331 §5.5.4.4): a neighbour that has been stronger than the serving
/// cell by more than the hysteresis in every measurement for the time to trigger; of several, the strongest.
/// A serving cell that falls below the least RSRP is left at once for the strongest one, if that is above it
/// (radio link failure and re-establishment; T310 and cell search left out). Left out: layer-3 filtering (the
/// RSRP is that of the large-scale gain), measurement errors, cell-specific offsets, loss of handover
/// signalling.
class CellSelection {
 public:
  CellSelection(const SelectionParams& params, std::size_t cells) : params_(params), cells_(cells) {}

  /// A measurement; rsrp_dbm[c] is cell c's. Times of one UE do not decrease. A tie goes to the lower index.
  CellChange measure(Ue ue, std::span<const float> rsrp_dbm, TimeNs now);
  /// The UE is gone; its number may be used for another.
  void forget(Ue ue);
  /// kNoCell: out of coverage.
  Cell serving(Ue ue) const { return ue < serving_.size() ? serving_[ue] : kNoCell; }

 private:
  SelectionParams params_;
  std::size_t cells_;
  std::vector<Cell> serving_;           // by UE
  std::vector<TimeNs> stronger_since_;  // [UE][cell]; kNever: it is not
};

}  // namespace cv2x::uu
