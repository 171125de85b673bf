#include "sim/run/episode.h"

#include <cassert>
#include <utility>

#include "models/base/error.h"
#include "sim/run/fiber.h"

namespace cv2x {

/// The policy of the run, which asks whoever steps the episode.
class Episode::Asked final : public Policy {
 public:
  explicit Asked(Episode& episode) : episode_(episode) {}

  void begin(const std::shared_ptr<const PolicyView>& view) override { episode_.view_ = view; }
  Target decide(const TaskRequest& task, const PolicyView& view) override {
    episode_.present(task, view);
    episode_.wait_for_answer();
    return episode_.targets_.front();
  }
  void finished(const TaskResult& result) override { episode_.ledger_.finished(result); }

  TimeNs gather_ns() const override { return episode_.options_.gather_ns; }
  void gather(const TaskRequest& task, const PolicyView& view) override { episode_.present(task, view); }
  std::vector<Target> decide_gathered() override {
    episode_.wait_for_answer();
    return episode_.targets_;
  }

 private:
  Episode& episode_;
};

Episode::Episode(LoadedScenario loaded, Options options)
    : loaded_(std::move(loaded)),
      options_(std::move(options)),
      observer_(loaded_.scenario.services.size(), loaded_.scenario.compute.hosts.size()),
      ledger_(options_.reward) {
  options_.run.policy.make = [this] { return std::make_unique<Asked>(*this); };
  options_.run.on_progress = [this](const Progress&) {
    if (!abandoned_) {
      state_ = State::kBusy;
      fiber_->pause();
    }
    return !abandoned_;
  };
  fiber_ = std::make_unique<Fiber>([this] { report_ = cv2x::run(loaded_, options_.run); });
}

Episode::~Episode() { abandon(); }

Episode::State Episode::begin() {
  assert(!begun_);
  begun_ = true;
  return resume();
}

Episode::State Episode::answer(std::span<const Target> targets) {
  assert(state_ == State::kDeciding && targets.size() == tasks_.size());
  targets_.assign(targets.begin(), targets.end());
  ledger_.clear();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    observer_.decided(tasks_[i], *view_, targets[i]);
    ledger_.decided(tasks_[i], created_ns_[i], targets[i], energy_j(i, targets[i]));
  }
  nothing_waits();
  return resume();
}

Episode::State Episode::go_on() {
  assert(state_ == State::kBusy);
  return resume();
}

Episode::State Episode::resume() {
  try {
    fiber_->resume();
  } catch (...) {
    state_ = State::kEnded;
    throw;
  }
  if (fiber_->done()) {
    state_ = State::kEnded;
    nothing_waits();
    ledger_.close(report_.simulated_ns);
  }
  return state_;
}

void Episode::abandon() noexcept {
  if (state_ == State::kEnded) return;
  abandoned_ = true;
  state_ = State::kEnded;
  if (!begun_) return;
  try {
    while (!fiber_->done()) fiber_->resume();
  } catch (...) {  // Interrupted, which is meant; or the file could not be written, and nobody asked for it
  }
}

void Episode::present(const TaskRequest& task, const PolicyView& view) {
  tasks_.push_back(task);
  observations_.resize(tasks_.size() * observer_.size());
  masks_.resize(tasks_.size() * observer_.targets());
  observer_.observe(task, view, std::span(observations_).last(observer_.size()),
                    std::span(masks_).last(observer_.targets()));
  created_ns_.push_back(view.now_ns);
  if (options_.reward.energy == 0) return;
  for (std::uint32_t i = 0; i < view.hosts.size(); ++i)
    energies_j_.push_back(expected_energy_j(task, view, Target{HostIndex{i}}));
  energies_j_.push_back(expected_energy_j(task, view, kLocal));
}

double Episode::energy_j(std::size_t task, Target target) const {
  if (energies_j_.empty()) return 0;
  const std::size_t place = target.is_local() ? observer_.targets() - 1 : target.host.value;
  return energies_j_[task * observer_.targets() + place];
}

void Episode::nothing_waits() {
  tasks_.clear();
  observations_.clear();
  masks_.clear();
  created_ns_.clear();
  energies_j_.clear();
}

void Episode::wait_for_answer() {
  state_ = State::kDeciding;
  fiber_->pause();
  if (abandoned_) throw Interrupted("interrupted");
}

}  // namespace cv2x
