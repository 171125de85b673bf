// The leaves of ParseVisitor.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "sim/config/parse.h"
#include "sim/config/phrases.h"

namespace cv2x::config {
namespace {

constexpr std::size_t kLongestNumber = 100;

std::string_view without_plus(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  return text;
}

std::string a_quantity(Dimension dimension) {
  return fmt::format("a {} (a number and a unit, like '{}')", name_of(dimension),
                     fmt::format("10 {}", units_of(dimension).front().symbol));
}

/// Whether `value` is whole but for the rounding of its decimal fraction ("1.1 ms").
bool is_whole(double value) {
  return std::abs(value - std::round(value)) <= 1e-6 * std::min(1.0, std::abs(value)) ||
         std::abs(value) >= 9e15;
}

}  // namespace

const Entry* ParseVisitor::take_scalar(const Field& field, std::string_view wanted) {
  const Entry* entry = take(field);
  if (!entry || !check_filled(*entry, path_of(field.key), wanted)) return nullptr;
  if (entry->value.kind == Value::Kind::kScalar) return entry;
  wrong(*entry, field.key, fmt::format("found {}; {} is needed", found_text(entry->value), wanted));
  return nullptr;
}

const Entry* ParseVisitor::take_text(const Field& field, std::string_view wanted) {
  const Entry* entry = take_scalar(field, wanted);
  if (!entry) return nullptr;
  const std::string& text = entry->value.scalar;
  if (text.empty()) {
    wrong(*entry, field.key, fmt::format("found an empty text; {} is needed", wanted));
    return nullptr;
  }
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    wrong(*entry, field.key,
          fmt::format("found '{}'; a line of text has no control characters", shown(text)));
    return nullptr;
  }
  return entry;
}

const Entry* ParseVisitor::take_quantity(const Field& field, double& value, Dimension dimension,
                                         const Bounds& bounds) {
  const Entry* entry = take_scalar(field, a_quantity(dimension));
  if (!entry) return nullptr;
  const std::string text = shown(entry->value.scalar);
  const auto parsed = parse_quantity(text, dimension);
  if (!parsed.value) {
    wrong(*entry, field.key, parsed.error);
    return nullptr;
  }
  if (!within(*parsed.value, bounds)) {
    out_of_bounds(*entry, field.key, allowed_range(bounds, dimension));
    return nullptr;
  }
  value = *parsed.value;
  return entry;
}

void ParseVisitor::out_of_bounds(const Entry& entry, std::string_view key, const std::string& allowed) {
  wrong(entry, key, fmt::format("found {}: out of bounds; allowed: {}", found_text(entry.value), allowed));
}

void ParseVisitor::quantity(const Field& field, double& value, Dimension dimension, const Bounds& bounds) {
  take_quantity(field, value, dimension, bounds);
}

void ParseVisitor::duration(const Field& field, TimeNs& value, const Bounds& bounds) {
  double ns = 0;
  const Entry* entry = take_quantity(field, ns, Dimension::kTime, duration_bounds(bounds));
  if (!entry) return;
  if (!is_whole(ns)) {
    wrong(
        *entry, field.key,
        fmt::format("found {}: finer than a nanosecond, in which time is counted", found_text(entry->value)));
  } else {
    value = static_cast<TimeNs>(std::round(ns));
  }
}

void ParseVisitor::bytes(const Field& field, std::int64_t& value, const Bounds& bounds) {
  double size = 0;
  const Entry* entry = take_quantity(field, size, Dimension::kData, bytes_bounds(bounds));
  if (!entry) return;
  if (!is_whole(size)) {
    wrong(*entry, field.key, fmt::format("found {}: not a whole number of bytes", found_text(entry->value)));
  } else {
    value = static_cast<std::int64_t>(std::round(size));
  }
}

void ParseVisitor::number(const Field& field, double& value, const Bounds& bounds) {
  const Entry* entry = take_scalar(field, "a number");
  if (!entry) return;
  const std::string_view text = without_plus(entry->value.scalar);
  double parsed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, parsed);
  if (entry->value.quoted || stop != end || error == std::errc::invalid_argument ||
      text.size() > kLongestNumber) {
    wrong(*entry, field.key,
          fmt::format("found {}{}: a number without a unit is needed", found_text(entry->value),
                      entry->value.quoted ? " in quotes" : ""));
  } else if (error != std::errc{} || !std::isfinite(parsed)) {
    wrong(*entry, field.key, fmt::format("found {}: not a finite number", found_text(entry->value)));
  } else if (!within(parsed, bounds)) {
    out_of_bounds(*entry, field.key, allowed_range(bounds));
  } else {
    value = parsed;
  }
}

