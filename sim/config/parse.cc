#include "sim/config/parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/phrases.h"

namespace cv2x::config {

namespace {
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
}

ParseVisitor::ParseVisitor(const Value& root, Log& log, Extent extent)
    : root_(root), log_(log), extent_(extent) {
  push(&root_, {}, root_.place);
}

void ParseVisitor::push(const Value* map, std::string path, Place place) {
  const bool muted = !frames_.empty() && frames_.back().muted;
  frames_.push_back({map, std::move(path), place, {}, {}, {}, log_.count(), muted});
}

const Entry* ParseVisitor::take(const Field& field) {
  Frame& frame = frames_.back();
  if (dry()) {
    const auto& branch = branches_.back();
    frame.others.push_back({field.key, branch.variant, branch.names[branch.index]});
    return nullptr;
  }
  frame.known.push_back(field.key);
  const Entry* entry = frame.map ? frame.map->find(field.key) : nullptr;
  if (!entry && field.required && !frame.muted && extent_ == Extent::kWhole)
    log_.report(frame.place, frame.path, fmt::format("missing key '{}' ({})", field.key, field.doc));
  return entry;
}

bool ParseVisitor::check_filled(const Entry& entry, const std::string& path, std::string_view wanted) {
  if (entry.value.kind == Value::Kind::kNull) {
    log_.report(entry.place, path, "null deletes what is inherited, and there is nothing to delete");
    return false;
  }
  if (entry.value.kind == Value::Kind::kEmpty) {
    log_.report(entry.place, path, fmt::format("nothing after the key; {} is needed", wanted));
    return false;
  }
  return true;
}

void ParseVisitor::wrong(const Entry& entry, std::string_view key, std::string message) {
  log_.report(entry.value.place, path_of(key), std::move(message));
}

bool ParseVisitor::begin_object(const Field& field, bool& present) {
  if (dry()) {
    take(field);
    return false;
  }
  const Entry* entry = take({field.key, field.doc, field.required && !present});
  const std::string path = path_of(field.key);
  if (!entry) {
    if (!present) return false;
    push(nullptr, path, frames_.back().place);
    return true;
  }
  present = true;
  if (entry->value.kind == Value::Kind::kEmpty) {
    push(nullptr, path, entry->place);
    return true;
  }
  if (!check_filled(*entry, path, "a map")) return false;
  if (!entry->value.is_map()) {
    wrong(*entry, field.key, fmt::format("found {}; a map of keys is needed", found_text(entry->value)));
    return false;
  }
  push(&entry->value, path, entry->place);
  return true;
}

void ParseVisitor::end_object() { pop(); }

std::size_t ParseVisitor::begin_entries(const Field& field, std::size_t have) {
  if (dry()) {
    take(field);
    return have;
  }
  const Entry* entry = take(field);
  const std::string path = path_of(field.key);
  auto& names = sections_[path];
  entry_maps_.push_back(nullptr);
  if (!entry || entry->value.kind == Value::Kind::kEmpty || !check_filled(*entry, path, "a map")) return 0;
  if (!entry->value.is_map()) {
    wrong(*entry, field.key,
          fmt::format("found {}; a map from the names of the {} to their keys is needed",
                      found_text(entry->value), field.key));
    return 0;
  }
  for (const auto& one : entry->value.map) names.push_back(one.key);
  entry_maps_.back() = &entry->value;
  push(nullptr, path, entry->place);
  return names.size();
}

void ParseVisitor::begin_entry(std::size_t index, std::string& name) {
  if (dry()) return;
  const Entry& entry = entry_maps_.back()->map[index];
  const std::string section = frames_.back().path;
  const std::string path = join_path(section, shown(entry.key));
  name = entry.key;
  const bool good = check_entry(entry, section, path);
  push(entry.value.is_map() ? &entry.value : nullptr, path, entry.place);
  frames_.back().muted = !good;
}

bool ParseVisitor::check_entry(const Entry& entry, const std::string& section, const std::string& path) {
  if (!is_name(entry.key))
    log_.report(entry.place, path,
                fmt::format("'{}' cannot be the name of {}; a name is 1 to 64 of A-Z a-z 0-9 _ . -",
                            shown(entry.key), an_entry_of(section)));
  if (entry.value.implied) {
    std::vector<std::string_view> others;
    for (const auto& other : entry_maps_.back()->map) {
      if (!other.value.implied) others.push_back(other.key);
    }
    log_.report(entry.place, path,
                fmt::format("there is no such {}{} there are: {}; to add one, set all of it: '{}={{…}}'",
                            entry_of(section), hint(entry.key, others), names_or_none(others), path));
    return false;
  }
  if (entry.value.kind == Value::Kind::kEmpty || entry.value.is_map()) return true;
  if (check_filled(entry, path, "a map"))
    log_.report(entry.value.place, path,
                fmt::format("found {}; a map with the keys of {} is needed", found_text(entry.value),
                            an_entry_of(section)));
  return false;
}

void ParseVisitor::end_entry() {
  if (!dry()) pop();
}

void ParseVisitor::end_entries() {
  if (dry()) return;
  if (entry_maps_.back()) frames_.pop_back();
  entry_maps_.pop_back();
}

std::size_t ParseVisitor::begin_variant(const Field& field, std::size_t& selected,
                                        std::span<const std::string_view> names) {
  Frame& frame = frames_.back();
  if (dry()) {
    take(field);
    return 0;
  }
  const bool given = frame.map && frame.map->find(field.key);
  Variant variant{field.key, {}, 0, given};
  std::string word;
  this->word(field, word, names);
  const auto it = std::find(names.begin(), names.end(), word);
  std::size_t chosen = kNone;
  if (it != names.end()) {
    chosen = static_cast<std::size_t>(it - names.begin());
    variant.rank = log_.source(frame.map->find(field.key)->value.place.source).rank;
  } else if (!given && !field.required) {
    chosen = selected;
  }
  if (chosen != kNone) {
    selected = chosen;
    variant.chosen = names[chosen];
  }
  frame.variants.push_back(variant);
  branches_.push_back({frame.variants.size() - 1, chosen, names, false, 0});
  return names.size();
}

std::size_t ParseVisitor::begin_branch(std::size_t i) {
  auto& branch = branches_.back();
  branch.index = i;
  branch.dry = i != branch.selected;
  if (branch.dry) ++dry_;
  return i;
}

void ParseVisitor::end_branch() {
  if (branches_.back().dry) --dry_;
}

void ParseVisitor::end_variant() {
  if (!dry()) branches_.pop_back();
}

void ParseVisitor::require(bool ok, std::string_view key, const std::string& message) {
  const Frame& frame = frames_.back();
  if (ok || dry() || extent_ == Extent::kPart || log_.count() != frame.mistakes_before) return;
  const Entry* entry = frame.map ? frame.map->find(key) : nullptr;
  log_.report(entry ? entry->value.place : frame.place, path_of(key), message);
}

void ParseVisitor::pop() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (!frame.map || frame.muted) return;
  for (const auto& entry : frame.map->map) {
    if (std::find(frame.known.begin(), frame.known.end(), entry.key) == frame.known.end())
      report_unknown(frame, entry);
  }
}

