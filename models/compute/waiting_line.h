#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "models/compute/task.h"

namespace cv2x {

/// The tasks before a server: in order of their submission, or of a key and then of their submission.
class WaitingLine {
 public:
  struct Entry {
    ServerTask task;
    std::uint64_t order;  ///< of its submission
    double left;          ///< that it still needs [cycles]
    bool operator>(const Entry& other) const {
      return task.key != other.task.key ? task.key > other.task.key : order > other.order;
    }
  };

  explicit WaitingLine(bool by_key) : by_key_(by_key) {}

  std::int64_t size() const { return static_cast<std::int64_t>(by_key_ ? heap_.size() : line_.size()); }
  bool empty() const { return size() == 0; }
  const Entry& front() const { return by_key_ ? heap_.front() : line_.front(); }

  void add(const Entry& entry) {
    if (by_key_) {
      heap_.push_back(entry);
      std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
    } else {
      line_.push_back(entry);
    }
  }
  Entry take() {
    const Entry entry = front();
    if (by_key_) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
      heap_.pop_back();
    } else {
      line_.pop_front();
    }
    return entry;
  }
  /// Empties it; what was in it, in any order.
  std::vector<Entry> clear() {
    std::vector<Entry> all(line_.begin(), line_.end());
    all.insert(all.end(), heap_.begin(), heap_.end());
    line_.clear();
    heap_.clear();
    return all;
  }

 private:
  bool by_key_;
  std::deque<Entry> line_;
  std::vector<Entry> heap_;
};

}  // namespace cv2x
