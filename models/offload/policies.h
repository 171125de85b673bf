#pragma once

#include <memory>

#include "models/offload/policy.h"

namespace cv2x {

// One factory a policy file; registry.cc gives them their names.
std::unique_ptr<Policy> make_local_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_nearest_edge_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_cloud_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_random_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_round_robin_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_least_loaded_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_least_latency_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_deadline_aware_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_energy_aware_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_mobility_aware_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_hysteresis_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_game_theoretic_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_lyapunov_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_bandit_ucb_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_bandit_exp3_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_fuzzy_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_edgecloudsim_random_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_edgecloudsim_predictive_policy(const PolicySetup& setup);
std::unique_ptr<Policy> make_edgecloudsim_game_theory_policy(const PolicySetup& setup);

}  // namespace cv2x
