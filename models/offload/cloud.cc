#include "models/offload/nearest.h"
#include "models/offload/policies.h"

namespace cv2x {
namespace {

/// The cloud server with the shortest propagation delay from the serving site; local when none is reachable.
class Cloud final : public Policy {
 public:
  Target decide(const TaskRequest&, const PolicyView& view) override { return nearest_host(view, true); }
};

}  // namespace

std::unique_ptr<Policy> make_cloud_policy(const PolicySetup&) { return std::make_unique<Cloud>(); }

}  // namespace cv2x
