#pragma once

#include <bit>
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

}  // namespace cv2x::radio
