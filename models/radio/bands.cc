#include "models/radio/bands.h"

#include <algorithm>

#include "models/base/csv.h"
#include "models/radio/data.h"

namespace cv2x::radio {
namespace {

std::vector<double> widths_hz(std::string_view cell) {
  std::vector<double> out;
  while (!cell.empty()) {
    const std::string_view word = cell.substr(0, cell.find(' '));
    cell.remove_prefix(std::min(word.size() + 1, cell.size()));
    out.push_back(csv_number(word) * 1e6);
  }
  return out;
}

std::vector<Band> parse(std::string_view text) {
  std::vector<Band> out;
  for (const auto& cells : csv_rows(text)) {
    Band band;
    band.name = cells[0];
    band.fdd = cells[1] == "fdd";
    band.uplink_low_hz = csv_number(cells[2]) * 1e6;
    band.uplink_high_hz = csv_number(cells[3]) * 1e6;
    band.downlink_low_hz = csv_number(cells[4]) * 1e6;
    band.downlink_high_hz = csv_number(cells[5]) * 1e6;
    for (std::size_t i = 0; i < std::size(band.bandwidths_hz); ++i)
      band.bandwidths_hz[i] = widths_hz(cells[6 + i]);
    out.push_back(std::move(band));
  }
  return out;
}

}  // namespace

std::span<const Band> bands() {
  static const std::vector<Band> all = parse(data::radio::bands);
  return all;
}

const Band* find_band(std::string_view name) {
  const auto all = bands();
  const auto it = std::find_if(all.begin(), all.end(), [&](const Band& b) { return b.name == name; });
  return it == all.end() ? nullptr : &*it;
}

std::span<const std::string_view> band_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> out = {kAnyBand};
    for (const Band& band : bands()) out.push_back(band.name);
    return out;
  }();
  return names;
}

}  // namespace cv2x::radio
