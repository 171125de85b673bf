// How often ServiceStats warns that the warm-up looks too short: wrongly, in worlds that are steady from the
// start, and rightly, in worlds that are not. A line a world: share of the runs with the warning [%], and by
// how much the mean of all samples is off because of the beginning [%]. docs/statistics.md shows what it
// printed. Usage: bench_warm_up [runs]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "models/base/hash.h"
#include "models/base/random.h"
#include "models/measure/service_stats.h"

namespace {

using namespace cv2x;

/// Tells the statistics of one run; returns the mean latency of the steady state [ns].
using Run = std::function<double(const Seed&, ServiceStats&)>;
struct World {
  std::string name;
  Run run;
};

/// M/M/1, service 1 ms on average, whose load is `early` for the first part and `load` from then on.
/// `backlog` ≥ 0: the waiting time at the start [ms]; below: of the steady state.
Run queue(double load, int customers, double backlog, double early = 0, double early_part = 0) {
  return [=](const Seed& seed, ServiceStats& stats) {
    Stream random(seed, "queue", 0);
    double wait = backlog >= 0                  ? backlog
                  : random.uniform() < 1 - load ? 0
                                                : random.exponential(1 / (1 - load));
    double now_ms = 0;
    for (int i = 0; i < customers; ++i) {
      const double sojourn = wait + random.exponential(1);
      stats.add(static_cast<TimeNs>(now_ms * 1e6), 0, static_cast<TimeNs>(sojourn * 1e6), true);
      const double gap = random.exponential(1 / (i < early_part * customers ? early : load));
      now_ms += gap;
      wait = std::max(0.0, sojourn - gap);
    }
    return 1e6 / (1 - load);
  };
}

/// 40 vehicles with 10 messages a second; log-normal latencies with a term common to all that has a memory of
/// 2 s and one of each vehicle. At the start they are longer by the factor 1 + `more`, which decays with the
/// time constant `decay_s`.
Run road(double duration_s, double more, double decay_s) {
  return [=](const Seed& seed, ServiceStats& stats) {
    constexpr double kStep = 0.1, kVehicles = 40;
    Stream random(seed, "road", 0);
    std::vector<double> own;
    for (int v = 0; v < kVehicles; ++v) own.push_back(random.normal());
    double common = random.normal();
    for (double now = 0; now < duration_s; now += kStep) {
      const double keep = std::exp(-kStep / 2);
      common = keep * common + std::sqrt(1 - keep * keep) * random.normal();
      const double factor = 1 + more * std::exp(-now / decay_s);
      for (std::size_t v = 0; v < own.size(); ++v) {
        const double sum = 0.7 * common + 0.5 * own[v] + random.normal();
        stats.add(static_cast<TimeNs>((now + kStep * random.uniform()) * 1e9), mix64(v + 1000 * seed.seed),
                  static_cast<TimeNs>(1e7 * factor * std::exp(0.5 * sum)), true);
      }
    }
    return 1e7 * std::exp(0.125 * (0.49 + 0.25 + 1));
  };
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 200;
  const std::vector<World> worlds = {
      {"steady: M/M/1, ρ = 0.5, 50 000 customers", queue(0.5, 50000, -1)},
      {"steady: M/M/1, ρ = 0.8, 50 000 customers", queue(0.8, 50000, -1)},
      {"steady: M/M/1, ρ = 0.9, 100 000 customers", queue(0.9, 100000, -1)},
      {"steady: road, 60 s", road(60, 0, 1)},
      {"steady: road, 240 s", road(240, 0, 1)},
      {"M/M/1, ρ = 0.9, 100 000 customers, empty at the start", queue(0.9, 100000, 0)},
      {"M/M/1, ρ = 0.8, 50 000 customers, 200 ms of work waiting", queue(0.8, 50000, 200)},
      {"M/M/1, ρ = 0.8, 50 000 customers, 1 s of work waiting", queue(0.8, 50000, 1000)},
      {"M/M/1, ρ = 0.8, the first 20 % at ρ = 0.5", queue(0.8, 50000, -1, 0.5, 0.2)},
      {"M/M/1, ρ = 0.5, the first 10 % at ρ = 0.9", queue(0.5, 50000, -1, 0.9, 0.1)},
      {"road, 60 s, twice as long at first, decays in 5 s", road(60, 1, 5)},
      {"road, 240 s, twice as long at first, decays in 20 s", road(240, 1, 20)},
      {"road, 240 s, three times as long at first, in 20 s", road(240, 2, 20)},
      {"road, 240 s, longer by a half at first, in 20 s", road(240, 0.5, 20)},
  };
  for (const World& world : worlds) {
    int warned = 0;
    double off = 0;
    for (int run = 0; run < runs; ++run) {
      ServiceStats stats(0);
      const double mean = world.run({static_cast<std::uint64_t>(run), 0}, stats);
      warned += stats.warm_up_looks_short();
      off += stats.mean_ns().value / mean - 1;
    }
    fmt::print("{:<58}{:6.1f} %  mean off by {:+.1f} %\n", world.name, 100.0 * warned / runs,
               100 * off / runs);
    std::fflush(stdout);
  }
}
