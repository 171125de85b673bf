// JSON Schema (draft 2020-12) of scenario files.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/config/load.h"
#include "sim/config/outline.h"
#include "sim/config/phrases.h"

namespace cv2x {
namespace {

using config::KeyInfo;
using Json = nlohmann::ordered_json;
using Type = KeyInfo::Type;

/// A file with `extends` is partial: nothing is required of it, and null deletes.
enum class Whole : bool { kPartial, kComplete };

Json object_schema(const std::vector<KeyInfo>& keys, Whole whole);

std::string escaped(std::string_view symbol) {
  std::string out;
  for (const char c : symbol) {
    if (c == '/') out += '\\';
    out += c;
  }
  return out;
}

std::string quantity_pattern(Dimension dimension) {
  std::string units;
  for (const auto& unit : units_of(dimension)) units += (units.empty() ? "" : "|") + escaped(unit.symbol);
  return fmt::format("^ *[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)? *({}) *$", units);
}

Json leaf_schema(const KeyInfo& info) {
  Json out;
  switch (info.type) {
    case Type::kQuantity:
      out["type"] = "string";
      out["pattern"] = quantity_pattern(info.dimension);
      break;
    case Type::kNumber:
      out["type"] = "number";
      if (std::isfinite(info.bounds.min))
        out[info.bounds.open_min ? "exclusiveMinimum" : "minimum"] = info.bounds.min;
      if (std::isfinite(info.bounds.max)) out["maximum"] = info.bounds.max;
      break;
    case Type::kInteger:
      out["type"] = "integer";
      out["minimum"] = info.min;
      out["maximum"] = info.max;
      break;
    case Type::kFlag:
      out["type"] = "boolean";
      break;
    case Type::kWord:
      out["enum"] = info.options;
      break;
    case Type::kWordOrCode:
      out["type"] = "string";
      out["anyOf"] = {{{"enum", info.options}}, {{"pattern", "^.+:.+$"}}};
      break;
    case Type::kReferences:
      out["type"] = "array";
      out["items"] = {{"type", "string"}};
      out["uniqueItems"] = true;
      break;
    case Type::kPoints: {
      const Json length = {{"type", "string"}, {"pattern", quantity_pattern(info.dimension)}};
      out["type"] = "array";
      out["items"] = {{"type", "array"}, {"items", length}, {"minItems", 2}, {"maxItems", 2}};
      out["minItems"] = info.min;
      out["maxItems"] = info.max;
      break;
    }
    default:
      out["type"] = "string";
      out["minLength"] = 1;
  }
  if (!info.standard.is_null()) out["default"] = info.standard;
  return out;
}

std::string description(const KeyInfo& info) {
  std::string out = info.doc;
  if (info.type == Type::kQuantity || info.type == Type::kPoints) {
    const std::string range = config::allowed_range(info.bounds, info.dimension);
    if (!range.empty()) out += fmt::format(" ({})", range);
  } else if (info.type == Type::kReference || info.type == Type::kReferences) {
    out += fmt::format(" (of {})", info.section);
  } else if (info.type == Type::kPath) {
    out += " (relative to the folder of this file)";
  } else if (info.type == Type::kWordOrCode) {
    out += " (or Python: FILE.py:NAME, relative to the folder of this file, or module:NAME)";
  }
  return out;
}

Json key_schema(const KeyInfo& info, Whole whole) {
  Json out;
  if (info.type == Type::kObject) {
    out = object_schema(info.keys, whole);
  } else if (info.type == Type::kEntries) {
    out["type"] = {"object", "null"};
    out["propertyNames"] = {{"pattern", config::kNamePattern}};
    out["additionalProperties"] = object_schema(info.keys, whole);
  } else {
    out = leaf_schema(info);
  }
  out["description"] = description(info);
  if (whole == Whole::kComplete) return out;
  return {{"anyOf", {out, {{"type", "null"}}}}};
}

/// What holds where `variant` is `option`: which keys are there, and which must be.
Json branch_schema(const std::vector<KeyInfo>& keys, const KeyInfo& variant, const std::string& option,
                   Whole whole) {
  Json properties = Json::object(), required = Json::array();
  for (const auto& info : keys) {
    if (info.variant != variant.key) continue;
    const bool here = std::find(info.when.begin(), info.when.end(), option) != info.when.end();
    if (here) {
      const auto same =
          std::count_if(keys.begin(), keys.end(), [&](const auto& k) { return k.key == info.key; });
      if (same > 1) properties[info.key] = key_schema(info, whole);
      if (same == 1) properties.erase(info.key);
      if (info.required && whole == Whole::kComplete) required.push_back(info.key);
    } else if (!properties.contains(info.key)) {
      properties[info.key] = false;
    }
  }
  Json condition = {{"properties", {{variant.key, {{"const", option}}}}}};
  if (whole == Whole::kPartial || variant.standard != option) condition["required"] = {variant.key};
  Json then = {{"properties", properties}};
  if (!required.empty()) then["required"] = required;
  return {{"if", condition}, {"then", then}};
}

Json object_schema(const std::vector<KeyInfo>& keys, Whole whole) {
  // The kind of a service may come from its profile instead.
  const bool profiled =
      std::any_of(keys.begin(), keys.end(), [](const KeyInfo& info) { return info.key == "profile"; });
  std::map<std::string, std::vector<Json>> schemas;
  Json properties = Json::object(), required = Json::array(), branches = Json::array();
  for (const auto& info : keys) {
    properties[info.key] = nullptr;  // fixes the order
    schemas[info.key].push_back(key_schema(info, whole));
    const bool by_profile = profiled && info.key == "kind";
    if (info.required && info.variant.empty() && whole == Whole::kComplete && !by_profile)
      required.push_back(info.key);
    const bool selects =
        std::any_of(keys.begin(), keys.end(), [&](const auto& other) { return other.variant == info.key; });
    if (!selects) continue;
    for (const auto& option : info.options) branches.push_back(branch_schema(keys, info, option, whole));
  }
  for (auto& [key, alternatives] : schemas)
    properties[key] = alternatives.size() == 1 ? alternatives.front() : Json{{"anyOf", alternatives}};
  Json out;
  out["type"] = required.empty() ? Json{"object", "null"} : Json("object");
  out["properties"] = properties;
  if (!required.empty()) out["required"] = required;
  out["additionalProperties"] = false;
  if (!branches.empty()) out["allOf"] = branches;
  if (profiled && whole == Whole::kComplete)
    out["anyOf"] = {{{"required", {"kind"}}}, {{"required", {"profile"}}}};
  return out;
}

/// Objects that have required keys of their own are required too, where they may not be left out.
bool must_be_given(const KeyInfo& info) {
  return info.type == Type::kObject && !info.optional &&
         std::any_of(info.keys.begin(), info.keys.end(), [](const auto& key) {
           return key.variant.empty() && (key.required || must_be_given(key));
         });
}

void mark_required(std::vector<KeyInfo>& keys) {
  for (auto& info : keys) {
    mark_required(info.keys);
    info.required = info.required || must_be_given(info);
  }
}

}  // namespace

std::string json_schema() {
  auto keys = config::outline();
  mark_required(keys);
  const Json complete = object_schema(keys, Whole::kComplete);
  Json partial = object_schema(keys, Whole::kPartial);
  const Json file = {{"type", "string"}, {"minLength", 1}};
  partial["properties"]["extends"] = {
      {"anyOf", {file, {{"type", "array"}, {"items", file}}}},
      {"description", "scenario files that this one builds upon (relative to its folder); later ones win"}};
  Json out;
  out["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  out["title"] = "cv2x-edge scenario";
  out["if"] = {{"required", {"extends"}}};
  out["then"] = {{"$ref", "#/$defs/partial"}};
  out["else"] = {{"$ref", "#/$defs/complete"}};
  out["$defs"] = {{"complete", complete}, {"partial", partial}};
  return out.dump(2) + '\n';
}

}  // namespace cv2x
