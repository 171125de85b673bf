#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/base/time.h"

namespace cv2x {

/// What a quantity of the scenario measures; the unit in which the structs hold it is in brackets.
enum class Dimension {
  kTime,             ///< [ns]
  kFrequency,        ///< [Hz], also "10 Hz" of a periodic source
  kData,             ///< [byte]
  kRate,             ///< [bit/s]
  kPower,            ///< [dBm]
  kRatio,            ///< [dB], also gains (dBi)
  kLength,           ///< [m]
  kSpeed,            ///< [m/s]
  kCycles,           ///< [CPU cycles]
  kCyclesPerSecond,  ///< [CPU cycles/s]
  kAngle,            ///< [degree]
  kShare,            ///< [1], written "95 %"
  kDensity,          ///< [1/m], written "20 /km"
};

/// number · 10^exponent10 · multiplier / divisor is the value in the unit in brackets above.
struct Unit {
  std::string_view symbol;
  int exponent10 = 0;
  double multiplier = 1;
  double divisor = 1;
};

/// The units a dimension may be written in.
std::span<const Unit> units_of(Dimension dimension);
/// "time", "frequency", …
std::string_view name_of(Dimension dimension);

/// Either a value or why not ("bare number: a unit is needed, one of ns, us, ms, s").
struct ParsedQuantity {
  std::optional<double> value;
  std::string error;
};

/// Parses "20 MHz" or "20MHz" (one number, one unit, nothing else; spaces around each are allowed). Finite
/// numbers only; NaN and inf are errors. A power of ten is applied to the decimal digits, so "0.57 ms" is
/// 570 µs and "10 %" is 0.1 to the last bit.
ParsedQuantity parse_quantity(std::string_view text, Dimension dimension);

/// Writes a finite value so that parse_quantity gives the same double again, in the unit that makes the
/// shortest text (the first of units_of() when several do).
std::string format_quantity(double value, Dimension dimension);

}  // namespace cv2x
