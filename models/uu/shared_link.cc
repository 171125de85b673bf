#include "models/uu/shared_link.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <utility>

namespace cv2x::uu {

SharedLink::SharedLink(double rate_bps, LinkDiscipline discipline)
    : rate_bps_(rate_bps), bits_per_ns_(rate_bps * 1e-9), discipline_(discipline) {}

/// Virtual time runs at the rate that each transfer gets.
void SharedLink::move_to(TimeNs now) {
  assert(now >= at_ns_);
  if (!sharing_.empty()) {
    virtual_bits_ += static_cast<double>(now - at_ns_) * bits_per_ns_ / static_cast<double>(sharing_.size());
    load_.busy_ns += now - at_ns_;
  }
  at_ns_ = now;
}

void SharedLink::plan() {
  if (sharing_.empty()) {
    next_ns_ = kNever;
    virtual_bits_ = 0;  // so that its last digits stay fine
    return;
  }
  const double left_bits = std::max(0.0, sharing_.front().finish_bits - virtual_bits_);
  const double wait_ns = std::ceil(left_bits * static_cast<double>(sharing_.size()) / bits_per_ns_);
  next_ns_ = wait_ns >= static_cast<double>(kNever) ? kNever : later(at_ns_, static_cast<TimeNs>(wait_ns));
}

void SharedLink::start(std::uint32_t id, std::int64_t bytes, TimeNs now) {
  assert(bytes > 0 && now < next_ns_);
  move_to(now);
  const double bits = 8.0 * static_cast<double>(bytes);
  bytes_ += bytes;
  load_.bytes += static_cast<std::uint64_t>(bytes);
  if (discipline_ == LinkDiscipline::kFifo && !sharing_.empty()) {
    waiting_.push_back({bits, order_++, id, bytes});
    return;
  }
  sharing_.push_back({virtual_bits_ + bits, order_++, id, bytes});
  std::push_heap(sharing_.begin(), sharing_.end(), std::greater<>{});
  plan();
}

std::optional<SharedLink::Ended> SharedLink::take_ended(TimeNs now) {
  if (next_ns_ > now) return {};
  move_to(next_ns_);
  std::pop_heap(sharing_.begin(), sharing_.end(), std::greater<>{});
  const Transfer done = sharing_.back();
  sharing_.pop_back();
  virtual_bits_ = done.finish_bits;  // not what the rounding of its end makes of it
  bytes_ -= done.bytes;
  next_waiting();
  plan();
  return Ended{done.id, at_ns_};
}

/// FIFO: the transmitter is free.
void SharedLink::next_waiting() {
  if (waiting_.empty() || !sharing_.empty()) return;
  sharing_.push_back(waiting_.front());
  sharing_.back().finish_bits += virtual_bits_;
  waiting_.pop_front();
}

bool SharedLink::remove(std::uint32_t id, TimeNs now) {
  assert(now < next_ns_);
  const auto is_it = [id](const Transfer& t) { return t.id == id; };
  if (const auto it = std::find_if(waiting_.begin(), waiting_.end(), is_it); it != waiting_.end()) {
    bytes_ -= it->bytes;
    waiting_.erase(it);
    return true;
  }
  const auto it = std::find_if(sharing_.begin(), sharing_.end(), is_it);
  if (it == sharing_.end()) return false;
  move_to(now);
  bytes_ -= it->bytes;
  sharing_.erase(it);
  next_waiting();
  std::make_heap(sharing_.begin(), sharing_.end(), std::greater<>{});
  plan();
  return true;
}

SharedLink::Load SharedLink::take_load(TimeNs now) {
  move_to(now);
  return std::exchange(load_, {});
}

}  // namespace cv2x::uu
