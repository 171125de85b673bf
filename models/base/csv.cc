#include "models/base/csv.h"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace cv2x {
namespace {

/// Takes what is before the first `separator` off `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::string_view word = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (bool more = true; more;) {
    if (line.starts_with('"')) {
      line.remove_prefix(1);
      cells.push_back(take(line, '"'));
      more = line.starts_with(',');
      if (more) line.remove_prefix(1);
    } else {
      more = line.find(',') != line.npos;
      cells.push_back(take(line, ','));
    }
  }
  return cells;
}

}  // namespace

std::vector<std::vector<std::string_view>> csv_rows(std::string_view text) {
  std::vector<std::vector<std::string_view>> rows;
  bool heading = true;
  while (!text.empty()) {
    const std::string_view line = take(text, '\n');
    if (line.empty() || line.front() == '#') continue;
    if (!heading) rows.push_back(cells_of(line));
    heading = false;
  }
  return rows;
}

double csv_number(std::string_view cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  assert(error == std::errc() && end == cell.data() + cell.size());
  static_cast<void>(end), static_cast<void>(error);
  return value;
}

}  // namespace cv2x
