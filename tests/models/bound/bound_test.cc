#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "models/base/random.h"
#include "models/bound/exact.h"
#include "models/bound/relaxation.h"

namespace cv2x::bound {
namespace {

/// Every assignment and every order, one by one.
class BruteForce {
 public:
  BruteForce(const Instance& instance, Objective objective) : in_(instance), objective_(objective) {
    for (const Machine& m : in_.machines) free_.emplace_back(static_cast<std::size_t>(m.cores), 0);
    left_.resize(in_.tasks.size());
    std::iota(left_.begin(), left_.end(), 0);
    go(0);
  }
  TimeNs best() const { return best_; }

 private:
  TimeNs cost(const Task& task, TimeNs end) const {
    const TimeNs latency = end - task.created_ns;
    if (objective_ == Objective::kMisses) return latency > task.deadline_ns || end > task.gone_ns ? 1 : 0;
    return end > task.gone_ns ? task.lost_ns : std::min(latency, task.lost_ns);
  }
  /// Whichever task is appended next to whichever machine.
  void go(TimeNs so_far) {
    if (so_far >= best_) return;
    if (left_.empty()) {
      best_ = so_far;
      return;
    }
    for (std::size_t i = 0; i < left_.size(); ++i) {
      const std::size_t at = left_[i];
      const Task& task = in_.tasks[at];
      left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(i));
      go(so_far + (objective_ == Objective::kMisses ? 1 : task.lost_ns));
      for (std::uint32_t o = task.first; o < task.first + task.count; ++o) {
        const Option& option = in_.options[o];
        auto& cores = free_[option.machine];
        const auto core = std::min_element(cores.begin(), cores.end());
        const TimeNs before = *core;
        *core = std::max(before, option.ready_ns) + option.service_ns;
        go(so_far + cost(task, *core + option.after_ns));
        *std::min_element(cores.begin(), cores.end(), [&](TimeNs a, TimeNs b) {
          return (a != std::max(before, option.ready_ns) + option.service_ns) <
                 (b != std::max(before, option.ready_ns) + option.service_ns);
        }) = before;
      }
      left_.insert(left_.begin() + static_cast<std::ptrdiff_t>(i), at);
    }
  }

  const Instance& in_;
  Objective objective_;
  std::vector<std::vector<TimeNs>> free_;
  std::vector<std::size_t> left_;
  TimeNs best_ = kNever;
};

/// `tasks` tasks in a time too short for them, three machines and each its own.
Instance random_instance(std::uint64_t number, std::size_t tasks, bool own = true) {
  Stream draw(Seed{.seed = 1, .replication = number}, "instance", 1);
  const auto below = [&](TimeNs most) {
    return static_cast<TimeNs>(draw.uniform() * static_cast<double>(most));
  };
  Instance in;
  in.machines = {{1, false}, {1 + below(2), false}, {1, false}};
  for (std::size_t i = 0; i < tasks; ++i) {
    Task task{.created_ns = below(60'000),
              .deadline_ns = 30'000 + below(50'000),
              .lost_ns = 100'000 + below(200'000),
              .gone_ns = draw.uniform() < 0.2 ? 100'000 + below(60'000) : kNever,
              .first = static_cast<std::uint32_t>(in.options.size()),
              .count = 0};
    const TimeNs work = 5'000 + below(40'000);
    for (std::uint32_t m = 0; m < 3; ++m) {
      if (draw.uniform() < 0.2) continue;  // no route
      in.options.push_back({m, task.created_ns + below(4'000), work * (m + 2) / 2, below(4'000)});
    }
    if (own) {
      in.machines.push_back({});
      in.options.push_back(
          {static_cast<std::uint32_t>(in.machines.size() - 1), task.created_ns, 4 * work, 0});
    }
    task.count = static_cast<std::uint32_t>(in.options.size()) - task.first;
    in.tasks.push_back(task);
  }
  return in;
}

constexpr Objective kObjectives[] = {Objective::kLatency, Objective::kMisses};

TEST(Bound, ExactEqualsBruteForce) {
  for (std::uint64_t number = 0; number < 400; ++number) {
    const Instance in = random_instance(number, 1 + number % 5);
    for (const Objective objective : kObjectives) {
      ASSERT_EQ(exact_optimum(in, objective), BruteForce(in, objective).best()) << number;
    }
  }
}

TEST(Bound, ExactEqualsBruteForceOfMoreTasks) {
  for (std::uint64_t number = 0; number < 6; ++number) {
    const Instance in = random_instance(1000 + number, 7, false);
    for (const Objective objective : kObjectives) {
      ASSERT_EQ(exact_optimum(in, objective), BruteForce(in, objective).best()) << number;
    }
  }
}

