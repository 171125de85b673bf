#pragma once

#include <cstddef>

namespace cv2x {

/// Asks for the memory of `count` objects that will be needed soon, so that a world larger than the caches is
/// on its way while something else is worked on. Changes no result.
template <class T>
void prefetch(const T* first, std::size_t count) {
  constexpr std::size_t kLine = 64;
  const auto* bytes = reinterpret_cast<const char*>(first);
  for (std::size_t i = 0; i < count * sizeof(T); i += kLine) __builtin_prefetch(bytes + i);
}

}  // namespace cv2x
