#include "models/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

namespace cv2x {
namespace {

constexpr std::array kTimeUnits = {Unit{"s", 9},  Unit{"ms", 6},      Unit{"us", 3},     Unit{"µs", 3},
                                   Unit{"ns", 0}, Unit{"min", 9, 60}, Unit{"h", 9, 3600}};
constexpr std::array kFrequencyUnits = {Unit{"Hz", 0}, Unit{"kHz", 3}, Unit{"MHz", 6}, Unit{"GHz", 9}};
constexpr std::array kDataUnits = {Unit{"B", 0},
                                   Unit{"kB", 3},
                                   Unit{"MB", 6},
                                   Unit{"GB", 9},
                                   Unit{"KiB", 0, 1024},
                                   Unit{"MiB", 0, 1048576},
                                   Unit{"GiB", 0, 1073741824}};
constexpr std::array kRateUnits = {Unit{"bit/s", 0}, Unit{"kbit/s", 3}, Unit{"Mbit/s", 6}, Unit{"Gbit/s", 9},
                                   Unit{"Tbit/s", 12}};
constexpr std::array kPowerUnits = {Unit{"dBm"}};
constexpr std::array kRatioUnits = {Unit{"dB"}, Unit{"dBi"}};
constexpr std::array kLengthUnits = {Unit{"m", 0}, Unit{"km", 3}, Unit{"cm", -2}};
constexpr std::array kSpeedUnits = {Unit{"m/s"}, Unit{"km/h", 3, 1, 3600}};
constexpr std::array kCyclesUnits = {Unit{"cycles", 0}, Unit{"kcycles", 3}, Unit{"Mcycles", 6},
                                     Unit{"Gcycles", 9}};
constexpr std::array kCyclesPerSecondUnits = {Unit{"cycles/s", 0}, Unit{"Mcycles/s", 6}, Unit{"Gcycles/s", 9},
                                              Unit{"GHz", 9}, Unit{"MHz", 6}};
constexpr std::array kAngleUnits = {Unit{"deg"}};
constexpr std::array kShareUnits = {Unit{"%", -2}};
constexpr std::array kDensityUnits = {Unit{"/m", 0}, Unit{"/km", -3}};

std::string allowed_units(Dimension dimension) {
  std::string out;
  for (const auto& unit : units_of(dimension)) out += (out.empty() ? "" : ", ") + std::string(unit.symbol);
  return out;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

/// The decimal number in `text` (as std::from_chars has accepted it) with its exponent moved by `shift`.
std::string shifted(std::string_view text, int shift) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  std::string_view exponent_text = text.substr(std::min(e + 1, text.size()));
  if (!exponent_text.empty() && exponent_text.front() == '+') exponent_text.remove_prefix(1);
  int exponent = 0;
  const auto parsed =
      std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  if (parsed.ec == std::errc::result_out_of_range) return std::string(text);  // zero or out of range as it is
  return fmt::format("{}e{}", text.substr(0, e), std::int64_t{exponent} + shift);
}

/// The double nearest to a decimal number; nothing when it is too large or too small for one.
std::optional<double> to_double(std::string_view text) {
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  return ec == std::errc{} ? std::optional(number) : std::nullopt;
}

}  // namespace

std::span<const Unit> units_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::kTime:
      return kTimeUnits;
    case Dimension::kFrequency:
      return kFrequencyUnits;
    case Dimension::kData:
      return kDataUnits;
    case Dimension::kRate:
      return kRateUnits;
    case Dimension::kPower:
      return kPowerUnits;
    case Dimension::kRatio:
      return kRatioUnits;
    case Dimension::kLength:
      return kLengthUnits;
    case Dimension::kSpeed:
      return kSpeedUnits;
    case Dimension::kCycles:
      return kCyclesUnits;
    case Dimension::kCyclesPerSecond:
      return kCyclesPerSecondUnits;
    case Dimension::kAngle:
      return kAngleUnits;
    case Dimension::kShare:
      return kShareUnits;
    case Dimension::kDensity:
      return kDensityUnits;
  }
  return {};
}

std::string_view name_of(Dimension dimension) {
  switch (dimension) {
    case Dimension::kTime:
      return "time";
    case Dimension::kFrequency:
      return "frequency";
    case Dimension::kData:
      return "data size";
    case Dimension::kRate:
      return "data rate";
    case Dimension::kPower:
      return "power";
    case Dimension::kRatio:
      return "ratio";
    case Dimension::kLength:
      return "length";
    case Dimension::kSpeed:
      return "speed";
    case Dimension::kCycles:
      return "CPU cycles";
    case Dimension::kCyclesPerSecond:
      return "CPU speed";
    case Dimension::kAngle:
      return "angle";
    case Dimension::kShare:
      return "share";
    case Dimension::kDensity:
      return "density";
  }
  return {};
}

ParsedQuantity parse_quantity(std::string_view text, Dimension dimension) {
  text = trim(text);
  double number = 0;
  std::string_view digits = text;
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (ec == std::errc::invalid_argument)
    return {{},
            fmt::format("found '{}': not a {} (a number and a unit, one of {})", text, name_of(dimension),
                        allowed_units(dimension))};
  if (!std::isfinite(number)) return {{}, fmt::format("found '{}': not a finite number", text)};
  const auto length = static_cast<std::size_t>(end - digits.data());
  const std::string_view symbol = trim(digits.substr(length));
  if (symbol.empty())
    return {{},
            fmt::format("found '{}': a bare number where a {} is needed; write its unit, one of {}", text,
                        name_of(dimension), allowed_units(dimension))};
  for (const auto& unit : units_of(dimension)) {
    if (unit.symbol == symbol) {
      const auto decimal = to_double(shifted(digits.substr(0, length), unit.exponent10));
      const double value = decimal.value_or(INFINITY) * unit.multiplier / unit.divisor;
      if (!std::isfinite(value)) return {{}, fmt::format("found '{}': the number is out of range", text)};
      return {value, {}};
    }
  }
  return {{},
          fmt::format("found '{}': '{}' is not a unit of {}; allowed: {}", text, symbol, name_of(dimension),
                      allowed_units(dimension))};
}

std::string format_quantity(double value, Dimension dimension) {
  assert(std::isfinite(value));
  std::string best;
  for (const auto& unit : units_of(dimension)) {
    // The shortest digits of the value, moved to the unit's decimal place; as a plain number when that still
    // means the same.
    const std::string exact =
        shifted(fmt::format("{}", value / unit.multiplier * unit.divisor), -unit.exponent10);
    for (const std::string& number : {fmt::format("{}", to_double(exact).value_or(0)), exact}) {
      std::string text = fmt::format("{} {}", number, unit.symbol);
      if (parse_quantity(text, dimension).value != value) continue;
      if (best.empty() || text.size() < best.size()) best = std::move(text);
      break;
    }
  }
  return best;
}

}  // namespace cv2x
