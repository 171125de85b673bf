#include "models/base/random.h"

#include "models/offload/params.h"
#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// Each host within reach, and the vehicle itself (key `local`), as likely as the others. The draw is a
/// function of the seed and the task, so runs that differ in something else place the same task alike.
///
/// Source: M. Harchol-Balter, Performance Modeling and Design of Computer Systems, Cambridge 2013, chapter 24
/// (task assignment policies for server farms: Random). Knows no load, so stale reports do it no harm.
class Random final : public Policy {
 public:
  explicit Random(const PolicySetup& setup) : params_(setup.params.policies.random), seed_(setup.seed) {}

  Target decide(const TaskRequest& task, const PolicyView& view) override {
    std::uint32_t targets = params_.local ? 1 : 0;
    for_each_host(view, [&](std::uint32_t, const TargetView&) { ++targets; });
    if (targets == 0) return kLocal;
    Stream random(seed_, "policy random", task.task_id);
    auto left = static_cast<std::uint32_t>(random.uniform() * targets);
    if (params_.local && left-- == 0) return kLocal;
    Target chosen = kLocal;
    for_each_host(view, [&](std::uint32_t i, const TargetView&) {
      if (left-- == 0) chosen = Target{HostIndex{i}};
    });
    return chosen;
  }

 private:
  RandomParams params_;
  Seed seed_;
};

}  // namespace

std::unique_ptr<Policy> make_random_policy(const PolicySetup& setup) {
  return std::make_unique<Random>(setup);
}

}  // namespace cv2x
