#include "sim/run/assess.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "models/measure/interval.h"
#include "sim/record/reader.h"
#include "tests/sim/run/world_for_test.h"

namespace cv2x {
namespace {

using testing::HasSubstr;

const std::string kAreas = R"(
areas:
  junction: {kind: circle, x: 30 m, y: 0 m, radius: 60 m}
  east: {kind: rectangle, x_min: 200 m, x_max: 400 m, y_min: -10 m, y_max: 10 m}
  wedge: {kind: polygon, points: [[0 m, -1 m], [300 m, -1 m], [150 m, 1.5 m]]}
  far: {kind: circle, x: 9 km, y: 0 m, radius: 1 m}
)";
const std::string kBudgets = R"(
budgets:
  perception-p50: {service: perception, metric: latency, quantile: 50 %, limit: 20 ms}
  perception-p95: {service: perception, metric: latency, quantile: 95 %, limit: 15 ms}
  telemetry: {service: telemetry, metric: latency, quantile: 99 %, limit: 20 ms}
  embb: {slice: embb, metric: latency, quantile: 90 %, limit: 30 ms}
  urllc: {slice: urllc, metric: reliability, at_least: 99.9 %}
  perception-rel: {service: perception, metric: reliability, at_least: 99 %}
  everything: {area: junction, metric: latency, quantile: 75 %, limit: 12 ms}
  warnings: {service: warning, area: east, metric: reliability, at_least: 99 %}
  wedge: {slice: embb, area: wedge, metric: latency, quantile: 60 %, limit: 10 ms}
  nobody: {area: far, metric: latency, quantile: 50 %, limit: 1 s}
  age-telemetry: {service: telemetry, metric: age_of_information, quantile: 95 %, limit: 98 ms}
  age-embb: {slice: embb, metric: age_of_information, quantile: 90 %, limit: 700 ms}
  age-east: {area: east, metric: age_of_information, quantile: 50 %, limit: 50 ms}
)";

void expect_same_number(double a, double b) {
  EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b))) << a << " and " << b;
}

void expect_same(const Assessment& a, const Assessment& b) {
  SCOPED_TRACE(a.budget.name);
  EXPECT_EQ(a.budget.name, b.budget.name);
  expect_same_number(a.judgement.measured.value, b.judgement.measured.value);
  expect_same_number(a.judgement.measured.interval.low, b.judgement.measured.interval.low);
  expect_same_number(a.judgement.measured.interval.high, b.judgement.measured.interval.high);
  EXPECT_EQ(a.judgement.verdict, b.judgement.verdict);
  EXPECT_EQ(a.judgement.replications, b.judgement.replications);
  EXPECT_EQ(a.samples, b.samples);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.sums.lost, b.sums.lost);
  ASSERT_EQ(a.sums.parts.size(), b.sums.parts.size());
  for (std::size_t i = 0; i < a.sums.parts.size(); ++i) {
    EXPECT_EQ(a.sums.parts[i].service, b.sums.parts[i].service);
    EXPECT_EQ(a.sums.parts[i].late.count, b.sums.parts[i].late.count);
    EXPECT_EQ(a.sums.parts[i].late.sums_ns, b.sums.parts[i].late.sums_ns);
    EXPECT_EQ(a.sums.parts[i].kept.count, b.sums.parts[i].kept.count);
    EXPECT_EQ(a.sums.parts[i].kept.sums_ns, b.sums.parts[i].kept.sums_ns);
  }
  EXPECT_EQ(a.blame.cause, b.blame.cause);
  EXPECT_EQ(a.blame.excess_ns, b.blame.excess_ns);
  EXPECT_EQ(a.blame.share, b.blame.share);
}

class Assess : public WorldTest {
 protected:
  static std::string error_of(const std::vector<std::string>& paths,
                              const std::optional<BudgetsFile>& file = std::nullopt) {
    try {
      assess(paths, file);
    } catch (const UserError& error) {
      return error.what();
    }
    return "no complaint";
  }
};

