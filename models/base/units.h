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

struct Unit {
  std::string_view symbol;
  double factor;  ///< multiplied with the number gives the unit in brackets above
};

/// The units a dimension may be written in; the first is the one used when printing.
std::span<const Unit> units_of(Dimension dimension);
/// "time", "frequency", …
std::string_view name_of(Dimension dimension);

/// Either a value or why not ("bare number: a unit is needed, one of ns, us, ms, s").
struct ParsedQuantity {
  std::optional<double> value;
  std::string error;
};

/// Parses "20 MHz" or "20MHz" (one number, one unit, nothing else). Finite numbers only; NaN and inf are
/// errors.
ParsedQuantity parse_quantity(std::string_view text, Dimension dimension);

/// Writes a value so that parse_quantity gives the same double again, in the largest unit that keeps it
/// short.
std::string format_quantity(double value, Dimension dimension);

}  // namespace cv2x
