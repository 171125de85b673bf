#include "models/compute/inference.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

#include "models/compute/data.h"

namespace cv2x {
namespace {

/// The rows "network,gpu,time_ms" that the build embedded from models/compute/data.
std::vector<InferenceParams> parse(std::string_view text) {
  std::vector<InferenceParams> out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t first = line.find(','), second = line.find(',', first + 1);
    if (line.empty() || line.front() == '#' || line.starts_with("network,")) continue;
    assert(second != line.npos);
    double time_ms = 0;
    const auto read = std::from_chars(line.data() + second + 1, line.data() + line.size(), time_ms);
    assert(read.ec == std::errc());
    static_cast<void>(read);
    out.push_back({.name = {},
                   .network = std::string(line.substr(0, first)),
                   .gpu = std::string(line.substr(first + 1, second - first - 1)),
                   .time_ns = from_seconds(time_ms * 1e-3)});
  }
  return out;
}

void add(std::vector<std::string_view>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

std::span<const InferenceParams> published_inference_times() {
  static const std::vector<InferenceParams> all = parse(data::compute::inference);
  return all;
}

std::optional<TimeNs> inference_time(std::span<const InferenceParams> own, std::string_view network,
                                     std::string_view gpu) {
  for (const auto times : {own, published_inference_times()}) {
    for (const auto& entry : times) {
      if (entry.network == network && entry.gpu == gpu) return entry.time_ns;
    }
  }
  return std::nullopt;
}

InferenceNames inference_names(std::span<const InferenceParams> own) {
  InferenceNames names;
  for (const auto times : {own, published_inference_times()}) {
    for (const auto& entry : times) {
      add(names.networks, entry.network);
      add(names.gpus, entry.gpu);
    }
  }
  return names;
}

}  // namespace cv2x
