#include "models/radio/tbs.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "models/radio/numerology.h"

namespace cv2x::radio {
namespace {

// TS 38.214 table 5.1.3.2-1: TBS for N_info ≤ 3824.
constexpr int kSmallTbs[] = {
    24,   32,   40,   48,   56,   64,   72,   80,   88,   96,   104,  112,  120,  128,  136,  144,
    152,  160,  168,  176,  184,  192,  208,  224,  240,  256,  272,  288,  304,  320,  336,  352,
    368,  384,  408,  432,  456,  480,  504,  528,  552,  576,  608,  640,  672,  704,  736,  768,
    808,  848,  888,  928,  984,  1032, 1064, 1128, 1160, 1192, 1224, 1256, 1288, 1320, 1352, 1416,
    1480, 1544, 1608, 1672, 1736, 1800, 1864, 1928, 2024, 2088, 2152, 2216, 2280, 2408, 2472, 2536,
    2600, 2664, 2728, 2792, 2856, 2976, 3104, 3240, 3368, 3496, 3624, 3752, 3824};

constexpr int kCrcBits = 24;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

int floor_log2(std::int64_t x) { return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(x))) - 1; }

/// N_info in 2048ths of a bit: code rates are multiples of half a 1024th.
std::int64_t tbs_of(std::int64_t n_info_2048, double rate) {
  constexpr std::int64_t kOne = 2048;
  if (n_info_2048 <= 3824 * kOne) {
    const std::int64_t whole = n_info_2048 / kOne;
    const int n = std::max(3, floor_log2(std::max<std::int64_t>(whole, 1)) - 6);
    const std::int64_t quantised = std::max<std::int64_t>(24, whole >> n << n);
    return *std::lower_bound(std::begin(kSmallTbs), std::end(kSmallTbs), quantised);
  }
  const std::int64_t above = n_info_2048 - kCrcBits * kOne;
  const int n = floor_log2(above / kOne) - 5;
  const std::int64_t step = kOne << n;
  const std::int64_t quantised = std::max<std::int64_t>(3840, (above + step / 2) / step << n);
  std::int64_t code_blocks = 1;
  if (rate <= 0.25) {
    code_blocks = ceil_div(quantised + kCrcBits, 3816);
  } else if (quantised > 8424) {
    code_blocks = ceil_div(quantised + kCrcBits, 8424);
  }
  return 8 * code_blocks * ceil_div(quantised + kCrcBits, 8 * code_blocks) - kCrcBits;
}

// Lifting sizes of TS 38.212 table 5.3.2-1 are a · 2^j for these a, up to 384.
int smallest_lifting_size(int at_least) {
  int best = 384;
  for (const int a : {2, 3, 5, 7, 9, 11, 13, 15}) {
    int z = a;
    while (z < at_least) z *= 2;
    best = std::min(best, z);
  }
  return best;
}

}  // namespace

int resource_elements(const Allocation& a) {
  const int per_prb = kSubcarriersPerPrb * a.symbols - a.dmrs_re_per_prb - a.overhead_re_per_prb;
  return std::clamp(per_prb, 0, 156) * a.prbs;
}

std::int64_t transport_block_bits(const Allocation& a, const Mcs& mcs) {
  const std::int64_t elements = resource_elements(a);
  if (elements == 0) return 0;
  const auto rate_2048 = static_cast<std::int64_t>(2 * mcs.rate_x1024);
  return tbs_of(elements * rate_2048 * mcs.qm * a.layers, mcs.rate());
}

int prbs_for(std::int64_t bytes, Allocation a, const Mcs& mcs, int max_prbs) {
  const auto fits = [&](int prbs) {
    a.prbs = prbs;
    return transport_block_bits(a, mcs) >= 8 * bytes;
  };
  if (max_prbs < 1 || !fits(max_prbs)) return 0;
  int low = 1, high = max_prbs;  // TBS does not fall with the number of PRBs
  while (low < high) {
    const int middle = (low + high) / 2;
    fits(middle) ? high = middle : low = middle + 1;
  }
  return low;
}

int base_graph(std::int64_t tb_bits, double rate) {
  return tb_bits <= 292 || (tb_bits <= 3824 && rate <= 0.67) || rate <= 0.25 ? 2 : 1;
}

int lifting_size(int base_graph, int code_block_bits, std::int64_t with_crc_bits) {
  int columns = 22;  // Kb
  if (base_graph == 2) {
    columns = with_crc_bits > 640 ? 10 : with_crc_bits > 560 ? 9 : with_crc_bits > 192 ? 8 : 6;
  }
  return smallest_lifting_size(static_cast<int>(ceil_div(code_block_bits, columns)));
}

Segmentation segment(std::int64_t tb_bits, double rate) {
  assert(tb_bits > 0);
  Segmentation out;
  out.base_graph = base_graph(tb_bits, rate);
  const std::int64_t with_crc = tb_bits + (tb_bits > 3824 ? kCrcBits : 16);
  const std::int64_t largest = out.base_graph == 1 ? 8448 : 3840;
  std::int64_t total = with_crc;
  if (with_crc > largest) {
    out.code_blocks = static_cast<int>(ceil_div(with_crc, largest - kCrcBits));
    total += static_cast<std::int64_t>(out.code_blocks) * kCrcBits;
  }
  out.code_block_bits = static_cast<int>(ceil_div(total, out.code_blocks));
  out.lifting_size = lifting_size(out.base_graph, out.code_block_bits, with_crc);
  out.padded_bits = (out.base_graph == 1 ? 22 : 10) * out.lifting_size;
  return out;
}

}  // namespace cv2x::radio
