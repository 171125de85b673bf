#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cv2x {

/// SHA-256 (FIPS 180-4), fed in pieces. Own code and not OpenSSL's, whose licence (Apache 2.0) does not go
/// with GPL-2.0-only.
class ContentHash {
 public:
  ContentHash& add(std::string_view bytes);
  /// A field of a list: its length goes in too, so that ("ab", "c") and ("a", "bc") differ.
  ContentHash& add_field(std::string_view bytes);
  /// 64 lower-case hexadecimal digits. Ends the hash.
  std::string hex();

 private:
  void block(const unsigned char* bytes);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> rest_{};
  std::uint64_t bytes_ = 0;
};

/// SHA-256 of a file's bytes as they are on disk, read in pieces. UserError where it cannot be read.
std::string hash_file(const std::string& path);

}  // namespace cv2x
