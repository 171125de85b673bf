#include "models/uu/cell_selection.h"

#include <algorithm>
#include <cassert>

#include "models/radio/power.h"

namespace cv2x::uu {

double rsrp_dbm(double cell_power_dbm, int prbs, double gain_db) {
  return radio::per_resource_element_dbm(radio::per_prb_dbm(cell_power_dbm, prbs)) + gain_db;
}

CellChange CellSelection::measure(Ue ue, std::span<const float> rsrp_dbm, TimeNs now) {
  assert(rsrp_dbm.size() == cells_ && cells_ > 0);
  if (ue >= serving_.size()) {
    serving_.resize(ue + 1, kNoCell);
    stronger_since_.resize(serving_.size() * cells_, kNever);
  }
  const std::span<TimeNs> since(stronger_since_.data() + ue * cells_, cells_);
  const auto change_to = [&](CellChange::Kind kind, Cell cell) {
    serving_[ue] = cell;
    std::fill(since.begin(), since.end(), kNever);
    return CellChange{kind, cell};
  };

  const auto best = static_cast<Cell>(std::max_element(rsrp_dbm.begin(), rsrp_dbm.end()) - rsrp_dbm.begin());
  const bool covered = rsrp_dbm[best] >= params_.min_rsrp_dbm;
  const Cell serving = serving_[ue];
  if (serving == kNoCell) return covered ? change_to(CellChange::Kind::kAccess, best) : CellChange{};
  if (rsrp_dbm[serving] < params_.min_rsrp_dbm) {
    return covered ? change_to(CellChange::Kind::kHandover, best)
                   : change_to(CellChange::Kind::kCoverageLost, kNoCell);
  }

  Cell target = kNoCell;
  for (Cell c = 0; c < cells_; ++c) {
    if (rsrp_dbm[c] - rsrp_dbm[serving] <= params_.hysteresis_db || c == serving) {
      since[c] = kNever;
      continue;
    }
    since[c] = std::min(since[c], now);
    const bool triggered = now - since[c] >= params_.time_to_trigger_ns;
    if (triggered && (target == kNoCell || rsrp_dbm[c] > rsrp_dbm[target])) target = c;
  }
  if (target == kNoCell) return {CellChange::Kind::kNone, serving};
  return change_to(CellChange::Kind::kHandover, target);
}

void CellSelection::forget(Ue ue) {
  if (ue >= serving_.size()) return;
  serving_[ue] = kNoCell;
  std::fill_n(stronger_since_.begin() + static_cast<std::ptrdiff_t>(ue * cells_), cells_, kNever);
}

}  // namespace cv2x::uu
