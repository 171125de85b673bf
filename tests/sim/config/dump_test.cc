// The resolved scenario, the schema and the reference page, all of which come from describe().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "models/base/error.h"
#include "sim/config/load.h"
#include "sim/config/outline.h"

namespace cv2x {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kGood = CV2X_SOURCE_DIR "/tests/sim/config/good/";
const std::vector<std::string> kGoodFiles = {"everything.yaml", "small.yaml", "layered.yaml"};

/// Overrides that bring everything.yaml to every option of every variant.
const std::vector<std::vector<std::string>> kVariants = {
    {},
    {"mobility={kind: static, vehicles: 7, x: -1.1 m, y: 33.3 cm, spacing: 0 m}",
     "sites.rsu-2.placement=metres"},
    {"mobility={kind: highway, highway: {length: 1.2 km, lanes: 2, lane_width: 3.5 m, speed: 70 km/h, "
     "gap_seconds: "
     "2.5}}",
     "sites.rsu-2.placement=metres"},
    {"mobility={kind: sumo, config: " + kGood +
     "parts/trace.xml, step: 100 ms, sumo_seed: 9, seed_per_replication: "
     "true}"},
    {"radio={kind: ideal, ideal: {delay: 1.7 ms, serialise: false, uplink: 50 Mbit/s, downlink: 1 Gbit/s}}"},
    {"recording={mode: histogram}"},
    {"offloading.policy=" + kGood + "parts/greedy.py:decide"},
    {"offloading.policy='__main__:<lambda>'"},
    {"recording={mode: full}"},
};

TEST(Dump, LoadsAgainToTheSameScenario) {
  for (const auto& file : kGoodFiles) {
    const Scenario s = load_scenario(kGood + file).scenario;
    const std::string yaml = resolved_yaml(s);
    EXPECT_EQ(resolved_yaml(load_scenario_text(yaml, "resolved").scenario), yaml) << file;
    EXPECT_EQ(resolved_yaml(load_scenario_text(resolved_json(s), "resolved").scenario), yaml) << file;
  }
  for (const auto& overrides : kVariants) {
    const std::string yaml = resolved_yaml(load_scenario(kGood + "everything.yaml", {overrides}).scenario);
    EXPECT_EQ(resolved_yaml(load_scenario_text(yaml, "resolved").scenario), yaml);
  }
}

TEST(Dump, KeepsEveryValueExactly) {
  const Scenario a = load_scenario(kGood + "everything.yaml").scenario;
  const Scenario b = load_scenario_text(resolved_yaml(a), "resolved").scenario;
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.mobility.file, b.mobility.file);
  EXPECT_EQ(a.sites[1].lon_deg, b.sites[1].lon_deg);
  EXPECT_EQ(a.sites[2].name, b.sites[2].name);
  EXPECT_EQ(a.links[3].delay_ns, b.links[3].delay_ns);
  EXPECT_EQ(a.services[0].vehicles, b.services[0].vehicles);
  EXPECT_EQ(a.budgets[1].at_least, b.budgets[1].at_least);
  EXPECT_EQ(a.slices[0].sd, b.slices[0].sd);
  ASSERT_EQ(a.areas[2].points.size(), b.areas[2].points.size());
  for (std::size_t i = 0; i < a.areas[2].points.size(); ++i) {
    EXPECT_EQ(a.areas[2].points[i].x_m, b.areas[2].points[i].x_m);
    EXPECT_EQ(a.areas[2].points[i].y_m, b.areas[2].points[i].y_m);
  }
}

TEST(Dump, QuotesWhatYamlWouldReadAsSomethingElse) {
  for (const std::string title :
       {"null", "~",  "true", "yes", "- a", "a: b", "a #b", "'",  "\"", "\\", "10", "1 2", "[a]",
        "{a",   "*a", "&a",   "!a",  "%a",  "@a",   " a ",  "a ", "<<", "é",  "|",  ">",   "-"}) {
    Scenario s = load_scenario(kGood + "small.yaml").scenario;
    s.title = title;
    s.sites[0].name = "null";
    const Scenario again = load_scenario_text(resolved_yaml(s), "resolved").scenario;
    EXPECT_EQ(again.title, title);
    EXPECT_EQ(again.sites[0].name, "null");
  }
}

TEST(Dump, HoldsDefaultsAndOnlyTheChosenBranch) {
  const json j = json::parse(resolved_json(load_scenario(kGood + "small.yaml").scenario));
  EXPECT_EQ(j["simulation"]["overrun"], "10 s");
  EXPECT_EQ(j["slices"]["default"]["sst"], 1);
  EXPECT_EQ(j["radio"]["ideal"]["delay"], "1 ms");
  EXPECT_FALSE(j["radio"].contains("cells"));
  EXPECT_FALSE(j["sites"]["gnb"].contains("lon"));
}

