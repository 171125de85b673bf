#include "sim/record/compress.h"

#include <libdeflate.h>

#include <cassert>
#include <new>

namespace cv2x {

Deflater::Deflater() : compressor_{libdeflate_alloc_compressor(kDeflateLevel)} {
  if (!compressor_) throw std::bad_alloc();
}

void Deflater::Free::operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }

namespace {

template <std::size_t kSize>
void shuffle_values(const std::byte* in, std::size_t n, std::byte* out) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t b = 0; b < kSize; ++b) out[b * n + i] = in[i * kSize + b];
  }
}

}  // namespace

void shuffle(std::span<const std::byte> values, std::size_t size, std::byte* out) {
  const std::size_t n = values.size() / size;
  switch (size) {
    case 2:
      return shuffle_values<2>(values.data(), n, out);
    case 4:
      return shuffle_values<4>(values.data(), n, out);
    case 8:
      return shuffle_values<8>(values.data(), n, out);
    default:
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t b = 0; b < size; ++b) out[b * n + i] = values[i * size + b];
      }
  }
}

std::span<const std::byte> Deflater::compress(std::span<const std::byte> values, std::size_t size) {
  const std::byte* in = values.data();
  if (size > 1) {
    shuffled_.resize(values.size());
    shuffle(values, size, shuffled_.data());
    in = shuffled_.data();
  }
  out_.resize(libdeflate_zlib_compress_bound(compressor_.get(), values.size()));
  const std::size_t packed =
      libdeflate_zlib_compress(compressor_.get(), in, values.size(), out_.data(), out_.size());
  assert(packed > 0);  // the bound is enough
  return {out_.data(), packed};
}

}  // namespace cv2x
