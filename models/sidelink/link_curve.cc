#include "models/sidelink/link_curve.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "models/radio/numeric.h"

namespace cv2x::sidelink {

LinkCurve LinkCurve::threshold(double threshold_db) { return points({{threshold_db, 1}, {threshold_db, 0}}); }

LinkCurve LinkCurve::points(std::vector<CurvePoint> points) {
  assert(!points.empty());
  LinkCurve curve;
  curve.points_ = std::move(points);
  return curve;
}

LinkCurve LinkCurve::nr(const radio::BlerTable& table, int mcs, std::int64_t bits) {
  const auto rate = table.mcs()[static_cast<std::size_t>(mcs)].rate();
  const radio::Segmentation segments = radio::segment(bits, rate);
  std::vector<CurvePoint> points;
  for (int i = -15 * 20; i <= 35 * 20; ++i)
    points.push_back({i * 0.05, table.transport_block(i * 0.05, mcs, segments)});
  return LinkCurve::points(std::move(points));
}

double LinkCurve::error_rate(double sinr_db) const {
  const auto above = std::upper_bound(points_.begin(), points_.end(), sinr_db,
                                      [](double x, const CurvePoint& p) { return x < p.snr_db; });
  if (above == points_.begin()) return points_.front().per;
  const CurvePoint& low = *(above - 1);
  if (above == points_.end()) return low.per;
  return low.per + (above->per - low.per) * (sinr_db - low.snr_db) / (above->snr_db - low.snr_db);
}

LinkTable::LinkTable(const LinkCurve& curve) {
  for (int i = 0; i < kEntries; ++i) {
    const auto bits = static_cast<std::uint32_t>(((kFirst + i) << kShift) + (1 << (kShift - 1)));
    const double middle_db = radio::to_db(static_cast<double>(std::bit_cast<float>(bits)));
    const double per = std::clamp(curve.error_rate(middle_db), 0.0, 1.0);
    entries_[static_cast<std::size_t>(i)] =
        per >= 1 ? 0xffffffffU : static_cast<std::uint32_t>(per * 4294967296.0);
  }
}

double LinkTable::error_rate(double sinr_db) const {
  const auto bits = std::bit_cast<std::int32_t>(static_cast<float>(radio::from_db(sinr_db)));
  const int i = std::clamp((bits >> kShift) - kFirst, 0, kEntries - 1);
  return entries_[static_cast<std::size_t>(i)] / 4294967296.0;
}

}  // namespace cv2x::sidelink
