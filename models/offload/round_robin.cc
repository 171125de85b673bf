#include "models/offload/policies.h"
#include "models/offload/predict.h"

namespace cv2x {
namespace {

/// The hosts within reach one after the other, in the order of the scenario: after the one that was chosen
/// last, for whichever vehicle. The vehicle itself when none is within reach.
///
/// Source: M. Harchol-Balter, Performance Modeling and Design of Computer Systems, Cambridge 2013, chapter 24
/// (task assignment policies for server farms: Round-Robin).
class RoundRobin final : public Policy {
 public:
  Target decide(const TaskRequest&, const PolicyView& view) override {
    const auto hosts = static_cast<std::uint32_t>(view.hosts.size());
    if (!view.connected) return kLocal;
    for (std::uint32_t step = 0; step < hosts; ++step) {
      const std::uint32_t i = (next_ + step) % hosts;
      if (!view.hosts[i].reachable) continue;
      next_ = i + 1;
      return Target{HostIndex{i}};
    }
    return kLocal;
  }

 private:
  std::uint32_t next_ = 0;
};

}  // namespace

std::unique_ptr<Policy> make_round_robin_policy(const PolicySetup&) { return std::make_unique<RoundRobin>(); }

}  // namespace cv2x
