#include "models/bound/exact.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <vector>

namespace cv2x::bound {
namespace {

using Set = std::uint32_t;  // bit i: task i

/// One way to have executed a set of tasks.
struct Way {
  TimeNs cost = 0;
  std::vector<TimeNs> free;  // when the cores are free, ascending
};

bool beats(const Way& a, const Way& b) {
  return a.cost <= b.cost &&
         std::equal(a.free.begin(), a.free.end(), b.free.begin(), [](TimeNs x, TimeNs y) { return x <= y; });
}

void keep(std::vector<Way>& ways, Way way) {
  if (std::any_of(ways.begin(), ways.end(), [&](const Way& other) { return beats(other, way); })) return;
  std::erase_if(ways, [&](const Way& other) { return beats(way, other); });
  ways.push_back(std::move(way));
}

/// The option of a task on a machine; null: none.
const Option* option_on(const Instance& instance, const Task& task, std::uint32_t machine) {
  for (std::uint32_t o = task.first; o < task.first + task.count; ++o) {
    if (instance.options[o].machine == machine) return &instance.options[o];
  }
  return nullptr;
}

/// Least cost of each set on this machine; kNever: not all of them can be executed in time.
std::vector<TimeNs> on_machine(const Instance& instance, Objective objective, std::uint32_t machine) {
  const auto n = instance.tasks.size();
  std::vector<std::vector<Way>> ways(std::size_t{1} << n);
  const auto cores = static_cast<std::size_t>(
      std::min<std::int64_t>(instance.machines[machine].cores, static_cast<std::int64_t>(n)));
  ways[0].push_back({0, std::vector<TimeNs>(cores, 0)});
  std::vector<TimeNs> least(ways.size(), kNever);
  for (Set set = 0; set < ways.size(); ++set) {
    for (const Way& way : ways[set]) least[set] = std::min(least[set], way.cost);
    for (std::size_t i = 0; i < n; ++i) {
      if (set >> i & 1) continue;
      const Task& task = instance.tasks[i];
      const Option* const option = option_on(instance, task, machine);
      if (!option || alone_ns(task, *option, objective) == kNever) continue;
      for (const Way& way : ways[set]) {
        const TimeNs start = std::max(way.free.front(), option->ready_ns);
        if (start > latest_start(task, *option, objective)) continue;
        Way next = way;
        next.free.front() = start + option->service_ns;
        std::sort(next.free.begin(), next.free.end());
        if (objective == Objective::kLatency)
          next.cost += start + option->service_ns + option->after_ns - task.created_ns;
        keep(ways[set | Set{1} << i], std::move(next));
      }
    }
    ways[set] = {};
  }
  return least;
}

}  // namespace

std::optional<TimeNs> exact_optimum(const Instance& instance, Objective objective) {
  const auto n = instance.tasks.size();
  if (n > kMostExact) return std::nullopt;
  for (const Option& option : instance.options) {
    if (instance.machines[option.machine].interruptible) return std::nullopt;
  }
  const Set all = static_cast<Set>((std::size_t{1} << n) - 1);
  // best[set]: least cost of executing it on the machines so far; at first, of losing all of it.
  std::vector<TimeNs> best(std::size_t{1} << n, 0);
  for (Set set = 1; set <= all && n > 0; ++set) {
    const auto i = static_cast<std::size_t>(std::countr_zero(set));
    best[set] = best[set & (set - 1)] + (objective == Objective::kLatency ? instance.tasks[i].lost_ns : 1);
  }
  for (std::uint32_t machine = 0; machine < instance.machines.size(); ++machine) {
    Set can = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (option_on(instance, instance.tasks[i], machine)) can |= Set{1} << i;
    }
    if (can == 0) continue;
    const std::vector<TimeNs> here = on_machine(instance, objective, machine);
    std::vector<TimeNs> next = best;
    for (Set set = 1; set <= all; ++set) {
      for (Set part = set & can; part > 0; part = (part - 1) & set & can) {
        if (here[part] != kNever) next[set] = std::min(next[set], best[set & ~part] + here[part]);
      }
    }
    best = std::move(next);
  }
  return best[all];
}

}  // namespace cv2x::bound