TEST(Bound, RelaxedIsNeverAboveExact) {
  double relaxed_sum = 0, exact_sum = 0;
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Instance in = random_instance(2000 + number, 6 + number % 7);
    for (const Objective objective : kObjectives) {
      const auto exact = static_cast<double>(*exact_optimum(in, objective));
      const double relaxed = relaxed_optimum(in, objective).value;
      ASSERT_LE(relaxed, exact) << number;
      if (objective == Objective::kLatency) {
        relaxed_sum += relaxed;
        exact_sum += exact;
      }
    }
  }
  EXPECT_GT(relaxed_sum, 0.93 * exact_sum);  // and not far below it
}

TEST(Bound, RelaxedIsWhatTasksNeedAloneWhereNobodyWaits) {
  Instance in;
  in.machines = {{2, false}};
  for (std::uint32_t i = 0; i < 50; ++i) {
    const TimeNs at = i * 100'000;
    in.tasks.push_back(
        {.created_ns = at, .deadline_ns = 50'000, .lost_ns = 1'000'000, .first = i, .count = 1});
    in.options.push_back({0, at + 1'000, 60'000, 2'000});
  }
  EXPECT_NEAR(relaxed_optimum(in, Objective::kLatency).value, 50 * 63'000.0, 1);
  EXPECT_NEAR(relaxed_optimum(in, Objective::kMisses).value, 50, 1e-6);  // 63 µs is beyond the deadline
}

// A burst on one core: the k-th waits for k − 1 others, whatever the order.
TEST(Bound, RelaxedFindsTheQueueOfABurst) {
  Instance in;
  in.machines = {{1, false}};
  constexpr std::uint32_t kTasks = 40;
  constexpr TimeNs kService = 10'000'000;
  for (std::uint32_t i = 0; i < kTasks; ++i) {
    in.tasks.push_back(
        {.created_ns = 0, .deadline_ns = 100'000'000, .lost_ns = 1'000'000'000, .first = i, .count = 1});
    in.options.push_back({0, 0, kService, 0});
  }
  const double exact = kService * kTasks * (kTasks + 1) / 2.0;
  const double relaxed = relaxed_optimum(in, Objective::kLatency).value;
  EXPECT_LE(relaxed, exact);
  EXPECT_GT(relaxed, 0.93 * exact);
  const double misses = relaxed_optimum(in, Objective::kMisses).value;  // ten of them are in time
  EXPECT_LE(misses, 30);
  EXPECT_GT(misses, 28);
}

// Two tasks that share a core are never better off than one after the other, but with interruption a short
// one need not wait for a long one: what is below the optimum without interruption may be above that with it.
TEST(Bound, InterruptionIsRelaxedWhereTheMachineInterrupts) {
  Instance in;
  in.machines = {{1, true}};
  in.tasks.push_back({.created_ns = 0, .deadline_ns = 1, .lost_ns = 500'000'000, .first = 0, .count = 1});
  in.options.push_back({0, 0, 100'000'000, 0});
  for (std::uint32_t i = 1; i <= 20; ++i) {  // short ones that find the long one running
    const TimeNs at = i * 4'000'000;
    in.tasks.push_back({.created_ns = at, .deadline_ns = 1, .lost_ns = 500'000'000, .first = i, .count = 1});
    in.options.push_back({0, at, 1'000'000, 0});
  }
  EXPECT_EQ(exact_optimum(in, Objective::kLatency), std::nullopt);
  const double interrupted = 120'000'000 + 20 * 1'000'000.0;  // shortest remaining time first
  const double bound = relaxed_optimum(in, Objective::kLatency).value;
  EXPECT_LE(bound, interrupted);
  EXPECT_GT(bound, 0.9 * interrupted);
}

TEST(Bound, InterruptibleIsNeverAboveUninterrupted) {
  for (std::uint64_t number = 0; number < 60; ++number) {
    Instance in = random_instance(3000 + number, 8);
    for (const Objective objective : kObjectives) {
      const auto exact = static_cast<double>(*exact_optimum(in, objective));
      Instance parts = in;
      for (Machine& m : parts.machines) m.interruptible = true;
      ASSERT_LE(relaxed_optimum(parts, objective).value, exact) << number;
    }
  }
}

TEST(Bound, TheSameBitsEveryTime) {
  const Instance in = random_instance(1, 60);
  const LowerBound once = relaxed_optimum(in, Objective::kLatency);
  EXPECT_EQ(once.value, relaxed_optimum(in, Objective::kLatency).value);
}

TEST(Bound, NothingAndNowhere) {
  EXPECT_EQ(relaxed_optimum({}, Objective::kLatency).value, 0);
  EXPECT_EQ(exact_optimum({}, Objective::kLatency), 0);
  Instance in;
  in.tasks.push_back({.created_ns = 5, .deadline_ns = 10, .lost_ns = 100});
  EXPECT_EQ(exact_optimum(in, Objective::kLatency), 100);
  EXPECT_NEAR(relaxed_optimum(in, Objective::kLatency).value, 100, 1e-6);
  EXPECT_EQ(exact_optimum(in, Objective::kMisses), 1);
}

}  // namespace
}  // namespace cv2x::bound
