#pragma once

#include <memory>

#include "models/offload/policy.h"

namespace cv2x {

// One factory a policy file; registry.cc gives them their names.
std::unique_ptr<Policy> make_local_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_nearest_edge_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_cloud_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_least_latency_policy(const PolicySetup& setup);

}  // namespace cv2x
