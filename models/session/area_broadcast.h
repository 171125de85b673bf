#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/base/ids.h"

namespace cv2x {

/// Who gets which transmission of a geocast that is broadcast. When it leaves the server, one message goes to
/// every site that serves a receiver, to be sent once in each cell that serves one. A receiver gets what the
/// cell sends that serves it when the site has the message. So who has changed to a cell that sends it too
/// gets it there, unless that one has sent before; who has changed to any other cell misses it.
class AreaBroadcast {
 public:
  /// One site, and its cells that serve receivers, in the order in which the receivers were named.
  struct Target {
    SiteIndex site;
    std::vector<std::int32_t> cells;
    bool open = true;  ///< its message is on the way
  };
  /// Where a receiver is now: `gone` (it has left the road), or in a cell; −1: in none.
  struct Whereabouts {
    bool gone = false;
    std::int32_t cell = -1;
  };
  /// Receivers, by their number, that one cell sends to.
  struct Transmission {
    std::int32_t cell;
    std::vector<std::uint32_t> receivers;
  };

  /// A receiver, where it is when the message leaves the server (no site: out of coverage).
  void add(std::uint32_t receiver, SiteIndex site, std::int32_t cell);
  std::span<const Target> targets() const { return targets_; }

  /// The site of targets()[target] has the message; `where(receiver)`: its whereabouts now. Names what every
  /// cell of it sends, and to whom; those receivers are provided for.
  template <class Where>
  std::vector<Transmission> arrive(std::size_t target, const Where& where) {
    std::vector<Transmission> out;
    for (const std::int32_t cell : targets_[target].cells) out.push_back({cell, take(cell, where)});
    targets_[target].open = false;
    return out;
  }
  /// The message to that site is lost: with it, for whom it would have been.
  template <class Where>
  std::vector<std::uint32_t> lose(std::size_t target, const Where& where) {
    std::vector<std::uint32_t> out;
    for (const std::int32_t cell : targets_[target].cells) {
      const auto some = take(cell, where);
      out.insert(out.end(), some.begin(), some.end());
    }
    targets_[target].open = false;
    return out;
  }
  /// Whether every site has it, or never will.
  bool over() const;
  /// Those not provided for.
  std::span<const std::uint32_t> waiting() const { return waiting_; }

 private:
  template <class Where>
  std::vector<std::uint32_t> take(std::int32_t cell, const Where& where) {
    std::vector<std::uint32_t> out;
    std::size_t kept = 0;
    for (const std::uint32_t receiver : waiting_) {
      const Whereabouts now = where(receiver);
      if (!now.gone && now.cell == cell) {
        out.push_back(receiver);
      } else {
        waiting_[kept++] = receiver;
      }
    }
    waiting_.resize(kept);
    return out;
  }

  std::vector<Target> targets_;
  std::vector<std::uint32_t> waiting_;
};

}  // namespace cv2x
