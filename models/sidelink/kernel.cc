#include "models/sidelink/kernel.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "models/radio/numeric.h"
#include "models/sidelink/fading.h"

// The loops are compiled twice, for x86-64-v3 and for what the build asks for; both give the same bits (no
// contraction, no reductions).
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define CV2X_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define CV2X_CLONES
#endif
#define CV2X_INLINE inline __attribute__((always_inline))
// In a loop of look-ups: keeps it scalar. Gather instructions are slower than single loads on the machines
// tried.
#define CV2X_SCALAR asm volatile("")

namespace cv2x::sidelink {
namespace {

CV2X_INLINE std::uint32_t mix32(std::uint32_t x) {
  // "lowbias32" of C. Wellons' hash prospector: 32 → 32 bits, every input bit flips each output bit with a
  // probability of ½ ± 0.1 %.
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}

/// 2^x for −126 ≤ x ≤ 126, relative error below 3e-7.
CV2X_INLINE float exp2f_poly(float x) {
  const float shifted = x + 12582912.0F;  // 1.5 · 2^23: its low bits are the nearest integer
  const float f = (x - (shifted - 12582912.0F)) * 0.69314718F;
  float p = 1.0F / 720;
  p = p * f + 1.0F / 120;
  p = p * f + 1.0F / 24;
  p = p * f + 1.0F / 6;
  p = p * f + 0.5F;
  p = p * f + 1.0F;
  p = p * f + 1.0F;
  const auto e = std::bit_cast<std::int32_t>(shifted) << 23;
  return std::bit_cast<float>(std::bit_cast<std::int32_t>(p) + e);
}

CV2X_INLINE int clamp_int(int x, int low, int high) { return x < low ? low : x > high ? high : x; }

constexpr float kDbToOctaves = 0.33219280948873623F;
constexpr std::uint32_t kGolden = 0x9e3779b9U;
constexpr std::uint32_t kDecode = 0x85ebca6bU;
constexpr std::uint32_t kFade = 0xc2b2ae35U;
constexpr std::uint32_t kState = 0x27d4eb2fU;

}  // namespace

std::uint8_t power_code(float mw, int first) {
  const int code = (std::bit_cast<std::int32_t>(mw) >> 20) - (first << 3);
  return static_cast<std::uint8_t>(std::clamp(code, 1, 254));
}

float code_power(std::uint8_t code, int first) {
  return std::bit_cast<float>((static_cast<std::int32_t>(code) + (first << 3)) << 20);
}

struct KernelLoops {
  template <bool kBlockage, bool kFading>
  static CV2X_INLINE void gains(const Kernel& k, const Emission& e, const ReceiverBlock& r,
                                float* __restrict mw, std::uint16_t* __restrict bin) {
    alignas(64) std::uint32_t pair[kBlock];
    alignas(64) std::int32_t node[kBlock];
    alignas(64) std::uint32_t redraw[kBlock];
    alignas(64) float fraction[kBlock], driven[kBlock], loss[kBlock], rate[kBlock], los[kBlock],
        excess[kBlock], z[kBlock], z2[kBlock], fade[kBlock];
    alignas(64) std::int32_t zi[kBlock], z2i[kBlock], blocked[kBlock], fi[kBlock];
    const int n = r.n;
    const float* __restrict x = r.x_m;
    const float* __restrict y = r.y_m;
    const float* __restrict travelled = r.travelled;
    const std::uint32_t* __restrict key = r.key;
    for (int i = 0; i < n; ++i) {
      const float dx = x[i] - e.x_m, dy = y[i] - e.y_m;
      const float d2 = dx * dx + dy * dy;
      const std::int32_t bits = std::bit_cast<std::int32_t>(d2);
      node[i] = clamp_int((bits >> 19) - (127 << 4), 0, Kernel::kNodes - 1);
      fraction[i] = static_cast<float>(bits & 0x7ffff) * 0x1.0p-19F;
      pair[i] = mix32(e.key + key[i]);
      driven[i] = e.travelled + travelled[i];
    }
    const float per_bin = k.per_bin_, farthest2 = 1e12F;
    const int bins = k.bins_;
    for (int i = 0; i < n; ++i) {
      const float dx = x[i] - e.x_m, dy = y[i] - e.y_m;
      const float d2 = dx * dx + dy * dy;
      const float d = __builtin_sqrtf(d2 < farthest2 ? d2 : farthest2);
      const int at = static_cast<int>(d * per_bin);
      bin[i] = static_cast<std::uint16_t>(at < bins ? at : bins);
    }
    for (int i = 0; i < n; ++i) {
      CV2X_SCALAR;
      const Kernel::Node& at = k.nodes_[static_cast<std::size_t>(node[i])];
      loss[i] = at.loss_db + at.slope_db * fraction[i];
      if constexpr (kBlockage) {
        los[i] = at.los;
        excess[i] = at.blockage_db;
      }
      rate[i] = k.per_interval_[pair[i] & 255];
    }
    for (int i = 0; i < n; ++i) {
      const float phase = static_cast<float>(static_cast<std::int32_t>(pair[i] >> 8)) * 0x1.0p-24F;
      const auto interval =
          static_cast<std::uint32_t>(static_cast<std::int32_t>(driven[i] * rate[i] + phase));
      const std::uint32_t h = mix32(pair[i] + interval * kGolden + e.epoch);
      redraw[i] = h;
      zi[i] = static_cast<std::int32_t>(h >> 21);
    }
    if constexpr (kBlockage) {
      for (int i = 0; i < n; ++i) {
        const std::uint32_t h = mix32(redraw[i] ^ kState);
        blocked[i] = static_cast<float>(static_cast<std::int32_t>(h >> 16)) >= los[i] ? -1 : 0;
        z2i[i] = static_cast<std::int32_t>(h & 2047);
      }
    }
    if constexpr (kFading) {
      if (e.fading_lasts) {
        for (int i = 0; i < n; ++i) fi[i] = static_cast<std::int32_t>(mix32(redraw[i] ^ kFade) >> 22);
      } else {
        for (int i = 0; i < n; ++i)
          fi[i] = static_cast<std::int32_t>(mix32((e.draw ^ kFade) + key[i] * kGolden) >> 22);
      }
      for (int i = 0; i < n; ++i) {
        CV2X_SCALAR;
        const auto at = static_cast<std::size_t>(fi[i]);
        fade[i] = kBlockage && blocked[i] ? k.nlosv_fading_db_[at] : k.los_fading_db_[at];
      }
    }
    for (int i = 0; i < n; ++i) {
      CV2X_SCALAR;
      z[i] = k.normal_[static_cast<std::size_t>(zi[i])];
      if constexpr (kBlockage) z2[i] = k.normal_[static_cast<std::size_t>(z2i[i])];
    }
    const float sigma = k.shadowing_db_, sigma2 = k.blockage_sigma_db_;
    for (int i = 0; i < n; ++i) {
      float db = e.power_db - loss[i] - sigma * z[i];
      if constexpr (kBlockage) {
        const float more = excess[i] + sigma2 * z2[i];
        const float kept = more > 0 ? more : 0.0F;
        db -= std::bit_cast<float>(std::bit_cast<std::int32_t>(kept) & blocked[i]);
      }
      if constexpr (kFading) db += fade[i];
      const float octaves = db * kDbToOctaves;
      mw[i] = exp2f_poly(octaves < -120.0F ? -120.0F : octaves);
    }
  }

