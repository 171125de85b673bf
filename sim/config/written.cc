#include "sim/config/written.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "sim/config/compose.h"
#include "sim/config/outline.h"
#include "sim/config/parse.h"

namespace cv2x::config {
namespace {

namespace fs = std::filesystem;

/// Makes a tree that was checked stand by itself.
class Tidy {
 public:
  Tidy(const Log& log, std::string folder) : log_(log), folder_(std::move(folder)) {}

  void map(Value& value, const std::vector<KeyInfo>& keys) const {
    value.kind = Value::Kind::kMap;  // a section may be empty
    std::erase_if(value.map, [&](const Entry& entry) { return meaning(keys, value, entry.key) == nullptr; });
    for (Entry& entry : value.map) {
      const KeyInfo& info = *meaning(keys, value, entry.key);
      if (info.type == KeyInfo::Type::kObject) {
        map(entry.value, info.keys);
      } else if (info.type == KeyInfo::Type::kEntries) {
        entry.value.kind = Value::Kind::kMap;
        for (Entry& one : entry.value.map) map(one.value, info.keys);
      } else if (info.type == KeyInfo::Type::kPath) {
        entry.value.scalar = from_main_folder(entry.value.scalar, entry.value.place);
      } else if (info.type == KeyInfo::Type::kWordOrCode) {
        const std::string& text = entry.value.scalar;
        const auto colon = text.rfind(':');
        if (colon == std::string::npos || !text.substr(0, colon).ends_with(".py")) continue;
        entry.value.scalar = from_main_folder(text.substr(0, colon), entry.value.place) + text.substr(colon);
      }
    }
  }

 private:
  /// What a key means in this map; null where it goes with another kind than the one chosen. Where none is
  /// chosen, every kind's keys stay.
  static const KeyInfo* meaning(const std::vector<KeyInfo>& keys, const Value& map, const std::string& key) {
    const KeyInfo* any = nullptr;
    for (const KeyInfo& info : keys) {
      if (info.key != key) continue;
      if (info.variant.empty()) return &info;
      const Entry* chosen = map.find(info.variant);
      if (!chosen) {
        any = any ? any : &info;
      } else if (std::find(info.when.begin(), info.when.end(), chosen->value.scalar) != info.when.end()) {
        return &info;
      }
    }
    return any;
  }

  /// Paths are joined as the parser does it, by their text alone.
  std::string from_main_folder(const std::string& text, Place place) const {
    const fs::path path = text;
    const std::string& written_in = log_.source(place.source).folder;
    if (path.is_absolute() || written_in == folder_) return text;
    const auto here = fs::absolute(folder_.empty() ? "." : folder_).lexically_normal() / "";
    return fs::absolute(written_in / path).lexically_normal().lexically_relative(here).string();
  }

  const Log& log_;
  std::string folder_;
};

Value written(std::optional<Value> tree, Composer& composer, Log& log, const std::string& folder,
              const LoadOptions& options) {
  if (tree) {
    for (const auto& assignment : options.overrides) composer.override_with(assignment, *tree);
    Scenario scenario;
    ParseVisitor parser(*tree, log, Extent::kPart);
    describe(parser, scenario);
    parser.finish();
  }
  log.throw_if_any();
  static const std::vector<KeyInfo> keys = outline();
  Tidy(log, folder).map(*tree, keys);
  return std::move(*tree);
}

}  // namespace

Value written_file(const std::string& path, const LoadOptions& options) {
  Log log;
  Composer composer(log);
  auto tree = composer.file(path);
  return written(std::move(tree), composer, log, fs::path(path).parent_path().string(), options);
}

Value written_text(const std::string& text, const std::string& name, const std::string& folder,
                   const LoadOptions& options) {
  Log log;
  Composer composer(log);
  auto tree = composer.text(text, name, folder, options.places);
  return written(std::move(tree), composer, log, folder, options);
}

}  // namespace cv2x::config
