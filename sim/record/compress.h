#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

struct libdeflate_compressor;
struct libdeflate_decompressor;

namespace cv2x {

/// What HDF5's shuffle and deflate filters do to a chunk, without HDF5's copies in between.
class Deflater {
 public:
  Deflater();

  /// The chunk of values of `size` bytes each, compressed; valid until the next call.
  std::span<const std::byte> compress(std::span<const std::byte> values, std::size_t size);

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const;
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::vector<std::byte> shuffled_, out_;
};

/// What undoes it.
class Inflater {
 public:
  Inflater();

  /// `packed`, one chunk as it is stored, to `values.size()` bytes of values of `size` bytes each. False: it
  /// is damaged, or of another length.
  bool expand(std::span<const std::byte> packed, std::size_t size, std::span<std::byte> values);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
  std::vector<std::byte> shuffled_;
};

/// Byte 0 of all values, then byte 1 of all values, …
void shuffle(std::span<const std::byte> values, std::size_t size, std::byte* out);

/// libdeflate's level, also named in the file's filter: a third faster than zlib's level 1, and smaller.
inline constexpr int kDeflateLevel = 1;

}  // namespace cv2x
