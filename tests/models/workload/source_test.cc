#include "models/workload/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>
#include <string>
#include <vector>

#include "models/base/hash.h"

namespace cv2x {
namespace {

ServiceParams service(std::string name, double rate_hz, ArrivalKind arrivals = ArrivalKind::kPeriodic) {
  ServiceParams p;
  p.name = std::move(name);
  p.rate_hz = rate_hz;
  p.arrivals = arrivals;
  return p;
}

std::uint64_t vehicle(int i) { return hash_name("veh" + std::to_string(i)); }

std::vector<TimeNs> arrivals(Source source, int n) {
  std::vector<TimeNs> out;
  for (int i = 0; i < n; ++i, source.pop()) out.push_back(source.next_ns());
  return out;
}

TEST(Source, PeriodicArrivalsDoNotDrift) {
  const auto p = service("s", 3);  // 333 333 333.33… ns
  Source source(p, {1}, vehicle(1), 1000);
  const TimeNs first = source.next_ns();
  EXPECT_GE(first, 1000);
  EXPECT_LE(first, 1000 + 333'333'333);
  for (std::int64_t k = 0; k < 300'000; ++k, source.pop())
    ASSERT_EQ(source.next_ns() - first, (k * kSecond + 1) / 3) << k;  // nearest to k/3 s
}

TEST(Source, ThePhaseIsUniformOverThePeriodAndCountsFromTheStart) {
  const auto p = service("s", 10);
  std::array<int, 10> bins{};
  constexpr int kVehicles = 5000;
  for (int i = 0; i < kVehicles; ++i) {
    const TimeNs phase = Source(p, {1}, vehicle(i), 0).next_ns();
    ASSERT_GE(phase, 0);
    ASSERT_LE(phase, 100 * kMillisecond);
    ++bins[static_cast<std::size_t>(std::min<TimeNs>(9, phase / (10 * kMillisecond)))];
    ASSERT_EQ(Source(p, {1}, vehicle(i), 777).next_ns(), phase + 777);
  }
  double chi2 = 0;
  for (const int n : bins) chi2 += (n - 500.0) * (n - 500.0) / 500.0;
  EXPECT_LT(chi2, 33);  // 9 degrees of freedom: p = 1e-4
  EXPECT_GT(chi2, 0.5);
}

TEST(Source, PoissonGapsAreExponential) {
  const auto p = service("s", 1000, ArrivalKind::kPoisson);
  constexpr int kArrivals = 400'000;
  const auto times = arrivals(Source(p, {1}, vehicle(1), 0), kArrivals);
  double mean = 0, squares = 0;
  int beyond_2 = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto gap_ms = static_cast<double>(times[i] - (i ? times[i - 1] : 0)) * 1e-6;
    ASSERT_GE(gap_ms, 0);
    mean += gap_ms / kArrivals;
    squares += gap_ms * gap_ms / kArrivals;
    beyond_2 += gap_ms > 2;
  }
  EXPECT_NEAR(mean, 1, 5 / std::sqrt(kArrivals));
  EXPECT_NEAR(squares, 2, 5 * std::sqrt(20.0 / kArrivals));
  EXPECT_NEAR(beyond_2, kArrivals * std::exp(-2.0), 5 * 216);
}

TEST(Source, ThePoissonProcessBeginsAtTheStartWithoutAMemory) {
  const auto p = service("s", 10, ArrivalKind::kPoisson);
  double mean_ms = 0;
  constexpr int kVehicles = 20'000;
  for (int i = 0; i < kVehicles; ++i) {
    const TimeNs first = Source(p, {1}, vehicle(i), kSecond).next_ns() - kSecond;
    ASSERT_GE(first, 0);
    mean_ms += static_cast<double>(first) * 1e-6 / kVehicles;
  }
  EXPECT_NEAR(mean_ms, 100, 5 * 100 / std::sqrt(kVehicles));
}

TEST(Source, KeyedByTheNamesOfServiceAndVehicleAndTheSeedOnly) {
  for (const auto kind : {ArrivalKind::kPeriodic, ArrivalKind::kPoisson}) {
    const auto base_params = service("s", 10, kind);
    const auto base = arrivals(Source(base_params, {1}, vehicle(1), 0), 20);
    auto other = base_params;
    other.input_bytes = 9999;
    other.cycles = 1e9;
    other.cycles_kind = SizeKind::kExponential;
    other.vehicles = 0.1;
    EXPECT_EQ(arrivals(Source(other, {1}, vehicle(1), 0), 20), base);
    EXPECT_NE(arrivals(Source(base_params, {2}, vehicle(1), 0), 20), base);
    EXPECT_NE(arrivals(Source(base_params, {1, 1}, vehicle(1), 0), 20), base);
    EXPECT_NE(arrivals(Source(base_params, {1}, vehicle(2), 0), 20), base);
    const auto renamed = service("t", 10, kind);
    EXPECT_NE(arrivals(Source(renamed, {1}, vehicle(1), 0), 20), base);
  }
}

TEST(Source, DrawingCyclesDoesNotDisturbTheArrivals) {
  auto p = service("s", 10, ArrivalKind::kPoisson);
  p.cycles = 5;
  p.cycles_kind = SizeKind::kExponential;
  const auto undisturbed = arrivals(Source(p, {1}, vehicle(1), 0), 50);
  Source source(p, {1}, vehicle(1), 0);
  for (const TimeNs expected : undisturbed) {
    EXPECT_EQ(source.next_ns(), expected);
    for (int i = 0; i < 3; ++i) source.draw_cycles();
    source.pop();
  }
}

TEST(Source, CyclesAreFixedOrExponential) {
  auto p = service("s", 10);
  p.cycles = 3e6;
  Source fixed(p, {1}, vehicle(1), 0);
  EXPECT_EQ(fixed.draw_cycles(), 3e6);
  EXPECT_EQ(fixed.draw_cycles(), 3e6);
  p.cycles_kind = SizeKind::kExponential;
  Source exponential(p, {1}, vehicle(1), 0);
  double mean = 0;
  int beyond = 0;
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) {
    const double cycles = exponential.draw_cycles();
    mean += cycles / kDraws;
    beyond += cycles > 6e6;
  }
  EXPECT_NEAR(mean, 3e6, 5 * 3e6 / std::sqrt(kDraws));
  EXPECT_NEAR(beyond, kDraws * std::exp(-2.0), 5 * 153);
}

TEST(Source, UniformSizesAreWholeNumbersWithinTheSpread) {
  ServiceParams p = service("s", 10);
  p.input_kind = p.output_kind = p.cycles_kind = SizeKind::kUniform;
  p.input_bytes = 20;  // 18 … 22
  p.output_bytes = 1;  // within 10 % of 1 is nothing but 1
  p.cycles = 3e9;
  Source source(p, {1}, vehicle(1), 0);
  std::array<int, 5> seen{};
  double cycles = 0;
  constexpr int kDraws = 10'000;
  for (int i = 0; i < kDraws; ++i, source.pop()) {
    const auto in = source.draw_input_bytes();
    ASSERT_GE(in, 18);
    ASSERT_LE(in, 22);
    ++seen[static_cast<std::size_t>(in - 18)];
    ASSERT_EQ(source.draw_output_bytes(), 1);
    const double c = source.draw_cycles();
    ASSERT_GE(c, 2.7e9);
    ASSERT_LE(c, 3.3e9);
    ASSERT_EQ(c, std::floor(c));
    cycles += c / kDraws;
  }
  for (const int n : seen) EXPECT_NEAR(n, kDraws / 5.0, 5 * 40);
  EXPECT_NEAR(cycles, 3e9, 5 * 0.3e9 / std::sqrt(3.0 * kDraws));
  p.spread = 1;  // 0 … 40 bytes, of which 0 is sent as 1
  for (int i = 0; i < 1000; ++i) ASSERT_GE(Source(p, {1}, vehicle(i), 0).draw_input_bytes(), 1);
}

using Order = std::vector<std::uint32_t>;

Order drain(ArrivalCalendar calendar) {
  Order out;
  for (; !calendar.empty(); calendar.pop()) out.push_back(calendar.top().source);
  return out;
}

TEST(ArrivalCalendar, OrdersByTimeThenKeyWhoeverWasAddedFirst) {
  std::vector<ArrivalCalendar::Entry> entries = {
      {10, 5, 0, 0}, {10, 2, 1, 0}, {10, ~std::uint64_t{0}, 2, 0}, {3, 9, 3, 0}, {20, 1, 4, 0}};
  const auto by_source = [](const auto& a, const auto& b) { return a.source < b.source; };
  do {
    ArrivalCalendar calendar;
    for (const auto& e : entries) calendar.add(e);
    ASSERT_EQ(calendar.next_ns(), 3);
    ASSERT_THAT(drain(calendar), testing::ElementsAre(3, 1, 0, 2, 4));
  } while (std::next_permutation(entries.begin(), entries.end(), by_source));
}

TEST(ArrivalCalendar, AnEmptyOneNeverWakes) {
  ArrivalCalendar calendar;
  EXPECT_TRUE(calendar.empty());
  EXPECT_EQ(calendar.next_ns(), kNever);
  calendar.add({7, 1, 42, 3});
  EXPECT_EQ(calendar.next_ns(), 7);
  EXPECT_EQ(calendar.top().source, 42u);
  EXPECT_EQ(calendar.top().version, 3u);
  calendar.pop();
  EXPECT_EQ(calendar.next_ns(), kNever);
}

TEST(ArrivalCalendar, IsAQueueWhateverTheGaps) {
  Stream random({.seed = 3, .replication = 0}, "calendar", 0);
  const auto later = [](const ArrivalCalendar::Entry& a, const ArrivalCalendar::Entry& b) {
    return a.time_ns != b.time_ns ? a.time_ns > b.time_ns : a.key > b.key;
  };
  ArrivalCalendar calendar;
  std::priority_queue<ArrivalCalendar::Entry, std::vector<ArrivalCalendar::Entry>, decltype(later)> queue(
      later);
  std::uint32_t added = 0;
  const auto add = [&](TimeNs after) {
    // Gaps from nanoseconds to an hour: at hand, in buckets, beyond the horizon.
    const double gap = std::exp(random.uniform() * std::log(3.6e12));
    const ArrivalCalendar::Entry entry{after + static_cast<TimeNs>(gap), added % 5, added, 0};
    calendar.add(entry), queue.push(entry), ++added;
  };
  for (int i = 0; i < 300; ++i) add(0);
  for (int i = 0; i < 20'000 && !queue.empty(); ++i) {
    const auto next = queue.top();
    ASSERT_EQ(calendar.next_ns(), next.time_ns);
    ASSERT_EQ(calendar.top().key, next.key);
    queue.pop(), calendar.pop();
    const int more = random.uniform() < 0.5 ? 2 : 0;
    for (int k = 0; k < more && queue.size() < 1000; ++k) add(next.time_ns);
    if (queue.empty()) add(next.time_ns);
  }
}

TEST(Source, SizesAreDrawnByThemselvesAndOnceAnArrival) {
  ServiceParams p = service("s", 10);
  p.input_bytes = 300;
  p.output_bytes = 1000;
  Source fixed(p, {1}, vehicle(1), 0);
  EXPECT_EQ(fixed.draw_input_bytes(), 300);
  EXPECT_EQ(fixed.draw_output_bytes(), 1000);
  p.input_kind = p.output_kind = SizeKind::kExponential;
  Source source(p, {1}, vehicle(1), 0);
  double input = 0, output = 0, product = 0, square = 0;
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i, source.pop()) {
    const auto in = source.draw_input_bytes(), out = source.draw_output_bytes();
    EXPECT_EQ(in, source.draw_input_bytes());
    EXPECT_GE(in, 1);
    input += static_cast<double>(in) / kDraws;
    output += static_cast<double>(out) / kDraws;
    square += static_cast<double>(in * in) / kDraws;
    product += static_cast<double>(in * out) / kDraws;
  }
  EXPECT_NEAR(input, 300, 4 * 300 / std::sqrt(kDraws));
  EXPECT_NEAR(output, 1000, 4 * 1000 / std::sqrt(kDraws));
  EXPECT_NEAR(square, 2 * 300 * 300, 4 * 4.5 * 300 * 300 / std::sqrt(kDraws));
  EXPECT_NEAR(product, 300 * 1000, 4 * 1.8 * 300 * 1000 / std::sqrt(kDraws));  // independent
}

}  // namespace
}  // namespace cv2x
