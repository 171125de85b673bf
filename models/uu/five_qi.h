#pragma once

#include <cstdint>
#include <span>

#include "models/base/time.h"

namespace cv2x::uu {

/// What a 5G QoS identifier stands for (TS 23.501 table 5.7.4-1).
struct FiveQi {
  enum class Resource : std::uint8_t { kGbr, kNonGbr, kDelayCritical };
  std::int64_t value = 9;
  Resource resource = Resource::kNonGbr;
  std::int64_t priority = 90;             ///< default priority level; lower is more important
  TimeNs budget_ns = 300 * kMillisecond;  ///< packet delay budget between UE and UPF
  TimeNs core_ns = 20 * kMillisecond;     ///< of that, between UPF and gNB
  double error_rate = 1e-6;               ///< packet error rate

  /// What is left for the radio.
  TimeNs radio_budget_ns() const { return budget_ns - core_ns; }
};

/// All standardised ones, ascending.
std::span<const FiveQi> five_qis();
/// Null: not standardised.
const FiveQi* find_five_qi(std::int64_t value);

}  // namespace cv2x::uu
