#pragma once

#include <cstdint>
#include <string_view>

namespace cv2x {

/// Finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a bijection that spreads every input bit.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// Combination of two hashes or numbers, which do not trade places. `a` as it is: combine(mix64(a), b) would
/// equal combine(mix64(b), a).
constexpr std::uint64_t combine(std::uint64_t a, std::uint64_t b) { return mix64(a ^ mix64(b)); }

/// 64-bit FNV-1a of a name, finished by mix64: the key of a stream or entity. The same on every machine.
constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mix64(h);
}

}  // namespace cv2x
