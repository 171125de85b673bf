#include "sim/input/link_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>
#include <vector>

#include "models/base/error.h"

namespace cv2x {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::size_t begin = 0;;) {
    const std::size_t end = line.find(',', begin);
    out.push_back(trimmed(line.substr(begin, end - begin)));
    if (end == std::string_view::npos) return out;
    begin = end + 1;
  }
}

}  // namespace

sidelink::LinkCurve read_link_curve(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UserError(fmt::format("{}: cannot be read", path));
  int number = 0;
  const auto wrong = [&](std::string message) {
    throw UserError(Location{path, number, 0}, std::move(message));
  };
  std::vector<std::string> names;
  std::size_t snr = 0, per = 0;
  std::vector<sidelink::CurvePoint> points;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (trimmed(line).empty() || trimmed(line).front() == '#') continue;
    const auto fields = fields_of(line);
    if (names.empty()) {
      names.assign(fields.begin(), fields.end());
      const auto column = [&](std::string_view name) {
        const auto at = std::find(names.begin(), names.end(), name);
        if (at == names.end())
          wrong(fmt::format("has no column '{}'; a link curve needs the columns snr_db and per", name));
        return static_cast<std::size_t>(at - names.begin());
      };
      snr = column("snr_db");
      per = column("per");
      continue;
    }
    if (fields.size() != names.size())
      wrong(fmt::format("has {} fields; the header names {}", fields.size(), names.size()));
    const auto value = [&](std::size_t i) {
      double number_there = 0;
      const auto [end, error] =
          std::from_chars(fields[i].data(), fields[i].data() + fields[i].size(), number_there);
      if (error != std::errc{} || end != fields[i].data() + fields[i].size() || !std::isfinite(number_there))
        wrong(fmt::format("'{}' is no number ({})", fields[i], names[i]));
      return number_there;
    };
    const sidelink::CurvePoint point{value(snr), value(per)};
    if (point.per < 0 || point.per > 1) wrong(fmt::format("per is {}; allowed: 0 to 1", point.per));
    if (!points.empty() && point.snr_db <= points.back().snr_db)
      wrong(fmt::format("snr_db is {} after {}; it must ascend", point.snr_db, points.back().snr_db));
    points.push_back(point);
  }
  if (points.empty())
    throw UserError(Location{path, number, 0}, "has no points; a link curve needs one at least");
  return sidelink::LinkCurve::points(std::move(points));
}

}  // namespace cv2x
