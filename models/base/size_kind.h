#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "models/base/random.h"

namespace cv2x {

/// How a size is distributed about its mean.
enum class SizeKind : std::uint8_t { kFixed, kExponential };
inline constexpr std::array<std::string_view, 2> kSizeKindNames = {"fixed", "exponential"};

/// Bytes of a message: the mean, or exponential with it, in whole bytes and one at least.
inline std::int64_t draw_bytes(SizeKind kind, std::int64_t mean_bytes, Stream& stream) {
  if (kind == SizeKind::kFixed) return mean_bytes;
  return std::max<std::int64_t>(1, std::llround(stream.exponential(static_cast<double>(mean_bytes))));
}

}  // namespace cv2x