  static CV2X_INLINE void receive(const Emission& e, const Decoding& d, const ReceiverBlock& r,
                                  const float* __restrict mw, const float* __restrict total,
                                  const std::uint8_t* __restrict on_air, std::uint8_t* __restrict code,
                                  Reception* __restrict fate) {
    alignas(64) float sinr[kBlock], snr[kBlock], least[kBlock];
    alignas(64) std::int32_t at[kBlock], alone[kBlock], fates[kBlock], codes[kBlock];
    alignas(64) std::uint32_t draw[kBlock], error[kBlock], error_alone[kBlock];
    const int n = r.n;
    const std::uint32_t* __restrict key = r.key;
    const std::uint32_t* __restrict link = d.link->entries().data();
    const float per_noise = 1.0F / d.noise_mw;
    for (int i = 0; i < n; ++i) {
      const float rest = total[i] - mw[i];
      const float against = rest > d.noise_mw ? rest : d.noise_mw;
      sinr[i] = mw[i] / against;
      snr[i] = mw[i] * per_noise;
      least[i] = d.control_sinr * against;
      at[i] = clamp_int((std::bit_cast<std::int32_t>(sinr[i]) >> LinkTable::kShift) - LinkTable::kFirst, 0,
                        LinkTable::kEntries - 1);
      alone[i] = clamp_int((std::bit_cast<std::int32_t>(snr[i]) >> LinkTable::kShift) - LinkTable::kFirst, 0,
                           LinkTable::kEntries - 1);
      draw[i] = mix32((e.draw ^ kDecode) + key[i] * kGolden);
    }
    for (int i = 0; i < n; ++i) {
      CV2X_SCALAR;
      error[i] = link[at[i]];
      error_alone[i] = link[alone[i]];
    }
    for (int i = 0; i < n; ++i) {
      const bool deaf = on_air[i] != 0;
      const bool weak = mw[i] < d.sensitivity_mw;
      const bool alone_lost = (draw[i] < error_alone[i]) | (snr[i] < d.control_sinr);
      const bool unheard = mw[i] < least[i];
      const bool lost = (draw[i] < error[i]) | unheard;
      std::int32_t f = lost ? 4 : 0;
      f = alone_lost ? 3 : f;
      f = weak ? 2 : f;
      f = deaf ? 1 : f;
      fates[i] = f;
      const std::int32_t c =
          clamp_int((std::bit_cast<std::int32_t>(mw[i] * d.rsrp_share) >> 20) - (kRsrpFirst << 3), 1, 254);
      codes[i] = (deaf | weak | unheard) ? 0 : c;
    }
    for (int i = 0; i < n; ++i) {
      fate[i] = static_cast<Reception>(fates[i]);
      code[i] = static_cast<std::uint8_t>(codes[i]);
    }
  }