void ParseVisitor::integer(const Field& field, std::int64_t& value, std::int64_t min, std::int64_t max) {
  const Entry* entry = take_scalar(field, "a whole number");
  if (!entry) return;
  const std::string_view text = without_plus(entry->value.scalar);
  std::int64_t parsed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, parsed);
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (entry->value.quoted || stop != end || error == std::errc::invalid_argument) {
    wrong(*entry, field.key,
          fmt::format("found {}{}: a whole number is needed", found_text(entry->value),
                      entry->value.quoted ? " in quotes" : ""));
  } else if (digits.size() > 1 && digits.front() == '0') {
    wrong(*entry, field.key,
          fmt::format("found {}: leading zeros, which some read as octal", found_text(entry->value)));
  } else if (error != std::errc{} || parsed < min || parsed > max) {
    out_of_bounds(*entry, field.key, fmt::format("{} to {}", min, max));
  } else {
    value = parsed;
  }
}

void ParseVisitor::flag(const Field& field, bool& value) {
  const Entry* entry = take_scalar(field, "true or false");
  if (!entry) return;
  const std::string& text = entry->value.scalar;
  if (entry->value.quoted || (text != "true" && text != "false")) {
    wrong(*entry, field.key,
          fmt::format("found {}{}; true or false is needed", found_text(entry->value),
                      entry->value.quoted ? " in quotes" : ""));
  } else {
    value = text == "true";
  }
}

void ParseVisitor::text(const Field& field, std::string& value) {
  if (const Entry* entry = take_text(field, "a text")) value = entry->value.scalar;
}

std::string ParseVisitor::take_file(const Entry& entry, std::string_view key, std::string_view text) {
  const std::filesystem::path folder = log_.source(entry.value.place.source).folder;
  const std::string path = (folder / text).lexically_normal().string();
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    wrong(entry, key, fmt::format("there is no file '{}'", shown(path)));
  } else if (error) {
    wrong(entry, key, fmt::format("cannot read '{}': {}", shown(path), error.message()));
  } else if (!std::filesystem::is_regular_file(status)) {
    wrong(entry, key, fmt::format("'{}' is not a file", shown(path)));
  } else {
    inputs_.push_back(path);
    return path;
  }
  return {};
}

void ParseVisitor::path(const Field& field, std::string& value) {
  const Entry* entry = take_text(field, "the path of a file");
  if (!entry) return;
  if (const std::string path = take_file(*entry, field.key, entry->value.scalar); !path.empty()) value = path;
}

void ParseVisitor::word_or_code(const Field& field, std::string& value,
                                std::span<const std::string_view> options) {
  const Entry* entry = take_text(field, listed(options) + ", or the name of a function or class in Python");
  if (!entry) return;
  const std::string& text = entry->value.scalar;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) {
    if (std::find(options.begin(), options.end(), text) != options.end()) {
      value = text;
    } else if (text.ends_with(".py")) {
      wrong(*entry, field.key,
            fmt::format("found '{0}'; name the function or class in it too: '{0}:NAME'", shown(text)));
    } else {
      const std::vector<std::string_view> candidates(options.begin(), options.end());
      wrong(*entry, field.key,
            fmt::format("found '{}'{} allowed: {}, or Python: FILE.py:NAME or module:NAME", shown(text),
                        hint(text, candidates), join_names(candidates)));
    }
    return;
  }
  const std::string_view where = std::string_view(text).substr(0, colon);
  const std::string_view name = std::string_view(text).substr(colon + 1);
  if (where.empty() || name.empty() || name.find(' ') != std::string_view::npos) {
    wrong(*entry, field.key,
          fmt::format("found '{}'; Python is named as FILE.py:NAME or module:NAME", shown(text)));
  } else if (where.ends_with(".py")) {
    const std::string path = take_file(*entry, field.key, where);
    if (path.empty()) return;
    value = fmt::format("{}:{}", path, name);
    code_ = entry->value.place;
  } else if (where.find('/') != std::string_view::npos) {
    wrong(*entry, field.key, fmt::format("found '{}'; a file of Python ends with .py", shown(text)));
  } else {
    value = text;
    code_ = entry->value.place;
  }
}

