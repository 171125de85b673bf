// The reference page: every key of a scenario file.
#include <fmt/format.h>

#include <algorithm>

#include "sim/config/load.h"
#include "sim/config/outline.h"
#include "sim/config/phrases.h"
#include "sim/config/value.h"

namespace cv2x {
namespace {

using config::KeyInfo;
using Type = KeyInfo::Type;

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : std::string(separator)) + "`" + word + "`";
  return out;
}

std::string units_text(Dimension dimension) {
  std::string out;
  for (const auto& unit : units_of(dimension)) out += (out.empty() ? "" : ", ") + std::string(unit.symbol);
  return out;
}

std::string type_text(const KeyInfo& info) {
  switch (info.type) {
    case Type::kQuantity:
      return fmt::format("{} [{}]", name_of(info.dimension), units_text(info.dimension));
    case Type::kNumber:
      return "number";
    case Type::kInteger:
      return "integer";
    case Type::kFlag:
      return "boolean";
    case Type::kText:
      return "text";
    case Type::kPath:
      return "path of a file";
    case Type::kWord:
      return "word";
    case Type::kWordOrCode:
      return "word, or Python";
    case Type::kReference:
      return fmt::format("name in `{}`", info.section);
    case Type::kReferences:
      return fmt::format("list of names in `{}`", info.section);
    case Type::kPoints:
      return fmt::format("list of points [{}]", units_text(info.dimension));
    case Type::kObject:
      return "map";
    case Type::kEntries:
      return "map of named entries";
  }
  return {};
}

std::string allowed_text(const KeyInfo& info) {
  switch (info.type) {
    case Type::kQuantity:
      return config::allowed_range(info.bounds, info.dimension);
    case Type::kPoints:
      return fmt::format("{} to {} points; each coordinate {}", info.min, info.max,
                         config::allowed_range(info.bounds, info.dimension));
    case Type::kNumber:
      return config::allowed_range(info.bounds);
    case Type::kInteger:
      return fmt::format("{} to {}", info.min, info.max);
    case Type::kFlag:
      return "`true`, `false`";
    case Type::kWord:
      return joined(info.options, ", ");
    case Type::kWordOrCode:
      return joined(info.options, ", ") + ", `FILE.py:NAME`, `module:NAME`";
    default:
      return {};
  }
}

std::string default_text(const KeyInfo& info) {
  if (info.required) return "**required**";
  if (info.standard.is_null()) return {};
  return fmt::format("`{}`",
                     info.standard.is_string() ? info.standard.get<std::string>() : info.standard.dump());
}

void write_section(const std::string& path, const std::string& doc, const std::vector<KeyInfo>& keys,
                   std::string& out) {
  if (!path.empty()) out += fmt::format("\n## `{}`\n\n{}\n", path, doc);
  out += "\n| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n";
  for (const auto& info : keys) {
    std::string meaning = info.doc;
    if (!info.variant.empty())
      meaning += fmt::format(" (only where `{}` is {})", info.variant, joined(info.when, " or "));
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", info.key, type_text(info), default_text(info),
                       allowed_text(info), meaning);
  }
  for (const auto& info : keys) {
    if (info.keys.empty()) continue;
    const std::string below =
        config::join_path(path, info.key) + (info.type == Type::kEntries ? ".<name>" : "");
    write_section(below, info.doc, info.keys, out);
  }
}

}  // namespace

std::string reference_page() {
  std::string out =
      "# Scenario files\n\n"
      "Every key of a scenario file (YAML 1.2, UTF-8). Quantities carry a unit (`20 MHz`, `10 ms`, `300 B`); "
      "a bare "
      "number where a unit is needed is an error. Names of entries are 1 to 64 of `A-Z a-z 0-9 _ . -`.\n\n"
      "`extends: other.yaml` (or a list of files; later ones win) builds upon other files, relative to the "
      "folder of "
      "the file it stands in: maps are merged key by key, anything else is replaced, and `key: null` deletes "
      "what is "
      "inherited. Who overrides a `kind` (or another key that selects further ones) leaves behind the "
      "inherited keys "
      "of the old one.\n\n"
      "`--set a.b.c=value` overrides one key; the value is YAML.\n";
  write_section({}, {}, config::outline(), out);
  return out;
}

}  // namespace cv2x