TEST_F(Assess, MeasuredAgainIsWhatTheRunMeasured) {
  const auto during = assess({simulate("with", kAreas + kBudgets)});
  const auto after = assess({simulate("without")}, BudgetsFile{kAreas + kBudgets, "budgets.yaml"});
  ASSERT_EQ(during.size(), 13u);
  ASSERT_EQ(after.size(), 13u);
  for (std::size_t i = 0; i < during.size(); ++i) expect_same(during[i], after[i]);

  // And the test is one of something: all verdicts, stages, losses, ages.
  std::set<Verdict> verdicts;
  std::set<Cause> causes;
  for (const auto& a : during) {
    verdicts.insert(a.judgement.verdict);
    causes.insert(a.blame.cause);
    EXPECT_EQ(a.samples > 0, a.budget.name != "nobody");
    EXPECT_EQ(a.reason.empty(), a.judgement.verdict != Verdict::kInconclusive);
  }
  EXPECT_EQ(verdicts.size(), 3u);
  EXPECT_GE(causes.size(), 3u);
  EXPECT_EQ(during[9].reason, "nothing was measured in area 'far'");
}

TEST_F(Assess, TheRowsOfTheRunSayTheSame) {
  const std::string file = simulate("with", kAreas + kBudgets);
  const auto verdicts = assess({file});
  const Result result(file);
  const auto rows = result.rows<BudgetRow>();
  EXPECT_EQ(result.names("areas"), (std::vector<std::string>{"junction", "east", "wedge", "far"}));
  ASSERT_EQ(rows.size(), verdicts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [row, a] = std::tie(rows[i], verdicts[i]);
    SCOPED_TRACE(a.budget.name);
    EXPECT_EQ(row.service == kAnyService, a.budget.service.empty());
    EXPECT_EQ(row.slice >= 0, !a.budget.slice.empty());
    EXPECT_EQ(row.area >= 0, !a.budget.area.empty());
    EXPECT_EQ(static_cast<BudgetMetric>(row.metric), a.budget.metric);
    EXPECT_EQ(row.limit, a.judgement.limit);
    expect_same_number(row.measured, a.judgement.measured.value);
    EXPECT_EQ(static_cast<Verdict>(row.verdict), a.judgement.verdict);
    EXPECT_EQ(row.replications, a.judgement.replications.value_or(0));
    EXPECT_EQ(row.samples, a.samples);
    EXPECT_EQ(row.blame, a.blame.cause);
    EXPECT_EQ(row.blame_excess_ns, a.blame.excess_ns);
    EXPECT_EQ(row.lost, a.sums.lost_in_all());
  }
  // A budget on a whole service is about what the summary is about.
  for (const auto& s : result.rows<ServiceSummaryRow>()) {
    if (s.service != 1) continue;
    EXPECT_EQ(rows[2].measured, s.p99_ns);
    EXPECT_EQ(rows[2].high, s.p99_high_ns);
    EXPECT_EQ(rows[2].samples, s.sent);
  }
}

TEST_F(Assess, ReplicationsTogether) {
  std::vector<std::string> with, without;
  for (int r = 0; r < 3; ++r) {
    const std::vector<std::string> override = {fmt::format("simulation.replication={}", r)};
    with.push_back(simulate(fmt::format("with-{}", r), kAreas + kBudgets, override));
    without.push_back(simulate(fmt::format("without-{}", r), "", override));
  }
  const auto recorded = assess(with);
  const auto again = assess(without, BudgetsFile{kAreas + kBudgets, "b.yaml"});
  for (std::size_t i = 0; i < recorded.size(); ++i) expect_same(recorded[i], again[i]);

  std::vector<std::vector<Assessment>> single;
  for (const auto& path : with) single.push_back(assess({path}));
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const auto& all = recorded[i];
    SCOPED_TRACE(all.budget.name);
    std::vector<double> values;
    std::uint64_t samples = 0, late = 0, late_in_all = 0;
    for (const auto& run : single) {
      if (!std::isnan(run[i].judgement.measured.value)) values.push_back(run[i].judgement.measured.value);
      samples += run[i].samples;
      for (const auto& part : run[i].sums.parts) late += part.late.count;
    }
    for (const auto& part : all.sums.parts) late_in_all += part.late.count;
    EXPECT_EQ(all.samples, samples);
    EXPECT_EQ(late_in_all, late);
    if (all.budget.metric == BudgetMetric::kReliability) continue;
    const Estimate expected = over_replications(values);
    expect_same_number(all.judgement.measured.value, expected.value);
    if (!values.empty()) {
      EXPECT_EQ(all.judgement.measured.interval.low, expected.interval.low);
      const Judgement j = judge(all.budget, expected, 3);
      EXPECT_EQ(all.judgement.verdict, j.verdict);
      EXPECT_EQ(all.judgement.replications, j.replications);
    }
  }
  double in_time = 0, sent = 0;
  for (const auto& path : with) {
    for (const auto& s : Result(path).rows<ServiceSummaryRow>()) {
      in_time += s.service == 0 ? static_cast<double>(s.in_time) : 0;
      sent += s.service == 0 ? static_cast<double>(s.sent) : 0;
    }
  }
  EXPECT_EQ(recorded[5].judgement.measured.value, in_time / sent);
}