void ParseVisitor::word(const Field& field, std::string& value, std::span<const std::string_view> options) {
  const Entry* entry = take_scalar(field, listed(options));
  if (!entry) return;
  const std::string& text = entry->value.scalar;
  if (std::find(options.begin(), options.end(), text) != options.end()) {
    value = text;
  } else {
    const std::vector<std::string_view> candidates(options.begin(), options.end());
    wrong(*entry, field.key,
          fmt::format("found {}{} allowed: {}", found_text(entry->value), hint(text, candidates),
                      join_names(candidates)));
  }
}

void ParseVisitor::reference(const Field& field, std::string& value, std::string_view section) {
  const Entry* entry = take_text(field, fmt::format("the name of {}", an_entry_of(section)));
  if (!entry) return;
  value = entry->value.scalar;
  references_.push_back({path_of(field.key), entry->value.place, value, section});
}

void ParseVisitor::references(const Field& field, std::vector<std::string>& values,
                              std::string_view section) {
  const Entry* entry = take(field);
  const std::string wanted = fmt::format("a list of names of {}", section);
  if (!entry || !check_filled(*entry, path_of(field.key), wanted)) return;
  if (entry->value.kind != Value::Kind::kList) {
    wrong(*entry, field.key, fmt::format("found {}; {} is needed", found_text(entry->value), wanted));
    return;
  }
  values.clear();
  for (const auto& item : entry->value.list) {
    if (item.kind != Value::Kind::kScalar || item.scalar.empty()) {
      log_.report(item.place, path_of(field.key),
                  fmt::format("found {}; the name of {} is needed", found_text(item), an_entry_of(section)));
    } else if (std::find(values.begin(), values.end(), item.scalar) != values.end()) {
      log_.report(item.place, path_of(field.key), fmt::format("{} is named twice", found_text(item)));
    } else {
      values.push_back(item.scalar);
      references_.push_back({path_of(field.key), item.place, item.scalar, section});
    }
  }
}

std::optional<double> ParseVisitor::take_length(const Value& item, std::string_view key,
                                                const Bounds& bounds) {
  const auto complain = [&](std::string message) {
    log_.report(item.place, path_of(key), std::move(message));
    return std::nullopt;
  };
  if (item.kind != Value::Kind::kScalar)
    return complain(fmt::format("found {}; {} is needed", found_text(item), a_quantity(Dimension::kLength)));
  const auto parsed = parse_quantity(shown(item.scalar), Dimension::kLength);
  if (!parsed.value) return complain(parsed.error);
  if (!within(*parsed.value, bounds))
    return complain(fmt::format("found {}: out of bounds; allowed: {}", found_text(item),
                                allowed_range(bounds, Dimension::kLength)));
  return parsed.value;
}

void ParseVisitor::points(const Field& field, std::vector<Point>& values, const Bounds& bounds,
                          std::size_t fewest) {
  constexpr std::string_view kWanted = "a list of points, like [[0 m, 0 m], [100 m, 0 m], [0 m, 100 m]],";
  const Entry* entry = take(field);
  if (!entry || !check_filled(*entry, path_of(field.key), kWanted)) return;
  if (entry->value.kind != Value::Kind::kList) {
    wrong(*entry, field.key, fmt::format("found {}; {} is needed", found_text(entry->value), kWanted));
    return;
  }
  const auto& list = entry->value.list;
  if (list.size() < fewest || list.size() > kMostPoints) {
    wrong(*entry, field.key,
          fmt::format("found {} {}; allowed: {} to {}", list.size(), list.size() == 1 ? "point" : "points",
                      fewest, kMostPoints));
    return;
  }
  values.clear();
  for (const auto& item : list) {
    if (item.kind != Value::Kind::kList || item.list.size() != 2) {
      const std::string found =
          item.kind == Value::Kind::kList ? fmt::format("a list of {}", item.list.size()) : found_text(item);
      log_.report(item.place, path_of(field.key),
                  fmt::format("found {}; a point is a list of two lengths, like [10 m, 20 m]", found));
      continue;
    }
    const auto x_m = take_length(item.list[0], field.key, bounds);
    const auto y_m = take_length(item.list[1], field.key, bounds);
    if (x_m && y_m) values.push_back({*x_m, *y_m});
  }
}

}  // namespace cv2x::config
