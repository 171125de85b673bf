#include "models/radio/effective_sinr.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/radio/information.h"
#include "models/radio/numeric.h"

namespace cv2x::radio {

EffectiveSinr::EffectiveSinr() {
  for (const int qm : {2, 4, 6, 8}) {
    auto& table = information_[static_cast<std::size_t>(qm / 2)];
    for (int i = 0; i < kPoints; ++i) {
      const auto value = static_cast<float>(qam_information(qm, from_db(kStartDb + kStepDb * i)).capacity);
      // Where the constellation saturates, the inverse takes the lowest SINR that reaches it.
      table.push_back(table.empty() ? value : std::max(value, std::nextafter(table.back(), 100.0F)));
    }
  }
}

double EffectiveSinr::operator()(std::span<const float> sinr, std::span<const float> weight, int qm) const {
  assert(!sinr.empty() && sinr.size() == weight.size());
  const auto [least, largest] = std::minmax_element(sinr.begin(), sinr.end());
  if (*least == *largest) return *least;
  const auto& table = information_[static_cast<std::size_t>(qm / 2)];
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < sinr.size(); ++i) {
    const double place = std::clamp((to_db(sinr[i]) - kStartDb) / kStepDb, 0.0, kPoints - 1.000001);
    const auto k = static_cast<std::size_t>(place);
    sum += weight[i] * (table[k] + (place - static_cast<double>(k)) * (table[k + 1] - table[k]));
    weights += weight[i];
  }
  const double mean = sum / weights;
  const auto above = std::upper_bound(table.begin() + 1, table.end() - 1, static_cast<float>(mean));
  const auto k = static_cast<std::size_t>(above - table.begin()) - 1;
  const double within = (mean - table[k]) / (table[k + 1] - table[k]);
  const double db = kStartDb + kStepDb * (static_cast<double>(k) + within);
  return std::clamp(from_db(db), double{*least}, double{*largest});
}

}  // namespace cv2x::radio
