#include "models/measure/moments.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace cv2x {

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

double square(double x) { return x * x; }
double cube(double x) { return x * x * x; }

/// Hall's cubic, monotone in t: removes skewness `skew` (third moment over the 3/2-th power of the variance).
double hall(double t, double skew) { return t + skew * t * t / 3 + skew * skew * cube(t) / 27 + skew / 6; }
double hall_inverse(double t, double skew) {
  if (std::abs(skew) < 1e-6) return t;
  return 3 / skew * (std::cbrt(1 + skew * (t - skew / 6)) - 1);
}

}  // namespace

TwoWay::TwoWay(std::span<const double> totals, std::size_t groups)
    : totals_(totals.begin(), totals.end()), groups_(groups) {
  assert(totals.size() % groups == 0);
  std::vector<double> rows(totals.size() / groups), columns(groups);
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    rows[i / groups_] += totals_[i];
    columns[i % groups_] += totals_[i];
    total_ += totals_[i];
  }
  const auto occupied = [](double n) { return n > 0; };
  blocks_ = static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), occupied));
  by_group_ = std::count_if(columns.begin(), columns.end(), occupied) >= std::ptrdiff_t{kFewestGroups};
  double squares = 0;
  for (const double n : columns) squares += n * n;
  if (total_ > 0) equal_groups_ = total_ * total_ / squares;
}

Moments TwoWay::moments(std::span<const double> good, double independent) const {
  assert(good.size() == totals_.size());
  Moments m;
  m.total = total_;
  if (total_ <= 0) return {.variance = kInf};
  double sum = 0;
  for (const double g : good) sum += g;
  m.ratio = sum / total_;
  if (blocks_ < kFewestBlocks) return {.ratio = m.ratio, .total = total_, .variance = kInf};

  std::vector<double> rows(totals_.size() / groups_), columns(groups_);  // sums of deviations
  double cell = 0, cell_next = 0, cell_third = 0;
  for (std::size_t i = 0; i < totals_.size(); ++i) {
    const auto deviation = [&](std::size_t k) { return (good[k] - m.ratio * totals_[k]) / total_; };
    const double d = deviation(i);
    rows[i / groups_] += d;
    columns[i % groups_] += d;
    cell += d * d;
    cell_third += cube(d);
    if (i >= groups_) cell_next += d * deviation(i - groups_);
  }
  const auto blocks = static_cast<double>(blocks_);
  double time = 0, time_next = 0, vehicle = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    time += square(rows[i]);
    m.third += cube(rows[i]);
    if (i > 0) time_next += rows[i] * rows[i - 1];
  }
  time = blocks / (blocks - 1) * (time + 2 * std::max(0.0, time_next));
  m.variance = m.over_time = time;
  m.degrees = blocks - 1;
  if (!by_group_) return m;

  for (const double w : columns) {
    vehicle += square(w);
    m.third += cube(w);
  }
  m.third -= cell_third;
  vehicle *= equal_groups_ >= 2 ? equal_groups_ / (equal_groups_ - 1) : 2;
  // Of balanced cells E[cell] = own + common/groups + vehicles'/blocks, where E[time] = own + common and
  // E[vehicle] = own + vehicles'; with the neighbours' products a vehicle's effect is in it three times.
  const double groups_share = 1 / std::max(2.0, equal_groups_);
  const double blocks_share = (cell_next > 0 ? 3 : 1) / blocks;
  const double own = (cell + 2 * std::max(0.0, cell_next) - time * groups_share - vehicle * blocks_share) /
                     (1 - groups_share - blocks_share);
  const double in_both = std::min(std::max(own, independent), time);
  m.variance = std::max(in_both, time + vehicle - in_both);
  const double noise = square(time) / (blocks - 1) + square(vehicle) / std::max(1.0, equal_groups_ - 1);
  if (noise > 0) m.degrees = std::max(1.0, square(m.variance) / noise);
  return m;
}

Moments TwoWay::share(std::span<const double> good, double trials) const {
  double sum = 0;
  for (const double g : good) sum += g;
  const double p = total_ > 0 ? sum / total_ : 0;
  const double independent = trials > 0 ? std::max(0.0, p * (1 - p)) / trials : 0;
  Moments m = moments(good, independent);
  m.total = trials;
  m.variance = std::max(m.variance, independent);
  return m;
}

Moments TwoWay::mean(std::span<const double> good) const { return moments(good, 0); }

double studentised(const Moments& m, double truth) {
  assert(truth > 0 && truth < 1);
  if (!std::isfinite(m.variance)) return 0;
  const double independent = m.ratio * (1 - m.ratio) / m.total;
  const double effect = independent > 0 ? std::max(1.0, m.variance / independent) : 1;
  const double clustering = 1 - 1 / square(effect);
  const double of_truth = effect * truth * (1 - truth) / m.total;
  const double weight = of_truth > m.variance ? clustering / 2 : clustering;
  const double variance = m.variance > 0 ? of_truth * std::pow(m.variance / of_truth, weight) : of_truth;
  // With a greater skewness, as of fewer than five bursts, the transformation is nearly flat before it
  // reaches the limit, and nothing would be rejected.
  const double most = 0.95 / student_t(m.degrees);
  const double skew =
      m.variance > 0 ? clustering * std::clamp(m.third / std::pow(m.variance, 1.5), -most, most) : 0;
  return hall((m.ratio - truth) / std::sqrt(variance), skew);
}

Interval share_interval(const Moments& m) {
  if (!(m.total > 0) || !std::isfinite(m.variance)) return {0, 1};
  const double t = student_t(m.degrees);
  // Both bisections end at neighbouring numbers or after 60 halvings, near the end that is not rejected.
  const auto end = [&](double accepted, double rejected, auto&& rejects) {
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (accepted + rejected);
      if (middle <= 0 || middle >= 1) break;
      (rejects(studentised(m, middle)) ? rejected : accepted) = middle;
    }
    return accepted;
  };
  Interval out{0, 1};
  if (m.ratio > 0) out.low = end(std::min(m.ratio, 1.0), 0, [&](double s) { return s > t; });
  if (m.ratio < 1) out.high = end(std::max(m.ratio, 0.0), 1, [&](double s) { return s < -t; });
  return out;
}

Interval mean_interval(const Moments& m) {
  if (!(m.total > 0) || !std::isfinite(m.variance)) return {};
  if (m.variance <= 0) return {m.ratio, m.ratio};
  const double error = std::sqrt(m.variance), t = student_t(m.degrees);
  const double skew = m.third / cube(error);
  return {m.ratio - error * hall_inverse(t, skew), m.ratio - error * hall_inverse(-t, skew)};
}

}  // namespace cv2x
