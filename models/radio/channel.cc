#include "models/radio/channel.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numbers>

#include "models/radio/numeric.h"

namespace cv2x::radio {
namespace {

constexpr int kLanes = 8;
using UintLanes = std::uint32_t __attribute__((vector_size(32)));
using IntLanes = std::int32_t __attribute__((vector_size(32)));
using FloatLanes = float __attribute__((vector_size(32)));
using HalfLanes = float __attribute__((vector_size(16)));

void load(const std::uint32_t* from, UintLanes& lanes) { std::memcpy(&lanes, from, sizeof lanes); }

/// cos(2πt) for t in [−½, ½]: near-minimax polynomial in t², error below 2e-6.
void cos_turns(const FloatLanes& t, FloatLanes& out) {
  const FloatLanes w = t * t;
  FloatLanes p = w * -21.07110562764302F + 58.79049212013278F;
  p = p * w + -85.2716215342996F;
  p = p * w + 64.9286574210332F;
  p = p * w + -19.738980355763985F;
  out = p * w + 0.999999210782321F;
}

/// Turns as 32-bit fixed point; whole turns drop out.
std::uint32_t fixed_turns(double turns) {
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(std::floor(turns * 0x1p32 + 0.5)));
}

std::uint32_t centimetres(double metres) {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lrint(metres * 100)));
}

/// P(standard normal ≤ x)
double normal_cdf(double x) { return normal_tail(-x); }

/// TR 38.901 table 7.6.3.1-2, LOS/NLOS state.
double state_correlation_m(Environment environment) { return environment == Environment::kRma ? 60 : 50; }

}  // namespace

GaussianField::GaussianField(const Seed& seed, std::string_view purpose, std::uint64_t key,
                             double correlation_m) {
  Stream random(seed, purpose, key);
  // Directions: a random one, then turned by the golden angle each time, so that waves of neighbouring
  // lengths go apart. Rotations need no cos or sin.
  double ex = 0, ey = 0, square = 0;
  do {
    ex = 2 * random.uniform() - 1;
    ey = 2 * random.uniform() - 1;
    square = ex * ex + ey * ey;
  } while (square > 1 || square < 1e-4);
  ex /= std::sqrt(square);
  ey /= std::sqrt(square);
  constexpr double kCosGolden = -0.73736887807831985, kSinGolden = 0.67549029426152362;
  // Larger wave numbers carry a thousandth of the variance in all.
  constexpr double kLargest = 1000;
  for (int i = 0; i < kWaves; ++i) {
    // Spectrum of exp(−r/d) in the plane: P(wave number · d ≤ q) = 1 − 1/√(1 + q²).
    const double rest = 1 - (i + random.uniform()) / kWaves;
    const double q = std::min(std::sqrt(1 / (rest * rest) - 1), kLargest);
    const double turns_per_cm = q / correlation_m * (0.15915494309189535 / 100);  // 1 / 2π
    kx_[i] = fixed_turns(turns_per_cm * ex);
    ky_[i] = fixed_turns(turns_per_cm * ey);
    phase_[i] = fixed_turns(random.uniform());
    const double turned = ex * kCosGolden - ey * kSinGolden;
    ey = ex * kSinGolden + ey * kCosGolden;
    ex = turned;
  }
}

// Explicit lanes, and a sum whose order does not depend on their number: the same bits in both clones.
__attribute__((target_clones("avx2", "default"))) float GaussianField::at(double x_m, double y_m) const {
  const std::uint32_t x = centimetres(x_m), y = centimetres(y_m);
  HalfLanes sum{};
  for (int i = 0; i < kWaves; i += kLanes) {
    UintLanes kx, ky, turns;
    load(&kx_[i], kx), load(&ky_[i], ky), load(&phase_[i], turns);
    turns += kx * x + ky * y;
    FloatLanes waves;
    cos_turns(__builtin_convertvector(__builtin_bit_cast(IntLanes, turns), FloatLanes) * 0x1p-32F, waves);
    sum += __builtin_shufflevector(waves, waves, 0, 1, 2, 3);
    sum += __builtin_shufflevector(waves, waves, 4, 5, 6, 7);
  }
  constexpr float kAmplitude = 0.17677669529663687F;  // √(2 / kWaves)
  static_assert(kWaves == 64);
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) * kAmplitude;
}

