#include "models/bound/relaxation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "models/bound/cheapest.h"

namespace cv2x::bound {
namespace {

constexpr double kFirstWidth = 2;    // slots, in mean service times: at first
constexpr double kLastWidth = 0.25;  // and at last: they are halved as long as they stay above that,
constexpr double kMostSlots = 4e6;   // and all machines together have no more slots than this
// The more tasks, the fewer rounds with slots of one width, and slots within which a task can wait, at most.
constexpr double kFewestRounds = 60, kMostRounds = 600, kTaskRounds = 2e6;
constexpr double kFewestSlots = 96, kMostSlotsToWait = 384, kTaskSlots = 2e6;
constexpr double kFirstStep = 0.04, kLastStep = 0.0005;
constexpr double kMomentum = 0.8, kMemory = 0.95;
constexpr double kRounding = 1e-9;

/// A machine whose cores are scarce.
struct Priced {
  Prices prices;
  double cores = 1;
  double scale = 1;  // price at which a mean task had rather be lost
  bool interruptible = false;
  std::vector<double> used, mean, square;
  std::vector<double> best, average;

  void resize() {
    for (auto* values : {&used, &mean, &square, &average}) values->assign(prices.slots(), 0);
  }
  void save() {
    best.resize(prices.slots());
    for (std::size_t slot = 0; slot < prices.slots(); ++slot) best[slot] = prices.at(slot);
  }
  void take(const std::vector<double>& values) {
    for (std::size_t slot = 0; slot < prices.slots(); ++slot) prices.set(slot, values[slot]);
  }
};

constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

struct Offer {
  std::uint32_t priced;  // kFree: never scarce
  Request request;
  double alone;  // its cost at prices of 0
};

class Ascent {
 public:
  Ascent(const Instance& instance, Objective objective) : by_latency_(objective == Objective::kLatency) {
    find_scarce(instance);
    for (const Task& task : instance.tasks) {
      first_.push_back(static_cast<std::uint32_t>(offers_.size()));
      lost_.push_back(by_latency_ ? static_cast<double>(task.lost_ns) : 1);
      for (std::uint32_t o = task.first; o < task.first + task.count; ++o) {
        const Option& option = instance.options[o];
        const TimeNs alone = alone_ns(task, option, objective);
        if (alone == kNever) continue;
        offers_.push_back({index_[option.machine],
                           {.ready = static_cast<double>(option.ready_ns),
                            .service = static_cast<double>(option.service_ns),
                            .fixed = static_cast<double>(option.after_ns - task.created_ns),
                            .latest = static_cast<double>(latest_start(task, option, objective)),
                            .by_latency = by_latency_},
                           by_latency_ ? static_cast<double>(alone) : 0});
      }
      std::stable_sort(offers_.begin() + first_.back(), offers_.end(),
                       [](const Offer& a, const Offer& b) { return a.alone < b.alone; });
    }
    first_.push_back(static_cast<std::uint32_t>(offers_.size()));
  }

  LowerBound solve() {
    LowerBound found{-std::numeric_limits<double>::infinity(), 0};
    const auto tasks = static_cast<double>(lost_.size());
    const auto rounds = static_cast<int>(std::clamp(kTaskRounds / tasks, kFewestRounds, kMostRounds));
    for (int level = 0;; ++level) {
      if (level > 0 && !refine()) break;  // from the best prices so far
      for (int round = 0; round < rounds; ++round, ++found.rounds) {
        consider(found);
        if (machines_.empty()) return rounded(found);
        // Within a level from long to short steps; later levels begin where shorter ones do.
        const double along = static_cast<double>(round) / (rounds - 1);
        const double first = kFirstStep * std::pow(0.4, level);
        climb(first * std::pow(kLastStep / first, along), round);
        if (2 * round >= rounds) average(round - rounds / 2);
      }
      for (Priced& m : machines_) m.take(m.average);  // equal tasks make the prices themselves swing
      consider(found);
    }
    return rounded(found);
  }

 private:
  void consider(LowerBound& found) {
    const double value = evaluate();
    if (value <= found.value) return;
    found.value = value;
    for (Priced& m : machines_) m.save();
  }

  void average(int before) {
    for (Priced& m : machines_) {
      for (std::size_t slot = 0; slot < m.prices.slots(); ++slot)
        m.average[slot] += (m.prices.at(slot) - m.average[slot]) / (before + 1);
    }
  }

  static LowerBound rounded(LowerBound found) {
    found.value = found.value < 1e-6 ? 0 : found.value * (1 - kRounding);
    return found;
  }

