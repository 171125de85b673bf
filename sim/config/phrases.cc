#include "sim/config/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/base/error.h"

namespace cv2x::config {
namespace {

constexpr double kMostDurationNs = 3.15e16;
constexpr double kMostBytes = 1e15;

template <class Format>
std::string range(const Bounds& bounds, Format&& format) {
  const bool has_min = std::isfinite(bounds.min), has_max = std::isfinite(bounds.max);
  if (has_min && has_max) {
    return fmt::format(fmt::runtime(bounds.open_min ? "more than {}, at most {}" : "{} to {}"),
                       format(bounds.min), format(bounds.max));
  }
  if (has_min) return fmt::format("{} {}", bounds.open_min ? "more than" : "at least", format(bounds.min));
  if (has_max) return fmt::format("at most {}", format(bounds.max));
  return {};
}

}  // namespace

std::string allowed_range(const Bounds& bounds, Dimension dimension) {
  return range(bounds, [&](double value) { return format_quantity(value, dimension); });
}

std::string allowed_range(const Bounds& bounds) {
  return range(bounds, [](double value) { return fmt::format("{}", value); });
}

Bounds duration_bounds(Bounds bounds) {
  bounds.max = std::min(bounds.max, kMostDurationNs);
  return bounds;
}

Bounds bytes_bounds(Bounds bounds) {
  bounds.max = std::min(bounds.max, kMostBytes);
  return bounds;
}

bool within(double value, const Bounds& bounds) {
  return (bounds.open_min ? value > bounds.min : value >= bounds.min) && value <= bounds.max;
}

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

std::string hint(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto lower = [](std::string_view text) {
    std::string out(text);
    for (char& c : out) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
  };
  const std::string lowered = lower(word);
  const auto same = std::find_if(candidates.begin(), candidates.end(),
                                 [&](auto candidate) { return lower(candidate) == lowered; });
  const std::string_view best = same != candidates.end() ? *same : nearest(word, candidates);
  return best.empty() ? ";" : fmt::format("; did you mean '{}'?", best);
}

std::string names_or_none(const std::vector<std::string_view>& names) {
  return names.empty() ? "none" : join_names(names);
}

std::string_view entry_of(std::string_view section) {
  section.remove_prefix(section.rfind('.') + 1);  // npos + 1 is 0
  if (section.ends_with('s')) section.remove_suffix(1);
  return section;
}

std::string an_entry_of(std::string_view section) {
  const std::string_view entry = entry_of(section);
  const bool vowel =
      !entry.empty() && std::string_view("aeiou").find(entry.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", entry);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

}  // namespace cv2x::config
