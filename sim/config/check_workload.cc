#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/config/check.h"
#include "sim/config/phrases.h"

namespace cv2x::config {

void Checker::exclusive_groups() {
  struct Group {
    double share = 0;
    std::vector<std::string_view> members;
    bool known = true;
  };
  std::map<std::string_view, Group> groups;
  for (const auto& service : s_.services) {
    if (service.exclusive.empty() || !clean({"services", service.name, "exclusive"})) continue;
    if (!is_name(service.exclusive)) {
      report({"services", service.name, "exclusive"},
             fmt::format("'{}' cannot be the name of a group; a name is 1 to 64 of A-Z a-z 0-9 _ . -",
                         shown(service.exclusive)));
      continue;
    }
    Group& group = groups[service.exclusive];
    group.share += service.vehicles;
    group.members.push_back(service.name);
    group.known = group.known && clean({"services", service.name, "vehicles"});
  }
  for (const auto& [name, group] : groups) {
    const std::string_view last = group.members.back();
    if (group.members.size() == 1) {  // most likely a typing error
      std::vector<std::string_view> others;
      for (const auto& [other, of] : groups) {
        if (other != name) others.push_back(other);
      }
      report({"services", last, "exclusive"}, fmt::format("no other service is in group '{}'{} groups: {}",
                                                          name, hint(name, others), names_or_none(others)));
    } else if (group.known && group.share > 1 + kShareSlack) {
      report(
          {"services", last, "vehicles"},
          fmt::format("the shares of group '{}' ({}) add up to {:.10g} %; a vehicle runs one of them, so at "
                      "most 100 % is possible",
                      name, join_names(group.members), 100 * group.share));
    }
  }
}

}  // namespace cv2x::config
