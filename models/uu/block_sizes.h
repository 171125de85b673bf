#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/radio/mcs.h"
#include "models/radio/tbs.h"

namespace cv2x::uu {

/// Transport block sizes of one shared channel for every MCS and number of PRBs, computed once.
class BlockSizes {
 public:
  BlockSizes(std::span<const radio::Mcs> mcs, int max_prbs, int symbols, int dmrs_re_per_prb, int layers);

  int max_prbs() const { return max_prbs_; }
  /// Whole bytes of a transport block (TS 38.214 §5.1.3.2).
  std::int32_t bytes(int mcs, int prbs) const { return bytes_[index(mcs, prbs)]; }
  /// Its code blocks (TS 38.212 §5.2.2), as BlerTable wants them.
  const radio::Segmentation& segmentation(int mcs, int prbs) const { return segmentation_[index(mcs, prbs)]; }
  /// Fewest PRBs that carry `bytes`; max_prbs when not even those do.
  int prbs_for(int mcs, std::int64_t bytes) const {
    const auto first = bytes_.begin() + static_cast<std::ptrdiff_t>(index(mcs, 1));
    return std::min(max_prbs_,
                    static_cast<int>(std::lower_bound(first, first + max_prbs_, bytes) - first) + 1);
  }

 private:
  std::size_t index(int mcs, int prbs) const {
    return static_cast<std::size_t>(mcs) * static_cast<std::size_t>(max_prbs_) +
           static_cast<std::size_t>(prbs - 1);
  }

  int max_prbs_;
  std::vector<std::int32_t> bytes_;  // [mcs][prbs − 1]
  std::vector<radio::Segmentation> segmentation_;
};

}  // namespace cv2x::uu
