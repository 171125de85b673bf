// How often the 95 % intervals of models/measure hold the truth, in worlds whose truth is known and which
// differ in what makes samples depend on each other. Prints a line a world: share of the runs [%] in which
// the interval of p50, p95, p99, the mean and the reliability (deadline: the true p99) held it, "(a, b)" how
// many lay wholly above and below it, "∞" how many had no upper end, and the median half-width [%]. The
// standard error of a coverage over 500 runs is one point. A second line: the quantiles' intervals by the
// block bootstrap. docs/statistics.md shows what it printed. Usage: bench_coverage [runs] [part of the
// world's name]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "models/base/hash.h"
#include "models/measure/bootstrap.h"
#include "models/measure/interval.h"
#include "models/measure/service_stats.h"

namespace {

using namespace cv2x;

constexpr double kSecondNs = 1e9;
constexpr double kUnitNs = 1e6;  ///< a latency of 1 in the worlds

struct Sample {
  double created_s;
  std::size_t vehicle;
  double latency;  ///< +inf: lost
};
struct World {
  std::string name;
  std::function<std::vector<Sample>(const Seed&)> run;
  std::function<double(double)> later;  ///< true share of latencies above
  double mean;                          ///< of the delivered ones
};

double bisect(const std::function<double(double)>& later, double share) {
  double low = 0, high = 1e9;
  for (int i = 0; i < 200; ++i) (later(0.5 * (low + high)) > share ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

/// M/M/1, service 1 ms on average, from its steady state (Lindley's recursion); each customer is of a vehicle
/// drawn at random, so that the vehicles' Poisson streams add up to the queue's. `slow`: each vehicle's
/// latencies are longer by this with probability ½ (the truth: of all vehicles that might drive there).
World queue(double load, int customers, std::size_t vehicles, double slow) {
  World w;
  w.name = fmt::format("M/M/1 ρ={} n={}k vehicles={}{}", load, customers / 1000, vehicles,
                       slow > 0 ? fmt::format(" half slower by {}", slow) : "");
  w.run = [=](const Seed& seed) {
    Stream gaps(seed, "gaps", 0), services(seed, "services", 0), others(seed, "vehicles", 0);
    std::vector<double> offset;
    for (std::size_t v = 0; v < vehicles; ++v) offset.push_back(others.uniform() < 0.5 ? slow : 0);
    std::vector<Sample> out;
    double now = 0, wait = others.uniform() < 1 - load ? 0 : others.exponential(1 / (1 - load));
    for (int i = 0; i < customers; ++i) {
      const double sojourn = wait + services.exponential(1);
      const std::size_t v = vehicles == 1 ? 0 : others.next() % vehicles;
      out.push_back({now, v, sojourn + offset[v]});
      const double gap = gaps.exponential(1 / load);
      now += gap * 1e-3;
      wait = std::max(0.0, sojourn - gap);
    }
    return out;
  };
  const auto tail = [=](double x) { return x <= 0 ? 1.0 : std::exp(-(1 - load) * x); };
  w.later = [=](double x) { return 0.5 * (tail(x) + tail(x - slow)); };
  w.mean = 1 / (1 - load) + slow / 2;
  return w;
}

/// Log-normal latencies exp(½·(sum of normal terms)): a term common to all that changes with time, one that
/// is each vehicle's own, one of each vehicle that changes with time, and noise; messages at 10 Hz.
struct Terms {
  double common = 0, common_s = 1, vehicle = 0, fading = 0, fading_s = 2, noise = 1;
  double stay_s = 0;  ///< > 0: a vehicle is replaced by another one after this time
};
World road(const std::string& name, double duration_s, std::size_t vehicles, const Terms& t) {
  World w;
  w.name = fmt::format("{} {} s vehicles={}", name, duration_s, vehicles);
  w.run = [=](const Seed& seed) {
    constexpr double kStep = 0.1;
    Stream random(seed, "road", 0);
    std::vector<double> phase, fading, own, entered;
    for (std::size_t v = 0; v < vehicles; ++v) {
      phase.push_back(random.uniform() * kStep);
      fading.push_back(random.normal());
      own.push_back(random.normal());
      entered.push_back(-t.stay_s * random.uniform());
    }
    double common = random.normal();
    std::vector<std::size_t> id(vehicles);
    for (std::size_t v = 0; v < vehicles; ++v) id[v] = v;
    std::size_t next = vehicles;
    const auto step = [&](double& x, double memory_s) {
      const double keep = std::exp(-kStep / memory_s);
      x = keep * x + std::sqrt(1 - keep * keep) * random.normal();
    };
    std::vector<Sample> out;
    for (double now = 0; now < duration_s; now += kStep) {
      step(common, t.common_s);
      for (std::size_t v = 0; v < vehicles; ++v) {
        if (t.stay_s > 0 && now - entered[v] > t.stay_s) {
          entered[v] = now;
          id[v] = next++;
          own[v] = random.normal();
          fading[v] = random.normal();
        }
        step(fading[v], t.fading_s);
        const double sum =
            t.common * common + t.vehicle * own[v] + t.fading * fading[v] + t.noise * random.normal();
        out.push_back({now + phase[v], id[v], std::exp(0.5 * sum)});
      }
    }
    return out;
  };
  const double deviation =
      0.5 * std::sqrt(t.common * t.common + t.vehicle * t.vehicle + t.fading * t.fading + t.noise * t.noise);
  w.later = [=](double x) { return x <= 0 ? 1.0 : normal_cdf(-std::log(x) / deviation); };
  w.mean = std::exp(0.5 * deviation * deviation);
  return w;
}

/// Exponential latencies; outages of `length_s` on average take a share of the time, of all vehicles at once
/// or of each by itself, and what is sent in one is lost. Messages at 10 Hz.
World outages(double duration_s, std::size_t vehicles, double share, double length_s, bool common) {
  World w;
  w.name = fmt::format("outages {} {} s of {} s, vehicles={}", common ? "of all" : "of one", length_s,
                       duration_s, vehicles);
  w.run = [=](const Seed& seed) {
    constexpr double kStep = 0.1;
    Stream random(seed, "outages", 0);
    const double leave = 1 - std::exp(-kStep / length_s), enter = leave * share / (1 - share);
    std::vector<bool> out_of(common ? 1 : vehicles);
    std::vector<double> phase;
    for (std::size_t v = 0; v < vehicles; ++v) phase.push_back(random.uniform() * kStep);
    for (std::size_t i = 0; i < out_of.size(); ++i) out_of[i] = random.uniform() < share;
    std::vector<Sample> out;
    for (double now = 0; now < duration_s; now += kStep) {
      for (std::size_t i = 0; i < out_of.size(); ++i) {
        const double u = random.uniform();
        out_of[i] = out_of[i] ? u >= leave : u < enter;
      }
      for (std::size_t v = 0; v < vehicles; ++v) {
        const double latency = random.exponential(1);
        out.push_back({now + phase[v], v, out_of[common ? 0 : v] ? INFINITY : latency});
      }
    }
    return out;
  };
  w.later = [=](double x) { return share + (1 - share) * (x <= 0 ? 1.0 : std::exp(-x)); };
  w.mean = 1;
  return w;
}

std::vector<World> worlds() {
  std::vector<World> all;
  for (const auto& [load, n] :
       {std::pair{0.5, 10}, {0.5, 50}, {0.8, 20}, {0.8, 50}, {0.8, 200}, {0.9, 100}, {0.9, 300}})
    all.push_back(queue(load, n * 1000, 1, 0));
  all.push_back(queue(0.5, 50000, 40, 0));
  all.push_back(queue(0.8, 50000, 40, 0));
  all.push_back(queue(0.8, 50000, 3, 0));
  all.push_back(queue(0.5, 50000, 40, 2));
  all.push_back(queue(0.8, 50000, 40, 5));
  all.push_back(queue(0.5, 50000, 200, 2));
  all.push_back(road("independent", 120, 40, {}));
  all.push_back(road("independent", 10, 1, {}));
  all.push_back(road("common load 1 s", 120, 40, {.common = 0.7}));
  all.push_back(road("common load 2 s", 240, 40, {.common = 1.5, .common_s = 2}));
  all.push_back(road("vehicles differ", 120, 40, {.vehicle = 0.5}));
  all.push_back(road("vehicles differ", 60, 200, {.vehicle = 0.5}));
  all.push_back(road("vehicles differ", 120, 10, {.vehicle = 0.5}));
  all.push_back(road("fading 2 s", 120, 40, {.fading = 1.5}));
  all.push_back(road("fading 10 s", 120, 40, {.fading = 1.5, .fading_s = 10}));
  all.push_back(road("all three", 240, 40, {.common = 0.7, .vehicle = 0.5, .fading = 0.7}));
  all.push_back(
      road("all three, 60 s each", 240, 40, {.common = 0.7, .vehicle = 0.7, .fading = 0.7, .stay_s = 60}));
  all.push_back(outages(600, 40, 0.004, 0.5, true));
  all.push_back(outages(2400, 10, 0.004, 0.5, true));
  all.push_back(outages(600, 40, 0.004, 2, false));
  all.push_back(outages(600, 40, 0.0001, 0.1, false));
  return all;
}

struct Tally {
  int held = 0, above = 0, below = 0, unbounded = 0, runs = 0;
  std::vector<double> widths;
  void add(const Estimate& e, double truth) {
    ++runs;
    above += e.interval.low > truth;
    below += e.interval.high < truth;
    held += e.interval.low <= truth && truth <= e.interval.high;
    unbounded += std::isinf(e.interval.high);
    widths.push_back(50 * (e.interval.high - e.interval.low) / truth);
  }
  std::string text() {
    std::sort(widths.begin(), widths.end());
    const auto percent = [&](int n) { return 100.0 * n / runs; };
    return fmt::format("{:5.1f} ({:.1f}, {:.1f}) ∞{:<3.0f}±{:<5.2g}", percent(held), percent(above),
                       percent(below), percent(unbounded), widths[widths.size() / 2]);
  }
};

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 500;
  const std::string part = argc > 2 ? argv[2] : "";
  constexpr std::array kQuantiles = {0.5, 0.95, 0.99};
  for (const World& world : worlds()) {
    if (world.name.find(part) == std::string::npos) continue;
    std::array<double, 3> truth{};
    for (std::size_t i = 0; i < 3; ++i) truth[i] = bisect(world.later, 1 - kQuantiles[i]) * kUnitNs;
    std::array<Tally, 5> tallies;
    std::array<Tally, 3> resampled;
    std::vector<std::array<double, 3>> values;
    double lost = world.later(1e9), samples = 0;
    for (int run = 0; run < runs; ++run) {
      const Seed seed{static_cast<std::uint64_t>(run), 0};
      ServiceStats stats(0);
      const auto list = world.run(seed);
      for (const Sample& s : list) {
        const auto created = static_cast<TimeNs>(s.created_s * kSecondNs);
        const std::uint64_t vehicle = mix64(s.vehicle + 1000003 * seed.seed);
        if (std::isinf(s.latency)) {
          stats.add_lost(created, vehicle);
        } else {
          const double ns = s.latency * kUnitNs;
          stats.add(created, vehicle, static_cast<TimeNs>(ns), ns <= truth[2]);
        }
      }
      samples += static_cast<double>(list.size());
      const auto found = stats.quantiles_ns(kQuantiles);
      const auto by_bootstrap =
          bootstrap_intervals(stats.histogram(), stats.latency_cells(), kQuantiles, seed);
      for (std::size_t i = 0; i < 3; ++i) {
        tallies[i].add(found[i], truth[i]);
        resampled[i].add({found[i].value, by_bootstrap[i]}, truth[i]);
      }
      tallies[3].add(stats.mean_ns(), world.mean * kUnitNs);
      tallies[4].add(stats.reliability(), std::min(0.99, 1 - lost));
      values.push_back({found[0].value, found[1].value, found[2].value});
    }
    fmt::print("{:<42}", world.name);
    for (Tally& t : tallies) fmt::print(" | {}", t.text());
    fmt::print("\n{:<42}", "   by bootstrap");
    for (Tally& t : resampled) fmt::print(" | {}", t.text());
    fmt::print("\n");
    if (world.name.find("vehicles=1") != std::string::npos) {
      for (const std::size_t r : {5, 10}) {
        std::array<Tally, 3> over;
        for (std::size_t first = 0; first + r <= values.size(); first += r) {
          for (std::size_t i = 0; i < 3; ++i) {
            std::vector<double> of;
            for (std::size_t k = 0; k < r; ++k) of.push_back(values[first + k][i]);
            over[i].add(over_replications(of), truth[i]);
          }
        }
        fmt::print("{:<42}", fmt::format("   by {} replications ({} groups)", r, values.size() / r));
        for (Tally& t : over) fmt::print(" | {}", t.text());
        fmt::print("\n");
      }
    }
    std::fflush(stdout);
  }
}
