#include "models/offload/policies.h"

namespace cv2x {
namespace {

/// Every task runs in the vehicle.
class Local final : public Policy {
 public:
  Target decide(const TaskRequest&, const PolicyView&) override { return kLocal; }
};

}  // namespace

std::unique_ptr<Policy> make_local_policy(const PolicySetup&) { return std::make_unique<Local>(); }

}  // namespace cv2x
