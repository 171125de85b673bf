#include "sim/config/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "models/base/error.h"

namespace cv2x {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kGood = CV2X_SOURCE_DIR "/tests/sim/config/good/";

const std::string kSmall =
    "simulation: {duration: 10 s}\nmobility: {kind: static}\nsites: {gnb: {kind: gnb}}\nradio: {kind: "
    "ideal}\n";

LoadedScenario with(std::vector<std::string> overrides) {
  return load_scenario(kGood + "everything.yaml", {std::move(overrides)});
}

std::string error_of(const std::string& text) {
  try {
    load_scenario_text(text, "text");
  } catch (const UserError& e) {
    return e.what();
  }
  return "loaded";
}

TEST(Load, ReadsEveryKind) {
  const Scenario s = with({}).scenario;
  EXPECT_EQ(s.title, "Every key: é, 'quotes', \"more\", # and : too");
  EXPECT_EQ(s.simulation.warm_up_ns, 1'500'000'000);
  EXPECT_EQ(s.simulation.seed, 7);
  EXPECT_EQ(s.mobility.kind, MobilityKind::kFcd);
  EXPECT_EQ(s.mobility.file, kGood + "parts/trace.xml");
  ASSERT_EQ(s.sites.size(), 5u);
  EXPECT_EQ(s.sites[0].name, "gnb.1");
  EXPECT_EQ(s.sites[0].x_m, -3.25);
  EXPECT_EQ(s.sites[0].y_m, 1500);
  EXPECT_EQ(s.sites[1].placement, Placement::kLonLat);
  EXPECT_EQ(s.sites[1].lat_deg, 52.25);
  EXPECT_EQ(s.sites[2].name, "10");
  EXPECT_EQ(s.links[0].queue_bytes, 65536);
  EXPECT_EQ(s.links[0].delay_ns, 3500);
  EXPECT_EQ(s.links[3].delay_ns, 12'345'678);
  const auto& carrier = s.radio.carriers[0];
  EXPECT_EQ(carrier.channel.environment, Environment::kRma);
  EXPECT_FALSE(carrier.channel.shadowing);
  EXPECT_EQ(carrier.alpha, 0.7);
  EXPECT_EQ(carrier.bler_target, 0.01);
  EXPECT_EQ(s.compute.hosts[0].speed_cps, 2.5e9);
  EXPECT_EQ(s.services[0].vehicles, 0.333);
  EXPECT_EQ(s.services[0].cycles_kind, SizeKind::kExponential);
  EXPECT_EQ(s.services[0].slice, "other");
  EXPECT_EQ(s.budgets[1].metric, BudgetMetric::kReliability);
  EXPECT_EQ(s.areas[0].radius_m, 250);
  EXPECT_EQ(s.areas[1].x_min_m, -1000);
  EXPECT_EQ(s.areas[1].y_max_m, 4);
  ASSERT_EQ(s.areas[2].points.size(), 4u);
  EXPECT_EQ(s.areas[2].points[1].x_m, 1500);
  EXPECT_EQ(s.areas[2].points[2].x_m, 0.8);
  EXPECT_EQ(s.areas[2].points[3].y_m, 1000);
  EXPECT_EQ(s.budgets[2].metric, BudgetMetric::kAgeOfInformation);
  EXPECT_EQ(s.budgets[2].limit_ns, kSecond);
  EXPECT_EQ(s.budgets[2].quantile, 0.95);
  EXPECT_EQ(s.budgets[2].area, "quarter");
  EXPECT_EQ(s.budgets[3].service, "");
  EXPECT_EQ(s.recording.mode, RecordingMode::kSampled);
  EXPECT_EQ(s.recording.vehicles_ns, 0);
}

TEST(Load, FillsInDefaultsThatDependOnOtherSections) {
  EXPECT_EQ(with({}).scenario.services[1].slice, "v2x");
  const auto s =
      load_scenario_text(kSmall + "services: {t: {kind: telemetry_upload, server: gnb}}\n", "t").scenario;
  ASSERT_EQ(s.slices.size(), 1u);
  EXPECT_EQ(s.slices[0].name, "default");
  EXPECT_EQ(s.services[0].slice, "default");
  // It may be named, too.
  EXPECT_EQ(
      load_scenario_text(kSmall + "services: {t: {kind: telemetry_upload, server: gnb}}\n"
                                  "budgets: {b: {slice: default, metric: reliability, at_least: 9 %}}\n",
                         "t")
          .scenario.budgets[0]
          .slice,
      "default");
}

TEST(Load, KeepsTextAndFiles) {
  const auto loaded = load_scenario(kGood + "layered.yaml");
  EXPECT_THAT(loaded.text, testing::StartsWith("extends: parts/middle.yaml\n"));
  EXPECT_THAT(loaded.files,
              ElementsAre(kGood + "layered.yaml", kGood + "parts/middle.yaml", kGood + "small.yaml"));
  EXPECT_THAT(loaded.inputs, ElementsAre(kGood + "parts/trace.xml"));
}

TEST(Load, ExtendsOverSeveralFoldersAndDeletes) {
  const Scenario s = load_scenario(kGood + "layered.yaml").scenario;
  EXPECT_EQ(s.title, "from the middle");
  EXPECT_EQ(s.simulation.duration_ns, 30 * kSecond);  // from the last
  EXPECT_EQ(s.simulation.seed, 5);                    // from the middle
  EXPECT_EQ(s.mobility.kind, MobilityKind::kFcd);
  ASSERT_EQ(s.sites.size(), 2u);
  EXPECT_EQ(s.sites[0].name, "gnb");
  EXPECT_EQ(s.sites[0].height_m, 12);
  EXPECT_EQ(s.sites[1].name, "mec");
  EXPECT_EQ(s.links.size(), 1u);
}

TEST(Load, LaterBasesWin) {
  const auto seed_of = [](const std::string& bases) {
    return load_scenario_text("extends: " + bases + "\n", "text", kGood).scenario.simulation.seed;
  };
  EXPECT_EQ(seed_of("[parts/middle.yaml, small.yaml]"), 5);
  EXPECT_EQ(seed_of("small.yaml"), 1);
}

TEST(Load, OverridesInOrder) {
  const Scenario s =
      with({"simulation.seed=8", "simulation.seed=9", "radio.carriers.n78.channel={environment: uma}",
            "sites.gnb.1.height=12 m", "links.e={from: cloud, to: null_, delay: 1 ms}", "budgets.a=null",
            "title=\"a = b\"", "mobility.begin=5 s"})
          .scenario;
  EXPECT_EQ(s.simulation.seed, 9);
  EXPECT_EQ(s.radio.carriers[0].channel.environment, Environment::kUma);
  EXPECT_EQ(s.radio.carriers[0].channel.street_width_m, 21);  // maps merge
  EXPECT_EQ(s.sites[0].height_m, 12);                         // a name with a dot
  EXPECT_EQ(s.links.back().name, "e");
  EXPECT_EQ(s.budgets.size(), 3u);
  EXPECT_EQ(s.title, "a = b");
  EXPECT_EQ(s.mobility.begin_ns, 5 * kSecond);
}

TEST(Load, AnOverrideMayChangeTheKind) {
  const Scenario s =
      with({"radio.kind=ideal", "mobility.kind=static", "sites.rsu-2.placement=metres"}).scenario;
  EXPECT_EQ(s.radio.kind, RadioKind::kIdeal);
  EXPECT_TRUE(s.radio.cells.empty());
  EXPECT_EQ(s.mobility.kind, MobilityKind::kStatic);
}

TEST(Load, AnOverrideIntoAMissingSection) {
  const auto s =
      load_scenario_text(kSmall, "text", {}, {{"radio.ideal.delay=7 ms", "recording.mode=histogram"}})
          .scenario;
  EXPECT_EQ(s.radio.ideal.delay_ns, 7 * kMillisecond);
  EXPECT_EQ(s.recording.mode, RecordingMode::kHistogram);
}

TEST(Load, ARelativePathCountsFromItsFile) {
  const std::string text = "extends: everything.yaml\nmobility: {file: parts/../parts/trace.xml}\n";
  const auto s = load_scenario_text(text, "text", kGood).scenario;
  EXPECT_EQ(s.mobility.file, kGood + "parts/trace.xml");
  EXPECT_EQ(s.mobility.network, kGood + "parts/road.net.xml");
}

TEST(Load, APolicyMayBePython) {
  const auto file =
      load_scenario_text("extends: small.yaml\noffloading: {policy: parts/greedy.py:decide}", "t", kGood);
  EXPECT_EQ(file.scenario.offloading.policy, kGood + "parts/greedy.py:decide");
  EXPECT_THAT(file.inputs, testing::Contains(kGood + "parts/greedy.py"));
  EXPECT_EQ(file.policy_at.text(), "t:2:22");
  const auto module = load_scenario(kGood + "small.yaml", {{"offloading.policy=lab.policies:Greedy.of(2)"}});
  EXPECT_EQ(module.scenario.offloading.policy, "lab.policies:Greedy.of(2)");
  EXPECT_EQ(module.policy_at.text(), "--set offloading.policy");
  EXPECT_EQ(load_scenario(kGood + "small.yaml").policy_at.text(), "");
}

TEST(Load, FurtherOverridesComeAfterTheFirst) {
  const auto first = load_scenario(kGood + "small.yaml", {{"simulation.seed=7", "offloading.policy=cloud"}});
  const auto second = with_overrides(first, {"offloading.policy=local"});
  EXPECT_EQ(second.scenario.simulation.seed, 7);
  EXPECT_EQ(second.scenario.offloading.policy, "local");
  EXPECT_EQ(second.text, first.text);
  EXPECT_EQ(second.files, first.files);
  const auto text = load_scenario_text("extends: small.yaml", "t", kGood, {{"simulation.seed=7"}});
  EXPECT_EQ(with_overrides(text, {}).scenario.simulation.seed, 7);
  EXPECT_THROW(with_overrides(text, {"simulation.sed=8"}), UserError);
}

TEST(Load, TheOrderOfKeysAndSectionsDoesNotMatter) {
  const auto a = load_scenario_text(
      "simulation: {seed: 3, duration: 10 s}\nmobility: {vehicles: 2, kind: static}\n"
      "links: {l: {to: b, from: a, delay: 1 ms}}\nsites: {a: {height: 9 m, kind: gnb}, b: {kind: mec}}\n"
      "radio: {ideal: {delay: 2 ms}, kind: ideal}\n",
      "a");
  const auto b = load_scenario_text(
      "radio: {kind: ideal, ideal: {delay: 2 ms}}\nsites: {a: {kind: gnb, height: 9 m}, b: {kind: mec}}\n"
      "mobility: {kind: static, vehicles: 2}\nlinks: {l: {from: a, to: b, delay: 1 ms}}\n"
      "simulation: {duration: 10 s, seed: 3}\n",
      "b");
  EXPECT_EQ(resolved_yaml(a.scenario), resolved_yaml(b.scenario));
}

TEST(Load, TakesJsonAliasesCommentsBomAndWindowsLines) {
  EXPECT_EQ(
      load_scenario_text(R"({"simulation": {"duration": "10 s", "seed": 4}, "mobility": {"kind": "static"},
      "sites": {"gnb": {"kind": "gnb", "x": "5 m"}}, "radio": {"kind": "ideal"}})",
                         "json")
          .scenario.sites[0]
          .x_m,
      5);
  const std::string aliased =
      "simulation: {duration: &t 10 s, overrun: *t}\nmobility: {kind: static}\n"
      "sites: {a: &a {kind: gnb, height: 7 m}, b: *a}\nradio: {kind: ideal}\n";
  const auto s = load_scenario_text(aliased, "aliases").scenario;
  EXPECT_EQ(s.simulation.overrun_ns, 10 * kSecond);
  EXPECT_EQ(s.sites[1].height_m, 7);
  std::string windows = "\xEF\xBB\xBF" + kSmall;
  for (auto at = windows.find('\n'); at != windows.npos; at = windows.find('\n', at + 2))
    windows.insert(at, "\r");
  EXPECT_EQ(load_scenario_text(windows, "windows").scenario.sites.size(), 1u);
}

