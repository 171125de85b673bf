#include "models/offload/edgecloudsim.h"
#include "models/offload/policies.h"

namespace cv2x {
namespace {

using edgecloudsim::Way;

/// RANDOM of EdgeCloudSim's vehicular sample (edgecloudsim.h): 33 % of the tasks to the edge, 33 % to the
/// cloud by the serving site, 34 % by the cellular network.
class EdgeCloudSimRandom final : public Policy {
 public:
  explicit EdgeCloudSimRandom(const Seed& seed) : random_(seed, "edgecloudsim", 0) {}
  std::uint8_t sees() const override { return 0; }
  Target decide(const TaskRequest&, const PolicyView& view) override {
    const double u = random_.uniform();
    return turns_.next(u < 0.33   ? Way::kEdge
                       : u < 0.66 ? Way::kCloudByServingSite
                                  : Way::kCloudByCellular,
                       view);
  }

 private:
  Stream random_;  // one for all: a draw a decision, in their order
  edgecloudsim::Turns turns_;
};

}  // namespace

std::unique_ptr<Policy> make_edgecloudsim_random_policy(const PolicySetup& setup) {
  return std::make_unique<EdgeCloudSimRandom>(setup.seed);
}

}  // namespace cv2x
