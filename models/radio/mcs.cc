#include "models/radio/mcs.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <string_view>
#include <vector>

#include "models/radio/data.h"

namespace cv2x::radio {
namespace {

template <class Entry>
using Tables = std::array<std::vector<Entry>, 3>;

/// Parses "table,index,qm,rate_x1024" rows, which the build embedded from models/radio/data.
template <class Entry>
Tables<Entry> parse(std::string_view text) {
  Tables<Entry> out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.front() < '0' || line.front() > '9') continue;  // comment or heading
    std::array<double, 4> field{};
    const char* at = line.data();
    for (double& value : field) {
      const auto [end, error] = std::from_chars(at, line.data() + line.size(), value);
      assert(error == std::errc());
      at = end + 1;
    }
    out.at(static_cast<std::size_t>(field[0]) - 1)
        .push_back(
            {.index = static_cast<int>(field[1]), .qm = static_cast<int>(field[2]), .rate_x1024 = field[3]});
  }
  return out;
}

}  // namespace

std::span<const Mcs> mcs_table(int table) {
  assert(table >= 1 && table <= 3);
  static const Tables<Mcs> tables = parse<Mcs>(data::radio::mcs);
  return tables[table - 1];
}

std::span<const Cqi> cqi_table(int table) {
  assert(table >= 1 && table <= 3);
  static const Tables<Cqi> tables = parse<Cqi>(data::radio::cqi);
  return tables[table - 1];
}

}  // namespace cv2x::radio
