#pragma once

#include <cstdint>
#include <string>

#include "models/base/describe.h"

namespace cv2x {

/// What a task asks of the machine that runs it, beside its cycles.
struct DemandParams {
  std::int64_t priority = 0;
  std::int64_t memory_bytes = 0;
  double edge_share = 0;
  double cloud_share = 0;
  std::string network;  ///< empty: none
};

/// Keys among those of a service.
inline void describe_keys(Visitor& v, DemandParams& p) {
  v.integer({"priority",
             "hosts with discipline priority serve a task of a higher one first (as a Kubernetes "
             "PriorityClass)"},
            p.priority, -1'000'000, 1'000'000);
  v.bytes({"memory",
           "memory that a task holds from its arrival at a host to its end there; where that much is not "
           "free it is lost (out_of_memory)"},
          p.memory_bytes, {0, 1e15});
  v.quantity({"edge_share",
              "share of a host (not at a cloud site) that a task declares; lost (admission_refused) where it "
              "and those of the tasks there exceed the host's admission.share"},
             p.edge_share, Dimension::kShare, kShareBounds);
  v.quantity({"cloud_share", "the same of a host at a cloud site"}, p.cloud_share, Dimension::kShare,
             kShareBounds);
  v.text({"network",
          "neural network that a task runs: on a host (or in a vehicle) with GPUs it takes the time of the "
          "table of inference times, elsewhere its cycles; default: none, it takes its cycles everywhere"},
         p.network);
}

}  // namespace cv2x
