#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/offload/credit.h"
#include "models/offload/observer.h"
#include "sim/run/run.h"

namespace cv2x {

class Fiber;

/// One run whose decisions are taken outside: run() on a stack of its own, left at every decision and gone on
/// with by the answer. To the simulator it is a policy like any other, so the same answers give the same
/// result, bit for bit, also when several tasks come in one event.
///
/// One at a time in a process, like run(); one thread.
class Episode {
 public:
  struct Options {
    /// Without a policy's make; `on_progress` is not used (State::kBusy instead).
    RunOptions run;
    RewardParams reward;
    TimeNs gather_ns = -1;  ///< as Policy::gather_ns
  };
  enum class State : std::uint8_t {
    kDeciding,  ///< tasks wait for answer()
    kBusy,      ///< about ten times a wall second: the caller may look after other things, then go_on()
    kEnded,
  };

  Episode(LoadedScenario loaded, Options options);
  /// Abandons it when it has not ended.
  ~Episode();
  Episode(const Episode&) = delete;
  Episode& operator=(const Episode&) = delete;

  /// To the first decision. Throws UserError as run() does.
  State begin();
  /// One target for each waiting task; to the next decision.
  State answer(std::span<const Target> targets);
  State go_on();
  /// Ends the run here; its file is closed, marked incomplete. Nothing happens when it has ended.
  void abandon() noexcept;

  State state() const { return state_; }
  const Observer& observer() const { return observer_; }

  // The waiting tasks, all arrays in their order.
  std::span<const TaskRequest> tasks() const { return tasks_; }
  std::span<const float> observations() const { return observations_; }  ///< tasks × observer().size()
  std::span<const std::int8_t> masks() const { return masks_; }          ///< tasks × observer().targets()
  /// The memory of the views: as of the last task of them. Null before the first decision.
  const std::shared_ptr<const PolicyView>& view() const { return view_; }

  /// Of the tasks that have ended since the last answer(); at the end also of those that have not.
  const CreditLedger& ledger() const { return ledger_; }
  /// Once kEnded.
  const RunReport& report() const { return report_; }

 private:
  class Asked;
  void present(const TaskRequest& task, const PolicyView& view);
  void wait_for_answer();
  void nothing_waits();
  double energy_j(std::size_t task, Target target) const;
  State resume();

  LoadedScenario loaded_;
  Options options_;
  Observer observer_;
  CreditLedger ledger_;
  RunReport report_;
  std::shared_ptr<const PolicyView> view_;
  std::vector<TaskRequest> tasks_;
  std::vector<float> observations_;
  std::vector<std::int8_t> masks_;
  std::vector<TimeNs> created_ns_;
  std::vector<double> energies_j_;  ///< expected, tasks × targets; empty when not rewarded
  std::vector<Target> targets_;
  State state_ = State::kBusy;
  bool begun_ = false, abandoned_ = false;
  std::unique_ptr<Fiber> fiber_;
};

}  // namespace cv2x
