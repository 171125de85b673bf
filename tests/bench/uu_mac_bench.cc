// How fast models/uu is by itself: 400 UEs in 7 cells, 6000 transfers/s (10 Hz uplink messages of 300 B;
// offloaded tasks with 20 kB up and 2 kB down at 2 Hz, warnings of 300 B down), 20 simulated seconds. Usage:
// bench_uu_mac [UEs] [cells] [transfers per second] [seconds]
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "models/base/hash.h"
#include "models/uu/mac.h"

int main(int argc, char** argv) {
  using namespace cv2x;
  using namespace cv2x::uu;
  const auto argument = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
  const auto ues = static_cast<Ue>(argument(1, 400));
  const auto cells = static_cast<std::size_t>(argument(2, 7));
  const double rate = argument(3, 6000), seconds = argument(4, 20);

  CarrierParams carrier;
  carrier.name = "n78";
  carrier.bandwidth_hz = 40e6;
  Mac mac(carrier, std::vector<double>(cells, 46), Seed{});
  Stream stream(Seed{}, "bench", 0);
  // Cells on a square grid 500 m apart, UEs anywhere in their squares; path loss of UMa NLOS (TR 38.901)
  // at 3.5 GHz.
  const auto side = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(cells))));
  std::vector<std::vector<float>> gains(ues);
  for (Ue ue = 0; ue < ues; ++ue) {
    const std::size_t home = ue % cells;
    const double x = 500 * (static_cast<double>(home % side) + stream.uniform());
    const double y = 500 * (static_cast<double>(home / side) + stream.uniform());
    std::size_t best = 0;
    for (std::size_t c = 0; c < cells; ++c) {
      const double dx = x - 500 * (static_cast<double>(c % side) + 0.5),
                   dy = y - 500 * (static_cast<double>(c / side) + 0.5);
      const double loss_db = 24.4 + 39.08 * std::log10(std::sqrt(dx * dx + dy * dy + 25 * 25));
      gains[ue].push_back(static_cast<float>(8 - loss_db + 6 * stream.normal()));
      if (gains[ue][c] > gains[ue][best]) best = c;
    }
    mac.set_gains(ue, gains[ue]);
    mac.attach(ue, hash_name("ue" + std::to_string(ue)), static_cast<Cell>(best), 0);
  }

  const std::clock_t start = std::clock();  // CPU time: the machine may be shared
  std::uint64_t transfers = 0, done = 0, lost = 0, slots = 0, epochs = 0;
  double latency_ms[kDirections] = {};
  std::uint64_t delivered[kDirections] = {};
  const auto end = from_seconds(seconds);
  TimeNs next_arrival = 0, next_epoch = 0;
  std::vector<TimeNs> sent;
  for (;;) {
    const TimeNs wake = mac.next_wakeup();
    if (next_arrival >= end && wake == kNever) break;
    if (next_arrival < end && next_arrival < wake) {
      if (next_arrival >= next_epoch) {  // positions change every 100 ms
        for (Ue ue = 0; ue < ues; ++ue) mac.set_gains(ue, gains[ue]);
        next_epoch += 100 * kMillisecond;
        ++epochs;
      }
      const double kind = stream.uniform();
      const auto ue = static_cast<Ue>(stream.uniform() * ues);
      const auto ref = static_cast<std::uint32_t>(sent.size());
      sent.push_back(next_arrival);
      ++transfers;
      if (kind < 0.6) {
        mac.enqueue(Direction::kUplink, ue, ref, 300, next_arrival);
      } else if (kind < 0.68) {
        mac.enqueue(Direction::kUplink, ue, ref, 20'000, next_arrival);
      } else {
        mac.enqueue(Direction::kDownlink, ue, ref, kind < 0.76 ? 2000 : 300, next_arrival);
      }
      next_arrival += from_seconds(stream.exponential(1 / rate));
      continue;
    }
    ++slots;
    for (const Done& d : mac.advance(wake)) {
      ++done;
      if (d.outcome != Outcome::kDelivered) {
        ++lost;
        continue;
      }
      const auto way = static_cast<std::size_t>(d.direction);
      latency_ms[way] += to_seconds(d.end_ns - sent[d.ref]) * 1e3;
      ++delivered[way];
    }
  }
  const double cpu = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::uint64_t blocks[kDirections] = {}, nacks[kDirections] = {}, prbs[kDirections] = {};
  for (Cell c = 0; c < cells; ++c) {
    const CellLoad load = mac.take_load(c);
    for (std::size_t d = 0; d < kDirections; ++d) {
      blocks[d] += load.blocks[d];
      nacks[d] += load.nacks[d];
      prbs[d] += load.prb_slots[d];
    }
  }
  fmt::print("{} UEs, {} cells, {:.0f} transfers/s, {:.0f} s: {:.3f} s of CPU time = {:.0f} x real time\n",
             ues, cells, rate, seconds, cpu, seconds / cpu);
  fmt::print(
      "{} transfers, {} ended, {} lost; {:.2f} M transfers/s, {:.0f} ns a transfer; {} slots, {} epochs\n",
      transfers, done, lost, 1e-6 * static_cast<double>(transfers) / cpu,
      1e9 * cpu / static_cast<double>(transfers), slots, epochs);
  for (std::size_t d = 0; d < kDirections; ++d) {
    fmt::print("{}: {} blocks, {:.1f} % NACK, mean latency {:.2f} ms, PRB share {:.1f} %\n",
               d == 0 ? "up" : "down", blocks[d],
               100.0 * static_cast<double>(nacks[d]) / static_cast<double>(blocks[d]),
               latency_ms[d] / static_cast<double>(delivered[d]),
               100.0 * static_cast<double>(prbs[d]) /
                   (static_cast<double>(cells) * mac.timing().prbs() * seconds * 1e9 /
                    static_cast<double>(mac.timing().slot_ns())));
  }
}
