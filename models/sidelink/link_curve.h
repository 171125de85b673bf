#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/radio/bler.h"
#include "models/sidelink/params.h"

namespace cv2x::sidelink {

/// A point of a link curve.
struct CurvePoint {
  double snr_db = 0;
  double per = 1;
};

/// Packet error rate by SINR.
class LinkCurve {
 public:
  /// 0 from `threshold_db` on, 1 below.
  static LinkCurve threshold(double threshold_db);
  /// Linear between the points (ascending), the end values hold beyond. At least one.
  static LinkCurve points(std::vector<CurvePoint> points);
  /// NR's LDPC curves (models/radio/bler.h) for a transport block of `bits`, sampled every 0.05 dB.
  static LinkCurve nr(const radio::BlerTable& table, int mcs, std::int64_t bits);

  double error_rate(double sinr_db) const;

 private:
  std::vector<CurvePoint> points_;
};

/// The same as a table over the bits of the linear SINR, for the kernel: 32 entries an octave, which are
/// 0.094 dB apart. Entry i holds the error rate in 2^-32 at the middle of its interval.
class LinkTable {
 public:
  static constexpr int kShift = 18;                 // bits of a float that an interval leaves out
  static constexpr std::int32_t kFirst = 104 << 5;  // exponent 104 − 127: −69 dB
  static constexpr int kEntries = 40 << 5;          // up to +51 dB

  explicit LinkTable(const LinkCurve& curve);
  /// [2^-32], the last for SINRs beyond the table.
  const std::array<std::uint32_t, kEntries>& entries() const { return entries_; }
  /// P(error) as the kernel sees it.
  double error_rate(double sinr_db) const;

 private:
  std::array<std::uint32_t, kEntries> entries_{};
};

}  // namespace cv2x::sidelink