/// Every key of `value` is a property of `schema`, with a description; entries have names of their own.
void expect_keys(const json& value, const json& schema, const std::string& path) {
  if (schema.contains("anyOf")) {
    EXPECT_FALSE(value.is_object()) << path;
    return;
  }
  for (const auto& [key, item] : value.items()) {
    const bool named = schema.at("additionalProperties").is_object();
    if (!named) {
      ASSERT_TRUE(schema.at("properties").contains(key)) << path << '.' << key;
    }
    const json& below = named ? schema.at("additionalProperties") : schema.at("properties").at(key);
    if (!named) {
      EXPECT_TRUE(below.contains("description") || below.contains("anyOf")) << path << '.' << key;
    }
    if (item.is_object()) expect_keys(item, below, path + '.' + key);
  }
}

TEST(Schema, KnowsEveryKeyOfAResolvedScenario) {
  const json schema = json::parse(json_schema());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  for (const auto& overrides : kVariants) {
    const auto s = load_scenario(kGood + "everything.yaml", {overrides}).scenario;
    expect_keys(json::parse(resolved_json(s)), schema["$defs"]["complete"], "");
  }
}

TEST(Schema, SaysWhatTheParserSays) {
  const json schema = json::parse(json_schema());
  const json& complete = schema["$defs"]["complete"];
  EXPECT_EQ(complete["additionalProperties"], false);
  EXPECT_EQ(complete["required"], json({"simulation", "mobility", "radio"}));
  // An object that may be left out needs its keys only where it is there.
  const json& vehicles = complete["properties"]["compute"]["properties"]["vehicles"];
  EXPECT_FALSE(vehicles.contains("required"));
  EXPECT_EQ(vehicles["properties"]["gpus"]["required"], json({"model"}));
  const json& carrier = complete["properties"]["radio"]["properties"]["carriers"]["additionalProperties"];
  EXPECT_EQ(carrier["required"], json({"frequency", "bandwidth"}));
  EXPECT_EQ(carrier["properties"]["numerology"]["maximum"], 3);
  EXPECT_EQ(carrier["properties"]["numerology"]["default"], 1);
  EXPECT_THAT(carrier["properties"]["bandwidth"]["pattern"].get<std::string>(),
              HasSubstr("(Hz|kHz|MHz|GHz)"));
  EXPECT_THAT(carrier["properties"]["bandwidth"]["description"].get<std::string>(),
              HasSubstr("5 MHz to 400 MHz"));
  // radio: what goes with nr is forbidden with ideal.
  const json& ideal = complete["properties"]["radio"]["allOf"][0];
  EXPECT_EQ(ideal["if"]["properties"]["kind"]["const"], "ideal");
  EXPECT_EQ(ideal["then"]["properties"]["cells"], false);
  EXPECT_FALSE(ideal["then"]["properties"].contains("ideal"));
  // placement has a default, so its rule holds where the key is absent, too.
  const json& site = complete["properties"]["sites"]["additionalProperties"];
  EXPECT_FALSE(site["allOf"][0]["if"].contains("required"));
  EXPECT_EQ(site["allOf"][1]["if"]["required"], json({"placement"}));
  EXPECT_EQ(site["allOf"][1]["then"]["required"], json({"lon", "lat"}));
  // Points are pairs of lengths.
  const json& points = complete["properties"]["areas"]["additionalProperties"]["properties"]["points"];
  EXPECT_EQ(points["minItems"], 3);
  EXPECT_EQ(points["items"]["maxItems"], 2);
  EXPECT_THAT(points["items"]["items"]["pattern"].get<std::string>(), HasSubstr("(m|km|cm)"));
  // A partial file requires nothing and may extend.
  EXPECT_FALSE(schema["$defs"]["partial"].contains("required"));
  EXPECT_TRUE(schema["$defs"]["partial"]["properties"].contains("extends"));
}

void expect_mentioned(const std::vector<config::KeyInfo>& keys, const std::string& page) {
  for (const auto& info : keys) {
    EXPECT_THAT(page, HasSubstr("| `" + info.key + "` |"));
    EXPECT_THAT(page, HasSubstr(info.doc));
    EXPECT_FALSE(info.doc.empty()) << info.key;
    expect_mentioned(info.keys, page);
  }
}

TEST(Reference, MentionsEveryKey) {
  const std::string page = reference_page();
  expect_mentioned(config::outline(), page);
  EXPECT_THAT(page, HasSubstr("## `radio.carriers.<name>.channel`"));
  EXPECT_THAT(page, HasSubstr("| `environment` | word | `uma` | `uma`, `umi`, `rma` |"));
  EXPECT_THAT(
      page,
      HasSubstr("(only where `kind` is `perception_offload` or `cooperative_warning` or `map_download`)"));
}

TEST(Reference, TablesHaveFiveColumns) {
  std::istringstream lines(reference_page());
  int rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('|')) continue;
    ++rows;
    EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 6) << line;
  }
  EXPECT_GT(rows, 100);
}

}  // namespace
}  // namespace cv2x
