#include "models/radio/antenna.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cv2x::radio {
namespace {

constexpr Position kHere{100, 200, 25};
constexpr double kRadians = M_PI / 180;

/// A place seen under a compass bearing and an elevation.
Position seen(double bearing_deg, double elevation_deg, double far_m = 300) {
  const double flat = far_m * std::cos(elevation_deg * kRadians);
  return {kHere.x_m + flat * std::sin(bearing_deg * kRadians),
          kHere.y_m + flat * std::cos(bearing_deg * kRadians),
          kHere.z_m + far_m * std::sin(elevation_deg * kRadians)};
}

TEST(Antenna, Omni) {
  const Antenna antenna(5.5);
  EXPECT_EQ(antenna.gain_db(kHere, seen(77, -40)), 5.5);
  EXPECT_EQ(antenna.steering_db(), 0);
}

// TR 38.901 table 7.3-1: half power at ±32.5°, 30 dB at the back, vertical and horizontal added.
TEST(Antenna, ElementPattern) {
  const Antenna antenna({.kind = AntennaKind::kSector}, 8, 0, 0);
  EXPECT_NEAR(antenna.gain_db(kHere, seen(0, 0)), 8, 1e-9);
  for (const double side : {-1.0, 1.0}) {
    EXPECT_NEAR(antenna.gain_db(kHere, seen(side * 32.5, 0)), 5, 1e-9);
    EXPECT_NEAR(antenna.gain_db(kHere, seen(side * 65, 0)), 8 - 12, 1e-9);
    EXPECT_NEAR(antenna.gain_db(kHere, seen(0, side * 32.5)), 5, 1e-9);
  }
  EXPECT_NEAR(antenna.gain_db(kHere, seen(20, -10)), 8 - 12 * (400.0 + 100.0) / (65 * 65), 0.01);
  EXPECT_NEAR(antenna.gain_db(kHere, seen(180, 0)), -22, 1e-9);
  EXPECT_NEAR(antenna.gain_db(kHere, seen(110, -40)), -22, 1e-9) << "together at most 30 dB";
  EXPECT_EQ(antenna.gain_db(kHere, kHere), 8);
}

TEST(Antenna, LooksWhereItIsTurned) {
  for (const double azimuth : {0.0, 30.0, 150.0, 270.0, -90.0}) {
    for (const double tilt : {0.0, 6.0, 15.0}) {
      const Antenna antenna({.kind = AntennaKind::kSector}, 8, azimuth, tilt);
      EXPECT_NEAR(antenna.gain_db(kHere, seen(azimuth, -tilt)), 8, 1e-9);
      EXPECT_NEAR(antenna.gain_db(kHere, seen(azimuth, 32.5 - tilt)), 5, 1e-9);
      EXPECT_LT(antenna.gain_db(kHere, seen(azimuth + 60, -tilt)), 0);
    }
  }
  // 0° is north, 90° east.
  const Antenna east({.kind = AntennaKind::kSector}, 8, 90, 0);
  EXPECT_NEAR(east.gain_db(kHere, {kHere.x_m + 100, kHere.y_m, kHere.z_m}), 8, 1e-9);
}

TEST(Antenna, ThreeSectorsCoverAll) {
  for (double bearing = 0; bearing < 360; bearing += 1) {
    double best = -100;
    for (const double azimuth : {0.0, 120.0, 240.0}) {
      const Antenna antenna({.kind = AntennaKind::kSector}, 8, azimuth, 0);
      best = std::max(best, antenna.gain_db(kHere, seen(bearing, 0)));
    }
    EXPECT_GE(best, 8 - 12 * 60.0 * 60 / (65 * 65) - 1e-9) << bearing;
  }
}

TEST(Antenna, AColumnNarrowsTheBeam) {
  const Antenna one({.kind = AntennaKind::kSector}, 8, 0, 10),
      ten({.kind = AntennaKind::kSector, .rows = 10}, 8, 0, 10);
  EXPECT_NEAR(ten.gain_db(kHere, seen(0, -10)), 18, 1e-9) << "10 log10(10) more in the main direction";
  // Half power beamwidth of ten elements half a wavelength apart: 10.2° (50.8° λ / (N d)).
  EXPECT_NEAR(ten.gain_db(kHere, seen(0, -10 + 5.08)), 15, 0.2);
  // First null where 10 · sin = 2: 11.5°.
  EXPECT_LT(ten.gain_db(kHere, seen(0, -10 + 11.537)), -10);
  EXPECT_GE(ten.gain_db(kHere, seen(0, -10 + 11.537)), one.gain_db(kHere, seen(0, -10 + 11.537)) - 30 - 1e-9);
  // First side lobe 13 dB below.
  EXPECT_NEAR(ten.gain_db(kHere, seen(0, -10 + 16.7)), 18 - 13 - 12 * 16.7 * 16.7 / (65 * 65), 0.3);
}

TEST(Antenna, AnArraySteersToWhomItServes) {
  const Antenna antenna({.kind = AntennaKind::kArray, .rows = 8, .columns = 8}, 8, 0, 0);
  EXPECT_NEAR(antenna.steering_db(), 18.0618, 1e-4);
  EXPECT_NEAR(antenna.gain_db(kHere, seen(32.5, 0)), 5, 1e-9) << "the element, to others";
}

// What the steered array is taken for towards others: the mean over beams.
TEST(LineFactor, PeakMeanAndNulls) {
  for (const int n : {1, 2, 8, 16}) {
    EXPECT_NEAR(line_factor(n, 0), n, 1e-9);
    EXPECT_NEAR(line_factor(n, 2), n, 1e-9) << "a grating lobe only at a step of the whole period";
    double sum = 0;
    constexpr int kSteps = 10'000;
    for (int i = 0; i < kSteps; ++i) sum += line_factor(n, -1 + 2 * (i + 0.5) / kSteps);
    EXPECT_NEAR(sum / kSteps, 1, 1e-9) << n;
    if (n > 1) {
      EXPECT_NEAR(line_factor(n, 2.0 / n), 0, 1e-9);
    }
  }
}

}  // namespace
}  // namespace cv2x::radio
