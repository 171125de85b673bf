#include "models/sidelink/roster.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace cv2x::sidelink {

namespace {
constexpr float kFarAway = 1e9F;  // where an empty place is

std::int64_t square_of(double v_m) { return std::llround(v_m / Roster::kSquareM); }
}  // namespace

void Roster::place_anew(std::uint32_t slot, std::uint32_t place) {
  place_[slot] = place;
  slot_[place] = slot;
}

void Roster::enter(std::uint32_t slot, std::uint64_t key, double x_m, double y_m) {
  if (slot >= place_.size()) place_.resize(slot + 1, kNobody);
  assert(place_[slot] == kNobody);
  if (used_ == size()) {
    const std::size_t more = size() + kTile;
    slot_.resize(more, kNobody);
    x_.resize(more, kFarAway);
    y_.resize(more, kFarAway);
    travelled_.resize(more, 0);
    exact_travelled_.resize(more, 0);
    sorted_x_.resize(more, 0);
    sorted_y_.resize(more, 0);
    key_.resize(more, 0);
    run_of_.resize(more, static_cast<std::uint32_t>(runs_.size()));
  }
  const std::uint32_t place = used_++;
  place_anew(slot, place);
  x_[place] = static_cast<float>(x_m);
  y_[place] = static_cast<float>(y_m);
  travelled_[place] = 0;
  exact_travelled_[place] = 0;
  sorted_x_[place] = x_m;
  sorted_y_[place] = y_m;
  key_[place] = static_cast<std::uint32_t>(key ^ (key >> 32));
  run_of_[place] = static_cast<std::uint32_t>(runs_.size());
  ++vehicles_;
  due_ = true;
}

void Roster::leave(std::uint32_t slot) {
  const std::uint32_t place = place_[slot];
  place_[slot] = kNobody;
  slot_[place] = kNobody;
  x_[place] = y_[place] = kFarAway;
  --vehicles_;
  due_ = true;
}

void Roster::move(std::uint32_t slot, double x_m, double y_m, double decorrelation_m) {
  const std::uint32_t place = place_[slot];
  const double dx = x_m - static_cast<double>(x_[place]), dy = y_m - static_cast<double>(y_[place]);
  double& travelled = exact_travelled_[place];
  travelled += std::sqrt(dx * dx + dy * dy) / decorrelation_m;
  travelled_[place] = static_cast<float>(travelled);
  x_[place] = static_cast<float>(x_m);
  y_[place] = static_cast<float>(y_m);
  const double sx = x_m - sorted_x_[place], sy = y_m - sorted_y_[place];
  if (sx * sx + sy * sy > kDriftM * kDriftM) due_ = true;
}

bool Roster::settle() {
  if (!due_) return false;
  due_ = false;
  std::vector<std::uint32_t> order;
  order.reserve(vehicles_);
  for (std::uint32_t i = 0; i < used_; ++i) {
    if (slot_[i] != kNobody) order.push_back(i);
  }
  std::vector<std::int64_t> row(size()), column(size());
  for (const std::uint32_t i : order) {
    row[i] = square_of(static_cast<double>(y_[i]));
    column[i] = square_of(static_cast<double>(x_[i]));
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (row[a] != row[b]) return row[a] < row[b];
    if (column[a] != column[b]) return column[a] < column[b];
    if (x_[a] != x_[b]) return x_[a] < x_[b];
    return slot_[a] < slot_[b];
  });
  const auto permuted = [&](auto& values, auto empty) {
    auto old = values;
    std::fill(values.begin(), values.end(), empty);
    for (std::size_t i = 0; i < order.size(); ++i) values[i] = old[order[i]];
  };
  before_.assign(size(), kNobody);
  std::copy(order.begin(), order.end(), before_.begin());
  permuted(x_, kFarAway);
  permuted(y_, kFarAway);
  permuted(travelled_, 0.0F);
  permuted(exact_travelled_, 0.0);
  permuted(key_, std::uint32_t{0});
  permuted(slot_, kNobody);
  runs_.clear();
  rows_.clear();
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place_[slot_[i]] = i;
    sorted_x_[i] = static_cast<double>(x_[i]);
    sorted_y_[i] = static_cast<double>(y_[i]);
    const std::int64_t r = row[order[i]], c = column[order[i]];
    if (rows_.empty() || rows_.back().row != r) {
      rows_.push_back({r, static_cast<std::uint32_t>(runs_.size()), 0});
    } else if (column[order[i - 1]] == c) {
      ++runs_.back().end;
      run_of_[i] = static_cast<std::uint32_t>(runs_.size() - 1);
      continue;
    }
    runs_.push_back({i, i + 1, static_cast<float>(static_cast<double>(c) * kSquareM),
                     static_cast<float>(static_cast<double>(r) * kSquareM)});
    rows_.back().end = static_cast<std::uint32_t>(runs_.size());
    run_of_[i] = static_cast<std::uint32_t>(runs_.size() - 1);
  }
  sorted_ = used_ = static_cast<std::uint32_t>(order.size());
  for (std::uint32_t i = sorted_; i < size(); ++i) run_of_[i] = static_cast<std::uint32_t>(runs_.size());
  return true;
}

void Roster::near_runs(std::uint32_t place, double radius_m, std::vector<Range>& out) const {
  out.clear();
  const double x = std::round(static_cast<double>(x_[place]) / kSquareM) * kSquareM;
  const double y = std::round(static_cast<double>(y_[place]) / kSquareM) * kSquareM;
  for (const Row& row : rows_) {
    const double dy = static_cast<double>(row.row) * kSquareM - y;
    if (std::abs(dy) > radius_m) continue;
    const double half = std::sqrt(radius_m * radius_m - dy * dy);
    const auto first = runs_.begin() + row.begin, last = runs_.begin() + row.end;
    const auto low = std::lower_bound(first, last, x - half,
                                      [](const Run& r, double v) { return static_cast<double>(r.x_m) < v; });
    const auto high = std::upper_bound(low, last, x + half,
                                       [](double v, const Run& r) { return v < static_cast<double>(r.x_m); });
    if (low == high) continue;
    const auto begin = static_cast<std::uint32_t>(low - runs_.begin());
    const auto end = static_cast<std::uint32_t>(high - runs_.begin());
    if (!out.empty() && out.back().end == begin) {
      out.back().end = end;
    } else {
      out.push_back({begin, end});
    }
  }
}

void Roster::near(std::uint32_t place, double radius_m, std::vector<Range>& out) const {
  near_runs(place, radius_m, out);
  for (Range& range : out) range = {runs_[range.begin].begin, runs_[range.end - 1].end};
  if (used_ > sorted_) out.push_back({sorted_, used_});
}

}  // namespace cv2x::sidelink
