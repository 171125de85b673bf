#include "models/offload/nearest.h"
#include "models/offload/policies.h"

namespace cv2x {
namespace {

/// The edge host (not a cloud) with the shortest propagation delay from the serving site; local when none is
/// reachable.
class NearestEdge final : public Policy {
 public:
  Target decide(const TaskRequest&, const PolicyView& view) override { return nearest_host(view, false); }
};

}  // namespace

std::unique_ptr<Policy> make_nearest_edge_policy(const PolicySetup&) {
  return std::make_unique<NearestEdge>();
}

}  // namespace cv2x
