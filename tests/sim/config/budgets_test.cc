#include "sim/config/budgets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/base/error.h"
#include "sim/config/load.h"

namespace cv2x {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string kFolder = CV2X_SOURCE_DIR "/tests/sim/config/bad_budgets/";
const std::string kGood = CV2X_SOURCE_DIR "/tests/sim/config/good/";

/// What a result of everything.yaml has.
std::string resolved() { return resolved_yaml(load_scenario(kGood + "everything.yaml").scenario); }
Scenario recorded() { return recorded_scenario(resolved(), "out.h5"); }

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::string error_of(const std::string& text, const std::string& name = "b.yaml") {
  Scenario s = recorded();
  try {
    replace_budgets(text, name, s);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(RecordedScenario, IsWhatBudgetsNeed) {
  const Scenario all = load_scenario(kGood + "everything.yaml").scenario, some = recorded();
  EXPECT_EQ(some.simulation.warm_up_ns, all.simulation.warm_up_ns);
  EXPECT_EQ(some.simulation.replication, all.simulation.replication);
  EXPECT_EQ(some.services.size(), all.services.size());
  EXPECT_EQ(some.services[0].deadline_ns, all.services[0].deadline_ns);
  EXPECT_EQ(some.services[1].slice, "v2x");
  EXPECT_EQ(some.slices.size(), all.slices.size());
  EXPECT_EQ(some.areas[2].points.size(), all.areas[2].points.size());
  EXPECT_EQ(some.budgets[0].limit_ns, all.budgets[0].limit_ns);
  EXPECT_EQ(some.recording.fraction, all.recording.fraction);
}

TEST(RecordedScenario, DoesNotNeedTheInputsNorKnowOtherSections) {
  std::string text = resolved();
  const auto at = text.find("trace.xml");
  text.replace(at, 9, "gone.xml");
  EXPECT_EQ(recorded_scenario(text + "from_the_future: {x: 1}\n", "out.h5").services.size(), 6u);
}

TEST(RecordedScenario, ThatCannotBeRead) {
  try {
    recorded_scenario("simulation: {duration: 5 parsecs}\n", "out.h5");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("out.h5: the scenario in it cannot be read by this version: "));
  }
}

TEST(ScenarioKey, LeavesOutTheSeeds) {
  const std::string key = scenario_key(resolved());
  const auto with = [](const std::string& override) {
    return scenario_key(resolved_yaml(load_scenario(kGood + "everything.yaml", {{override}}).scenario));
  };
  EXPECT_EQ(with("simulation.seed=99"), key);
  EXPECT_EQ(with("simulation.replication=4"), key);
  EXPECT_NE(with("simulation.duration=91 s"), key);
  EXPECT_NE(with("budgets.a.limit=101 ms"), key);
  EXPECT_EQ(scenario_key("b: [1, {d: 2, c: 3}]\na: ''\n"), scenario_key("a: ''\nb: [1, {c: 3, d: 2}]\n"));
  EXPECT_NE(scenario_key("a: [b, c]\n"), scenario_key("a: [b c]\n"));
}

TEST(ReplaceBudgets, TakesTheirPlaceAndAddsAreas) {
  Scenario s = recorded();
  replace_budgets(
      "areas:\n  street: {kind: circle, x: 7 m, y: 0 m, radius: 5 m}\n  new: {kind: circle, x: 8 m, y: 0 m, "
      "radius: 5 m}\n"
      "budgets:\n  x: {area: street, metric: reliability, at_least: 90 %}\n"
      "  y: {area: quarter, service: telemetry, metric: age_of_information, quantile: 50 %, limit: 1 s}\n",
      "b.yaml", s);
  ASSERT_EQ(s.budgets.size(), 2u);
  EXPECT_EQ(s.budgets[0].name, "x");
  EXPECT_EQ(s.budgets[0].service, "");  // nothing of the scenario's budgets is left in it
  ASSERT_EQ(s.areas.size(), 4u);
  const auto street =
      std::find_if(s.areas.begin(), s.areas.end(), [](auto& a) { return a.name == "street"; });
  EXPECT_EQ(street->x_m, 7);  // the file's, not the scenario's
}

TEST(ReplaceBudgets, AMistakeChangesNothing) {
  Scenario s = recorded();
  EXPECT_THROW(replace_budgets("budgets: {x: {service: nobody, metric: latency}}\n", "b.yaml", s), UserError);
  EXPECT_EQ(s.budgets.size(), 4u);
}

class BadBudgets : public testing::TestWithParam<std::string> {};

TEST_P(BadBudgets, SayWhatIsWrong) {
  EXPECT_EQ(error_of(content(kFolder + GetParam() + ".yaml"), GetParam() + ".yaml") + '\n',
            content(kFolder + GetParam() + ".expected"));
}

std::vector<std::string> fixtures() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(kFolder)) {
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

INSTANTIATE_TEST_SUITE_P(Fixtures, BadBudgets, testing::ValuesIn(fixtures()),
                         [](const auto& fixture) { return fixture.param; });

TEST(BudgetsFile, ThatCannotBeHad) {
  EXPECT_THROW(read_budgets_file("/nowhere/b.yaml"), UserError);
  EXPECT_THROW(read_budgets_file("/"), UserError);
}

}  // namespace
}  // namespace cv2x
