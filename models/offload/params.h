#pragma once

#include <string>

#include "models/base/describe.h"
#include "models/offload/policy.h"
#include "models/offload/policy_params.h"

namespace cv2x {

struct OffloadParams {
  std::string policy = "least_latency";        ///< of the registry, or Python: "FILE.py:NAME", "module:NAME"
  TimeNs load_report_ns = 100 * kMillisecond;  ///< how old a policy's view of the hosts' load may be
  TimeNs report_delay_ns = 0;                  ///< from its measurement until policies see it
  TimeNs decision_ns = 0;                      ///< time the decision itself takes
  PolicyParams policies;
};

/// The parameters of the policy in force belong to the resolved scenario, also when nobody has written them.
inline void fill_in(OffloadParams& p) {
  for (std::size_t i = 0; i < PolicyParams::kNames.size(); ++i) {
    if (p.policy == PolicyParams::kNames[i]) p.policies.given[i] = true;
  }
}

inline void describe(Visitor& v, OffloadParams& p) {
  const auto names = policy_registry().names();
  v.word_or_code({"policy", "who decides where a task runs"}, p.policy, names);
  v.duration({"load_report",
              "period of the hosts' load reports; between them a policy sees the last one (0: always fresh)"},
             p.load_report_ns, kNotNegative);
  v.duration({"report_delay", "from the measurement of a load report until policies see it"},
             p.report_delay_ns, {0, 3.6e12});
  v.duration({"decision_time", "time that one decision takes"}, p.decision_ns, {0, 3.6e12});
  describe_keys(v, p.policies);
}

}  // namespace cv2x
