#include "models/base/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace cv2x {
namespace {

constexpr std::array kTimeUnits = {Unit{"s", 1e9}, Unit{"ms", 1e6},   Unit{"us", 1e3},  Unit{"µs", 1e3},
                                   Unit{"ns", 1},  Unit{"min", 60e9}, Unit{"h", 3600e9}};
constexpr std::array kFrequencyUnits = {Unit{"Hz", 1}, Unit{"kHz", 1e3}, Unit{"MHz", 1e6}, Unit{"GHz", 1e9}};
constexpr std::array kDataUnits = {Unit{"B", 1},           Unit{"kB", 1e3},   Unit{"MB", 1e6},
                                   Unit{"GB", 1e9},        Unit{"KiB", 1024}, Unit{"MiB", 1048576},
                                   Unit{"GiB", 1073741824}};
constexpr std::array kRateUnits = {Unit{"bit/s", 1}, Unit{"kbit/s", 1e3}, Unit{"Mbit/s", 1e6},
                                   Unit{"Gbit/s", 1e9}, Unit{"Tbit/s", 1e12}};
constexpr std::array kPowerUnits = {Unit{"dBm", 1}};
constexpr std::array kRatioUnits = {Unit{"dB", 1}, Unit{"dBi", 1}};
constexpr std::array kLengthUnits = {Unit{"m", 1}, Unit{"km", 1e3}, Unit{"cm", 1e-2}};
constexpr std::array kSpeedUnits = {Unit{"m/s", 1}, Unit{"km/h", 1.0 / 3.6}};
constexpr std::array kCyclesUnits = {Unit{"cycles", 1}, Unit{"kcycles", 1e3}, Unit{"Mcycles", 1e6},
                                     Unit{"Gcycles", 1e9}};
constexpr std::array kCyclesPerSecondUnits = {Unit{"cycles/s", 1}, Unit{"Mcycles/s", 1e6},
                                              Unit{"Gcycles/s", 1e9}, Unit{"GHz", 1e9}, Unit{"MHz", 1e6}};
constexpr std::array kAngleUnits = {Unit{"deg", 1}};
constexpr std::array kShareUnits = {Unit{"%", 1e-2}};
constexpr std::array kDensityUnits = {Unit{"/m", 1}, Unit{"/km", 1e-3}};

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
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (ec == std::errc::result_out_of_range)
    return {{}, fmt::format("found '{}': the number is out of range", text)};
  if (ec != std::errc{})
    return {{},
            fmt::format("found '{}': not a {} (a number and a unit, one of {})", text, name_of(dimension),
                        allowed_units(dimension))};
  if (!std::isfinite(number)) return {{}, fmt::format("found '{}': not a finite number", text)};
  const std::string_view symbol = trim(digits.substr(static_cast<std::size_t>(end - digits.data())));
  if (symbol.empty())
    return {{},
            fmt::format("found '{}': a bare number where a {} is needed; write its unit, one of {}", text,
                        name_of(dimension), allowed_units(dimension))};
  for (const auto& unit : units_of(dimension)) {
    if (unit.symbol == symbol) {
      // Decimal units below one are applied as a division, so that "10 %" is exactly 0.1.
      const double inverse = 1.0 / unit.factor;
      const double value = unit.factor < 1 ? number / (std::round(inverse * 10) / 10) : number * unit.factor;
      if (!std::isfinite(value)) return {{}, fmt::format("found '{}': the number is out of range", text)};
      return {value, {}};
    }
  }
  return {{},
          fmt::format("found '{}': '{}' is not a unit of {}; allowed: {}", text, symbol, name_of(dimension),
                      allowed_units(dimension))};
}

std::string format_quantity(double value, Dimension dimension) {
  std::string best;
  for (const auto& unit : units_of(dimension)) {
    for (const double number : {value / unit.factor, value * (1 / unit.factor)}) {
      std::string text = fmt::format("{} {}", number, unit.symbol);
      if (parse_quantity(text, dimension).value != value) continue;
      if (best.empty() || text.size() < best.size()) best = std::move(text);
    }
  }
  return best;
}

}  // namespace cv2x
