#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/config/check.h"
#include "sim/config/graph.h"
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

void Checker::graphs() {
  for (const auto& service : s_.services) {
    if (is_graph(service.kind) && clean({"services", service.name, "kind"})) graph(service);
  }
}

void Checker::graph(const ServiceParams& service) {
  const auto subtasks = service.graph();
  if (!clean({"services", service.name, "subtasks"})) return;
  if (subtasks.empty())
    report({"services", service.name, "subtasks"}, "a task graph needs a subtask, and there is none");
  if (subtasks.size() > kMostSubtasks) {
    report({"services", service.name, "subtasks"},
           fmt::format("{} subtasks; at most {} are possible", subtasks.size(), kMostSubtasks));
    return;
  }
  for (const auto& one : subtasks) subtask(service, one);

  constexpr double kMostBytes = 4e9;  // a row's count of them has 32 bits
  double bytes = 0;
  for (const auto& one : subtasks) {
    for (const auto& input : one.inputs) bytes += static_cast<double>(input.bytes);
  }
  if (bytes > kMostBytes)
    report(
        {"services", service.name},
        fmt::format("its subtasks have {} for each other; at most {} are possible",
                    format_quantity(bytes, Dimension::kData), format_quantity(kMostBytes, Dimension::kData)));

  const auto cycle = GraphShape::find_cycle(nodes_of(subtasks));
  if (cycle.empty()) return;
  std::string way;
  for (const auto node : cycle) way += subtasks[node].name + " \u2192 ";
  const SubtaskParams& first = subtasks[cycle.front()];
  report({"services", service.name, "subtasks", first.name, "inputs", subtasks[cycle.back()].name},
         fmt::format("a cycle, in which none could begin: {}{}", way, first.name));
}

void Checker::subtask(const ServiceParams& service, const SubtaskParams& subtask) {
  for (const auto& input : subtask.inputs) {
    const auto is_input = [&](const auto& other) { return other.name == input.name; };
    if (std::any_of(service.subtasks.begin(), service.subtasks.end(), is_input) ||
        service.kind != ServiceKind::kTaskGraph)
      continue;
    std::vector<std::string_view> names;
    for (const auto& other : service.subtasks) {
      if (other.name != subtask.name) names.push_back(other.name);
    }
    report({"services", service.name, "subtasks", subtask.name, "inputs", input.name},
           fmt::format("there is no subtask '{}'{} there are: {}", shown(input.name), hint(input.name, names),
                       names_or_none(names)));
  }
  const auto& hosts = s_.compute.hosts;
  const bool hosts_known = !hosts.empty() || (absent({"compute", "hosts"}) && clean({"compute"}));
  const bool edge = subtask.runs_on == RunsOn::kEdge;
  if (hosts_known && (edge || subtask.runs_on == RunsOn::kCloud) &&
      clean_subtask(service, subtask, "runs_on") &&
      std::none_of(hosts.begin(), hosts.end(), [&](const auto& h) { return is_cloud(h) != edge; }))
    report_subtask(service, subtask, "runs_on",
                   fmt::format("no host may run it: compute.hosts has none at {}",
                               edge ? "a mec, rsu or gnb site" : "a cloud"));
  too_long_to_compute(service, subtask);
}

void Checker::too_long_to_compute(const ServiceParams& service, const SubtaskParams& subtask) {
  constexpr double kLongestS = 86'400;
  if (!clean_subtask(service, subtask, "cycles") || !clean({"compute"})) return;
  double slowest_cps = s_.compute.vehicles.speed_cps;
  for (const auto& host : s_.compute.hosts) slowest_cps = std::min(slowest_cps, host.speed_cps);
  const double seconds = subtask.cycles / slowest_cps;
  if (seconds <= kLongestS) return;
  report_subtask(service, subtask, "cycles",
                 fmt::format("takes {:.3g} h on a processor of {}; at most a day is possible", seconds / 3600,
                             format_quantity(slowest_cps, Dimension::kCyclesPerSecond)));
}

bool Checker::is_cloud(const HostParams& host) const {
  const SiteParams* at = site(host.site);
  return at && at->kind == SiteKind::kCloud;
}

void Checker::report_subtask(const ServiceParams& service, const SubtaskParams& subtask, std::string_view key,
                             std::string message) {
  if (service.kind == ServiceKind::kTaskGraph) {
    report({"services", service.name, "subtasks", subtask.name, key}, std::move(message));
  } else {
    report({"services", service.name, subtask.name, key}, std::move(message));
  }
}

bool Checker::clean_subtask(const ServiceParams& service, const SubtaskParams& subtask,
                            std::string_view key) const {
  return service.kind == ServiceKind::kTaskGraph
             ? clean({"services", service.name, "subtasks", subtask.name, key})
             : clean({"services", service.name, subtask.name, key});
}

}  // namespace cv2x::config
