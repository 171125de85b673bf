#include "sim/config/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace cv2x::config {

const Entry* Value::find(std::string_view key) const {
  for (const auto& entry : map) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

Entry* Value::find(std::string_view key) {
  return const_cast<Entry*>(static_cast<const Value*>(this)->find(key));
}

void merge(Value& base, Value&& over) {
  if (over.kind == Value::Kind::kEmpty && base.is_map()) return;
  if (!base.is_map() || !over.is_map()) {
    base = std::move(over);
    return;
  }
  std::unordered_map<std::string_view, std::size_t> index;
  index.reserve(base.map.size());
  for (std::size_t i = 0; i < base.map.size(); ++i) index.emplace(base.map[i].key, i);
  std::vector<bool> deleted(base.map.size(), false);
  std::vector<Entry> added;
  for (auto& entry : over.map) {
    const auto it = index.find(entry.key);
    if (it == index.end()) {
      added.push_back(std::move(entry));
    } else if (entry.value.kind == Value::Kind::kNull) {
      deleted[it->second] = true;
    } else {
      auto& old = base.map[it->second];
      if (!entry.value.implied) old.place = entry.place;
      merge(old.value, std::move(entry.value));
    }
  }
  index.clear();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < deleted.size(); ++i) {
    if (deleted[i]) continue;
    if (kept != i) base.map[kept] = std::move(base.map[i]);
    ++kept;
  }
  base.map.resize(kept);
  std::move(added.begin(), added.end(), std::back_inserter(base.map));
  if (!over.implied) base.place = over.place;
}

std::uint32_t Log::add_source(std::string name, std::string folder) {
  const auto index = static_cast<std::uint32_t>(sources_.size());
  sources_.push_back({std::move(name), std::move(folder), index});
  return index;
}

void Log::report(Place place, std::string key, std::string message) {
  ++count_;
  keys_.insert(key);
  if (!full()) found_.push_back({place, std::move(key), std::move(message)});
}

bool Log::clean(std::string_view path) const {
  if (keys_.empty()) return true;
  for (std::size_t end = path.find('.'); end != path.npos; end = path.find('.', end + 1)) {
    if (keys_.contains(std::string(path.substr(0, end)))) return false;
  }
  return !keys_.contains(std::string(path));
}

void Log::throw_if_any() {
  if (count_ == 0) return;
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& a, const Found& b) { return a.place < b.place; });
  std::vector<Diagnostic> diagnostics;
  for (auto& f : found_) {
    diagnostics.push_back({{sources_[f.place.source].name, f.place.line, f.place.column},
                           std::move(f.key),
                           std::move(f.message)});
  }
  if (count_ > found_.size())
    diagnostics.push_back(
        {{sources_.front().name, 0, 0}, {}, fmt::format("… and {} more mistakes", count_ - found_.size())});
  throw UserError(std::move(diagnostics));
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  std::string out;
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80 && ++characters > kMost) return out + "…";
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string found_text(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kEmpty:
      return "nothing";
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kScalar:
      return fmt::format("'{}'", shown(value.scalar));
    case Value::Kind::kList:
      return "a list";
    case Value::Kind::kMap:
      return "a map";
  }
  return {};
}

std::string join_path(std::string_view path, std::string_view key) {
  if (path.empty()) return std::string(key);
  return fmt::format("{}.{}", path, key);
}

}  // namespace cv2x::config
