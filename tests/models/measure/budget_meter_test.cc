#include "models/measure/budget_meter.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "models/base/hash.h"
#include "models/base/random.h"

namespace cv2x {
namespace {

const std::vector<MeteredService> kServices = {{"control", "urllc", 20 * kMillisecond, true},
                                               {"camera", "embb", 100 * kMillisecond, true},
                                               {"warning", "urllc", 50 * kMillisecond, false}};
constexpr BudgetMeter::Window kWindow{kSecond, 61 * kSecond};

BudgetParams latency(std::string service, std::string slice, std::string area, double q = 0.5,
                     TimeNs limit = 10 * kMillisecond) {
  BudgetParams b;
  b.name = "latency";
  b.service = std::move(service);
  b.slice = std::move(slice);
  b.area = std::move(area);
  b.quantile = q;
  b.limit_ns = limit;
  return b;
}

BudgetParams other(BudgetMetric metric, BudgetParams b) {
  b.metric = metric;
  return b;
}

std::vector<AreaParams> areas() {
  AreaParams west, nowhere;
  west.name = "west";
  west.kind = AreaKind::kRectangle;
  west.x_max_m = 100;
  west.y_min_m = -10;
  west.y_max_m = 10;
  nowhere.name = "nowhere";
  nowhere.x_m = 1e5;
  return {west, nowhere};
}

struct Sample {
  EndedMessage message;
  std::array<StageEntry, 3> stages;
};

/// Messages of 32 vehicles on a road of 200 m, in the order of their ends; 1 % are lost, 5 % wait long.
std::vector<Sample> traffic(std::uint64_t seed = 0) {
  std::vector<Sample> out;
  Stream random({seed}, "traffic", 0);
  for (int i = 0; i < 30000; ++i) {
    const auto vehicle = static_cast<std::uint32_t>(random.uniform() * 32);
    EndedMessage m;
    m.service = static_cast<std::uint16_t>(i % 3);
    m.outcome = random.uniform() < 0.01 ? Outcome::kQueueFull : Outcome::kDelivered;
    m.vehicle = vehicle;
    m.vehicle_key = mix64(vehicle);
    m.x_m = static_cast<float>(200 * random.uniform());
    m.created_ns = i * 2 * kMillisecond;
    m.counted = m.created_ns >= kWindow.from_ns;
    const TimeNs up = kMillisecond + static_cast<TimeNs>(random.exponential(2e6));
    const TimeNs wait = random.uniform() < 0.05 ? 30 * kMillisecond : kMillisecond;
    const TimeNs work = m.service == 1 ? 60 * kMillisecond : 2 * kMillisecond;
    m.end_ns = m.created_ns + up + wait + work;
    out.push_back({m,
                   {{{Stage::kUlTransmission, m.created_ns},
                     {Stage::kComputeQueue, m.created_ns + up},
                     {Stage::kComputeService, m.created_ns + up + wait}}}});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.message.end_ns < b.message.end_ns; });
  return out;
}

void feed(BudgetMeter& meter, const std::vector<Sample>& samples) {
  for (const auto& s : samples) meter.add(s.message, s.stages);
  meter.finish(100 * kSecond);
}

template <class Keep>
std::vector<TimeNs> latencies(const std::vector<Sample>& samples, Keep&& keep) {
  std::vector<TimeNs> out;
  for (const auto& [m, stages] : samples) {
    if (m.counted && keep(m))
      out.push_back(m.outcome == Outcome::kDelivered ? m.end_ns - m.created_ns : kNever);
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(BudgetMeter, ScopesHoldWhatTheyName) {
  const auto samples = traffic();
  BudgetMeter meter({latency("control", "", ""), latency("", "urllc", ""), latency("", "", "west"),
                     latency("camera", "embb", "west"), latency("", "", "nowhere")},
                    areas(), kServices, kWindow);
  feed(meter, samples);
  const auto west = [](const EndedMessage& m) { return m.x_m <= 100; };
  const std::vector<std::vector<TimeNs>> expected = {
      latencies(samples, [](const auto& m) { return m.service == 0; }),
      latencies(samples, [](const auto& m) { return m.service != 1; }),
      latencies(samples, west),
      latencies(samples, [&](const auto& m) { return m.service == 1 && west(m); }),
      {}};
  for (std::size_t b = 0; b < expected.size(); ++b) {
    const BudgetMeasure found = meter.measure(b);
    EXPECT_EQ(found.samples, expected[b].size());
    const auto kept = std::count_if(expected[b].begin(), expected[b].end(),
                                    [](TimeNs t) { return t <= 10 * kMillisecond; });
    EXPECT_EQ(found.kept, static_cast<std::uint64_t>(kept));
    if (expected[b].empty()) {
      EXPECT_TRUE(std::isnan(found.measured.value));
      continue;
    }
    const auto median = static_cast<double>(expected[b][(expected[b].size() + 1) / 2 - 1]);
    EXPECT_NEAR(found.measured.value, median, median / 1000);
    // Ends are middles of a histogram's buckets too.
    EXPECT_LE(found.measured.interval.low, median * 1.001);
    EXPECT_GE(found.measured.interval.high, median / 1.001);
  }
}

TEST(BudgetMeter, ReliabilityIsByEachServicesDeadline) {
  const auto samples = traffic();
  BudgetMeter meter({other(BudgetMetric::kReliability, latency("", "", "west"))}, areas(), kServices,
                    kWindow);
  feed(meter, samples);
  double in_time = 0, all = 0;
  for (const auto& [m, stages] : samples) {
    if (!m.counted || m.x_m > 100) continue;
    ++all;
    in_time +=
        m.outcome == Outcome::kDelivered && m.end_ns - m.created_ns <= kServices[m.service].deadline_ns;
  }
  const BudgetMeasure found = meter.measure(0);
  EXPECT_EQ(found.measured.value, in_time / all);
  EXPECT_EQ(static_cast<double>(found.kept), in_time);
  EXPECT_EQ(static_cast<double>(found.samples), all);
}

TEST(BudgetMeter, SaysWhatIsToBlame) {
  BudgetMeter meter({latency("", "urllc", "", 0.99, 20 * kMillisecond),
                     other(BudgetMetric::kReliability, latency("control", "", ""))},
                    areas(), kServices, kWindow);
  feed(meter, traffic());
  for (const std::size_t b : {0u, 1u}) {
    const BudgetMeasure found = meter.measure(b);
    const Blame why = blame(found.blame, meter.budgets()[b].metric);
    EXPECT_EQ(kCauseNames[why.cause], "compute_queue");
    EXPECT_NEAR(why.excess_ns, 29e6, 1e6);
    EXPECT_GT(why.share, 0.9);
    EXPECT_EQ(found.blame.parts.size(), b == 0 ? 2u : 1u);
    std::uint64_t late = 0, kept = 0;
    for (const auto& part : found.blame.parts) {
      late += part.late.count;
      kept += part.kept.count;
    }
    EXPECT_EQ(kept, found.kept);
    EXPECT_EQ(late + kept + found.blame.lost_in_all(), found.samples);
    EXPECT_EQ(found.blame.lost[static_cast<std::size_t>(Outcome::kQueueFull)], found.blame.lost_in_all());
  }
}

TEST(BudgetMeter, ServicesKeptElsewhereGiveTheSame) {
  const auto samples = traffic();
  const std::vector<BudgetParams> budgets = {latency("control", "", "", 0.99),
                                             other(BudgetMetric::kReliability, latency("", "embb", "")),
                                             latency("control", "", "west")};
  std::vector<ServiceStats> stats;
  std::vector<StageSums> stages(kServices.size());
  std::vector<BudgetMeter::Kept> kept;
  for (std::size_t i = 0; i < kServices.size(); ++i) stats.emplace_back(kWindow.from_ns);
  for (std::size_t i = 0; i < kServices.size(); ++i) kept.push_back({&stats[i], &stages[i]});
  for (const auto& [m, entries] : samples) {
    if (!m.counted) continue;
    if (m.outcome != Outcome::kDelivered) {
      stats[m.service].add_lost(m.created_ns, m.vehicle_key);
      continue;
    }
    const TimeNs t = m.end_ns - m.created_ns;
    stats[m.service].add(m.created_ns, m.vehicle_key, t, t <= kServices[m.service].deadline_ns);
    stages[m.service].add(entries, m.end_ns);
  }
  BudgetMeter own(budgets, areas(), kServices, kWindow), shared(budgets, areas(), kServices, kWindow, kept);
  feed(own, samples);
  feed(shared, samples);
  for (std::size_t b = 0; b < budgets.size(); ++b) {
    const BudgetMeasure x = own.measure(b), y = shared.measure(b);
    EXPECT_EQ(x.measured.value, y.measured.value);
    EXPECT_EQ(x.measured.interval.low, y.measured.interval.low);
    EXPECT_EQ(x.measured.interval.high, y.measured.interval.high);
    EXPECT_EQ(x.samples, y.samples);
    EXPECT_EQ(x.kept, y.kept);
    EXPECT_EQ(x.blame.lost, y.blame.lost);
    ASSERT_EQ(x.blame.parts.size(), y.blame.parts.size());
    for (std::size_t i = 0; i < x.blame.parts.size(); ++i) {
      EXPECT_EQ(x.blame.parts[i].late.sums_ns, y.blame.parts[i].late.sums_ns);
      EXPECT_EQ(x.blame.parts[i].kept.sums_ns, y.blame.parts[i].kept.sums_ns);
      EXPECT_EQ(x.blame.parts[i].kept.count, y.blame.parts[i].kept.count);
    }
  }
}

TEST(BudgetMeter, AgesAreOfTheServicesThatStream) {
  const auto age = [](BudgetParams b) { return other(BudgetMetric::kAgeOfInformation, std::move(b)); };
  EXPECT_EQ(BudgetMeter::services_of(age(latency("", "urllc", "")), kServices),
            std::vector<std::uint16_t>{0});
  EXPECT_EQ(BudgetMeter::services_of(age(latency("", "", "west")), kServices),
            (std::vector<std::uint16_t>{0, 1}));
  EXPECT_TRUE(BudgetMeter::services_of(age(latency("warning", "", "")), kServices).empty());

  // A vehicle that drives from west to east, an update every 100 ms that takes 10 ms: in the west, the ages
  // of those created there.
  BudgetMeter meter({age(latency("control", "", "west", 0.99, 105 * kMillisecond)),
                     age(latency("control", "", "", 0.5, 200 * kMillisecond))},
                    areas(), kServices, kWindow);
  for (std::uint32_t v = 0; v < 16; ++v) {
    for (TimeNs t = 0; t < 62 * kSecond; t += 100 * kMillisecond) {
      EndedMessage m{.service = 0,
                     .outcome = Outcome::kDelivered,
                     .counted = t >= kWindow.from_ns,
                     .vehicle = v,
                     .vehicle_key = v,
                     .x_m = t < 31 * kSecond ? 50.F : 150.F,
                     .created_ns = t,
                     .end_ns = t + 10 * kMillisecond};
      meter.add(m, std::array{StageEntry{Stage::kAccessUp, t}});
    }
  }
  meter.finish(62 * kSecond);
  const BudgetMeasure west = meter.measure(0), all = meter.measure(1);
  EXPECT_EQ(west.samples, 16u * 301u);  // the first of them began before the window
  EXPECT_EQ(all.samples, 16u * 601u);
  EXPECT_EQ(west.kept, 0u);
  EXPECT_EQ(all.kept, all.samples);
  EXPECT_NEAR(west.measured.value, 109e6, 2e5);
  EXPECT_NEAR(all.measured.value, 60e6, 2e5);
  const Blame why = blame(west.blame, BudgetMetric::kAgeOfInformation);
  EXPECT_EQ(why.cause, kUpdateInterval);
  EXPECT_DOUBLE_EQ(why.excess_ns, 100e6);
  EXPECT_NEAR(why.share, 100.0 / 110, 1e-12);
}

}  // namespace
}  // namespace cv2x