  static CV2X_INLINE void sense(const Decoding& d, int n, const float* __restrict mw,
                                const float* __restrict total, const std::uint8_t* __restrict on_air,
                                std::uint8_t* __restrict code) {
    alignas(64) std::int32_t codes[kBlock];
    for (int i = 0; i < n; ++i) {
      const float rest = total[i] - mw[i];
      const float limit = d.control_sinr * (rest > d.noise_mw ? rest : d.noise_mw);
      const std::int32_t c =
          clamp_int((std::bit_cast<std::int32_t>(mw[i] * d.rsrp_share) >> 20) - (kRsrpFirst << 3), 1, 254);
      codes[i] = (on_air[i] != 0) | (mw[i] < d.sensitivity_mw) | (mw[i] < limit) ? 0 : c;
    }
    for (int i = 0; i < n; ++i) code[i] = static_cast<std::uint8_t>(codes[i]);
  }
};

namespace {

CV2X_CLONES void sense_all(const Decoding& d, int n, const float* mw, const float* total,
                           const std::uint8_t* on_air, std::uint8_t* code) {
  KernelLoops::sense(d, n, mw, total, on_air, code);
}
CV2X_CLONES void gains_plain(const Kernel& k, const Emission& e, const ReceiverBlock& r, float* mw,
                             std::uint16_t* bin) {
  KernelLoops::gains<false, false>(k, e, r, mw, bin);
}
CV2X_CLONES void gains_fading(const Kernel& k, const Emission& e, const ReceiverBlock& r, float* mw,
                              std::uint16_t* bin) {
  KernelLoops::gains<false, true>(k, e, r, mw, bin);
}
CV2X_CLONES void gains_blockage(const Kernel& k, const Emission& e, const ReceiverBlock& r, float* mw,
                                std::uint16_t* bin) {
  KernelLoops::gains<true, false>(k, e, r, mw, bin);
}
CV2X_CLONES void gains_both(const Kernel& k, const Emission& e, const ReceiverBlock& r, float* mw,
                            std::uint16_t* bin) {
  KernelLoops::gains<true, true>(k, e, r, mw, bin);
}
CV2X_CLONES void receive_all(const Emission& e, const Decoding& d, const ReceiverBlock& r, const float* mw,
                             const float* total, const std::uint8_t* on_air, std::uint8_t* code,
                             Reception* fate) {
  KernelLoops::receive(e, d, r, mw, total, on_air, code, fate);
}

}  // namespace

CV2X_CLONES void add_scaled(float* __restrict to, const float* __restrict from, float share,
                            std::uint32_t n) {
  for (std::uint32_t i = 0; i < n; ++i) to[i] += share * from[i];
}

CV2X_CLONES void count_above(std::uint32_t* __restrict counts, const float* __restrict power,
                             const std::uint8_t* __restrict on_air, float limit, std::uint32_t n) {
  for (std::uint32_t i = 0; i < n; ++i)
    counts[i] += static_cast<std::uint32_t>(power[i] > limit) & (1U ^ on_air[i]);
}

bool any_below(const std::uint16_t* bin, int bins) {
  const auto limit = static_cast<std::uint16_t>(bins);
  int found = 0;
  for (int i = 0; i < kTile; ++i) found |= bin[i] < limit;
  return found != 0;
}

Kernel::Kernel(const Propagation& propagation, double bin_m, int bins)
    : shadowing_db_(static_cast<float>(propagation.params().shadowing_db)),
      per_bin_(static_cast<float>(1 / bin_m)),
      bins_(bins),
      blockage_(!propagation.always_los()),
      fading_(propagation.params().fading) {
  // d² of the i-th node: the float whose bits are (127 << 4 | i) << 19.
  const auto distance = [](int i) {
    return std::sqrt(
        static_cast<double>(std::bit_cast<float>(static_cast<std::int32_t>(((127 << 4) + i) << 19))));
  };
  for (int i = 0; i < kNodes; ++i) {
    const double low = distance(i), high = distance(i + 1);
    const double loss = propagation.loss_db(low);
    const Blockage b = propagation.blockage(0.5 * (low + high));
    if (b.sigma_db > 0) blockage_sigma_db_ = static_cast<float>(b.sigma_db);
    nodes_[static_cast<std::size_t>(i)] = {
        static_cast<float>(loss), static_cast<float>(propagation.loss_db(high) - loss),
        static_cast<float>(b.mean_db),
        static_cast<float>(65536 * propagation.los_probability(0.5 * (low + high)))};
  }
  for (std::size_t i = 0; i < per_interval_.size(); ++i)
    per_interval_[i] = static_cast<float>(1 / gamma2_quantile((static_cast<double>(i) + 0.5) / 256));
  double squares = 0;
  std::array<double, 2048> normal{};
  for (std::size_t i = 0; i < normal.size(); ++i) {
    normal[i] = radio::normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(normal.size()));
    squares += normal[i] * normal[i];
  }
  const double scale = std::sqrt(static_cast<double>(normal.size()) / squares);
  for (std::size_t i = 0; i < normal.size(); ++i) normal_[i] = static_cast<float>(normal[i] * scale);
  if (!fading_) return;
  los_fading_db_ = rician_quantiles_db(propagation.params().los_k_db);
  nlosv_fading_db_ = rician_quantiles_db(propagation.params().nlosv_k_db);
}

void Kernel::gains(const Emission& e, const ReceiverBlock& r, float* mw, std::uint16_t* bin) const {
  assert(r.n <= kBlock && r.n % kTile == 0);
  if (blockage_) {
    fading_ ? gains_both(*this, e, r, mw, bin) : gains_blockage(*this, e, r, mw, bin);
  } else {
    fading_ ? gains_fading(*this, e, r, mw, bin) : gains_plain(*this, e, r, mw, bin);
  }
}

void Kernel::receive(const Emission& e, const Decoding& d, const ReceiverBlock& r, const float* mw,
                     const float* total_mw, const std::uint8_t* on_air, std::uint8_t* code,
                     Reception* fate) const {
  assert(r.n <= kBlock && r.n % kTile == 0);
  receive_all(e, d, r, mw, total_mw, on_air, code, fate);
}

void Kernel::sense(const Decoding& d, const ReceiverBlock& r, const float* mw, const float* total_mw,
                   const std::uint8_t* on_air, std::uint8_t* code) const {
  assert(r.n <= kBlock && r.n % kTile == 0);
  sense_all(d, r.n, mw, total_mw, on_air, code);
}

}  // namespace cv2x::sidelink