TEST_F(Assess, ASampleSaysThatItIsOne) {
  const std::string budgets =
      "\nbudgets:\n  a: {service: telemetry, metric: latency, quantile: 50 %, limit: 1 s}\n"
      "  b: {slice: embb, metric: reliability, at_least: 50 %}\n";
  const std::string file = simulate("sampled", "", {"recording={mode: sampled, fraction: 25 %}"});
  const auto sampled = assess({file}, BudgetsFile{budgets, "b.yaml"});
  const auto full = assess({simulate("full")}, BudgetsFile{budgets, "b.yaml"});
  for (std::size_t i = 0; i < sampled.size(); ++i) {
    EXPECT_EQ(sampled[i].reason, "measured from a sample of 25 % of the messages");
    EXPECT_EQ(sampled[i].judgement.verdict, Verdict::kPass);
    EXPECT_NEAR(static_cast<double>(sampled[i].samples), 0.25 * static_cast<double>(full[i].samples),
                0.03 * static_cast<double>(full[i].samples));
    EXPECT_NEAR(sampled[i].judgement.measured.value, full[i].judgement.measured.value,
                0.1 * full[i].judgement.measured.value);
  }
  EXPECT_THAT(
      error_of({file},
               BudgetsFile{"budgets:\n  a: {service: telemetry, metric: age_of_information, quantile: 50 %, "
                           "limit: 1 s}\n",
                           "b.yaml"}),
      HasSubstr("budget 'a' cannot be judged from this result: it holds a sample of the messages (recording: "
                "sampled)"));
  // What the run itself has judged was not a sample.
  EXPECT_EQ(assess({simulate("own", budgets, {"recording={mode: sampled, fraction: 25 %}"})})[0].reason, "");
}

TEST_F(Assess, WithoutMessagesOfWholeServices) {
  const std::string file = simulate("histogram", "", {"recording.mode=histogram"});
  const std::string full = simulate("full");
  const std::string text = R"(
budgets:
  p99: {service: telemetry, metric: latency, quantile: 99 %, limit: 20 ms}
  p90: {service: telemetry, metric: latency, quantile: 90 %, limit: 20 ms}
  rel: {service: perception, metric: reliability, at_least: 99 %}
  slice: {slice: embb, metric: latency, quantile: 95 %, limit: 20 ms}
  share: {slice: embb, metric: reliability, at_least: 99 %}
)";
  const auto some = assess({file}, BudgetsFile{text, "b.yaml"}),
             all = assess({full}, BudgetsFile{text, "b.yaml"});
  for (std::size_t i = 0; i < some.size(); ++i) {
    SCOPED_TRACE(some[i].budget.name);
    EXPECT_EQ(some[i].judgement.measured.value, all[i].judgement.measured.value);
    EXPECT_EQ(some[i].samples, all[i].samples);
    EXPECT_EQ(some[i].blame.cause, kNoCause);
    EXPECT_EQ(some[i].judgement.measured.interval.low, all[i].judgement.measured.interval.low);
    EXPECT_EQ(some[i].judgement.measured.interval.high, all[i].judgement.measured.interval.high);
    EXPECT_EQ(some[i].reason, all[i].reason);
  }
  const auto budget = [](const std::string& keys) {
    return BudgetsFile{"budgets:\n  x: {" + keys + "}\n", "b"};
  };
  EXPECT_THAT(
      error_of({file}, budget("service: telemetry, metric: age_of_information, quantile: 99 %, limit: 1 s")),
      HasSubstr("budget 'x' cannot be judged from this result: an age of information needs the messages, "
                "and recording: histogram keeps none"));
  EXPECT_THAT(
      error_of({file},
               BudgetsFile{kAreas + "budgets: {x: {area: east, metric: reliability, at_least: 9 %}}\n", "b"}),
      HasSubstr("it is about an area, and recording: histogram keeps no places"));
  // Replications have an interval.
  const std::string second = simulate("second", "", {"recording.mode=histogram", "simulation.replication=1"});
  const auto both = assess({file, second}, BudgetsFile{text, "b.yaml"});
  EXPECT_LT(both[1].judgement.measured.interval.high, 1e9);
}

