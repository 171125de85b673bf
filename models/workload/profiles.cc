#include "models/workload/profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "models/base/csv.h"
#include "models/workload/data.h"

namespace cv2x {
namespace {

/// Value of a cell; `standard` where it is empty.
double quantity(std::string_view cell, Dimension dimension, double standard) {
  if (cell.empty()) return standard;
  const auto parsed = parse_quantity(cell, dimension);
  assert(parsed.value);
  return parsed.value.value_or(standard);
}

template <class E>
E word(std::string_view cell, std::span<const std::string_view> names) {
  const auto it = std::find(names.begin(), names.end(), cell);
  assert(it != names.end());
  return static_cast<E>(it - names.begin());
}

std::int64_t bytes(std::string_view cell, std::int64_t standard) {
  return std::llround(quantity(cell, Dimension::kData, static_cast<double>(standard)));
}

std::vector<Profile> read() {
  std::vector<Profile> out;
  for (const auto& cells : csv_rows(data::workload::profiles)) {
    assert(cells.size() == 15);
    Profile profile{.name = cells[0], .what = cells[13], .source = cells[14], .params = {}};
    ServiceParams& p = profile.params;
    p.kind = word<ServiceKind>(cells[1], kServiceKindNames);
    p.rate_hz = quantity(cells[2], Dimension::kFrequency, p.rate_hz);
    p.arrivals = word<ArrivalKind>(cells[3], kArrivalKindNames);
    p.deadline_ns = std::llround(quantity(cells[4], Dimension::kTime, static_cast<double>(p.deadline_ns)));
    p.input_bytes = bytes(cells[5], p.input_bytes);
    p.output_bytes = bytes(cells[6], p.output_bytes);
    if (!cells[7].empty()) {
      p.spread = quantity(cells[7], Dimension::kShare, p.spread);
      p.input_kind = SizeKind::kUniform;
      if (!cells[6].empty()) p.output_kind = SizeKind::kUniform;
      if (!cells[8].empty()) p.cycles_kind = SizeKind::kUniform;
    }
    const double cycles = quantity(cells[8], Dimension::kCycles, 0);
    if (p.kind == ServiceKind::kPerceptionPipeline) {
      p.pipeline.detect.cycles = cycles;
      p.pipeline.detect.bytes = bytes(cells[9], 0);
      p.pipeline.fuse.cycles = quantity(cells[10], Dimension::kCycles, 0);
      p.pipeline.fuse.bytes = bytes(cells[11], 0);
      p.pipeline.warn.cycles = quantity(cells[12], Dimension::kCycles, 0);
    } else {
      p.cycles = cycles;
    }
    out.push_back(std::move(profile));
  }
  return out;
}

}  // namespace

std::span<const Profile> profiles() {
  static const std::vector<Profile> all = read();
  return all;
}

std::span<const std::string_view> profile_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> out;
    for (const Profile& profile : profiles()) out.push_back(profile.name);
    return out;
  }();
  return names;
}

const Profile* find_profile(std::string_view name) {
  const auto all = profiles();
  const auto it = std::find_if(all.begin(), all.end(), [&](const Profile& p) { return p.name == name; });
  return it == all.end() ? nullptr : &*it;
}

std::string profile_problem(const ServiceParams& p) {
  const Profile* of = find_profile(p.profile);
  if (!of || of->params.kind == p.kind) return {};
  return fmt::format("profile '{}' is of kind {}", p.profile,
                     kServiceKindNames[static_cast<std::size_t>(of->params.kind)]);
}

void take_profile(ServiceParams& p) {
  const Profile* of = find_profile(p.profile);
  if (!of) return;
  std::string name = std::move(p.name), profile = std::move(p.profile);
  p = of->params;
  p.name = std::move(name);
  p.profile = std::move(profile);
}

}  // namespace cv2x
