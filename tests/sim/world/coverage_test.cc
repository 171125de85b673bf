#include "sim/world/coverage.h"

#include <gmock/gmock.h>

#include "models/base/hash.h"

namespace cv2x {
namespace {

constexpr MapBox kBox{-500, -500, 500, 500};

RadioParams one_carrier() {
  RadioParams params;
  params.kind = RadioKind::kNr;
  params.carriers.emplace_back();
  params.carriers[0].name = "n78";
  params.carriers[0].channel.shadowing = false;
  return params;
}

NrCell cell_at(double x_m, const std::string& site, double power_dbm = 46) {
  return {.params = {.name = site, .site = site, .carrier = "n78", .power_dbm = power_dbm, .antenna = {}},
          .site = SiteIndex{0},
          .site_key = hash_name(site),
          .position = {x_m, 0, 25},
          .carrier = 0};
}

const CoverageRow& at(const std::vector<CoverageRow>& rows, float x_m, float y_m) {
  return *std::find_if(rows.begin(), rows.end(),
                       [&](const CoverageRow& r) { return r.x_m == x_m && r.y_m == y_m; });
}

TEST(CoveragePitch, RoundNumbersAndFewSquares) {
  EXPECT_EQ(coverage_pitch_m({0, 0, 100, 100}), 5);
  EXPECT_EQ(coverage_pitch_m({0, 0, 1000, 1000}), 20);
  EXPECT_EQ(coverage_pitch_m({0, 0, 10'000, 200}), 50);
  EXPECT_EQ(coverage_pitch_m({0, 0, 1e6, 1e6}), 20'000);
}

TEST(Coverage, SquaresCoverTheBox) {
  const auto rows = coverage_map(one_carrier(), {cell_at(0, "a")}, {1, 0}, kBox, 1.5);
  ASSERT_EQ(rows.size(), 50u * 50u);
  EXPECT_EQ(rows.front().x_m, -490);
  EXPECT_EQ(rows.front().y_m, -490);
  EXPECT_EQ(rows.back().x_m, 490);
}

TEST(Coverage, OfALoneCellIsItsGainAboveNoise) {
  const RadioParams params = one_carrier();
  const auto rows = coverage_map(params, {cell_at(0, "a")}, {1, 0}, kBox, 1.5);
  const radio::LargeScaleChannel channel(params.carriers[0].channel, 3.5e9, {1, 0});
  const CoverageRow& row = at(rows, 250 - 20 * 8, -10);  // x = 90
  const float gain_db = channel.gain_db(channel.make_field(hash_name("a"), 8), {0, 0, 25}, {90, -10, 1.5});
  // 46 dBm over 51 PRBs of 12 subcarriers; noise of 30 kHz at 9 dB.
  const double rsrp_dbm = 46 - 10 * std::log10(51 * 12.0) + gain_db;
  EXPECT_NEAR(row.rsrp_dbm, rsrp_dbm, 1e-3);
  EXPECT_NEAR(row.sinr_db, rsrp_dbm - (-174 + 10 * std::log10(30e3) + 9), 1e-2);
  EXPECT_EQ(row.cell, 0);
}

TEST(Coverage, TwoCellsShareThePlaneAndInterfere) {
  const auto rows = coverage_map(one_carrier(), {cell_at(-400, "a"), cell_at(400, "b")}, {1, 0}, kBox, 1.5);
  EXPECT_EQ(at(rows, -390, 10).cell, 0);
  EXPECT_EQ(at(rows, 390, 10).cell, 1);
  const auto alone = coverage_map(one_carrier(), {cell_at(-400, "a")}, {1, 0}, kBox, 1.5);
  EXPECT_EQ(at(rows, -390, 10).rsrp_dbm, at(alone, -390, 10).rsrp_dbm);
  EXPECT_LT(at(rows, -10, 10).sinr_db, at(alone, -10, 10).sinr_db - 10);
}

TEST(Coverage, SectorsServeTheirSidesAndSteeringHelpsOnlyTheServed) {
  RadioParams params = one_carrier();
  NrCell east = cell_at(0, "a", 70), west = cell_at(0, "a", 70);  // so that noise does not matter
  east.params.antenna = west.params.antenna = {.kind = AntennaKind::kArray, .rows = 4, .columns = 4};
  east.params.azimuth_deg = 90, west.params.azimuth_deg = 270;
  const auto rows = coverage_map(params, {east, west}, {1, 0}, kBox, 1.5);
  EXPECT_EQ(at(rows, 290, 10).cell, 0);
  EXPECT_EQ(at(rows, -290, 10).cell, 1);
  // In front of one sector and behind the other: 30 dB apart by the pattern, 12 dB by the beam.
  EXPECT_NEAR(at(rows, 290, 10).sinr_db, 30 + 10 * std::log10(16.0), 0.5);
  EXPECT_NEAR(at(rows, 290, 10).rsrp_dbm, at(rows, -290, 10).rsrp_dbm, 1e-3);
  params.carriers[0].ue_antenna = {.gain_db = 5, .elements = 4};
  const auto better = coverage_map(params, {east, west}, {1, 0}, kBox, 1.5);
  EXPECT_NEAR(at(better, 290, 10).rsrp_dbm - at(rows, 290, 10).rsrp_dbm, 5 + 10 * std::log10(4.0), 1e-3);
  // Downtilt into the ground takes from the far.
  east.params.downtilt_deg = west.params.downtilt_deg = 30;
  const auto tilted = coverage_map(params, {east, west}, {1, 0}, kBox, 1.5);
  EXPECT_LT(at(tilted, 450, 10).rsrp_dbm, at(better, 450, 10).rsrp_dbm - 1);
}

TEST(Coverage, NoneBelowTheLeastRsrp) {
  RadioParams params = one_carrier();
  params.handover.min_rsrp_dbm = -60;
  const auto rows = coverage_map(params, {cell_at(0, "a", 0)}, {1, 0}, kBox, 1.5);
  EXPECT_EQ(at(rows, 490, 490).cell, -1);
  EXPECT_LT(at(rows, 490, 490).rsrp_dbm, -60);
}

}  // namespace
}  // namespace cv2x
