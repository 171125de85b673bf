#pragma once

#include <span>
#include <vector>

#include "models/sidelink/engine.h"
#include "models/workload/params.h"
#include "sim/world/clock.h"
#include "sim/world/fleet.h"
#include "sim/world/ports.h"
#include "sim/world/workers.h"

namespace cv2x {

/// The sidelink in the world: tells its engine where the vehicles are (every 100 ms, as TR 36.885 has it),
/// calls it for the slots in which there is something to do, and hands on what it measures.
class SidelinkRadio final : public Sidelink {
 public:
  static constexpr TimeNs kStepNs = 100 * kMillisecond;  // of positions, and of the channel busy ratio

  /// `services`: all of the scenario, of which those of kind sidelink_broadcast use it. `curves`: of
  /// packets of 1, 2, … sub-channels.
  SidelinkRadio(const SidelinkParams& params, std::span<const sidelink::LinkCurve> curves,
                double antenna_height_m, const std::vector<ServiceParams>& services,
                const sidelink::Window& counted, const Seed& seed, Fleet& fleet, ResultSink& results);

  void start();
  void enter(const VehicleState& vehicle) override;
  void leave(std::uint32_t slot) override;
  void broadcast(std::uint32_t slot, ServiceIndex service) override;

  // What it has measured, at the end of the run.
  std::vector<SidelinkReceptionRow> receptions() const;
  std::vector<SidelinkGapRow> gaps() const;
  std::vector<SidelinkCbrRow> cbr() const;
  std::vector<SidelinkTotalRow> totals() const;

 private:
  void step();
  void slot();
  void measure_load();

  SidelinkParams params_;
  std::vector<std::uint16_t> flow_of_;     // by service
  std::vector<std::uint16_t> service_of_;  // by flow
  sidelink::Window counted_;
  Workers workers_;
  sidelink::Engine engine_;
  Fleet& fleet_;
  ResultSink& results_;
  WakeUp wake_up_;
  bool unsettled_ = false;
  std::uint32_t packets_ = 0;              // since the last step
  std::vector<std::uint64_t> packets_of_;  // by flow, in all
  std::vector<std::uint64_t> cbr_counts_;  // by bucket
  std::vector<float> sorted_;
};

}  // namespace cv2x
