#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/base/outcome.h"
#include "models/base/stage.h"
#include "models/base/time.h"
#include "models/measure/params.h"

namespace cv2x {

/// What a latency, or the age that information reaches before a newer update replaces it, consists of: the
/// stages, and for an age also the wait for that update to be created. The number is what the result file
/// holds; a stage's is kFirstStage + Stage.
using Cause = std::uint8_t;
inline constexpr Cause kNoCause = 0;
inline constexpr Cause kUpdateInterval = 1;  ///< from one update to the next
inline constexpr Cause kLostUpdates = 2;     ///< the same, of updates in between that were lost
inline constexpr Cause kFirstStage = 3;
inline constexpr std::size_t kCauses = kFirstStage + static_cast<std::size_t>(Stage::kCount);
inline constexpr auto kCauseNames = [] {
  std::array<std::string_view, kCauses> names = {"none", "update_interval", "lost_updates"};
  for (std::size_t i = 0; i < kStageNames.size(); ++i) names[kFirstStage + i] = kStageNames[i];
  return names;
}();

/// Times by cause, summed over `count` messages or ages.
struct CauseSums {
  std::uint64_t count = 0;
  std::array<TimeNs, kCauses> sums_ns{};

  void add(const CauseSums& other);
  void subtract(const CauseSums& other);
};

/// The times of those that broke a limit and of those that kept it, by service (indices; those without any
/// are left out), and how many were lost, by outcome.
struct BlameSums {
  struct Part {
    std::uint16_t service = 0;
    CauseSums late, kept;
  };
  std::vector<Part> parts;
  std::array<std::uint64_t, static_cast<std::size_t>(Outcome::kCount)> lost{};

  /// Another run's of the same budget.
  void merge(const BlameSums& other);
  std::uint64_t lost_in_all() const;
};

/// What is to blame for those that broke the limit.
struct Blame {
  Cause cause = kNoCause;  ///< kNoCause: none was late, all of them were lost
  double excess_ns = 0;    ///< how much more of it a late one has than one that kept the limit, on average
  double share = 0;        ///< of the excesses of all causes of which the late ones have more
};

/// The cause with the largest excess, the first on a tie. Late ones are compared with those of the same
/// service that kept the limit, so that a mix of services blames no stage for being what one of them is slow
/// in; where none kept it, with nothing. Ages also with nothing where most broke it: then what breaks it is
/// not what happens at times but what an age usually consists of, first of all the wait for an update.
Blame blame(const BlameSums& sums, BudgetMetric metric);

}  // namespace cv2x
