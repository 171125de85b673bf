#include "sim/record/compress.h"

#include <libdeflate.h>

#include <cassert>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

namespace cv2x {

Deflater::Deflater() : compressor_{libdeflate_alloc_compressor(kDeflateLevel)} {
  if (!compressor_) throw std::bad_alloc();
}

void Deflater::Free::operator()(libdeflate_compressor* compressor) const {
  libdeflate_free_compressor(compressor);
}

namespace {

template <std::size_t kSize>
void shuffle_values(const std::byte* in, std::size_t n, std::byte* out) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t b = 0; b < kSize; ++b) out[b * n + i] = in[i * kSize + b];
  }
}

template <class T, std::size_t... kByte>
void unshuffle_values(const std::byte* in, std::size_t n, std::byte* out, std::index_sequence<kByte...>) {
  for (std::size_t i = 0; i < n; ++i) {
    const T value = static_cast<T>(((static_cast<T>(in[kByte * n + i]) << (8 * kByte)) | ...));
    std::memcpy(out + i * sizeof(T), &value, sizeof(T));
  }
}
template <class T>
void unshuffle_values(const std::byte* in, std::size_t n, std::byte* out) {
  unshuffle_values<T>(in, n, out, std::make_index_sequence<sizeof(T)>());
}

void unshuffle(std::span<const std::byte> in, std::size_t size, std::byte* out) {
  const std::size_t n = in.size() / size;
  switch (size) {
    case 2:
      return unshuffle_values<std::uint16_t>(in.data(), n, out);
    case 4:
      return unshuffle_values<std::uint32_t>(in.data(), n, out);
    case 8:
      return unshuffle_values<std::uint64_t>(in.data(), n, out);
    default:
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t b = 0; b < size; ++b) out[i * size + b] = in[b * n + i];
      }
  }
}

}  // namespace

Inflater::Inflater() : decompressor_{libdeflate_alloc_decompressor()} {
  if (!decompressor_) throw std::bad_alloc();
}

void Inflater::Free::operator()(libdeflate_decompressor* decompressor) const {
  libdeflate_free_decompressor(decompressor);
}

bool Inflater::expand(std::span<const std::byte> packed, std::size_t size, std::span<std::byte> values) {
  shuffled_.resize(values.size());
  const std::span<std::byte> to = size > 1 ? std::span(shuffled_) : values;
  // Without a place for the length the result must be as long as there is room.
  if (libdeflate_zlib_decompress(decompressor_.get(), packed.data(), packed.size(), to.data(), to.size(),
                                 nullptr) != LIBDEFLATE_SUCCESS) {
    return false;
  }
  if (size > 1) unshuffle(shuffled_, size, values.data());
  return true;
}

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
