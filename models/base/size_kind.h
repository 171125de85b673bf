#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "models/base/random.h"

namespace cv2x {

/// How a size is distributed about its mean.
enum class SizeKind : std::uint8_t { kFixed, kExponential, kUniform };
inline constexpr std::array<std::string_view, 3> kSizeKindNames = {"fixed", "exponential", "uniform"};
/// Those that need nothing but the mean.
inline constexpr auto kMeanOnlySizeKindNames = std::span(kSizeKindNames).first<2>();

/// Uniform over mean − h, mean − h + 1, …, mean + h, where h is what `spread` · mean has of whole numbers: so
/// the mean is exact, and a spread of 10 % draws as EdgeCloudSim does (SimUtils.getRandomLongNumber between
/// 90 % and 110 % of the mean).
inline double draw_uniform(double mean, double spread, Stream& stream) {
  const double half = std::floor(mean * spread * (1 + 1e-12));  // 0.1 · 20 000 is 2000, whatever its last bit
  return mean - half + std::floor(stream.uniform() * (2 * half + 1));
}

/// Bytes of a message: the mean; exponential with it, in whole bytes; or uniform within `spread` (a share) of
/// it. One at least.
inline std::int64_t draw_bytes(SizeKind kind, std::int64_t mean_bytes, Stream& stream, double spread = 0) {
  const auto mean = static_cast<double>(mean_bytes);
  if (kind == SizeKind::kFixed) return mean_bytes;
  const double drawn =
      kind == SizeKind::kUniform ? draw_uniform(mean, spread, stream) : stream.exponential(mean);
  return std::max<std::int64_t>(1, std::llround(drawn));
}

/// CPU cycles of a task; exponential ones are no whole numbers.
inline double draw_cycles(SizeKind kind, double mean, Stream& stream, double spread = 0) {
  switch (kind) {
    case SizeKind::kFixed:
      return mean;
    case SizeKind::kExponential:
      return stream.exponential(mean);
    case SizeKind::kUniform:
      return draw_uniform(mean, spread, stream);
  }
  return mean;
}

}  // namespace cv2x
