#include "sim/config/written.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "sim/config/outline.h"

namespace cv2x::config {
namespace {

namespace fs = std::filesystem;

/// "{a: b, c: [d, e]}", without quotes.
std::string flow(const Value& value) {
  if (value.kind == Value::Kind::kScalar) return value.scalar;
  std::string out;
  for (const auto& item : value.list) out += (out.empty() ? "" : ", ") + flow(item);
  if (value.kind == Value::Kind::kList) return "[" + out + "]";
  for (const auto& entry : value.map) out += (out.empty() ? "" : ", ") + entry.key + ": " + flow(entry.value);
  return value.kind == Value::Kind::kMap ? "{" + out + "}" : "nothing";
}

std::string written(const std::string& text, std::vector<std::string> overrides = {}) {
  try {
    return flow(written_text(text, "", "/", {.overrides = std::move(overrides), .places = false}));
  } catch (const UserError& e) {
    return e.what();
  }
}

TEST(Written, APartNeedsNothing) {
  EXPECT_EQ(written("title: x"), "{title: x}");
  EXPECT_EQ(written("sites: {a: {x: 3 m}}\nservices: {s: {kind: telemetry_upload, server: later}}"),
            "{sites: {a: {x: 3 m}}, services: {s: {kind: telemetry_upload, server: later}}}");
  EXPECT_EQ(written("simulation: {duration: 1 s, warm_up: 5 s}"),
            "{simulation: {duration: 1 s, warm_up: 5 s}}");
}

TEST(Written, WhatIsThereMustBeRight) {
  EXPECT_EQ(written("simulation: {duraton: 1 s}"),
            "simulation: unknown key 'duraton'; did you mean 'duration'? allowed: duration, warm_up, drain, "
            "overrun, seed, replication");
  EXPECT_EQ(written("radio: {kind: ideal, carriers: {}}"),
            "radio: key 'carriers' goes with kind: nr, but kind is ideal");
  EXPECT_EQ(written("radio: {carirers: {}}"),
            "radio: unknown key 'carirers'; did you mean 'carriers'? allowed: kind, epoch, ideal, carriers, "
            "cells, handover, shared_link, edgecloudsim");
}

TEST(Written, KeysOfEveryKindStandWhereNoneIsChosen) {
  EXPECT_EQ(written("radio: {carriers: {}, ideal: {delay: 1 ms}}"),
            "{radio: {carriers: {}, ideal: {delay: 1 ms}}}");
  EXPECT_EQ(written("recording: {fraction: 5 %}"), "{recording: {fraction: 5 %}}");
}

TEST(Written, NothingOfAnOverriddenKindIsLeft) {
  const std::string nr =
      "radio: {kind: nr, epoch: 1 s, carriers: {n: {frequency: 3 GHz, bandwidth: 20 MHz}}}";
  EXPECT_EQ(written(nr, {"radio.kind=ideal"}), "{radio: {kind: ideal, epoch: 1 s}}");
  EXPECT_EQ(written("recording: {mode: sampled, fraction: 5 %}", {"recording.mode=full", "title=null"}),
            "--set title: title: null deletes what is inherited, and there is nothing to delete");
  EXPECT_EQ(written("recording: {mode: sampled, fraction: 5 %}", {"recording.mode=full"}),
            "{recording: {mode: full}}");
}

TEST(Written, EmptySectionsAreMaps) {
  EXPECT_EQ(written("sites:\nsimulation:"), "{sites: {}, simulation: {}}");
}

TEST(Written, PathsCountFromTheMainFile) {
  const fs::path top = fs::temp_directory_path() / "cv2x_written_test";
  fs::create_directories(top / "base/data");
  fs::create_directories(top / "main");
  std::ofstream(top / "base/data/t.xml") << "<fcd-export/>";
  std::ofstream(top / "here.xml") << "<fcd-export/>";
  std::ofstream(top / "base/s.yaml") << "mobility: {kind: fcd, file: data/t.xml}\n";
  std::ofstream(top / "main/s.yaml") << "extends: ../base/s.yaml\ntitle: x\n";
  const auto file = [&](const Value& tree) {
    return tree.find("mobility")->value.find("file")->value.scalar;
  };
  EXPECT_EQ(file(written_file((top / "base/s.yaml").string())), "data/t.xml");
  EXPECT_EQ(file(written_file((top / "main/s.yaml").string())), "../base/data/t.xml");
  const fs::path before = fs::current_path();
  fs::current_path(top);
  EXPECT_EQ(file(written_file("main/s.yaml")), "../base/data/t.xml");
  EXPECT_EQ(file(written_file("base/s.yaml", {.overrides = {"mobility.file=here.xml"}})), "../here.xml");
  EXPECT_EQ(file(written_text("extends: base/s.yaml", "", "")), "base/data/t.xml");
  fs::current_path(before);
  fs::remove_all(top);
}

void same(const nlohmann::json& keys, const std::vector<KeyInfo>& outline) {
  ASSERT_EQ(keys.size(), outline.size());
  for (std::size_t i = 0; i < outline.size(); ++i) {
    EXPECT_EQ(keys[i]["key"], outline[i].key);
    EXPECT_EQ(keys[i]["doc"], outline[i].doc);
    EXPECT_EQ(keys[i]["required"], outline[i].required);
    EXPECT_NE(keys[i]["type"], "");
    same(keys[i].value("keys", nlohmann::json::array()), outline[i].keys);
  }
}

TEST(Keys, AreThoseOfTheOutline) {
  const auto keys = nlohmann::json::parse(keys_json());
  same(keys, outline());
  const auto& duration = keys[1]["keys"][0];
  EXPECT_EQ(duration["dimension"], "time");
  EXPECT_EQ(duration["units"][1], "ms");
  EXPECT_EQ(duration["allowed"], "1 ns to 8750 h");
}

}  // namespace
}  // namespace cv2x::config
