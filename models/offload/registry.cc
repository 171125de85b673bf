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
    r.add("edgecloudsim_random", make_edgecloudsim_random_policy);
    r.add("edgecloudsim_predictive", make_edgecloudsim_predictive_policy);
    r.add("edgecloudsim_game_theory", make_edgecloudsim_game_theory_policy);
    return r;
  }();
  return registry;
}

}  // namespace cv2x
