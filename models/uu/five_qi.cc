#include "models/uu/five_qi.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <string_view>
#include <vector>

#include "models/uu/data.h"

namespace cv2x::uu {
namespace {

/// The rows that the build embedded from models/uu/data.
std::vector<FiveQi> parse(std::string_view text) {
  std::vector<FiveQi> out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.front() < '0' || line.front() > '9') continue;  // comment or heading
    std::array<double, 6> field{};
    const char* at = line.data();
    for (double& value : field) {
      const auto [end, error] = std::from_chars(at, line.data() + line.size(), value);
      assert(error == std::errc());
      static_cast<void>(error);
      at = end + 1;
    }
    out.push_back({.value = static_cast<std::int64_t>(field[0]),
                   .resource = static_cast<FiveQi::Resource>(static_cast<int>(field[1])),
                   .priority = static_cast<std::int64_t>(field[2]),
                   .budget_ns = from_seconds(field[3] * 1e-3),
                   .core_ns = from_seconds(field[4] * 1e-3),
                   .error_rate = field[5]});
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
