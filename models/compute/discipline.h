#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace cv2x {

/// Who is served next.
enum class Discipline : std::uint8_t {
  kFifo,              ///< first in, first out
  kPriority,          ///< highest priority first, then first in, first out
  kEarliestDeadline,  ///< earliest absolute deadline first (Liu and Layland, J. ACM 20(1), 1973)
  kProcessorSharing,  ///< all at once, in equal shares (Kleinrock, J. ACM 14(2), 1967)
};
inline constexpr std::array<std::string_view, 4> kDisciplineNames = {"fifo", "priority", "edf",
                                                                     "processor_sharing"};

/// Whether a task that comes first in the order may interrupt one that runs.
enum class Preemption : std::uint8_t {
  kNone,
  kResume,  ///< and the interrupted one goes on later where it stopped (pre-emptive resume)
};
inline constexpr std::array<std::string_view, 2> kPreemptionNames = {"none", "resume"};

/// What a server is made of.
struct ServerParams {
  std::int64_t cores = 1;
  double speed_cps = 1e9;          ///< of one core [cycles/s]
  std::int64_t queue = 1'000'000;  ///< tasks that may be there beyond one a core
  Discipline discipline = Discipline::kFifo;
  Preemption preemption = Preemption::kNone;

  // Of processor sharing alone.
  std::int64_t sharers = std::numeric_limits<std::int64_t>::max();  ///< served at once; the others wait
  double occupancy = 1;  ///< share of a core that a task alone keeps busy while it runs at full speed
  double loss = 0;       ///< share of the speed that is lost to switching while two or more are served
};

}  // namespace cv2x
