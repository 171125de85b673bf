#include "models/uu/cell_selection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace cv2x::uu {
namespace {

using Kind = CellChange::Kind;
constexpr TimeNs kEpoch = 100 * kMillisecond;
constexpr double kGood = 20, kBad = -20;  // SINR [dB]: in sync, out of sync

HandoverParams params() {
  HandoverParams p;
  p.hysteresis_db = 3;
  p.time_to_trigger_ns = 200 * kMillisecond;
  p.min_rsrp_dbm = -120;
  return p;
}

/// One UE that hears three cells.
struct Selection : ::testing::Test {
  CellChange measure(const std::vector<float>& rsrp, double sinr_db = kGood) {
    std::vector<Measured> heard;
    for (Cell c = 0; c < rsrp.size(); ++c) {
      if (!std::isnan(rsrp[c])) heard.push_back({c, rsrp[c]});
    }
    return selection.measure(0, heard, sinr_db, kEpoch * epoch++);
  }
  void restart(const HandoverParams& p) { selection = CellSelection(p), epoch = 0; }
  CellSelection selection{params()};
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

TEST_F(Selection, TheOffsetComesOnTop) {
  HandoverParams p = params();
  p.offset_db = 2;
  restart(p);
  measure({-90, -100, -110});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(measure({-90, -85, -110}).kind, Kind::kNone);
  measure({-90, -84.9F, -110});
  measure({-90, -84.9F, -110});
  EXPECT_EQ(measure({-90, -84.9F, -110}).kind, Kind::kHandover);
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

TEST_F(Selection, CellsThatAreNotHeardDoNotMatterAndStartAfreshWhenTheyAre) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(measure({none, -90, -95}).cell, 1);
  measure({-86, -90, none});
  measure({none, -90, -95});  // cell 0 was there for one measurement only
  measure({-86, -90, -95});
  EXPECT_EQ(measure({-86, -90, -95}).kind, Kind::kNone);
  EXPECT_EQ(measure({-86, -90, -95}).cell, 0);
}

TEST_F(Selection, SettledIsWhoIsServedByTheStrongest) {
  measure({-90, -100, -110});
  measure({-90, -100, -110});
  EXPECT_TRUE(selection.settled(0));
  measure({-90, -89, -110});
  EXPECT_FALSE(selection.settled(0));
  HandoverParams p = params();
  p.filter_coefficient = 4;
  restart(p);
  measure({-90, -100, -110});
  measure({-90, -100, -110});
  EXPECT_FALSE(selection.settled(0));
}

// --- layer-3 filter ---

TEST_F(Selection, TheFilterTakesTheMeasurementsOfTheStandardsPeriod) {
  HandoverParams p = params();
  p.filter_coefficient = 4;  // a = 1/2 a 200 ms, so 1 − a is √½ a 100 ms
  p.time_to_trigger_ns = 0;
  restart(p);
  measure({-90, -100, -110});
  // The neighbour jumps from −10 to +10 dB: after n measurements it is at 10 − 20 · 0.7071^n.
  EXPECT_EQ(measure({-90, -80, -110}).kind, Kind::kNone);      // −4.1
  EXPECT_EQ(measure({-90, -80, -110}).kind, Kind::kNone);      // 0
  EXPECT_EQ(measure({-90, -80, -110}).kind, Kind::kNone);      // 2.93
  EXPECT_EQ(measure({-90, -80, -110}).kind, Kind::kHandover);  // 5
}

// --- preparation ---

TEST_F(Selection, TheCommandComesAfterThePreparation) {
  HandoverParams p = params();
  p.preparation_ns = 150 * kMillisecond;
  restart(p);
  measure({-90, -100, -110});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone);  // reported at 300 ms
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone);                              // 400 ms
  // Prepared is prepared: cell 1 it is, though it has become weaker.
  const CellChange change = measure({-90, -95, -110});  // 500 ms
  EXPECT_EQ(change.kind, Kind::kHandover);
  EXPECT_EQ(change.cell, 1);
}

// --- radio link failure ---

HandoverParams monitored() {
  HandoverParams p = params();
  p.monitoring_given = true;
  p.monitoring.n310 = 2;
  p.monitoring.n311 = 2;
  p.monitoring.t310_ns = 300 * kMillisecond;
  return p;
}

TEST_F(Selection, TheLinkFailsWhenT310Expires) {
  restart(monitored());
  measure({-90, -95, -100});
  measure({-90, -92, -100}, kBad);
  measure({-90, -92, -100}, kBad);  // two in a row: T310 starts at 200 ms
  EXPECT_EQ(measure({-90, -89, -100}, kBad).kind, Kind::kNone);
  EXPECT_EQ(measure({-90, -89, -100}, kBad).kind, Kind::kNone);
  const CellChange change = measure({-90, -89, -100}, kBad);  // 500 ms
  EXPECT_EQ(change.kind, Kind::kRadioLinkFailed);
  EXPECT_EQ(change.cell, 1);  // the strongest
  EXPECT_EQ(selection.serving(0), 1);
}

TEST_F(Selection, InSyncIndicationsStopT310) {
  restart(monitored());
  measure({-90, -95, -100});
  measure({-90, -95, -100}, kBad);
  measure({-90, -95, -100}, kGood);  // not in a row
  measure({-90, -95, -100}, kBad);
  measure({-90, -95, -100}, kBad);  // T310 starts at 400 ms
  measure({-90, -95, -100}, kGood);
  measure({-90, -95, -100}, kGood);  // and stops
  for (int i = 0; i < 10; ++i) EXPECT_EQ(measure({-90, -95, -100}, kGood).kind, Kind::kNone);
}

