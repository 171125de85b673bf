#include "models/offload/credit.h"

#include <algorithm>

namespace cv2x {

double reward_of(const RewardParams& params, const TaskResult& result, double energy_j) {
  const bool delivered = result.outcome == Outcome::kDelivered;
  const TimeNs latency_ns = result.end_ns - result.created_ns;
  const double cost =
      delivered
          ? std::min(params.worst, static_cast<double>(latency_ns) / static_cast<double>(result.deadline_ns))
          : params.worst;
  return -params.latency * cost + (result.met_deadline() ? params.deadline : 0) - params.energy * energy_j;
}

void CreditLedger::decided(const TaskRequest& task, TimeNs now, Target target, double energy_j) {
  open_[task.task_id] = {.decision = decisions_++,
                         .result = {.task_id = task.task_id,
                                    .service = task.service,
                                    .vehicle = task.vehicle,
                                    .target = target,
                                    .outcome = Outcome::kUnfinished,
                                    .created_ns = now,
                                    .end_ns = now,
                                    .deadline_ns = task.deadline_ns},
                         .energy_j = energy_j};
}

void CreditLedger::finished(const TaskResult& result) {
  const auto it = open_.find(result.task_id);
  if (it == open_.end()) return;
  const Open open = it->second;
  open_.erase(it);
  credit(open, result);
}

void CreditLedger::credit(const Open& open, const TaskResult& result) {
  const double reward = reward_of(params_, result, open.energy_j);
  credits_.push_back({open.decision, reward, result});
  sum_ += reward;
}

void CreditLedger::close(TimeNs now) {
  std::vector<Open> left;
  for (const auto& [id, open] : open_) left.push_back(open);
  open_.clear();
  std::sort(left.begin(), left.end(), [](const auto& a, const auto& b) { return a.decision < b.decision; });
  for (Open& open : left) {
    open.result.end_ns = now;
    credit(open, open.result);
  }
}

void CreditLedger::clear() {
  credits_.clear();
  sum_ = 0;
}

}  // namespace cv2x
