#include "models/base/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

#include "models/base/hash.h"

namespace cv2x {

std::array<std::uint32_t, 4> philox(const Seed& seed, std::uint64_t stream, std::uint64_t entity,
                                    std::uint64_t counter) {
  // 64 bits of key and 128 of counter are fewer than the five inputs: seed, replication and stream are folded
  // into the key, the entity and the counter stay as they are.
  const std::uint64_t key = combine(combine(seed.seed, seed.replication), stream);
  const r123::Philox4x32::ctr_type ctr = {
      {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
       static_cast<std::uint32_t>(entity), static_cast<std::uint32_t>(entity >> 32)}};
  const r123::Philox4x32::key_type k = {
      {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}};
  const auto out = r123::Philox4x32()(ctr, k);
  return {out[0], out[1], out[2], out[3]};
}

Stream::Stream(const Seed& seed, std::string_view purpose, std::uint64_t entity)
    : seed_(seed), stream_(hash_name(purpose)), entity_(entity) {}

std::uint64_t Stream::next() {
  if (left_ == 0) {
    const auto b = philox(seed_, stream_, entity_, counter_++);
    block_ = {(static_cast<std::uint64_t>(b[1]) << 32) | b[0],
              (static_cast<std::uint64_t>(b[3]) << 32) | b[2]};
    left_ = 2;
  }
  return block_[2 - left_--];
}

double Stream::uniform() { return to_uniform(next()); }

double Stream::exponential(double mean) { return -mean * std::log(uniform()); }

double Stream::normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

}  // namespace cv2x
