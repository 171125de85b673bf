#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/base/registry.h"
#include "models/base/time.h"
#include "models/uu/types.h"

namespace cv2x::uu {

/// A UE with data to send in one direction and slice of one cell.
struct Candidate {
  Ue ue = 0;
  std::uint16_t prbs_useful = 0;  ///< fewer are not worth a block
  std::uint16_t prbs_needed = 0;  ///< empty its buffer, or are all it can use; 0: it cannot send now
  std::uint16_t cces = 1;         ///< control channel elements that its grant takes
  float bytes_per_prb = 0;        ///< what its link carries now
  float average = 0;              ///< bytes a transmission that it has got lately, smoothed
  float priority = 90;        ///< of its most important flow with data (TS 23.501: 1 … 127, lower first)
  TimeNs waited_ns = 0;       ///< its oldest data
  TimeNs budget_ns = kNever;  ///< of that data on the radio
};

/// Divides the PRBs of a transmission time among UEs with new data of one slice; retransmissions have been
/// served before. One alternative a file, chosen by name. One call a PDCCH occasion, cell, direction and
/// slice.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  /// `candidates`: least recently served first. Fills given[i] with the PRBs of candidates[i]: 0, or
  /// prbs_useful … prbs_needed; at most `prbs` in all; the grants take at most `cces`.
  virtual void share(std::span<const Candidate> candidates, int prbs, int cces,
                     std::span<std::uint16_t> given) = 0;
};

/// A scheduler that serves by rank: who ranks highest takes all it needs, then the next one; a tie goes to
/// who has waited longest for being served.
class RankingScheduler : public Scheduler {
 public:
  void share(std::span<const Candidate> candidates, int prbs, int cces, std::span<std::uint16_t> given) final;

 protected:
  virtual double rank(const Candidate& candidate) const = 0;

 private:
  struct Ranked {
    double rank;
    std::uint32_t index;
  };
  std::vector<Ranked> order_;
};

using SchedulerRegistry = Registry<Scheduler>;

/// All schedulers by name: `round_robin`, `proportional_fair`, `max_sinr`, `earliest_deadline`, `qos_pf`.
const SchedulerRegistry& scheduler_registry();

std::unique_ptr<Scheduler> make_round_robin();
std::unique_ptr<Scheduler> make_proportional_fair();
std::unique_ptr<Scheduler> make_max_sinr();
std::unique_ptr<Scheduler> make_earliest_deadline();
std::unique_ptr<Scheduler> make_qos_pf();

}  // namespace cv2x::uu
