#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/base/kinematics.h"
#include "models/base/random.h"
#include "models/radio/effective_sinr.h"
#include "models/radio/fading.h"
#include "models/uu/params.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// How a UE moves relative to its serving site from `time_ns` on.
struct LinkMotion {
  Position at;
  double vx_mps = 0, vy_mps = 0;
  TimeNs time_ns = 0;
  bool line_of_sight = false;
};

/// Small-scale fading of the links between UEs and their serving cells (radio/fading.h): what a block's SINR
/// becomes by it (radio/effective_sinr.h), and what the scheduler knows, which is as old as the last report
/// that has come: at multiples of the period, one SINR for the whole carrier (wideband), the one with the
/// same mean of log2(1 + SINR). Left out: fading of interference (its mean counts), subband reports and
/// scheduling by them, quantisation of reports.
class FastFading {
 public:
  FastFading(const CarrierParams& carrier, int prbs, const Seed& seed);

  /// `link_key`: names the pair of UE and site; another key is another channel.
  void move(Ue ue, std::uint64_t link_key, const LinkMotion& motion);
  /// SINR (linear) of a block with modulation order `qm` on PRBs first … end − 1, that without fading has
  /// `sinr`.
  double effective(Ue ue, double sinr, int first_prb, int end_prb, int qm, TimeNs at);
  /// By how much (linear) the reported SINR differs from the one without fading, as known at `now`.
  double known(Ue ue, Direction direction, double sinr, TimeNs now);

 private:
  struct Report {
    std::int64_t index = -1;
    double ratio = 1;
  };
  struct Link {
    bool known = false;
    std::uint64_t key = 0;
    radio::Fading fading;
    LinkMotion motion;
    std::array<Report, kDirections> reports;
  };
  static Position place(const LinkMotion& motion, TimeNs at);

  FadingParams params_;
  double frequency_hz_, group_hz_;
  int prbs_;
  Seed seed_;
  radio::EffectiveSinr law_;
  std::vector<Link> links_;  // by UE
  std::vector<float> gain_, weight_;
};

}  // namespace cv2x::uu
