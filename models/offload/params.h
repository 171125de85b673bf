#pragma once

#include <string>

#include "models/base/describe.h"
#include "models/offload/policy.h"

namespace cv2x {

struct OffloadParams {
  std::string policy = "least_latency";        ///< of the registry, or Python: "FILE.py:NAME", "module:NAME"
  TimeNs load_report_ns = 100 * kMillisecond;  ///< how old a policy's view of the hosts' load may be
  TimeNs report_delay_ns = 0;                  ///< from its measurement until policies see it
  TimeNs decision_ns = 0;                      ///< time the decision itself takes
};

inline void describe(Visitor& v, OffloadParams& p) {
  const auto names = policy_registry().names();
  v.word_or_code({"policy", "who decides where a task runs"}, p.policy, names);
  v.duration({"load_report",
              "period of the hosts' load reports; between them a policy sees the last one (0: always fresh)"},
             p.load_report_ns, kNotNegative);
  v.duration({"report_delay", "from the measurement of a load report until policies see it"},
             p.report_delay_ns, {0, 3.6e12});
  v.duration({"decision_time", "time that one decision takes"}, p.decision_ns, {0, 3.6e12});
}

}  // namespace cv2x