TEST_F(Assess, RefusesWhatIsNotReplications) {
  const std::string a = simulate("a", kAreas + kBudgets);
  const std::string b = simulate("b", kAreas + kBudgets, {"simulation.seed=6"});
  const std::string other = simulate("c", kAreas + kBudgets, {"services.telemetry.rate=9 Hz"});
  EXPECT_EQ(assess({a, b}).size(), 13u);
  EXPECT_EQ(error_of({a, other}), other + ": this and " + a + " are not replications of one scenario");
  EXPECT_EQ(error_of({a, b, a}), a + ": this and " + a + " are the same replication of the same scenario");
  EXPECT_THAT(error_of({path("none.h5")}), HasSubstr("there is no such result file"));
  EXPECT_THAT(error_of({path("street.xml")}), HasSubstr("not an HDF5 file"));
  EXPECT_THAT(error_of({}), HasSubstr("no result files"));
  EXPECT_THAT(
      error_of({a}, BudgetsFile{"budgets: {x: {service: nobody, metric: reliability, at_least: 9 %}}\n",
                                "b.yaml"}),
      HasSubstr("b.yaml:1:24: budgets.x.service: there is no service 'nobody'"));
}

TEST_F(Assess, RefusesARunThatHasNotEnded) {
  RunOptions options;
  options.output = path("stopped.h5");
  options.on_progress = [](const Progress&) { return false; };
  const auto loaded =
      load_scenario_text(kWorld, "world", folder_.string(), {{"services.telemetry.rate=2 kHz"}});
  ASSERT_TRUE(run(loaded, options).interrupted);
  EXPECT_EQ(error_of({options.output}),
            options.output + ": incomplete: the run has not ended, so there are no verdicts");
}

TEST_F(Assess, AFewMessagesHaveNoInterval) {
  const std::string file = simulate(
      "few", kBudgets + kAreas, {"mobility={kind: static, vehicles: 1}", "services.telemetry.rate=0.2 Hz"});
  const auto telemetry = assess({file})[2];
  EXPECT_LT(telemetry.samples, 6u);
  EXPECT_EQ(telemetry.judgement.verdict, Verdict::kInconclusive);
  EXPECT_THAT(telemetry.reason, HasSubstr("too little was measured for an interval within one run"));
  EXPECT_FALSE(telemetry.judgement.replications.has_value());
}

TEST_F(Assess, SaysWhenReplicationsAreTooShortForTheQuantile) {
  const std::vector<std::string> one_car = {"mobility={kind: static, vehicles: 1}"};
  std::vector<std::string> files;
  for (const char* r : {"0", "1", "2"}) {
    auto overrides = one_car;
    overrides.push_back(std::string("simulation.replication=") + r);
    files.push_back(simulate(std::string("short-") + r, kBudgets + kAreas, overrides));
  }
  const auto verdicts = assess(files);
  // 210 messages of a car say something of its median and nothing of its p99.
  EXPECT_THAT(verdicts[2].reason, HasSubstr("3 of 3 replications are too short for this quantile"));
  EXPECT_THAT(verdicts[0].reason, testing::Not(HasSubstr("too short")));
}

TEST_F(Assess, OneVehicleInAShortRunDecidesNothing) {
  const std::string file = simulate("one", kBudgets + kAreas, {"mobility={kind: static, vehicles: 1}"});
  const auto verdicts = assess({file});
  EXPECT_EQ(verdicts[2].judgement.verdict, Verdict::kInconclusive);
  EXPECT_THAT(verdicts[2].reason, HasSubstr("too few independent samples"));
  EXPECT_FALSE(verdicts[2].judgement.replications.has_value());
}

}  // namespace
}  // namespace cv2x
