#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/base/describe.h"

namespace cv2x {

enum class AntennaKind : std::uint8_t { kOmni, kSector, kArray };
inline constexpr std::array<std::string_view, 3> kAntennaKindNames = {"omni", "sector", "array"};

/// The antenna of a cell; where it looks is azimuth and downtilt of the cell.
struct AntennaParams {
  AntennaKind kind = AntennaKind::kOmni;
  std::int64_t rows = 1;     ///< sector: elements of its column, a fixed beam; array: of the panel
  std::int64_t columns = 1;  ///< array
};

/// The antennas of the UEs of a carrier.
struct UeAntennaParams {
  double gain_db = 0;         ///< of an element, the same in all directions
  std::int64_t elements = 1;  ///< steered together towards the serving cell
};

inline void describe(Visitor& v, AntennaParams& p) {
  v.variant(
      {"kind",
       "omni: the same gain in all directions; sector: element pattern of TR 38.901 table 7.3-1 (65°, 30 "
       "dB), "
       "one or a column of them with a fixed beam; array: a panel of such elements that steers a beam to "
       "every "
       "UE it serves"},
      p.kind, kAntennaKindNames, [&](AntennaKind kind) {
        if (kind == AntennaKind::kOmni) return;
        v.integer({"rows", "elements above each other, half a wavelength apart"}, p.rows, 1, 64);
        if (kind == AntennaKind::kArray)
          v.integer({"columns", "elements beside each other, half a wavelength apart"}, p.columns, 1, 64);
      });
}

inline void describe(Visitor& v, UeAntennaParams& p) {
  v.quantity({"gain", "of one element, the same in all directions"}, p.gain_db, Dimension::kRatio, {-20, 20});
  v.integer({"elements", "steered together towards the serving cell; others see no more than one of them"},
            p.elements, 1, 64);
}

}  // namespace cv2x
