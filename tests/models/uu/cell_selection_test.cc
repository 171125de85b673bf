#include "models/uu/cell_selection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cv2x::uu {
namespace {

using Kind = CellChange::Kind;
constexpr TimeNs kEpoch = 100 * kMillisecond;
const SelectionParams kParams{
    .hysteresis_db = 3, .time_to_trigger_ns = 200 * kMillisecond, .min_rsrp_dbm = -120};

struct Selection : ::testing::Test {
  CellChange measure(const std::vector<float>& rsrp) { return selection.measure(0, rsrp, kEpoch * epoch++); }
  CellSelection selection{kParams, 3};
  TimeNs epoch = 0;
};

TEST(Rsrp, IsThePowerOfAResourceElement) {
  // 46 dBm over 51 PRBs of 12 subcarriers, 100 dB away.
  EXPECT_NEAR(rsrp_dbm(46, 51, -100), 46 - 10 * std::log10(612.0) - 100, 1e-9);
}

TEST_F(Selection, FirstAccessIsToTheStrongest) {
  const CellChange change = measure({-100, -90, -95});
  EXPECT_EQ(change.kind, Kind::kAccess);
  EXPECT_EQ(change.cell, 1);
  EXPECT_EQ(selection.serving(0), 1);
}

TEST_F(Selection, NoAccessBelowTheLeastRsrp) {
  EXPECT_EQ(measure({-121, -120.5F, -130}).kind, Kind::kNone);
  EXPECT_EQ(selection.serving(0), kNoCell);
  EXPECT_EQ(measure({-121, -120, -130}).kind, Kind::kAccess);
}

TEST_F(Selection, HandoverAfterTheTimeToTrigger) {
  measure({-90, -100, -110});
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone);  // 4 dB: since now
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone);  // 100 ms
  const CellChange change = measure({-90, -86, -110});     // 200 ms
  EXPECT_EQ(change.kind, Kind::kHandover);
  EXPECT_EQ(change.cell, 1);
  EXPECT_EQ(selection.serving(0), 1);
}

TEST_F(Selection, WithinTheHysteresisNothingHappens) {
  measure({-90, -100, -110});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(measure({-90, -87, -110}).kind, Kind::kNone);
}

TEST_F(Selection, AGapStartsTheTimeToTriggerAgain) {
  measure({-90, -100, -110});
  measure({-90, -86, -110});
  measure({-90, -86, -110});
  EXPECT_EQ(measure({-90, -88, -110}).kind, Kind::kNone);  // 2 dB: it would have been now
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone);
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone);
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kHandover);
}

TEST_F(Selection, EveryNeighbourHasItsOwnTimeToTrigger) {
  measure({-90, -100, -100});
  measure({-90, -86, -100});
  measure({-90, -86, -80});  // stronger, but not for long
  const CellChange first = measure({-90, -86, -80});
  EXPECT_EQ(first.kind, Kind::kHandover);
  EXPECT_EQ(first.cell, 1);
  // From cell 1, cell 2 has to trigger anew.
  EXPECT_EQ(measure({-90, -86, -80}).kind, Kind::kNone);
  EXPECT_EQ(measure({-90, -86, -80}).kind, Kind::kNone);
  EXPECT_EQ(measure({-90, -86, -80}).cell, 2);
}

TEST_F(Selection, LostCoverageAndReturn) {
  measure({-119, -125, -130});
  EXPECT_EQ(measure({-121, -125, -130}).kind, Kind::kCoverageLost);
  EXPECT_EQ(selection.serving(0), kNoCell);
  EXPECT_EQ(measure({-121, -125, -130}).kind, Kind::kNone);
  const CellChange back = measure({-121, -110, -130});
  EXPECT_EQ(back.kind, Kind::kAccess);
  EXPECT_EQ(back.cell, 1);
}

TEST_F(Selection, AServingCellOutOfReachIsLeftAtOnce) {
  measure({-119, -125, -130});
  const CellChange change = measure({-121, -119.5F, -130});  // 1.5 dB, less than the hysteresis
  EXPECT_EQ(change.kind, Kind::kHandover);
  EXPECT_EQ(change.cell, 1);
}

TEST_F(Selection, ForgottenUesStartAfresh) {
  measure({-90, -100, -110});
  measure({-90, -80, -110});
  selection.forget(0);
  EXPECT_EQ(selection.serving(0), kNoCell);
  EXPECT_EQ(measure({-90, -100, -110}).kind, Kind::kAccess);
  EXPECT_EQ(measure({-90, -80, -110}).kind, Kind::kNone);
  EXPECT_EQ(selection.serving(7), kNoCell);  // never heard of
  selection.forget(7);
}

}  // namespace
}  // namespace cv2x::uu
