#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/uu/occasions.h"
#include "models/uu/params.h"

namespace cv2x::uu {

/// Which symbols of a carrier are downlink and which uplink: all of them both in FDD, those of the pattern in
/// TDD (TS 38.213 §11.1; D, U and S are slots, S as `tdd_special` has it).
class Frame {
 public:
  explicit Frame(const CarrierParams& carrier);

  /// Period in slots; 1 in FDD.
  std::int64_t slots() const { return slots_; }
  bool downlink(std::int64_t slot, int symbol) const { return downlink_[place(slot, symbol)]; }
  bool uplink(std::int64_t slot, int symbol) const { return uplink_[place(slot, symbol)]; }
  /// Whether symbols first … first + symbols − 1 of a slot are all there, and of that direction.
  bool fits_downlink(std::int64_t slot, int first, int symbols) const {
    return fits(downlink_, slot, first, symbols);
  }
  bool fits_uplink(std::int64_t slot, int first, int symbols) const {
    return fits(uplink_, slot, first, symbols);
  }

  /// The symbols (slot of the period, symbol) that `rule` picks.
  Occasions pick(const std::function<bool(std::int64_t slot, int symbol)>& rule) const;

  /// Where the carrier's mini-slots may begin (TR 37.910 §5.7.1.1).
  Occasions pdsch_starts(const PdschParams& pdsch) const;
  Occasions pusch_starts(const PuschParams& pusch) const;

 private:
  std::size_t place(std::int64_t slot, int symbol) const {
    return static_cast<std::size_t>(slot % slots_ * radio::kSymbolsPerSlot + symbol);
  }
  bool fits(const std::vector<bool>& in, std::int64_t slot, int first, int symbols) const;

  std::int64_t slots_ = 1;
  std::vector<bool> downlink_, uplink_;
};

/// Why a TDD pattern cannot be used; empty: it can.
std::string tdd_problem(const std::string& pattern, const SpecialSlotParams& special);

}  // namespace cv2x::uu
