#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "models/base/registry.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// A UE with data to send in one direction of one cell.
struct Candidate {
  Ue ue = 0;
  std::uint16_t prbs_useful = 0;  ///< fewer are not worth a block
  std::uint16_t prbs_needed = 0;  ///< empty its buffer, or are all it can use; 0: it cannot send now
};

/// Divides the PRBs of a slot among UEs with new data; retransmissions have been served before. One
/// alternative a file, chosen by name. One call a slot, cell and direction.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  /// `candidates`: least recently served first. Fills given[i] with the PRBs of candidates[i]: 0, or
  /// prbs_useful … prbs_needed; at most `prbs` in all, to at most `grants` of them.
  virtual void share(std::span<const Candidate> candidates, int prbs, int grants,
                     std::span<std::uint16_t> given) = 0;
};

using SchedulerRegistry = Registry<Scheduler>;

/// All schedulers by name: `round_robin`.
const SchedulerRegistry& scheduler_registry();

std::unique_ptr<Scheduler> make_round_robin();

}  // namespace cv2x::uu
