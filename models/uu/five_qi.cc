#include "models/uu/five_qi.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "models/base/csv.h"
#include "models/uu/data.h"

namespace cv2x::uu {
namespace {

/// The rows that the build embedded from models/uu/data.
std::vector<FiveQi> parse(std::string_view text) {
  std::vector<FiveQi> out;
  for (const auto& cells : csv_rows(text)) {
    out.push_back({.value = static_cast<std::int64_t>(csv_number(cells[0])),
                   .resource = static_cast<FiveQi::Resource>(static_cast<int>(csv_number(cells[1]))),
                   .priority = static_cast<std::int64_t>(csv_number(cells[2])),
                   .budget_ns = from_seconds(csv_number(cells[3]) * 1e-3),
                   .core_ns = from_seconds(csv_number(cells[4]) * 1e-3),
                   .error_rate = csv_number(cells[5])});
  }
  return out;
}

}  // namespace

std::span<const FiveQi> five_qis() {
  static const std::vector<FiveQi> all = parse(data::uu::five_qi);
  return all;
}

const FiveQi* find_five_qi(std::int64_t value) {
  const auto all = five_qis();
  const auto it = std::lower_bound(all.begin(), all.end(), value,
                                   [](const FiveQi& q, std::int64_t v) { return q.value < v; });
  return it != all.end() && it->value == value ? &*it : nullptr;
}

}  // namespace cv2x::uu
