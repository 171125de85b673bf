#include "models/measure/age_cells.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace cv2x {

void AgeCells::count(std::size_t cell, TimeNs age_ns, std::int32_t ramps) {
  const std::uint32_t bucket = Histogram::bucket_of(age_ns);
  auto& octave = octaves_[bucket >> Histogram::kSubBits];
  if (!octave) octave = std::make_unique<Nets>();
  Net& net = (*octave)[cell];
  const std::uint32_t b = (bucket & (Histogram::kSubBuckets - 1)) >> kCoarser;
  net.ramps[b] += ramps;
  net.age_ns[b] += ramps * age_ns;
}

void AgeCells::add(std::size_t block, std::size_t group, TimeNs from_age_ns, TimeNs to_age_ns) {
  const std::size_t cell = block * kGroups + group;
  count(cell, from_age_ns, 1);
  count(cell, to_age_ns, -1);
  total_ns_[cell] += to_age_ns - from_age_ns;
}

void AgeCells::merge_neighbours() {
  for (std::size_t i = kGroups; i < total_ns_.size(); ++i) {
    const std::size_t to = i / kGroups / 2 * kGroups + i % kGroups;
    total_ns_[to] += std::exchange(total_ns_[i], 0);
    for (auto& octave : octaves_) {
      if (!octave) continue;
      Net& from = (*octave)[i];
      for (std::uint32_t b = 0; b < kBuckets; ++b) {
        (*octave)[to].ramps[b] += from.ramps[b];
        (*octave)[to].age_ns[b] += from.age_ns[b];
      }
      from = {};
    }
  }
}

std::vector<LaterShare> AgeCells::later_shares(double ramps) const {
  std::vector<double> later;
  for (const TimeNs t : total_ns_) later.push_back(static_cast<double>(t));
  const std::vector<double> totals = later;
  const TwoWay two_way(totals, kGroups);
  std::vector<LaterShare> out;
  if (two_way.total() <= 0) return out;

  // Ramps that began below the edge and have not ended there, and the sum of the ages at which those began
  // and the others ended.
  std::vector<std::int64_t> open(later.size());
  std::vector<double> age_ns(later.size());
  const auto at_edge = [&](double edge_ns) { out.push_back({edge_ns, two_way.share(later, ramps)}); };
  bool begun = false;
  for (std::uint32_t o = 0; o < octaves_.size(); ++o) {
    for (std::uint32_t b = 0; b < kBuckets; ++b) {
      bool any = false;  // in this bucket, or passing through it
      for (std::size_t i = 0; i < later.size(); ++i) {
        if (octaves_[o]) {
          const Net& net = (*octaves_[o])[i];
          any = any || net.age_ns[b] != 0 || net.ramps[b] != 0;
          open[i] += net.ramps[b];
          age_ns[i] += static_cast<double>(net.age_ns[b]);
        }
        any = any || open[i] != 0;
      }
      if (!any) continue;
      const std::uint32_t first = (o << Histogram::kSubBits) + (b << kCoarser);
      if (!begun) at_edge(static_cast<double>(Histogram::lower_ns(first)));
      begun = true;
      const auto edge_ns = static_cast<double>(Histogram::lower_ns(first + (1u << kCoarser)));
      for (std::size_t i = 0; i < later.size(); ++i)
        later[i] =
            std::clamp(totals[i] - (edge_ns * static_cast<double>(open[i]) - age_ns[i]), 0.0, totals[i]);
      at_edge(edge_ns);
    }
  }
  std::fill(later.begin(), later.end(), 0);
  at_edge(std::numeric_limits<double>::infinity());
  return out;
}

}  // namespace cv2x
