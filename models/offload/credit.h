#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/offload/policy.h"

namespace cv2x {

/// What a task that has ended is worth to who has placed it: the sum of these, each times its weight.
struct RewardParams {
  double latency = 1;   ///< −latency / deadline, at least −worst; lost: −worst
  double deadline = 0;  ///< 1 in time, 0 late or lost
  double energy = 0;    ///< −energy that was expected of it when it was placed [J]
  double worst = 10;    ///< > 0: what a lost task costs, and a late one at most [deadlines]
};

double reward_of(const RewardParams& params, const TaskResult& result, double energy_j = 0);

/// A decision that has come to its end.
struct Credit {
  std::uint64_t decision = 0;  ///< which one, from 0
  double reward = 0;
  TaskResult result;
};

/// Keeps which decision a task belongs to until the task ends.
class CreditLedger {
 public:
  explicit CreditLedger(const RewardParams& params) : params_(params) {}

  /// `energy_j`: what the task is expected to take.
  void decided(const TaskRequest& task, TimeNs now, Target target, double energy_j = 0);
  void finished(const TaskResult& result);
  /// The run has ended: what is open is lost, in the order of the decisions.
  void close(TimeNs now);

  /// Since clear(), in the order of their ends.
  std::span<const Credit> credits() const { return credits_; }
  double sum() const { return sum_; }
  void clear();

  std::uint64_t decisions() const { return decisions_; }
  std::size_t open() const { return open_.size(); }

 private:
  struct Open {
    std::uint64_t decision;
    TaskResult result;  ///< but for how it ends
    double energy_j;
  };
  void credit(const Open& open, const TaskResult& result);

  RewardParams params_;
  std::uint64_t decisions_ = 0;
  std::unordered_map<std::uint64_t, Open> open_;  ///< by task; only looked up, never iterated for an order
  std::vector<Credit> credits_;
  double sum_ = 0;
};

}  // namespace cv2x
