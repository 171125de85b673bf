#include "models/offload/policies.h"
#include "models/offload/policy.h"

namespace cv2x {

const PolicyRegistry& policy_registry() {
  static const PolicyRegistry registry = [] {
    PolicyRegistry r;
    r.add("local", make_local_policy);
    r.add("nearest_edge", make_nearest_edge_policy);
    r.add("cloud", make_cloud_policy);
    r.add("least_latency", make_least_latency_policy);
    return r;
  }();
  return registry;
}

}  // namespace cv2x
