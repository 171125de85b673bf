#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cv2x {

/// What every draw of a run depends on besides its own stream, entity and counter.
struct Seed {
  std::uint64_t seed = 1;
  std::uint64_t replication = 0;
};

/// Philox4x32-10 block (Salmon et al., SC 2011, as in Random123): 128 random bits that are a function of
/// (seed, replication, stream, entity, counter) and of nothing else.
std::array<std::uint32_t, 4> philox(const Seed& seed, std::uint64_t stream, std::uint64_t entity,
                                    std::uint64_t counter);

/// A stream of random numbers of one purpose ("arrivals") and one entity (hash_name of the vehicle).
/// Counter-based: the n-th draw does not depend on what other streams drew, nor on the order of events.
class Stream {
 public:
  Stream(const Seed& seed, std::string_view purpose, std::uint64_t entity);

  /// Uniform 64 bits.
  std::uint64_t next();
  /// Uniform in (0, 1), never 0 or 1; 52 bits.
  double uniform();
  /// Exponential with the given mean.
  double exponential(double mean);
  /// Standard normal (Box–Muller, both values used).
  double normal();

 private:
  Seed seed_;
  std::uint64_t stream_;
  std::uint64_t entity_;
  std::uint64_t counter_ = 0;
  std::array<std::uint64_t, 2> block_{};
  int left_ = 0;
  double spare_normal_ = 0;
  bool has_spare_normal_ = false;
};

/// (0, 1) from the upper 52 of 64 random bits: the middles of 2^52 equal intervals, each of them exact (with
/// one bit more the middles would have to be rounded, the last one to 1).
constexpr double to_uniform(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52;
}

}  // namespace cv2x