TEST_F(Selection, OneInSyncIndicationDoesNot) {
  restart(monitored());
  measure({-90, -95, -100});
  measure({-90, -95, -100}, kBad);
  measure({-90, -95, -100}, kBad);  // 200 ms
  measure({-90, -95, -100}, kGood);
  measure({-90, -95, -100}, kBad);
  EXPECT_EQ(measure({-90, -95, -100}, kGood).kind, Kind::kRadioLinkFailed);  // 500 ms
}

TEST_F(Selection, BetweenTheThresholdsThereIsNoIndication) {
  restart(monitored());
  const double between = 0.5 * (selection.out_of_sync_db() + selection.in_sync_db());
  measure({-90, -95, -100});
  measure({-90, -95, -100}, kBad);
  measure({-90, -95, -100}, between);
  measure({-90, -95, -100}, kBad);  // the second: T310 starts at 300 ms
  measure({-90, -95, -100}, between);
  measure({-90, -95, -100}, between);
  EXPECT_EQ(measure({-90, -95, -100}, between).kind, Kind::kRadioLinkFailed);
}

TEST_F(Selection, AFailedLinkWithoutAnotherCellIsOutOfCoverage) {
  restart(monitored());
  measure({-119, -130, -130});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(measure({-121, -130, -130}, kBad).kind, Kind::kNone);
  const CellChange change = measure({-121, -130, -130}, kBad);
  EXPECT_EQ(change.kind, Kind::kRadioLinkFailed);
  EXPECT_EQ(change.cell, kNoCell);
  EXPECT_EQ(measure({-110, -130, -130}).kind, Kind::kAccess);
}

TEST_F(Selection, TheThresholdsAreThoseOfTheHypotheticalControlChannel) {
  const CellSelection at_defaults(monitored());
  EXPECT_LT(at_defaults.out_of_sync_db(), at_defaults.in_sync_db());
  HandoverParams p = monitored();
  p.monitoring.q_out = 0.3;
  EXPECT_LT(CellSelection(p).out_of_sync_db(), at_defaults.out_of_sync_db());
}

TEST_F(Selection, ACommandOnABrokenLinkIsLost) {
  HandoverParams p = monitored();
  p.monitoring.n310 = 1;
  p.monitoring.t310_ns = 10'000 * kMillisecond;
  p.preparation_ns = 100 * kMillisecond;
  restart(p);
  measure({-90, -100, -110});
  for (int i = 0; i < 3; ++i) measure({-90, -86, -110});
  const CellChange failed = measure({-90, -86, -110}, kBad);
  EXPECT_EQ(failed.kind, Kind::kHandoverFailed);
  EXPECT_EQ(failed.cell, 1);
  EXPECT_EQ(selection.serving(0), 0);
  // In sync again (twice), A3 triggers anew and the command comes through.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone);
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kHandover);
}

// --- conditional handover ---

HandoverParams conditional() {
  HandoverParams p = monitored();
  p.conditional_given = true;
  p.conditional.prepare_offset_db = -3;
  p.preparation_ns = 100 * kMillisecond;
  return p;
}

TEST_F(Selection, APreparedTargetIsTakenWithoutACommand) {
  restart(conditional());
  measure({-90, -100, -110});
  for (int i = 0; i < 4; ++i) measure({-90, -92, -110});  // above −3 dB for 200 ms, prepared 100 ms later
  measure({-90, -86, -110}, kBad);
  measure({-90, -86, -110}, kBad);  // T310 runs: no matter
  const CellChange change = measure({-90, -86, -110}, kBad);
  EXPECT_EQ(change.kind, Kind::kHandover);
  EXPECT_EQ(change.cell, 1);
}

TEST_F(Selection, ATargetThatIsNotPreparedIsNotTaken) {
  HandoverParams p = conditional();
  p.preparation_ns = 1000 * kMillisecond;
  restart(p);
  measure({-90, -100, -110});
  for (int i = 0; i < 12; ++i) EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kNone) << i;
  EXPECT_EQ(measure({-90, -86, -110}).kind, Kind::kHandover);  // 200 ms + 1 s after the first
}

TEST_F(Selection, APreparedTargetRecoversAFailedLink) {
  restart(conditional());
  measure({-90, -100, -110});
  for (int i = 0; i < 5; ++i) measure({-90, -91, -110});
  CellChange change;
  for (int i = 0; i < 5; ++i) change = measure({-92, -91, -110}, kBad);
  EXPECT_EQ(change.kind, Kind::kRecoveredByTarget);
  EXPECT_EQ(change.cell, 1);
}

TEST_F(Selection, APreparationIsReleasedWhenTheTargetFades) {
  restart(conditional());
  measure({-90, -100, -110});
  for (int i = 0; i < 5; ++i) measure({-90, -91, -110});
  measure({-90, -99.5F, -110});  // below −3 − 2 · 3 dB
  CellChange change;
  for (int i = 0; i < 5; ++i) change = measure({-100, -99.5F, -110}, kBad);
  // Prepared again since, but the link was out of sync when the command came.
  EXPECT_EQ(change.kind, Kind::kRadioLinkFailed);
  EXPECT_EQ(change.cell, 1);
}

}  // namespace
}  // namespace cv2x::uu