void ParseVisitor::report_unknown(const Frame& frame, const Entry& entry) {
  std::vector<std::string_view> options;
  const Variant* variant = nullptr;
  for (const auto& other : frame.others) {
    if (other.key != entry.key) continue;
    variant = &frame.variants[other.variant];
    options.push_back(other.option);
  }
  if (variant) {
    // Whoever overrides the kind drops the inherited keys of the old kind; where the kind itself is wrong,
    // nobody knows.
    if (extent_ == Extent::kPart && !variant->given) return;
    if (variant->chosen.empty() || variant->rank > log_.source(entry.place.source).rank) return;
    log_.report(entry.place, frame.path,
                fmt::format("key '{}' goes with {}: {}, but {} is {}", entry.key, variant->key,
                            listed(options), variant->key, variant->chosen));
    return;
  }
  if (log_.full()) return log_.report(entry.place, frame.path, {});
  std::vector<std::string_view> allowed = frame.known;
  for (const auto& other : frame.others) {
    const Variant& of = frame.variants[other.variant];
    const bool open = of.chosen.empty() || (extent_ == Extent::kPart && !of.given);
    if (open && std::find(allowed.begin(), allowed.end(), other.key) == allowed.end())
      allowed.push_back(other.key);
  }
  log_.report(entry.place, frame.path,
              fmt::format("unknown key '{}'{} allowed: {}", shown(entry.key), hint(entry.key, allowed),
                          join_names(allowed, 40)));
}

void ParseVisitor::finish() {
  pop();
  if (extent_ == Extent::kPart) return;
  std::unordered_map<std::string_view, std::unordered_set<std::string_view>> sets;
  for (const auto& [section, names] : sections_) sets[section].insert(names.begin(), names.end());
  const bool top_clean = log_.clean({});
  for (const auto& reference : references_) {
    const std::string section(reference.section);
    if (sets[reference.section].contains(reference.name)) continue;
    // Where the section itself is wrong (or its name is mistyped), its names are not known.
    if (sections_[section].empty() && !(top_clean && log_.clean(section))) continue;
    if (log_.full()) {
      log_.report(reference.place, reference.path, {});
      continue;
    }
    const auto& names = sections_[section];
    log_.report(
        reference.place, reference.path,
        fmt::format("there is no {} '{}' in {}{} there are: {}", entry_of(section), shown(reference.name),
                    section, hint(reference.name, names), names_or_none(names)));
  }
}

}  // namespace cv2x::config
