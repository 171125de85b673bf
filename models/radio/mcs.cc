#include "models/radio/mcs.h"

#include <array>
#include <cassert>
#include <string_view>
#include <vector>

#include "models/base/csv.h"
#include "models/radio/data.h"

namespace cv2x::radio {
namespace {

template <class Entry>
using Tables = std::array<std::vector<Entry>, 3>;

/// Parses "table,index,qm,rate_x1024" rows, which the build embedded from models/radio/data.
template <class Entry>
Tables<Entry> parse(std::string_view text) {
  Tables<Entry> out;
  for (const auto& cells : csv_rows(text)) {
    out.at(static_cast<std::size_t>(csv_number(cells[0])) - 1)
        .push_back({.index = static_cast<int>(csv_number(cells[1])),
                    .qm = static_cast<int>(csv_number(cells[2])),
                    .rate_x1024 = csv_number(cells[3])});
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
