#include "models/measure/transient.h"

#include <cmath>
#include <cstddef>
#include <vector>

namespace cv2x {
namespace {

constexpr std::size_t kFewestBlocks = 64;
constexpr std::size_t kBatches = 16;
constexpr double kLimit = 3.62;  ///< 1 − 0.01/8 quantile of Student's t with 15 degrees of freedom

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

}  // namespace

bool looks_transient(std::span<const double> means) {
  const std::size_t n = means.size();
  if (n < kFewestBlocks) return false;
  std::vector<double> logs;
  for (const double m : means) {
    if (!(m > 0)) return false;
    logs.push_back(std::log(m));
  }
  const std::size_t size = n / (2 * kBatches);  // of a batch
  const std::span<const double> late = std::span<const double>(logs).last(size * kBatches);
  const double steady = mean_of(late);
  double spread = 0;
  for (std::size_t b = 0; b < kBatches; ++b) {
    const double d = mean_of(late.subspan(b * size, size)) - steady;
    spread += d * d;
  }
  const double variance = static_cast<double>(size) * spread / (kBatches - 1);  // of one block
  for (const std::size_t part : {32, 16, 8, 4}) {
    const std::size_t k = n / part;
    const double error =
        std::sqrt(variance * (1 / static_cast<double>(k) + 1 / static_cast<double>(late.size())));
    if (std::abs(mean_of(std::span<const double>(logs).first(k)) - steady) > kLimit * error) return true;
  }
  return false;
}

}  // namespace cv2x
