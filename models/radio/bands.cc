#include "models/radio/bands.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "models/radio/data.h"

namespace cv2x::radio {
namespace {

/// Takes what is before the first `separator` off `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::string_view word = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

double mhz(std::string_view word) {
  double value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  assert(error == std::errc() && end == word.data() + word.size());
  static_cast<void>(end), static_cast<void>(error);
  return value * 1e6;
}

std::vector<Band> parse(std::string_view text) {
  std::vector<Band> out;
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    if (line.size() < 2 || line[0] != 'n' || line[1] < '0' || line[1] > '9') continue;  // comment or heading
    Band band;
    band.name = take(line, ',');
    band.fdd = take(line, ',') == "fdd";
    for (double* hz :
         {&band.uplink_low_hz, &band.uplink_high_hz, &band.downlink_low_hz, &band.downlink_high_hz}) {
      *hz = mhz(take(line, ','));
    }
    for (auto& widths : band.bandwidths_hz) {
      for (std::string_view list = take(line, ','); !list.empty();) widths.push_back(mhz(take(list, ' ')));
    }
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
