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

void Candidates::reserve(std::int64_t slot, int subchannel, std::uint8_t code) {
  if (slot < first_ || slot > last_) return;
  const auto row = static_cast<std::size_t>(slot - first_) * static_cast<std::size_t>(places_);
  const int low = std::max(0, subchannel - length_ + 1), high = std::min(places_ - 1, subchannel);
  for (int place = low; place <= high; ++place) {
    auto& power = power_[row + static_cast<std::size_t>(place)];
    power = std::max(power, code);
  }
}

int Candidates::exclude(std::uint8_t threshold, double share) {
  const int needed = static_cast<int>(std::ceil(share * total() - 1e-9));
  const auto slot_of = [&](std::size_t i) { return i / static_cast<std::size_t>(places_); };
  if (any_blocked_) {
    int open = 0;
    for (std::size_t i = 0; i < power_.size(); ++i) open += blocked_[slot_of(i)] == 0;
    if (open < needed) std::fill(blocked_.begin(), blocked_.end(), std::uint8_t{0});  // step 5a
  }
  // How many stay at each power; then the first threshold, in steps of 3 dB, that leaves enough.
  std::array<int, 256> of_power{};
  for (std::size_t i = 0; i < power_.size(); ++i) {
    if (!blocked_[slot_of(i)]) ++of_power[power_[i]];
  }
  int limit = threshold, count = 0, counted = -1;
  for (;; limit = std::min(255, limit + kStep)) {
    for (; counted < limit; ++counted) count += of_power[static_cast<std::size_t>(counted + 1)];
    if (count >= std::max(needed, 1) || limit >= 255) break;
  }
  raised_to_ = static_cast<std::uint8_t>(limit);
  left_.clear();
  for (std::size_t i = 0; i < power_.size(); ++i) {
    if (!blocked_[slot_of(i)] && power_[i] <= limit) left_.push_back(static_cast<std::int32_t>(i));
  }
  return static_cast<int>(left_.size());
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
