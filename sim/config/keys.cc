// The keys of a scenario, as JSON for other programs.
#include <fmt/format.h>

#include "sim/config/load.h"
#include "sim/config/outline.h"
#include "sim/config/phrases.h"

namespace cv2x {
namespace {

using config::KeyInfo;
using Json = nlohmann::ordered_json;
using Type = KeyInfo::Type;

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kQuantity:
      return "quantity";
    case Type::kNumber:
      return "number";
    case Type::kInteger:
      return "integer";
    case Type::kFlag:
      return "flag";
    case Type::kText:
      return "text";
    case Type::kPath:
      return "path";
    case Type::kWord:
      return "word";
    case Type::kWordOrCode:
      return "word_or_code";
    case Type::kReference:
      return "reference";
    case Type::kReferences:
      return "references";
    case Type::kPoints:
      return "points";
    case Type::kObject:
      return "object";
    case Type::kEntries:
      return "entries";
  }
  return {};
}

std::string range_of(const KeyInfo& info) {
  switch (info.type) {
    case Type::kQuantity:
      return config::allowed_range(info.bounds, info.dimension);
    case Type::kNumber:
      return config::allowed_range(info.bounds);
    case Type::kInteger:
      return fmt::format("{} to {}", info.min, info.max);
    default:
      return {};
  }
}

Json to_json(const std::vector<KeyInfo>& keys) {
  Json out = Json::array();
  for (const KeyInfo& info : keys) {
    Json key = {
        {"key", info.key}, {"doc", info.doc}, {"type", type_name(info.type)}, {"required", info.required}};
    if (!info.standard.is_null()) key["default"] = info.standard;
    if (info.type == Type::kQuantity) {
      key["dimension"] = name_of(info.dimension);
      for (const Unit& unit : units_of(info.dimension)) key["units"].push_back(unit.symbol);
    }
    const std::string range = range_of(info);
    if (!range.empty()) key["allowed"] = range;
    if (!info.options.empty()) key["options"] = info.options;
    if (!info.section.empty()) key["section"] = info.section;
    if (!info.keys.empty()) key["keys"] = to_json(info.keys);
    if (!info.variant.empty()) {
      key["variant"] = info.variant;
      key["when"] = info.when;
    }
    out.push_back(std::move(key));
  }
  return out;
}

}  // namespace

std::string keys_json() { return to_json(config::outline()).dump(); }

}  // namespace cv2x
