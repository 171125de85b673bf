#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace cv2x::bound {

/// The price of a core of one machine over time: constant over slots of equal width, 0 outside of them. Times
/// are nanoseconds as floating-point numbers, the price is per nanosecond of a core.
class Prices {
 public:
  Prices() = default;
  Prices(double begin, double end, double width)
      : begin_(begin),
        width_(width),
        per_width_(1 / width),
        price_(static_cast<std::size_t>(std::max(1.0, (end - begin) / width)) + 1),
        sum_(price_.size() + 1) {}

  double begin() const { return begin_; }
  double width() const { return width_; }
  std::size_t slots() const { return price_.size(); }
  double start(std::size_t slot) const { return begin_ + width_ * static_cast<double>(slot); }
  double at(std::size_t slot) const { return price_[slot]; }
  void set(std::size_t slot, double price) { price_[slot] = price; }

  /// The slot that holds `time`; the first or last one where none does.
  std::size_t slot_of(double time) const {
    const double slot = (time - begin_) * per_width_;
    return slot <= 0 ? 0 : std::min(static_cast<std::size_t>(slot), price_.size() - 1);
  }

  /// After prices were set and before paid().
  void add_up() {
    for (std::size_t i = 0; i < price_.size(); ++i) sum_[i + 1] = sum_[i] + price_[i] * width_;
  }
  double total() const { return sum_.back(); }
  /// Integral of the price from the beginning up to `time`.
  double paid(double time) const {
    const double slot = (time - begin_) * per_width_;
    if (slot <= 0) return 0;
    if (slot >= static_cast<double>(price_.size())) return sum_.back();
    const auto i = std::min(static_cast<std::size_t>(slot), price_.size() - 1);
    return sum_[i] + price_[i] * (time - start(i));
  }

  /// The same prices in slots of half the width.
  Prices halved() const {
    Prices out;
    out.begin_ = begin_;
    out.width_ = width_ / 2;
    out.per_width_ = per_width_ * 2;
    for (const double price : price_) out.price_.insert(out.price_.end(), 2, price);
    out.sum_.resize(out.price_.size() + 1);
    return out;
  }

 private:
  double begin_ = 0, width_ = 1, per_width_ = 1;
  std::vector<double> price_, sum_;
};

}  // namespace cv2x::bound