TEST(Load, NullWordsAndEmptyValuesAreToldApart) {
  EXPECT_EQ(error_of(kSmall + "budgets:\nnull_: 1\n"),
            "text:6:1: unknown key 'null_'; allowed: title, simulation, mobility, sites, links, radio, "
            "sidelink, slices, "
            "compute, images, containers, transfers, services, offloading, areas, budgets, recording");
  EXPECT_THAT(error_of(kSmall + "budgets: null\n"), HasSubstr("text:5:1: budgets: null deletes"));
  EXPECT_THAT(error_of(kSmall + "budgets: ~ # none\n"), HasSubstr("text:5:1: budgets: null deletes"));
}

TEST(Load, TheErrorCarriesItsParts) {
  try {
    load_scenario_text("simulation: {duration: 30}\n" + kSmall.substr(kSmall.find('\n') + 1), "s.yaml");
    FAIL() << "it loaded";
  } catch (const UserError& e) {
    ASSERT_EQ(e.diagnostics().size(), 1u);
    const auto& d = e.diagnostics()[0];
    EXPECT_EQ(d.where.file, "s.yaml");
    EXPECT_EQ(d.where.line, 1);
    EXPECT_EQ(d.where.column, 24);
    EXPECT_EQ(d.key, "simulation.duration");
    EXPECT_THAT(d.message, HasSubstr("found '30': a bare number where a time is needed"));
  }
}

