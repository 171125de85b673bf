#include "models/radio/fading.h"

#include <cmath>
#include <cstring>

#include "models/radio/numeric.h"
#include "models/radio/path_loss.h"

namespace cv2x::radio {
namespace {

std::uint32_t fixed_turns(double turns) {
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(std::floor(turns * 0x1p32 + 0.5)));
}

std::uint32_t tenths_of_mm(double metres) {
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(std::floor(metres * 1e4 + 0.5)));
}

/// cos(2π t), t in turns · 2^32: near-minimax polynomial in t² for t in [−½, ½], error below 2e-6.
float cos_fixed(std::uint32_t turns) {
  const float t = static_cast<float>(static_cast<std::int32_t>(turns)) * 0x1p-32F;
  const float w = t * t;
  float p = w * -21.07110562764302F + 58.79049212013278F;
  p = p * w + -85.2716215342996F;
  p = p * w + 64.9286574210332F;
  p = p * w + -19.738980355763985F;
  return p * w + 0.999999210782321F;
}

}  // namespace

Fading::Fading(const FadingParams& params, double frequency_hz, double group_hz, const Seed& seed,
               std::uint64_t key) {
  Stream random(seed, "fading", key);
  const double waves_per_unit = frequency_hz / kSpeedOfLight * 1e-4;
  const double turn = random.uniform();
  for (int i = 0; i <= kWaves; ++i) {
    const double bearing = turn + static_cast<double>(i) / kWaves;
    kx_[i] = fixed_turns(waves_per_unit * cos_turns(bearing));
    ky_[i] = fixed_turns(waves_per_unit * sin_turns(bearing));
    phase_[i] = fixed_turns(random.uniform());
    // Delays one from each of kWaves equally probable intervals of the exponential distribution, in random
    // order by the golden ratio; the direct wave comes first.
    const double place = static_cast<double>(i) * 0.6180339887498949;
    const double rank = std::floor((place - std::floor(place)) * kWaves);
    const double delay_s = i < kWaves ? -0.6931471805599453 * log2p(1 - (rank + random.uniform()) / kWaves) *
                                            1e-9 * static_cast<double>(params.delay_spread_ns)
                                      : 0;
    kf_[i] = fixed_turns(group_hz * delay_s);
  }
  const double k = from_db(params.k_factor_db);
  direct_ = static_cast<float>(std::sqrt(k / (k + 1)));
  scattered_ = static_cast<float>(std::sqrt(1 / (k + 1)));
}

void Fading::gains(const Position& at, bool line_of_sight, int first, std::span<float> out) const {
  const std::uint32_t x = tenths_of_mm(at.x_m), y = tenths_of_mm(at.y_m);
  constexpr std::uint32_t kQuarter = 1U << 30;
  const float scattered = (line_of_sight ? scattered_ : 1) * 0.17677669529663687F;  // 1 / √kWaves
  static_assert(kWaves == 32);
  for (std::size_t g = 0; g < out.size(); ++g) {
    const auto f = static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(g);
    // In lanes, so that the order of the sums does not depend on how wide the machine's vectors are.
    std::array<float, kLanes> re{}, im{};
    for (int i = 0; i < kWaves; i += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) {
        const std::uint32_t turns =
            kx_[i + lane] * x + ky_[i + lane] * y - kf_[i + lane] * f + phase_[i + lane];
        re[lane] += cos_fixed(turns);
        im[lane] += cos_fixed(turns - kQuarter);
      }
    }
    float real = 0, imaginary = 0;
    for (int lane = 0; lane < kLanes; ++lane) real += re[lane], imaginary += im[lane];
    real *= scattered, imaginary *= scattered;
    if (line_of_sight) {
      const std::uint32_t turns = kx_[kWaves] * x + ky_[kWaves] * y + phase_[kWaves];
      real += direct_ * cos_fixed(turns);
      imaginary += direct_ * cos_fixed(turns - kQuarter);
    }
    out[g] = real * real + imaginary * imaginary;
  }
}

}  // namespace cv2x::radio
