#include "sim/run/latencies.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "sim/config/budgets.h"
#include "sim/run/service_rows.h"
#include "tests/sim/run/world_for_test.h"

namespace cv2x {
namespace {

constexpr std::array kQuantiles = {0.5, 0.9, 0.95, 0.99, 0.999};

class LatenciesTest : public WorldTest {
 protected:
  static void expect_same(double a, double b) { EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))); }
  static void expect_same(const Estimate& a, const Estimate& b) {
    expect_same(a.value, b.value);
    expect_same(a.interval.low, b.interval.low);
    expect_same(a.interval.high, b.interval.high);
  }
};

TEST_F(LatenciesTest, RowsSayWhatTheRunSaid) {
  const std::string file = simulate("full");
  const Result result(file);
  const auto stats = stats_of_rows(result, file, recorded_scenario(result.scenario_resolved(), file));
  const auto rows = result.rows<ServiceSummaryRow>();
  ASSERT_EQ(stats.size(), rows.size());
  std::uint64_t lost = 0;
  for (std::uint16_t i = 0; i < rows.size(); ++i) {
    const ServiceSummaryRow again = summary_row(i, stats[i]);
    for_each_column<ServiceSummaryRow>([&](const auto& c) {
      SCOPED_TRACE(c.name);
      expect_same(static_cast<double>(again.*(c.member)), static_cast<double>(rows[i].*(c.member)));
    });
    EXPECT_EQ(again.sent, rows[i].sent);
    lost += again.sent - again.delivered;
  }
  EXPECT_GT(lost, 0u);
}

TEST_F(LatenciesTest, AnyQuantileOfAFinishedRunIsThatOfItsRows) {
  const std::string file = simulate("full");
  const Result result(file);
  const auto stats = stats_of_rows(result, file, recorded_scenario(result.scenario_resolved(), file));
  const auto found = latency_quantiles(file, kQuantiles, IntervalMethod::kTwoWay);
  const auto resampled = latency_quantiles(file, kQuantiles, IntervalMethod::kBootstrap);
  const auto without = latency_quantiles(simulate("histogram", "", {"recording.mode=histogram"}), kQuantiles,
                                         IntervalMethod::kTwoWay);
  ASSERT_EQ(found.size(), stats.size());
  for (std::size_t s = 0; s < stats.size(); ++s) {
    const auto expected = stats[s].quantiles_ns(kQuantiles);
    for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
      expect_same(found[s][i], expected[i]);
      expect_same(without[s][i], expected[i]);
      expect_same(resampled[s][i].value, expected[i].value);
    }
  }
  EXPECT_LT(resampled[1][0].interval.high, 1e9);
  EXPECT_NE(resampled[0][0].interval.high, found[0][0].interval.high);
}

TEST_F(LatenciesTest, ARunThatHasNotEndedCountsWhatIsOldEnough) {
  // What a kill leaves: the rows up to the last flush, and no summary.
  const std::string file = path("killed.h5");
  const auto loaded = load_scenario_text(kWorld, "world", folder_.string(), {{}});
  {
    RecordHeader header;
    for (const auto& s : loaded.scenario.services) header.services.push_back({s.name, s.deadline_ns});
    header.scenario_resolved = resolved_yaml(loaded.scenario);
    Recorder recorder({file}, header);
    recorder.vehicle_name({"car", ""});
    for (std::uint64_t i = 0; i < 1000; ++i) {  // telemetry, its deadline 20 ms, the drain 1 s
      const TimeNs created = 3 * kSecond + static_cast<TimeNs>(i) * 10 * kMillisecond;
      recorder.message({.id = i + 1,
                        .service = 1,
                        .outcome = Outcome::kDelivered,
                        .counted = true,
                        .created_ns = created,
                        .end_ns = created + kMillisecond},
                       {});
    }
    recorder.message({.id = 2000, .service = 1, .counted = false}, {});  // of the warm-up
    recorder.flush(13 * kSecond);
  }
  const auto rows = summary_so_far(file);
  ASSERT_EQ(rows.size(), loaded.scenario.services.size());
  EXPECT_EQ(rows[1].sent, 900u);  // created in [3 s, 12 s)
  EXPECT_EQ(rows[1].in_time, 900u);
  EXPECT_NEAR(rows[1].p99_ns, 1e6, 1e3);
  EXPECT_EQ(rows[0].sent, 0u);
  const auto found = latency_quantiles(file, kQuantiles, IntervalMethod::kTwoWay);
  EXPECT_EQ(found[1][0].value, rows[1].p50_ns);
  EXPECT_EQ(found[1][0].interval.high, rows[1].p50_high_ns);
}

TEST_F(LatenciesTest, NothingToTell) {
  const auto loaded = load_scenario_text(kWorld, "world", folder_.string(), {{"recording.mode=histogram"}});
  for (const bool flushed : {false, true}) {
    const std::string file = path("killed.h5");
    {
      RecordHeader header;
      for (const auto& s : loaded.scenario.services) header.services.push_back({s.name, s.deadline_ns});
      header.scenario_resolved = resolved_yaml(loaded.scenario);
      Recorder recorder({file}, header);
      if (flushed) recorder.flush(kSecond);
    }
    EXPECT_TRUE(summary_so_far(file).empty());
    EXPECT_TRUE(latency_quantiles(file, kQuantiles, IntervalMethod::kTwoWay).empty());
  }
  EXPECT_THROW(latency_quantiles("none.h5", kQuantiles, IntervalMethod::kTwoWay), UserError);
  EXPECT_THROW(latency_quantiles(simulate("x"), std::array{1.0}, IntervalMethod::kTwoWay), UserError);
}

}  // namespace
}  // namespace cv2x
