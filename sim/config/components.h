#pragma once

#include <cstdint>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/topology/params.h"

namespace cv2x::config {

/// Which sites hang together by links.
class Components {
 public:
  Components(const std::vector<SiteParams>& sites, const std::vector<LinkParams>& links)
      : parent_(sites.size()) {
    std::iota(parent_.begin(), parent_.end(), 0u);
    for (std::uint32_t i = 0; i < sites.size(); ++i) index_.emplace(sites[i].name, i);
    for (const auto& link : links) {
      const auto from = index_.find(link.from), to = index_.find(link.to);
      if (from != index_.end() && to != index_.end()) parent_[root(from->second)] = root(to->second);
    }
  }

  std::uint32_t root(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  std::uint32_t of(std::string_view site) { return root(index_.at(site)); }

 private:
  std::vector<std::uint32_t> parent_;
  std::unordered_map<std::string_view, std::uint32_t> index_;
};

}  // namespace cv2x::config
