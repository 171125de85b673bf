#include "models/radio/numerology.h"

namespace cv2x::radio {
namespace {

struct Channel {
  double min_hz, max_hz;  // of the carrier
  int mu;
  int bandwidth_mhz;
  int prbs;
};

constexpr double kFr1Low = 0.41e9, kFr1High = 7.125e9;
constexpr double kFr2Low = 24.25e9, kFr21High = 52.6e9, kFr2High = 71e9;

// clang-format off
// TS 38.101-1 V17 table 5.3.2-1, then TS 38.101-2 V17 table 5.3.2-1.
constexpr Channel kChannels[] = {
    {kFr1Low, kFr1High, 0, 5, 25},    {kFr1Low, kFr1High, 0, 10, 52},   {kFr1Low, kFr1High, 0, 15, 79},
    {kFr1Low, kFr1High, 0, 20, 106},  {kFr1Low, kFr1High, 0, 25, 133},  {kFr1Low, kFr1High, 0, 30, 160},
    {kFr1Low, kFr1High, 0, 35, 188},  {kFr1Low, kFr1High, 0, 40, 216},  {kFr1Low, kFr1High, 0, 45, 242},
    {kFr1Low, kFr1High, 0, 50, 270},
    {kFr1Low, kFr1High, 1, 5, 11},    {kFr1Low, kFr1High, 1, 10, 24},   {kFr1Low, kFr1High, 1, 15, 38},
    {kFr1Low, kFr1High, 1, 20, 51},   {kFr1Low, kFr1High, 1, 25, 65},   {kFr1Low, kFr1High, 1, 30, 78},
    {kFr1Low, kFr1High, 1, 35, 92},   {kFr1Low, kFr1High, 1, 40, 106},  {kFr1Low, kFr1High, 1, 45, 119},
    {kFr1Low, kFr1High, 1, 50, 133},  {kFr1Low, kFr1High, 1, 60, 162},  {kFr1Low, kFr1High, 1, 70, 189},
    {kFr1Low, kFr1High, 1, 80, 217},  {kFr1Low, kFr1High, 1, 90, 245},  {kFr1Low, kFr1High, 1, 100, 273},
    {kFr1Low, kFr1High, 2, 10, 11},   {kFr1Low, kFr1High, 2, 15, 18},   {kFr1Low, kFr1High, 2, 20, 24},
    {kFr1Low, kFr1High, 2, 25, 31},   {kFr1Low, kFr1High, 2, 30, 38},   {kFr1Low, kFr1High, 2, 35, 44},
    {kFr1Low, kFr1High, 2, 40, 51},   {kFr1Low, kFr1High, 2, 45, 58},   {kFr1Low, kFr1High, 2, 50, 65},
    {kFr1Low, kFr1High, 2, 60, 79},   {kFr1Low, kFr1High, 2, 70, 93},   {kFr1Low, kFr1High, 2, 80, 107},
    {kFr1Low, kFr1High, 2, 90, 121},  {kFr1Low, kFr1High, 2, 100, 135},
    {kFr2Low, kFr21High, 2, 50, 66},  {kFr2Low, kFr21High, 2, 100, 132}, {kFr2Low, kFr21High, 2, 200, 264},
    {kFr2Low, kFr21High, 3, 50, 32},  {kFr2Low, kFr21High, 3, 100, 66}, {kFr2Low, kFr21High, 3, 200, 132},
    {kFr2Low, kFr21High, 3, 400, 264},
    {kFr21High, kFr2High, 3, 100, 66}, {kFr21High, kFr2High, 3, 400, 264},
};
// clang-format on

bool holds(const Channel& channel, int mu, double frequency_hz) {
  return channel.mu == mu && frequency_hz >= channel.min_hz && frequency_hz <= channel.max_hz;
}

/// `half_symbols`/2 times (2048 + 144) · κ · 2^-µ · Tc with κ = 64 and Tc = 1 / (480e3 · 4096) s; nearest ns.
constexpr TimeNs processing_ns(int half_symbols, int mu) {
  const std::int64_t numerator = half_symbols * (2192LL * 64 * 1'000'000'000);
  const std::int64_t denominator = 2 * 480'000LL * 4096 << mu;
  return (numerator + denominator / 2) / denominator;
}

// Twice the number of symbols, µ = 0 … 3. 0: not in the standard.
constexpr int kN1[] = {16, 20, 34, 40};            // table 5.3-1
constexpr int kN1Additional[] = {26, 26, 40, 48};  // the same, dmrs-AdditionalPosition ≠ pos0 (l1 ≠ 12)
constexpr int kN1Fast[] = {6, 9, 18, 0};           // table 5.3-2; µ = 2 in FR1 only
constexpr int kN2[] = {20, 24, 46, 72};            // table 6.4-1
constexpr int kN2Fast[] = {10, 11, 22, 0};         // table 6.4-2; µ = 2 in FR1 only

std::optional<TimeNs> time_of(const int (&half_symbols)[4], int mu, int more_symbols = 0) {
  assert(mu >= 0 && mu <= 3);
  if (half_symbols[mu] == 0) return std::nullopt;
  return processing_ns(half_symbols[mu] + 2 * more_symbols, mu);
}

}  // namespace

std::optional<int> prbs(double bandwidth_hz, int mu, double frequency_hz) {
  for (const Channel& channel : kChannels) {
    if (holds(channel, mu, frequency_hz) && channel.bandwidth_mhz * 1e6 == bandwidth_hz) return channel.prbs;
  }
  return std::nullopt;
}

std::vector<double> allowed_bandwidths_hz(int mu, double frequency_hz) {
  std::vector<double> out;
  for (const Channel& channel : kChannels) {
    // At 52.6 GHz itself both parts of FR2 hold.
    if (holds(channel, mu, frequency_hz) && (out.empty() || out.back() < channel.bandwidth_mhz * 1e6)) {
      out.push_back(channel.bandwidth_mhz * 1e6);
    }
  }
  return out;
}

std::optional<TimeNs> tproc1_ns(int mu, int capability, bool additional_dmrs, int d11) {
  if (capability == 1) return time_of(additional_dmrs ? kN1Additional : kN1, mu, d11);
  return additional_dmrs ? std::nullopt : time_of(kN1Fast, mu, d11);
}

std::optional<TimeNs> tproc2_ns(int mu, int capability) {
  return time_of(capability == 1 ? kN2 : kN2Fast, mu);
}

}  // namespace cv2x::radio
