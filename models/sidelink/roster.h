#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/sidelink/kernel.h"

namespace cv2x::sidelink {

/// Where everybody is, as the kernel wants it: arrays in an order in which the receivers of a transmitter are
/// a few contiguous ranges (rows of squares along x, in a row ascending x). Vehicles keep their places in
/// that order until they have driven kDrift; then all are sorted anew, and whoever keeps something by place
/// moves it.
class Roster {
 public:
  static constexpr double kSquareM = 200;
  static constexpr double kDriftM = 25;
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};

  /// `slot` numbers vehicles (small integers, used again); `key` is random and its own.
  void enter(std::uint32_t slot, std::uint64_t key, double x_m, double y_m);
  void leave(std::uint32_t slot);
  void move(std::uint32_t slot, double x_m, double y_m, double decorrelation_m);

  /// Sorts where it is due. True: places have changed; before(i) tells where place i was, kNobody if nowhere.
  bool settle();
  std::span<const std::uint32_t> before() const { return before_; }

  bool present(std::uint32_t slot) const { return slot < place_.size() && place_[slot] != kNobody; }
  std::uint32_t place(std::uint32_t slot) const { return place_[slot]; }
  std::uint32_t slot(std::uint32_t place) const { return slot_[place]; }           ///< kNobody: empty
  std::uint32_t size() const { return static_cast<std::uint32_t>(slot_.size()); }  ///< places, in whole tiles
  std::size_t vehicles() const { return vehicles_; }

  /// A run of places in one square.
  struct Run {
    std::uint32_t begin, end;
    float x_m, y_m;  ///< the middle of the square
  };
  std::span<const Run> runs() const { return runs_; }
  struct Range {
    std::uint32_t begin, end;
  };
  /// The runs (ascending ranges of indices) of squares whose middle is at most `radius_m` from that of the
  /// square at `place`, into `out`.
  void near_runs(std::uint32_t place, double radius_m, std::vector<Range>& out) const;
  /// The places in them, and those of vehicles that have entered since the last sorting.
  void near(std::uint32_t place, double radius_m, std::vector<Range>& out) const;
  /// Index of the run that holds the place; runs().size() for those that have entered since.
  std::uint32_t run_of(std::uint32_t place) const { return run_of_[place]; }

  const float* x_m() const { return x_.data(); }
  const float* y_m() const { return y_.data(); }
  const float* travelled() const { return travelled_.data(); }
  const std::uint32_t* key() const { return key_.data(); }
  std::uint32_t key(std::uint32_t place) const { return key_[place]; }

 private:
  struct Row {
    std::int64_t row;
    std::uint32_t begin, end;  // of runs_
  };
  void place_anew(std::uint32_t slot, std::uint32_t place);

  std::vector<std::uint32_t> place_;  // by slot
  std::vector<std::uint32_t> slot_;   // by place, as all below
  std::vector<float> x_, y_, travelled_;
  std::vector<double> sorted_x_, sorted_y_, exact_travelled_;
  std::vector<std::uint32_t> key_, run_of_, before_;
  std::vector<Run> runs_;
  std::vector<Row> rows_;
  std::uint32_t sorted_ = 0;  // places below are in runs
  std::uint32_t used_ = 0;    // places below are or were somebody's
  std::size_t vehicles_ = 0;
  bool due_ = false;
};

}  // namespace cv2x::sidelink
