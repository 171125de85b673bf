#include "sim/config/compose.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace cv2x::config {
namespace {

namespace fs = std::filesystem;

/// One path for one file, however it is named; the path itself where there is no such file.
std::string canonical(const std::string& path) {
  std::error_code error;
  const auto result = fs::canonical(path, error);
  return error ? path : result.string();
}

/// The segments of "a.b.c" as they lead through `tree`. Names of entries may hold dots, so the longest key
/// that is there wins; empty when a segment is empty.
std::vector<std::string> segments_of(std::string_view path, const Value& tree) {
  std::vector<std::string> out;
  const Value* at = &tree;
  while (!path.empty()) {
    std::string_view segment = path.substr(0, path.find('.'));
    const Entry* entry = nullptr;
    if (at) {
      for (const auto& candidate : at->map) {
        const std::string_view key = candidate.key;
        const bool leads = path.starts_with(key) && (path.size() == key.size() || path[key.size()] == '.');
        if (leads && key.size() >= segment.size()) {
          segment = key;
          entry = &candidate;
        }
      }
    }
    if (segment.empty()) return {};
    out.emplace_back(segment);
    at = entry ? &entry->value : nullptr;
    if (path.size() == segment.size()) return out;
    path.remove_prefix(segment.size() + 1);
  }
  return {};
}

/// Of UTF-8.
int characters(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::optional<Value> Composer::file(const std::string& path) {
  return load(path, {log_.add_source(path, fs::path(path).parent_path().string()), 0, 0});
}

std::optional<Value> Composer::text(const std::string& text, const std::string& name,
                                    const std::string& folder, bool places) {
  main_text_ = text;
  return compose(text, log_.add_source(name, folder), places);
}

/// The first file has its source already (that of `from`), so that it comes first in the order of messages.
std::optional<Value> Composer::load(const std::string& path, Place from) {
  const std::string id = canonical(path);
  const auto known = done_.find(id);
  if (known != done_.end()) return known->second;

  const auto text = read_file(path, from, chain_.empty() ? "" : "extends", log_);
  if (!text) return done_[id] = std::nullopt;
  const bool first = files_.empty() && main_text_.empty();
  if (first) main_text_ = *text;
  files_.push_back(path);
  names_.emplace(id, path);
  const std::uint32_t source =
      first ? from.source : log_.add_source(path, fs::path(path).parent_path().string());
  chain_.push_back(id);
  auto tree = compose(*text, source);
  chain_.pop_back();
  return done_[id] = std::move(tree);
}

std::optional<Value> Composer::compose(const std::string& text, std::uint32_t source, bool places) {
  YamlOptions options{.source = source,
                      .after = places ? YamlOptions::kFile : YamlOptions::kNowhere,
                      .key = {},
                      .nodes = nodes_};
  auto tree = parse_yaml(text, options, log_);
  nodes_ = options.nodes;
  if (!tree) return std::nullopt;
  if (tree->kind == Value::Kind::kEmpty || tree->kind == Value::Kind::kNull) {
    log_.report({source, 0, 0}, {},
                "empty; a scenario is a map with the keys simulation, mobility, radio, …");
    return std::nullopt;
  }
  if (!tree->is_map()) {
    log_.report(tree->place, {},
                fmt::format("found {}; a scenario is a map with the keys simulation, mobility, radio, …",
                            found_text(*tree)));
    return std::nullopt;
  }
  const auto extends = std::find_if(tree->map.begin(), tree->map.end(),
                                    [](const Entry& entry) { return entry.key == "extends"; });
  if (extends != tree->map.end()) {
    Value names = std::move(extends->value);
    if (names.kind == Value::Kind::kEmpty || names.kind == Value::Kind::kNull) names.place = extends->place;
    tree->map.erase(extends);
    auto base = bases(names, source);
    if (!base) return std::nullopt;
    merge(*base, std::move(*tree));
    tree = std::move(base);
  }
  log_.source(source).rank = ++rank_;
  return tree;
}

std::optional<Value> Composer::bases(const Value& extends, std::uint32_t source) {
  const Value* first = &extends;
  std::size_t n = 1;
  if (extends.kind == Value::Kind::kList) {
    first = extends.list.data();
    n = extends.list.size();
  }
  Value base;
  base.kind = Value::Kind::kMap;
  base.place = {source, 1, 1};
  bool whole = true;
  for (std::size_t i = 0; i < n; ++i) {
    const Value& name = first[i];
    if (name.kind != Value::Kind::kScalar || name.scalar.empty() ||
        name.scalar.find('\0') != std::string::npos) {
      log_.report(name.place, "extends",
                  fmt::format("found {}; the name of a scenario file, or a list of such names, is needed",
                              found_text(name)));
      whole = false;
      continue;
    }
    const fs::path folder = log_.source(source).folder;
    const std::string path = (folder / name.scalar).lexically_normal().string();
    const std::string id = canonical(path);
    const auto open = std::find(chain_.begin(), chain_.end(), id);
    if (open != chain_.end()) {
      std::string chain;
      for (auto it = open; it != chain_.end(); ++it) chain += fmt::format("'{}' → ", shown(names_[*it]));
      log_.report(name.place, "extends", fmt::format("a cycle: {}'{}'", chain, shown(names_[id])));
      whole = false;
      continue;
    }
    if (chain_.size() >= kMostChained) {
      log_.report(name.place, "extends",
                  fmt::format("more than {} files that extend each other", kMostChained));
      whole = false;
      continue;
    }
    auto tree = load(path, name.place);
    whole = whole && tree;
    if (tree) merge(base, std::move(*tree));
  }
  if (!whole) return std::nullopt;
  return base;
}

void Composer::override_with(const std::string& assignment, Value& tree) {
  const auto equals = assignment.find('=');
  const std::string path = assignment.substr(0, equals);
  const std::uint32_t source =
      log_.add_source(path.empty() ? "--set" : fmt::format("--set {}", shown(path)), {});
  log_.source(source).rank = ++rank_;
  const Place place{source, 0, 1};
  if (equals == std::string::npos) {
    log_.report(place, {}, "no '='; an override is written a.b.c=value");
    return;
  }
  const auto segments = segments_of(path, tree);
  if (segments.empty()) {
    log_.report(place, {}, "an empty key; an override is written a.b.c=value");
    return;
  }
  if (segments.size() > kMostDepth) {
    log_.report(place, {}, fmt::format("more than {} keys in each other", kMostDepth));
    return;
  }
  if (segments.front() == "extends") {
    log_.report(place, {}, "`extends` belongs at the top of a file; it cannot be set");
    return;
  }
  YamlOptions options{.source = source, .after = characters(path) + 1, .key = {}, .nodes = nodes_};
  auto value = parse_yaml(assignment.substr(equals + 1), options, log_);
  nodes_ = options.nodes;
  if (!value) return;
  if (value->kind == Value::Kind::kEmpty) {
    log_.report({source, 0, options.after + 1}, {}, "no value after '='; null deletes the key");
    return;
  }
  // What the path leads through must be maps; the merge brings about those that are missing.
  const Value* at = &tree;
  std::string walked;
  for (std::size_t i = 0; at && i + 1 < segments.size(); ++i) {
    const Entry* entry = at->find(segments[i]);
    at = entry ? &entry->value : nullptr;
    walked = join_path(walked, shown(segments[i]));
    if (at && (at->kind == Value::Kind::kScalar || at->kind == Value::Kind::kList)) {
      log_.report(place, {},
                  fmt::format("'{}' is {}, so there is nothing below it to set", walked, found_text(*at)));
      return;
    }
  }
  int end = characters(path);
  for (std::size_t i = segments.size(); i-- > 0;) {
    const Place key{source, 0, end - characters(segments[i]) + 1};
    end = key.column - 2;  // before the dot
    Value outer;
    outer.kind = Value::Kind::kMap;
    outer.place = key;
    outer.implied = true;
    outer.map.push_back({segments[i], key, std::move(*value)});
    *value = std::move(outer);
  }
  merge(tree, std::move(*value));
}

}  // namespace cv2x::config
