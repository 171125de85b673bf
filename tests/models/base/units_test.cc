#include "models/base/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "models/base/random.h"

namespace cv2x {
namespace {

using enum Dimension;
using ::testing::HasSubstr;

constexpr std::array kAllDimensions = {kTime,  kFrequency, kData,   kRate,   kPower,
                                       kRatio, kLength,    kSpeed,  kCycles, kCyclesPerSecond,
                                       kAngle, kShare,     kDensity};

struct UnitCase {
  Dimension dimension;
  std::string_view symbol;
  double of_36;  // 36 of this unit in the unit in which the structs hold it
};

const UnitCase kUnitCases[] = {
    {kTime, "ns", 36},
    {kTime, "us", 36e3},
    {kTime, "µs", 36e3},
    {kTime, "ms", 36e6},
    {kTime, "s", 36e9},
    {kTime, "min", 2160e9},
    {kTime, "h", 129600e9},
    {kFrequency, "Hz", 36},
    {kFrequency, "kHz", 36e3},
    {kFrequency, "MHz", 36e6},
    {kFrequency, "GHz", 36e9},
    {kData, "B", 36},
    {kData, "kB", 36e3},
    {kData, "MB", 36e6},
    {kData, "GB", 36e9},
    {kData, "KiB", 36864},
    {kData, "MiB", 37748736},
    {kData, "GiB", 38654705664},
    {kRate, "bit/s", 36},
    {kRate, "kbit/s", 36e3},
    {kRate, "Mbit/s", 36e6},
    {kRate, "Gbit/s", 36e9},
    {kRate, "Tbit/s", 36e12},
    {kPower, "dBm", 36},
    {kRatio, "dB", 36},
    {kRatio, "dBi", 36},
    {kLength, "cm", 0.36},
    {kLength, "m", 36},
    {kLength, "km", 36e3},
    {kSpeed, "m/s", 36},
    {kSpeed, "km/h", 10},
    {kCycles, "cycles", 36},
    {kCycles, "kcycles", 36e3},
    {kCycles, "Mcycles", 36e6},
    {kCycles, "Gcycles", 36e9},
    {kCyclesPerSecond, "cycles/s", 36},
    {kCyclesPerSecond, "Mcycles/s", 36e6},
    {kCyclesPerSecond, "Gcycles/s", 36e9},
    {kCyclesPerSecond, "MHz", 36e6},
    {kCyclesPerSecond, "GHz", 36e9},
    {kAngle, "deg", 36},
    {kShare, "%", 0.36},
    {kDensity, "/m", 36},
    {kDensity, "/km", 0.036},
};

double parsed(std::string_view text, Dimension dimension) {
  const auto result = parse_quantity(text, dimension);
  EXPECT_TRUE(result.value) << result.error;
  EXPECT_EQ(result.error, "");
  return result.value.value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string error_of(std::string_view text, Dimension dimension) {
  const auto result = parse_quantity(text, dimension);
  EXPECT_FALSE(result.value) << text << " was taken for " << result.value.value_or(0);
  return result.error;
}

TEST(Units, EveryUnitOfEveryDimensionHasTheExpectedSize) {
  for (const auto& c : kUnitCases) {
    EXPECT_EQ(parsed("36 " + std::string(c.symbol), c.dimension), c.of_36) << c.symbol;
    EXPECT_EQ(parsed("36" + std::string(c.symbol), c.dimension), c.of_36) << c.symbol;
  }
}

TEST(Units, NoUnitIsLeftOutOfTheTableAbove) {
  std::set<std::pair<Dimension, std::string_view>> expected, found;
  for (const auto& c : kUnitCases) expected.emplace(c.dimension, c.symbol);
  for (const auto dimension : kAllDimensions) {
    for (const auto& unit : units_of(dimension)) EXPECT_TRUE(found.emplace(dimension, unit.symbol).second);
  }
  EXPECT_EQ(found, expected);
}

TEST(Units, AUnitOfAnotherDimensionIsRefusedUnlessItIsAlsoOneOfThis) {
  for (const auto dimension : kAllDimensions) {
    for (const auto& c : kUnitCases) {
      bool is_one = false;
      for (const auto& unit : units_of(dimension)) is_one |= unit.symbol == c.symbol;
      EXPECT_EQ(parse_quantity("1 " + std::string(c.symbol), dimension).value.has_value(), is_one)
          << name_of(dimension) << " in " << c.symbol;
    }
  }
}

TEST(Units, NamesOfDimensionsDiffer) {
  std::set<std::string_view> names;
  for (const auto dimension : kAllDimensions) names.insert(name_of(dimension));
  EXPECT_EQ(names.size(), kAllDimensions.size());
  EXPECT_FALSE(names.contains(""));
}

TEST(Units, SignsExponentsAndSpaces) {
  EXPECT_EQ(parsed("1e3 ms", kTime), 1e9);
  EXPECT_EQ(parsed("1E+3ms", kTime), 1e9);
  EXPECT_EQ(parsed("25e-1 ms", kTime), 2.5e6);
  EXPECT_EQ(parsed("+5 dBm", kPower), 5);
  EXPECT_EQ(parsed("-3 dB", kRatio), -3);
  EXPECT_EQ(parsed("  -3   dB  ", kRatio), -3);
  EXPECT_EQ(parsed(".5 m", kLength), 0.5);
  EXPECT_EQ(parsed("5. m", kLength), 5);
  EXPECT_EQ(parsed("0 ns", kTime), 0);
  EXPECT_EQ(parsed("0e999999999999 ns", kTime), 0);
  EXPECT_EQ(parsed("007 m", kLength), 7);
}

// Powers of ten are applied to the digits: each of these is off in the last bit when the double is
// multiplied.
TEST(Units, DecimalUnitsAreExactToTheLastBit) {
  EXPECT_EQ(parsed("10 %", kShare), 0.1);
  EXPECT_EQ(parsed("57 %", kShare), 0.57);
  EXPECT_EQ(parsed("99.999 %", kShare), 0.99999);
  EXPECT_EQ(parsed("20 /km", kDensity), 0.02);
  EXPECT_EQ(parsed("7 cm", kLength), 0.07);
  EXPECT_EQ(parsed("36 km/h", kSpeed), 10);
  EXPECT_EQ(parsed("130 km/h", kSpeed), 130000.0 / 3600);
  for (int i = 1; i < 20000; ++i) {
    // i/1000 of a unit is i of the unit a thousand times smaller.
    const std::string thousandths =
        std::to_string(i / 1000) + "." + std::to_string(1000 + i % 1000).substr(1);
    ASSERT_EQ(parsed(thousandths + " ms", kTime), i * 1e3) << thousandths;
    ASSERT_EQ(parsed(thousandths + " kB", kData), i) << thousandths;
    ASSERT_EQ(parsed(thousandths + " GHz", kFrequency), i * 1e6) << thousandths;
    ASSERT_EQ(parsed(thousandths + " km", kLength), i) << thousandths;
  }
}

TEST(Units, ErrorsSayWhatWasFoundAndWhatIsAllowed) {
  EXPECT_EQ(
      error_of("20", kFrequency),
      "found '20': a bare number where a frequency is needed; write its unit, one of Hz, kHz, MHz, GHz");
  EXPECT_EQ(error_of("20 Mhz", kFrequency),
            "found '20 Mhz': 'Mhz' is not a unit of frequency; allowed: Hz, kHz, MHz, GHz");
  EXPECT_EQ(error_of("fast", kSpeed), "found 'fast': not a speed (a number and a unit, one of m/s, km/h)");
  EXPECT_EQ(error_of(" nan ms ", kTime), "found 'nan ms': not a finite number");
  EXPECT_EQ(error_of("1e400 m", kLength), "found '1e400 m': the number is out of range");
}

TEST(Units, BareNumbersAreErrorsInEveryDimension) {
  for (const auto dimension : kAllDimensions) {
    for (const char* text : {"0", "5", " 5 ", "-1.5", "1e3", "+0"})
      EXPECT_THAT(error_of(text, dimension), HasSubstr("a bare number")) << text;
  }
}

TEST(Units, NotANumber) {
  for (const char* text : {"", " ", "ms", "dBm 5", "+-3 ms", "-+3 ms", "++3 ms", "--3 ms", "+ 3 ms", "- 3 ms",
                           "e3 ms", ".ms", "+", "-", "+ms", "µs", "\xff\xfe 3 ms", ",5 ms", "\t3 ms"})
    EXPECT_THAT(error_of(text, kTime), HasSubstr("not a time")) << text;
  for (const char* text :
       {"nan s", "NaN s", "-nan s", "inf s", "-inf s", "+inf s", "infinity s", "nan(7) s", "inf"})
    EXPECT_THAT(error_of(text, kTime), HasSubstr("not a finite number")) << text;
}

TEST(Units, OneNumberAndOneUnitAndNothingElse) {
  for (const char* text :
       {"3 ms 4", "3 ms s", "3 m s", "3,5 ms", "3 4 ms", "3 MS", "1e ms", "0x10 ms", "1'000 ms", "1_000 ms",
        "3 ms;", "3\tms", "3 ms\n", "3%", "10 ms - 5 ms", "1..5 ms"})
    EXPECT_THAT(error_of(text, kTime), HasSubstr("is not a unit of time")) << text;
}

TEST(Units, TooLargeAndTooSmall) {
  for (const char* text : {"1e400 s", "-1e400 s", "1e-400 s", "1e300 s", "1e299 h", "1e99999999999 s",
                           "1e2147483647 s", "1e-2147483648 s", "1e-99999999999999999999 s"})
    EXPECT_EQ(error_of(text, kTime), "found '" + std::string(text) + "': the number is out of range");
  EXPECT_EQ(parsed("1e308 ns", kTime), 1e308);
  EXPECT_EQ(parsed("-1e308 dB", kRatio), -1e308);
  EXPECT_EQ(parsed("5e-324 m", kLength), 5e-324);
  EXPECT_EQ(parsed(std::string(400, '0') + "1" + std::string(400, '0') + "e-400 m", kLength), 1);
}

TEST(Units, FormatPicksTheShortestText) {
  EXPECT_EQ(format_quantity(0, kTime), "0 s");
  EXPECT_EQ(format_quantity(5e6, kTime), "5 ms");
  EXPECT_EQ(format_quantity(1500, kTime), "1.5 us");
  EXPECT_EQ(format_quantity(60e9, kTime), "60 s");
  EXPECT_EQ(format_quantity(3600e9, kTime), "1 h");
  EXPECT_EQ(format_quantity(20e6, kFrequency), "20 MHz");
  EXPECT_EQ(format_quantity(300, kData), "300 B");
  EXPECT_EQ(format_quantity(1024, kData), "1 KiB");
  EXPECT_EQ(format_quantity(2e9, kRate), "2 Gbit/s");
  EXPECT_EQ(format_quantity(-23.5, kPower), "-23.5 dBm");
  EXPECT_EQ(format_quantity(0.95, kShare), "95 %");
  EXPECT_EQ(format_quantity(0.57, kShare), "57 %");
  EXPECT_EQ(format_quantity(1, kShare), "100 %");
  EXPECT_EQ(format_quantity(0.02, kDensity), "20 /km");
  EXPECT_EQ(format_quantity(10, kSpeed), "10 m/s");
}

void expect_round_trip(double value) {
  for (const auto dimension : kAllDimensions) {
    const std::string text = format_quantity(value, dimension);
    const auto result = parse_quantity(text, dimension);
    ASSERT_TRUE(result.value) << "'" << text << "': " << result.error;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(*result.value), std::bit_cast<std::uint64_t>(value))
        << text << " of " << name_of(dimension);
  }
}

TEST(Units, FormatThenParseGivesTheSameBits) {
  Stream random(Seed{7}, "units", 0);
  for (int i = 0; i < 2000; ++i) {
    expect_round_trip(random.uniform());
    expect_round_trip(std::floor(random.uniform() * 1e9));
    expect_round_trip(-random.uniform() * std::exp(random.normal() * 20));
    double any = std::bit_cast<double>(random.next());
    if (std::isfinite(any)) expect_round_trip(any);
    if (HasFatalFailure()) return;
  }
  using Limits = std::numeric_limits<double>;
  for (const double edge : {0.0, -0.0, Limits::max(), -Limits::max(), Limits::min(), Limits::denorm_min(),
                            Limits::epsilon(), 0.1 + 0.2, 1.0 / 3, 9007199254740993.0})
    expect_round_trip(edge);
}

}  // namespace
}  // namespace cv2x
