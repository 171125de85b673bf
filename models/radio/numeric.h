#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace cv2x::radio {

// log2, exp2, dB and the normal distribution from +, −, ×, / alone. Those are exact to the last bit
// everywhere, where libm's functions differ in it between machines (variants with fused multiply-add) and
// versions. The loops over these functions vectorise.

/// log2(x) for finite normal x > 0; absolute error below 1e-14 + 2 ulp of the result.
constexpr double log2p(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // x = m · 2^e with m in [√½, √2): 0x3fe6a09e667f3bcd is √½.
  const std::uint64_t shifted = bits - 0x3fe6a09e667f3bcdULL;
  const auto e = static_cast<std::int64_t>(shifted) >> 52;
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(e) << 52));
  // log m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), |s| < 0.172.
  const double s = (m - 1) / (m + 1);
  const double q = s * s;
  double p = 1.0 / 21;
  p = p * q + 1.0 / 19;
  p = p * q + 1.0 / 17;
  p = p * q + 1.0 / 15;
  p = p * q + 1.0 / 13;
  p = p * q + 1.0 / 11;
  p = p * q + 1.0 / 9;
  p = p * q + 1.0 / 7;
  p = p * q + 1.0 / 5;
  p = p * q + 1.0 / 3;
  p = p * q + 1.0;
  return static_cast<double>(e) + 2.8853900817779268 * s * p;  // 2 / ln 2
}

/// 2^x; 0 below −1022, relative error below 1e-13. x < 1024.
constexpr double exp2p(double x) {
  if (x < -1022) return 0;
  const double shifted = x + 0x1.8p52;  // its low bits are the nearest integer
  const double whole = shifted - 0x1.8p52;
  const double f = (x - whole) * 0.69314718055994531;  // |f| ≤ 0.347
  double p = 1.0 / 479001600;                          // Taylor to f¹²
  p = p * f + 1.0 / 39916800;
  p = p * f + 1.0 / 3628800;
  p = p * f + 1.0 / 362880;
  p = p * f + 1.0 / 40320;
  p = p * f + 1.0 / 5040;
  p = p * f + 1.0 / 720;
  p = p * f + 1.0 / 120;
  p = p * f + 1.0 / 24;
  p = p * f + 1.0 / 6;
  p = p * f + 1.0 / 2;
  p = p * f + 1.0;
  p = p * f + 1.0;
  const auto e = static_cast<std::uint64_t>(static_cast<std::int64_t>(whole) + 1023);
  return p * std::bit_cast<double>(e << 52);
}

constexpr double log10p(double x) { return 0.30102999566398120 * log2p(x); }
/// 10 log10(x), x > 0.
constexpr double to_db(double x) { return 3.0102999566398120 * log2p(x); }
/// 10^(db/10).
constexpr double from_db(double db) { return exp2p(0.33219280948873623 * db); }

/// P(standard normal > z). Abramowitz and Stegun 26.2.17: absolute error below 7.5e-8.
constexpr double normal_tail(double z) {
  const double x = z < 0 ? -z : z;
  const double t = 1 / (1 + 0.2316419 * x);
  const double poly =
      t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const double tail = 0.39894228040143268 * exp2p(-0.72134752044448170 * x * x) * poly;
  return z < 0 ? 1 - tail : tail;
}

/// The z with P(standard normal ≤ z) = p in (0, 1): Acklam's rational approximation, relative error
/// below 1.2e-9.
inline double normal_quantile(double p) {
  if (p < 0.02425 || p > 1 - 0.02425) {
    const double tail = p < 0.5 ? p : 1 - p;
    const double q = std::sqrt(-1.3862943611198906 * log2p(tail));  // √(−2 ln tail)
    const double z = (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q -
                        2.549732539343734) *
                           q +
                       4.374664141464968) *
                          q +
                      2.938163982698783) /
                     ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q +
                       3.754408661907416) *
                          q +
                      1);
    return p < 0.5 ? z : -z;
  }
  const double q = p - 0.5, r = q * q;
  return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
            1.383577518672690e+02) *
               r -
           3.066479806614716e+01) *
              r +
          2.506628277459239) *
         q /
         (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
            6.680131188771972e+01) *
               r -
           1.328068155288572e+01) *
              r +
          1);
}

/// Angle [rad] of (x, y) in (−π, π]; (0, 0) gives 0. Absolute error below 1e-13. √ is exact to the last bit,
/// too.
inline double atan2p(double y, double x) {
  const double ax = x < 0 ? -x : x, ay = y < 0 ? -y : y;
  if (ax == 0 && ay == 0) return 0;
  double t = ay < ax ? ay / ax : ax / ay;
  // Halved twice: t ≤ tan(π/16). Then the series.
  t /= 1 + std::sqrt(1 + t * t);
  t /= 1 + std::sqrt(1 + t * t);
  const double w = t * t;
  double p = -1.0 / 19;
  p = p * w + 1.0 / 17;
  p = p * w - 1.0 / 15;
  p = p * w + 1.0 / 13;
  p = p * w - 1.0 / 11;
  p = p * w + 1.0 / 9;
  p = p * w - 1.0 / 7;
  p = p * w + 1.0 / 5;
  p = p * w - 1.0 / 3;
  p = p * w + 1.0;
  double angle = 4 * t * p;
  if (ay >= ax) angle = 1.5707963267948966 - angle;
  if (x < 0) angle = 3.1415926535897932 - angle;
  return y < 0 ? -angle : angle;
}

/// sin(2πt), |t| < 2^51. Absolute error below 1e-14.
inline double sin_turns(double t) {
  const double shifted = t + 0x1.8p52;
  double f = t - (shifted - 0x1.8p52);  // [−½, ½]
  if (f > 0.25) f = 0.5 - f;
  if (f < -0.25) f = -0.5 - f;
  const double x = 6.2831853071795865 * f, w = x * x;  // |x| ≤ π/2
  double p = -1.0 / 121645100408832000;
  p = p * w + 1.0 / 355687428096000;
  p = p * w - 1.0 / 1307674368000;
  p = p * w + 1.0 / 6227020800;
  p = p * w - 1.0 / 39916800;
  p = p * w + 1.0 / 362880;
  p = p * w - 1.0 / 5040;
  p = p * w + 1.0 / 120;
  p = p * w - 1.0 / 6;
  p = p * w + 1.0;
  return x * p;
}

/// cos(2πt)
inline double cos_turns(double t) { return sin_turns(t + 0.25); }

}  // namespace cv2x::radio
