// The limits that must hold exactly, and the procedure of a process.
#include "models/sidelink/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/base/hash.h"

namespace cv2x::sidelink {
namespace {

SidelinkParams quiet() {
  SidelinkParams p;
  p.channel.model = SidelinkPropagation::kWinnerB1;
  p.channel.shadowing_db = 0;
  p.link.in_band_emission = false;
  p.link.control_threshold_db = -20;
  p.pool.subchannels = 1;
  p.pool.subchannel_prbs = 10;
  p.antenna_gain_db = 0;
  p.range.measured_m = 1000;
  p.range.links_m = 2000;
  p.range.bin_m = 25;
  p.range.gap_m = 200;
  return p;
}

Engine engine_of(const SidelinkParams& p, const LinkCurve& curve, int flows = 1) {
  std::vector<Flow> all;
  for (int i = 0; i < flows; ++i) all.push_back({.name = "flow-" + std::to_string(i)});
  return Engine(p, std::span(&curve, 1), 1.5, all, {}, Seed{1, 0});
}

/// Runs what is due up to `until`; returns how many packets were sent.
int run(Engine& e, TimeNs until, std::vector<Sent>* all = nullptr) {
  int sent = 0;
  for (; e.next_wakeup() <= until;) {
    const auto now = e.advance(e.next_wakeup());
    sent += static_cast<int>(now.size());
    if (all) all->insert(all->end(), now.begin(), now.end());
  }
  return sent;
}

/// `vehicles` send every `period`, vehicle v at v · stagger.
void traffic(Engine& e, std::uint32_t vehicles, TimeNs period, TimeNs stagger, TimeNs until,
             std::vector<Sent>* all = nullptr) {
  for (TimeNs k = 0; k * period < until; ++k) {
    for (std::uint32_t v = 0; v < vehicles; ++v) {
      const TimeNs now = k * period + v * stagger;
      run(e, now - 1, all);
      e.send(v, 0, now);
    }
  }
  run(e, until, all);
}

TEST(Engine, OneTransmitterIsTheLinkCurve) {
  SidelinkParams p = quiet();
  const auto curve = LinkCurve::points({{0, 1}, {10, 0.6}, {30, 0.1}, {50, 0}});
  Engine e = engine_of(p, curve);
  e.enter(0, 1, 0, 0);
  for (std::uint32_t v = 1; v <= 39; ++v) e.enter(v, mix64(v), 25.0 * v + 12.5, 0);
  e.settle();
  const int packets = 20'000;
  for (TimeNs k = 0; k < packets; ++k) {
    run(e, k * 100 * kMillisecond - 1);
    e.send(0, 0, k * 100 * kMillisecond);
  }
  run(e, packets * 100 * kMillisecond);
  const auto counts = e.medium().counts(0);
  const Propagation law(p.channel, p.pool.frequency_hz, 1.5);
  for (int bin = 1; bin < 40; ++bin) {
    const double snr = p.power_dbm - law.loss_db(25.0 * bin + 12.5) - noise_dbm(p, 10);
    const double lost = curve.error_rate(snr);
    const auto& n = counts.bins[static_cast<std::size_t>(bin)];
    EXPECT_EQ(n[0] + n[3], static_cast<std::uint64_t>(packets));
    const double deviation = std::sqrt(lost * (1 - lost) / packets);
    EXPECT_NEAR(static_cast<double>(n[3]) / packets, lost, 4.5 * deviation + 0.005) << bin;  // 0.1 dB: 0.004
  }
}

TEST(Engine, TwoSaturatedTransmittersHearNothing) {
  SidelinkParams p = quiet();
  p.sensing.period_ns = kMillisecond;
  p.sensing.t2_ns = kMillisecond;
  p.sensing.keep = 1;
  Engine e = engine_of(p, LinkCurve::threshold(3));
  for (std::uint32_t v = 0; v < 3; ++v) e.enter(v, v + 1, 20.0 * v, 0);  // the third only listens
  e.settle();
  traffic(e, 2, kMillisecond, 0, 100 * kMillisecond);
  const auto counts = e.medium().counts(0);
  std::array<std::uint64_t, kReceptions> sum{};
  for (const auto& bin : counts.bins) {
    for (std::size_t k = 0; k < kReceptions; ++k) sum[k] += bin[k];
  }
  // Each of the two is deaf for the other in all of 99 slots: the packet of 0 ms is given up for that of 1
  // ms, which comes as its slot begins.
  EXPECT_EQ(sum[1], 198u);
  // The third is 20 m from one of them and 40 m from the other: 22.7 log 2 = 6.8 dB of capture.
  EXPECT_EQ(sum[0], 99u);
  EXPECT_EQ(sum[4], 99u);
}

TEST(Engine, HalfDuplexIsOneInAHundredWithoutSensing) {
  SidelinkParams p = quiet();
  p.sensing.rsrp_dbm = -44;  // above all that is received here: nothing is excluded
  p.sensing.reevaluation = false;
  p.pool.subchannels = 5;
  p.power_dbm = -10;
  p.link.sensitivity_dbm = -200;
  Engine e = engine_of(p, LinkCurve::threshold(-20));
  const std::uint32_t n = 100;
  for (std::uint32_t v = 0; v < n; ++v) e.enter(v, mix64(v), 9.0 * v, 0);
  e.settle();
  traffic(e, n, 100 * kMillisecond, 100 * kMillisecond / n, 100 * kSecond);
  const auto counts = e.medium().counts(0);
  double deaf = 0, all = 0;
  for (const auto& bin : counts.bins) {
    deaf += static_cast<double>(bin[1]);
    for (const auto k : bin) all += static_cast<double>(k);
  }
  // A window is the 99 slots 1 … 99 behind the packet; pairs' choices last some ten packets.
  EXPECT_NEAR(deaf / all, 0.01, 0.0006);
}

TEST(Engine, NVehiclesInOneSlotShareItsPower) {
  for (const double threshold : {-4.9, -4.6}) {  // 10 log10(1/3) = −4.77 dB
    SidelinkParams p = quiet();
    p.sensing.t1_slots = 1;
    p.sensing.t2_ns = kMillisecond;
    Engine e = engine_of(p, LinkCurve::threshold(threshold));
    e.enter(0, 1, 50, 0);
    e.enter(1, 2, -50, 0);
    e.enter(2, 3, 0, 50);
    e.enter(3, 4, 0, -50);
    e.enter(4, 5, 0, 0);  // in the middle
    e.settle();
    traffic(e, 4, 100 * kMillisecond, 0, kSecond);
    const auto counts = e.medium().counts(0);
    const auto& middle = counts.bins[2];
    EXPECT_EQ(middle[0], threshold < -4.77 ? 40u : 0u);
    EXPECT_EQ(middle[4], threshold < -4.77 ? 0u : 40u);
    std::uint64_t deaf = 0;
    for (const auto& bin : counts.bins) deaf += bin[1];
    EXPECT_EQ(deaf, 4u * 3 * 10);
  }
}

TEST(Engine, SensingKeepsNeighboursApart) {
  // Two vehicles, one sub-channel: each excludes what the other reserves.
  SidelinkParams p = quiet();
  Engine e = engine_of(p, LinkCurve::threshold(3));
  e.enter(0, 1, 0, 0);
  e.enter(1, 2, 50, 0);
  e.settle();
  std::vector<Sent> sent;
  traffic(e, 2, 100 * kMillisecond, 0, 200 * kSecond, &sent);
  const auto n = e.medium().counts(0).bins[2];
  const double all = static_cast<double>(n[0] + n[1]);
  // Only choices that coincide remain: both packets come at once, and both choose anew at the same time in
  // some of the cases.
  EXPECT_LT(static_cast<double>(n[1]) / all, 0.006);
  EXPECT_EQ(sent.size(), 4000u);
}

TEST(Engine, AResourceIsKeptForAsManyPacketsAsTheCounterSays) {
  SidelinkParams p = quiet();
  Engine e = engine_of(p, LinkCurve::threshold(3));
  e.enter(0, 1, 0, 0);
  e.settle();
  std::vector<Sent> sent;
  traffic(e, 1, 100 * kMillisecond, 0, 300 * kSecond, &sent);
  std::map<int, int> lengths;
  int length = 1;
  for (std::size_t i = 1; i < sent.size(); ++i, ++length) {
    if (sent[i].end_ns - sent[i - 1].end_ns == 100 * kMillisecond) continue;
    ++lengths[length];
    length = 0;
  }
  ASSERT_FALSE(lengths.empty());
  EXPECT_GE(lengths.begin()->first, 5);
  EXPECT_EQ(lengths.begin()->first, 5);
  EXPECT_LE(std::prev(lengths.end())->first, 30);  // two counters where the same resource is drawn again
  for (int l = 5; l <= 15; ++l) EXPECT_GT(lengths[l], 0) << l;
}

TEST(Engine, AKeptResourceGoesOn) {
  SidelinkParams p = quiet();
  p.sensing.keep = 0.8;
  Engine e = engine_of(p, LinkCurve::threshold(3));
  e.enter(0, 1, 0, 0);
  e.settle();
  std::vector<Sent> sent;
  traffic(e, 1, 100 * kMillisecond, 0, 500 * kSecond, &sent);
  int moves = 0;
  for (std::size_t i = 1; i < sent.size(); ++i)
    moves += sent[i].end_ns - sent[i - 1].end_ns != 100 * kMillisecond;
  // A choice lasts 10 / (1 − 0.8) = 50 packets in the mean, less the 1 % that draw the same slot again.
  EXPECT_NEAR(moves, 5000 / 50, 30);
}

TEST(Engine, PacketsAreSentInTheirWindow) {
  SidelinkParams p = quiet();
  p.sensing.t1_slots = 3;
  p.sensing.t2_ns = 20 * kMillisecond;
  Engine e = engine_of(p, LinkCurve::threshold(3));
  e.enter(0, 1, 0, 0);
  e.settle();
  std::vector<Sent> sent;
  traffic(e, 1, 100 * kMillisecond, 0, 100 * kSecond, &sent);
  TimeNs least = kNever, most = 0;
  for (const Sent& s : sent) {
    least = std::min(least, s.end_ns - s.created_ns);
    most = std::max(most, s.end_ns - s.created_ns);
  }
  EXPECT_EQ(least, 4 * kMillisecond);  // slots 3 … 20, sent at their end
  EXPECT_EQ(most, 21 * kMillisecond);
}

TEST(Engine, APacketIsGivenUpForTheNextOne) {
  SidelinkParams p = quiet();
  Engine e = engine_of(p, LinkCurve::threshold(3));
  e.enter(0, 1, 0, 0);
  e.settle();
  e.send(0, 0, 0);
  e.send(0, 0, 1);
  EXPECT_EQ(run(e, kSecond), 1);
  EXPECT_EQ(e.given_up(0), 1u);
}

TEST(Engine, AnUnusedResourceIsGivenUpAtLast) {
  SidelinkParams p = quiet();
  p.sensing.reselect_after = 3;
  Engine e = engine_of(p, LinkCurve::threshold(3));
  e.enter(0, 1, 0, 0);
  e.settle();
  e.send(0, 0, 0);
  EXPECT_EQ(run(e, 10 * kSecond), 1);
  EXPECT_EQ(e.next_wakeup(), kNever);
}

TEST(Engine, ReevaluationMovesWhatAnotherHasReserved) {
  // The period is shorter than the window: after the choice others may still announce what was chosen.
  const auto deaf = [](bool reevaluation) {
    SidelinkParams p = quiet();
    p.sensing.reevaluation = reevaluation;
    p.sensing.period_ns = 50 * kMillisecond;
    Engine e = engine_of(p, LinkCurve::threshold(3));
    for (std::uint32_t v = 0; v < 60; ++v) e.enter(v, mix64(v), 5.0 * v, 0);
    e.settle();
    traffic(e, 60, 100 * kMillisecond, kMillisecond, 20 * kSecond);
    return std::pair(e.moved(), e.selections());
  };
  EXPECT_EQ(deaf(false).first, 0u);
  EXPECT_GT(deaf(true).first, deaf(true).second / 200);
}

TEST(Engine, ServicesOfAVehicleDoNotMeetInASlot) {
  SidelinkParams p = quiet();
  p.pool.subchannels = 4;
  Engine e = engine_of(p, LinkCurve::threshold(3), 2);
  e.enter(0, 1, 0, 0);
  e.settle();
  std::map<TimeNs, int> per_slot;
  for (TimeNs k = 0; k < 3000; ++k) {
    for (std::uint16_t s = 0; s < 2; ++s) {
      for (; e.next_wakeup() < k * 100 * kMillisecond;) {
        for (const Sent& sent : e.advance(e.next_wakeup())) ++per_slot[sent.end_ns];
      }
      e.send(0, s, k * 100 * kMillisecond);
    }
  }
  for (const auto& [slot, n] : per_slot) EXPECT_EQ(n, 1) << slot;
}

TEST(Engine, PartsChangeNothing) {
  const auto result = [](int parts) {
    SidelinkParams p;  // with line of sight, blockage, shadowing and emissions
    p.range.links_m = 800;
    Engine e = engine_of(p, LinkCurve::threshold(5));
    e.divide(parts, [parts](const std::function<void(int)>& job) {
      for (int i = parts - 1; i >= 0; --i) job(i);  // in any order
    });
    for (std::uint32_t v = 0; v < 333; ++v) e.enter(v, mix64(v), 11.0 * v, 4.0 * (v % 5));
    e.settle();
    std::vector<std::uint64_t> out;
    for (TimeNs k = 0; k < 20; ++k) {
      for (std::uint32_t v = 0; v < 333; ++v) {
        const TimeNs now = k * 100 * kMillisecond + v * 300'000;
        for (; e.next_wakeup() < now;) {
          for (const Sent& s : e.advance(e.next_wakeup())) out.push_back(s.heard * 1'000'000ULL + s.vehicle);
        }
        e.send(v, 0, now);
      }
      for (std::uint32_t v = 0; v < 333; ++v)
        e.move(v, 11.0 * v + 3.0 * static_cast<double>(k), 4.0 * (v % 5));
      e.settle();
    }
    for (const auto& bin : e.medium().counts(0).bins) out.insert(out.end(), bin.begin(), bin.end());
    out.push_back(e.medium().gaps(0, 3).count());
    for (const float c : e.measure_cbr(2 * kSecond)) out.push_back(static_cast<std::uint64_t>(c * 1e6F));
    return out;
  };
  const auto one = result(1);
  EXPECT_EQ(result(2), one);
  EXPECT_EQ(result(5), one);
}

TEST(Engine, VehiclesComeAndGo) {
  SidelinkParams p;
  Engine e = engine_of(p, LinkCurve::threshold(5));
  int sent = 0;
  for (TimeNs k = 0; k < 50; ++k) {
    for (std::uint32_t v = 0; v < 40; ++v) {
      if ((v + k) % 7 == 0) {
        e.enter(v, mix64(v + static_cast<std::uint64_t>(k) * 100), 10.0 * v, 0);
        e.settle();
        e.send(v, 0, k * 100 * kMillisecond);
      } else if ((v + k) % 7 == 3 && k >= 3) {
        e.leave(v);
        e.settle();
      }
    }
    sent += run(e, (k + 1) * 100 * kMillisecond - 1);
  }
  EXPECT_GT(sent, 200);
}

}  // namespace
}  // namespace cv2x::sidelink
