#pragma once

#include <array>
#include <cstdint>

#include "models/sidelink/link_curve.h"
#include "models/sidelink/propagation.h"

namespace cv2x::sidelink {

/// Receivers are worked on in whole tiles.
inline constexpr int kTile = 16;
/// At most so many receivers a call.
inline constexpr int kBlock = 128;

/// What became of a packet at a receiver: the four losses of Gonzalez-Martin et al. (IEEE TVT 68(2), 2019),
/// the first that applies.
enum class Reception : std::uint8_t { kReceived, kHalfDuplex, kSensitivity, kPropagation, kCollision };
inline constexpr int kReceptions = 5;

/// Codes of a received power, one byte: 8 an octave from 2^first mW on; 0 is nothing, 255 is not monitored.
inline constexpr std::uint8_t kNothing = 0, kNotMonitored = 255;
inline constexpr int kRsrpFirst = 80;  // 2^(80−127) mW: −141 dBm
inline constexpr int kRssiFirst = 90;  // 2^(90−127) mW: −111 dBm
/// [mW] → 1 … 254.
std::uint8_t power_code(float mw, int first);
/// The lowest power that has the code [mW].
float code_power(std::uint8_t code, int first);

/// The receivers of a call, n of them, a multiple of kTile; arrays of their own each.
struct ReceiverBlock {
  const float* x_m;
  const float* y_m;
  const float* travelled;    ///< driven so far, in decorrelation distances
  const std::uint32_t* key;  ///< of the vehicle: random, the same all run long
  int n;
};

/// A transmission, as the kernel needs it.
struct Emission {
  float x_m = 0, y_m = 0, travelled = 0;
  std::uint32_t key = 0;      ///< of the vehicle
  std::uint32_t draw = 0;     ///< random, of this transmission
  float power_db = 0;         ///< total power [dBm], with the antenna gains of both sides
  std::uint32_t epoch = 0;    ///< of SidelinkChannelParams::redraw
  bool fading_lasts = false;  ///< as long as the shadowing, not one packet
};

/// What reception asks of a transmission.
struct Decoding {
  float noise_mw = 0;  ///< over the PRBs of the data
  float sensitivity_mw = 0;
  float control_sinr = 0;  ///< linear
  float rsrp_share = 0;    ///< of a resource element in the total power
  const LinkTable* link = nullptr;
};

/// to[i] += share · from[i], n times.
void add_scaled(float* to, const float* from, float share, std::uint32_t n);
/// counts[i] += 1 where power[i] > limit and nothing is on the air.
void count_above(std::uint32_t* counts, const float* power, const std::uint8_t* on_air, float limit,
                 std::uint32_t n);
/// Whether one of the kTile bins is below `bins`.
bool any_below(const std::uint16_t* bin, int bins);

/// The tables and loops in which links are evaluated: many receivers of one transmission at once, each step a
/// loop that vectorises, or a plain loop of look-ups. Every receiver's result depends on nothing but the
/// pair, so it is the same whichever receivers stand beside it, in which order and on what vector width.
///
/// Shadowing on demand: over the distance driven by both vehicles together, a pair's value is constant over
/// intervals of one length that is drawn for the pair from a Gamma(2) distribution (mean twice the
/// decorrelation distance), with a random phase; a new value each interval. Over all pairs that makes the
/// autocorrelation E[(1 − τ/L)⁺] = exp(−τ/d_cor) exactly. Line of sight and blockage change with it. The
/// normal distribution is taken from 2048 equally probable values, scaled to a variance of 1 (±3.5 σ at
/// most). Loss over distance: nodes 16 an octave of d², linear between them (0.01 dB).
class Kernel {
 public:
  Kernel(const Propagation& propagation, double bin_m, int bins);

  /// Received power [mW] of `e` at each, and the distance bin (`bins` beyond the last).
  void gains(const Emission& e, const ReceiverBlock& r, float* mw, std::uint16_t* bin) const;

  /// Whether each decodes it: `total_mw` is all power in its resources, `mw` (of gains()) and noise included.
  /// `code`: that of the RSRP where the control information was decoded, otherwise kNothing. `on_air`: 1
  /// where the receiver itself sends.
  void receive(const Emission& e, const Decoding& d, const ReceiverBlock& r, const float* mw,
               const float* total_mw, const std::uint8_t* on_air, std::uint8_t* code, Reception* fate) const;
  /// The same of the control information alone, for receivers whose receptions do not count.
  void sense(const Decoding& d, const ReceiverBlock& r, const float* mw, const float* total_mw,
             const std::uint8_t* on_air, std::uint8_t* code) const;

 private:
  friend struct KernelLoops;
  static constexpr int kOctaves = 28, kPerOctave = 16;  // of d² from 1 m² on: to 16 km
  static constexpr int kNodes = kOctaves * kPerOctave;
  struct alignas(16) Node {
    float loss_db, slope_db;  ///< and per interval
    float blockage_db;        ///< mean excess loss behind a vehicle
    float los;                ///< probability in 2^-16
  };
  std::array<Node, kNodes> nodes_;
  std::array<float, 256> per_interval_;  ///< decorrelation distances → intervals
  std::array<float, 2048> normal_;
  std::array<float, 1024> los_fading_db_{}, nlosv_fading_db_{};
  float shadowing_db_, blockage_sigma_db_ = 0;
  float per_bin_;
  int bins_;
  bool blockage_, fading_;
};

}  // namespace cv2x::sidelink