LargeScaleChannel::LargeScaleChannel(const ChannelParams& params, double frequency_hz, const Seed& seed)
    : path_loss_(params, frequency_hz),
      seed_(seed),
      shadowing_(params.shadowing),
      soft_los_(params.soft_los),
      steepness_(std::sqrt(20 * frequency_hz / kSpeedOfLight)) {
  if (params.site_correlation > 0) {
    shared_ = std::sqrt(params.site_correlation);
    own_ = std::sqrt(1 - params.site_correlation);
    shared_los_ =
        GaussianField(seed, "shadowing_los_of_all_sites", 0, path_loss_.shadowing({}, true).correlation_m);
    shared_nlos_ =
        GaussianField(seed, "shadowing_nlos_of_all_sites", 0, path_loss_.shadowing({}, false).correlation_m);
  }
}

CellField LargeScaleChannel::make_field(std::uint64_t site_key, double antenna_gain_db) const {
  const double state_m = state_correlation_m(path_loss_.environment());
  const double los_m = path_loss_.shadowing({}, true).correlation_m;
  const double nlos_m = path_loss_.shadowing({}, false).correlation_m;
  return {GaussianField(seed_, "line_of_sight", site_key, state_m),
          GaussianField(seed_, "shadowing_los", site_key, los_m),
          GaussianField(seed_, "shadowing_nlos", site_key, nlos_m), antenna_gain_db};
}

bool LargeScaleChannel::is_los(const CellField& field, const LinkGeometry& link, double x_m,
                               double y_m) const {
  const double probability = path_loss_.los_probability(link);
  return probability >= 1 || normal_cdf(field.state.at(x_m, y_m)) < probability;
}

double LargeScaleChannel::state_gain_db(const CellField& field, const LinkGeometry& link, bool los,
                                        const Position& offset, const Position& ut) const {
  const double loss_db = path_loss_.loss_db(link, los);
  if (!shadowing_) return -loss_db;
  double shadow = (los ? field.los_shadowing : field.nlos_shadowing).at(offset.x_m, offset.y_m);
  if (shared_ > 0) shadow = own_ * shadow + shared_ * (los ? shared_los_ : shared_nlos_).at(ut.x_m, ut.y_m);
  return -loss_db - path_loss_.shadowing(link, los).sigma_db * shadow;
}

float LargeScaleChannel::gain_db(const CellField& field, const Position& bs, const Position& ut) const {
  const Position offset{ut.x_m - bs.x_m, ut.y_m - bs.y_m, 0};
  const LinkGeometry link{std::sqrt(offset.x_m * offset.x_m + offset.y_m * offset.y_m), bs.z_m, ut.z_m};
  double gain = 0;
  if (!soft_los_) {
    gain = state_gain_db(field, link, is_los(field, link, offset.x_m, offset.y_m), offset, ut);
  } else {
    const double share = los_share(field, link, offset);
    // What could not be seen is not worked out.
    constexpr double kNothing = 1e-3;
    if (1 - share < kNothing) {
      gain = state_gain_db(field, link, true, offset, ut);
    } else {
      gain = to_db(share * from_db(state_gain_db(field, link, true, offset, ut)) +
                   (1 - share) * from_db(state_gain_db(field, link, false, offset, ut)));
    }
  }
  return static_cast<float>(field.antenna_gain_db + gain);
}

double LargeScaleChannel::los_share(const CellField& field, const LinkGeometry& link,
                                    const Position& offset) const {
  const double probability = path_loss_.los_probability(link);
  if (probability >= 1) return 1;
  constexpr double kLeast = 1e-12;
  const double threshold = normal_quantile(std::max(probability, kLeast));
  const double s =
      0.5 + atan2p(steepness_ * (threshold - field.state.at(offset.x_m, offset.y_m)), 1) / std::numbers::pi;
  return s * s;
}

void LargeScaleChannel::gains_db(const CellField& field, const Position& bs, std::span<const Position> uts,
                                 std::span<float> out) const {
  assert(uts.size() == out.size());
  for (std::size_t i = 0; i < uts.size(); ++i) out[i] = gain_db(field, bs, uts[i]);
}

bool LargeScaleChannel::line_of_sight(const CellField& field, const Position& bs, const Position& ut) const {
  const double x = ut.x_m - bs.x_m, y = ut.y_m - bs.y_m;
  return is_los(field, {std::sqrt(x * x + y * y), bs.z_m, ut.z_m}, x, y);
}

}  // namespace cv2x::radio