TEST(Load, TheScenariosOfTheRepositoryLoad) {
  int loaded = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(CV2X_SOURCE_DIR "/scenarios")) {
    if (file.path().filename() != "scenario.yaml") continue;
    try {
      load_scenario(file.path().string());
      ++loaded;
    } catch (const UserError& e) {
      for (const auto& d : e.diagnostics())  // data that this machine has not
        EXPECT_THAT(d.message, HasSubstr("there is no file")) << d.text();
    }
  }
  EXPECT_GE(loaded, 1);
}

/// Columns (in characters) at which an override's mistakes are, no line.
std::vector<int> columns(const std::string& assignment) {
  std::vector<int> out;
  try {
    with({assignment});
  } catch (const UserError& error) {
    for (const auto& d : error.diagnostics()) {
      EXPECT_EQ(d.where.line, 0);
      out.push_back(d.where.column);
    }
  }
  return out;
}

TEST(Overrides, SayWhereWithinThemTheMistakeIs) {
  EXPECT_EQ(columns("simulation.duratoin=5 s"), std::vector{12});
  EXPECT_EQ(columns("simulation.duration=5"), std::vector{21});
  EXPECT_EQ(columns("simulation={duration: 5, seed: -1}"), (std::vector{23, 32}));
  EXPECT_EQ(columns("title.größe.x=1"), std::vector{1});
  EXPECT_EQ(columns("größe=1"), std::vector{1});
  EXPECT_EQ(columns("simulation.größe.x=1"), std::vector{12});
  EXPECT_EQ(columns("simulation.größe={"), std::vector{18});
  EXPECT_EQ(columns("simulation.seed"), std::vector{1});
  EXPECT_EQ(columns("simulation.seed="), std::vector{17});
  EXPECT_EQ(columns("simulation={duration: 5 s,\n seed: -1}"), std::vector{0});
  EXPECT_EQ(columns("title=a\x01"), std::vector{8});
}

}  // namespace
}  // namespace cv2x
