#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"

namespace cv2x {

/// How long a network takes for one input on one kind of GPU that does nothing else.
struct InferenceParams {
  std::string name;  ///< of the entry
  std::string network;
  std::string gpu;
  TimeNs time_ns = kMillisecond;
};

inline void describe(Visitor& v, InferenceParams& p) {
  v.text({"network", "name that services use in their key network", true}, p.network);
  v.text({"gpu", "name that hosts use in their key gpus.model", true}, p.gpu);
  v.duration({"time", "of one inference of batch 1 on that GPU with nothing beside it", true}, p.time_ns,
             kPositive);
}

/// The times that were published, of models/compute/data/inference.csv.
std::span<const InferenceParams> published_inference_times();

/// The time of a network on a GPU: one of `own`, or a published one; none where nobody has measured it.
std::optional<TimeNs> inference_time(std::span<const InferenceParams> own, std::string_view network,
                                     std::string_view gpu);

/// All names of networks and of GPUs that have a time, each once, in the order of their first entry.
struct InferenceNames {
  std::vector<std::string_view> networks, gpus;
};
InferenceNames inference_names(std::span<const InferenceParams> own);

}  // namespace cv2x