  /// Machines on which somebody would have to wait if every task went to all of them at once.
  void find_scarce(const Instance& instance) {
    std::vector<std::vector<std::pair<TimeNs, TimeNs>>> on(instance.machines.size());
    std::vector<double> service(on.size()), lost(on.size()), until(on.size());
    for (const Task& task : instance.tasks) {
      for (std::uint32_t o = task.first; o < task.first + task.count; ++o) {
        const Option& option = instance.options[o];
        on[option.machine].emplace_back(option.ready_ns, option.service_ns);
        service[option.machine] += static_cast<double>(option.service_ns);
        const TimeNs span = by_latency_ ? task.lost_ns : task.deadline_ns;
        lost[option.machine] += static_cast<double>(span);
        until[option.machine] = std::max(until[option.machine], static_cast<double>(task.created_ns + span));
      }
    }
    index_.assign(on.size(), kFree);
    const double slots_to_wait =
        std::clamp(kTaskSlots / static_cast<double>(instance.tasks.size()), kFewestSlots, kMostSlotsToWait);
    double slots = 0;
    for (std::size_t m = 0; m < on.size(); ++m) {
      std::sort(on[m].begin(), on[m].end());
      if (!waits(on[m], instance.machines[m].cores)) continue;
      const auto n = static_cast<double>(on[m].size());
      const double mean = std::max(1.0, service[m] / n);
      index_[m] = static_cast<std::uint32_t>(machines_.size());
      Priced& p = machines_.emplace_back();
      const auto begin = static_cast<double>(on[m].front().first);
      p.prices = Prices(begin, until[m], std::max(kFirstWidth * mean, lost[m] / n / slots_to_wait));
      p.cores = static_cast<double>(instance.machines[m].cores);
      p.scale = (by_latency_ ? lost[m] / n : 1) / mean;
      p.interruptible = instance.machines[m].interruptible;
      p.resize();
      narrowest_.push_back(std::max(kLastWidth * mean, lost[m] / n / slots_to_wait));
      slots += (until[m] - begin) / narrowest_.back();
    }
    for (double& width : narrowest_) width *= std::max(1.0, slots / kMostSlots);
  }

  static bool waits(const std::vector<std::pair<TimeNs, TimeNs>>& tasks, std::int64_t cores) {
    std::vector<TimeNs> free;  // a heap: the earliest first
    for (const auto& [ready, service] : tasks) {
      const auto later_first = [](TimeNs a, TimeNs b) { return a > b; };
      while (!free.empty() && free.front() <= ready) {
        std::pop_heap(free.begin(), free.end(), later_first);
        free.pop_back();
      }
      if (static_cast<std::int64_t>(free.size()) >= cores) return true;
      free.push_back(ready + service);
      std::push_heap(free.begin(), free.end(), later_first);
    }
    return false;
  }

  /// The dual function at the prices as they are; fills `used`.
  double evaluate() {
    double value = 0;
    for (Priced& m : machines_) {
      m.prices.add_up();
      value -= m.prices.total() * m.cores;
      std::fill(m.used.begin(), m.used.end(), 0);
    }
    for (std::size_t i = 0; i + 1 < first_.size(); ++i) {
      Choice best{lost_[i], 0};
      const Offer* chosen = nullptr;
      for (std::uint32_t o = first_[i]; o < first_[i + 1]; ++o) {
        const Offer& offer = offers_[o];
        if (offer.alone >= best.cost) break;
        if (offer.priced == kFree) {
          best = {offer.alone, offer.request.ready};
          chosen = &offer;
        } else if (machines_[offer.priced].interruptible) {
          if (cheapest_in_parts(offer.request, machines_[offer.priced].prices, best.cost, parts_)) {
            chosen = &offer;
            chosen_parts_ = parts_;
          }
        } else if (cheapest_whole(offer.request, machines_[offer.priced].prices, best)) {
          chosen = &offer;
        }
      }
      value += best.cost;
      if (chosen && chosen->priced != kFree) use(*chosen, best.start);
    }
    return value;
  }

  void use(const Offer& offer, double start) {
    Priced& m = machines_[offer.priced];
    if (m.interruptible) {
      for (const auto& [slot, time] : chosen_parts_) m.used[slot] += time;
      return;
    }
    const double end = start + offer.request.service;
    for (std::size_t slot = m.prices.slot_of(start); slot < m.prices.slots() && m.prices.start(slot) < end;
         ++slot) {
      const double from = std::max(start, m.prices.start(slot));
      m.used[slot] += std::max(0.0, std::min(end, m.prices.start(slot + 1)) - from);
    }
  }

  /// A step along the subgradient: used − there.
  void climb(double step, int round) {
    const double unbiased_mean = 1 / (1 - std::pow(kMomentum, round + 1));
    const double unbiased_square = 1 / (1 - std::pow(kMemory, round + 1));
    for (Priced& m : machines_) {
      const double there = m.cores * m.prices.width();
      for (std::size_t slot = 0; slot < m.prices.slots(); ++slot) {
        if (m.used[slot] == 0 && m.prices.at(slot) == 0) continue;
        const double over = m.used[slot] / there - 1;
        m.mean[slot] = kMomentum * m.mean[slot] + (1 - kMomentum) * over;
        m.square[slot] = kMemory * m.square[slot] + (1 - kMemory) * over * over;
        const double along =
            m.mean[slot] * unbiased_mean / (std::sqrt(m.square[slot] * unbiased_square) + 1e-3);
        m.prices.set(slot, std::max(0.0, m.prices.at(slot) + step * m.scale * along));
      }
    }
  }

  bool refine() {
    bool any = false;
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      Priced& m = machines_[i];
      m.take(m.best);
      if (m.prices.width() / 2 >= narrowest_[i] * 0.999) {
        m.prices = m.prices.halved();
        any = true;
      }
      m.resize();
      m.save();
    }
    return any;
  }

  bool by_latency_;
  std::vector<std::uint32_t> index_;  // machine → machines_, or kFree
  std::vector<Priced> machines_;
  std::vector<double> narrowest_;
  std::vector<std::uint32_t> first_;  // of each task, in offers_
  std::vector<double> lost_;
  std::vector<Offer> offers_;
  std::vector<std::pair<std::size_t, double>> parts_, chosen_parts_;
};

}  // namespace

LowerBound relaxed_optimum(const Instance& instance, Objective objective) {
  if (instance.tasks.empty()) return {};
  return Ascent(instance, objective).solve();
}

}  // namespace cv2x::bound
