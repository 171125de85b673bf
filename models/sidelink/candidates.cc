#include "models/sidelink/candidates.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/base/hash.h"

namespace cv2x::sidelink {

namespace {
constexpr int kStep = 8;  // codes of 3 dB
}

void Candidates::begin(std::int64_t first, std::int64_t last, int subchannels, int length) {
  assert(first <= last && length >= 1 && length <= subchannels);
  first_ = first;
  last_ = last;
  subchannels_ = subchannels;
  length_ = length;
  places_ = subchannels - length + 1;
  const auto slots = static_cast<std::size_t>(last - first + 1);
  power_.assign(slots * static_cast<std::size_t>(places_), kNothing);
  blocked_.assign(slots, 0);
  any_blocked_ = false;
  left_.clear();
}

void Candidates::block(std::int64_t slot) {
  if (slot < first_ || slot > last_) return;
  blocked_[static_cast<std::size_t>(slot - first_)] = 1;
  any_blocked_ = true;
}

int Candidates::exclude(std::uint8_t threshold, double share) {
  const int needed = static_cast<int>(std::ceil(share * total() - 1e-9));
  if (any_blocked_) {
    const auto open = std::count(blocked_.begin(), blocked_.end(), std::uint8_t{0});
    if (open * places_ < needed) std::fill(blocked_.begin(), blocked_.end(), std::uint8_t{0});  // step 5a
  }
  // How many stay at each power; then the first threshold, in steps of 3 dB, that leaves enough.
  std::array<int, 256> of_power{};
  const std::uint8_t* power = power_.data();
  for (const std::uint8_t blocked : blocked_) {
    for (int place = 0; place < places_ && !blocked; ++place) ++of_power[power[place]];
    power += places_;
  }
  int limit = threshold, count = 0, counted = -1;
  for (;; limit = std::min(255, limit + kStep)) {
    for (; counted < limit; ++counted) count += of_power[static_cast<std::size_t>(counted + 1)];
    if (count >= std::max(needed, 1) || limit >= 255) break;
  }
  raised_to_ = static_cast<std::uint8_t>(limit);
  left_.resize(power_.size());
  std::size_t n = 0;
  std::int32_t at = 0;
  for (const std::uint8_t blocked : blocked_) {
    for (int place = 0; place < places_; ++place, ++at) {
      left_[n] = at;
      n += static_cast<std::size_t>(!blocked & (power_[static_cast<std::size_t>(at)] <= limit));
    }
  }
  left_.resize(n);
  return static_cast<int>(n);
}

bool Candidates::left(const Resource& r) const {
  if (r.slot < first_ || r.slot > last_ || r.subchannel >= places_) return false;
  const auto i = static_cast<std::int32_t>(r.slot - first_) * places_ + r.subchannel;
  return std::binary_search(left_.begin(), left_.end(), i);
}

Resource Candidates::pick(int i) const {
  const std::int32_t at = left_[static_cast<std::size_t>(i)];
  return {first_ + at / places_, at % places_};
}

int Candidates::rank(std::span<const float> average, double share, std::uint32_t salt) {
  assert(average.size() ==
         static_cast<std::size_t>(last_ - first_ + 1) * static_cast<std::size_t>(subchannels_));
  const auto wanted = static_cast<std::size_t>(std::ceil(share * total() - 1e-9));
  if (left_.size() <= wanted) return static_cast<int>(left_.size());
  ranked_.assign(power_.size(), 0);
  for (const std::int32_t i : left_) {
    const auto row = static_cast<std::size_t>(i / places_) * static_cast<std::size_t>(subchannels_);
    for (int s = i % places_, k = 0; k < length_; ++k)
      ranked_[static_cast<std::size_t>(i)] += average[row + static_cast<std::size_t>(s + k)];
  }
  const auto before = [&](std::int32_t a, std::int32_t b) {
    const float x = ranked_[static_cast<std::size_t>(a)], y = ranked_[static_cast<std::size_t>(b)];
    if (x != y) return x < y;
    return combine(salt, static_cast<std::uint64_t>(a)) < combine(salt, static_cast<std::uint64_t>(b));
  };
  std::nth_element(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(wanted), left_.end(), before);
  left_.resize(wanted);
  std::sort(left_.begin(), left_.end());
  return static_cast<int>(left_.size());
}

}  // namespace cv2x::sidelink
