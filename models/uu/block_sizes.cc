#include "models/uu/block_sizes.h"

namespace cv2x::uu {

BlockSizes::BlockSizes(std::span<const radio::Mcs> mcs, int max_prbs, int symbols, int dmrs_re_per_prb,
                       int layers)
    : max_prbs_(max_prbs) {
  for (const radio::Mcs& m : mcs) {
    for (int prbs = 1; prbs <= max_prbs; ++prbs) {
      const std::int64_t bits = radio::transport_block_bits(
          {.prbs = prbs, .symbols = symbols, .dmrs_re_per_prb = dmrs_re_per_prb, .layers = layers}, m);
      bytes_.push_back(static_cast<std::int32_t>(bits / 8));
      segmentation_.push_back(radio::segment(bits, m.rate()));
    }
  }
}

}  // namespace cv2x::uu
