#pragma once

#include <ns3/node.h>
#include <ns3/ptr.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/base/prefetch.h"
#include "models/mobility/trace.h"
#include "sim/world/ports.h"

namespace cv2x {

/// The vehicles present: replays a trace, one event a step, and gives everybody's position in between. Each
/// vehicle is an ns-3 node with a ReplayMobilityModel; ns-3 cannot remove nodes, so those of vehicles that
/// have left are used again, and memory is bounded by the vehicles present at a time.
class Fleet {
 public:
  Fleet(std::unique_ptr<TraceSource> source, double antenna_height_m);

  /// Listeners are told in the order of their being added.
  void add_listener(FleetListener* listener) { listeners_.push_back(listener); }
  /// Where entering and leaving are recorded.
  void record_to(ResultSink* results) { results_ = results; }
  /// Lets the vehicles of the first step enter, now, and schedules the next one.
  void start();

  bool present(std::uint32_t slot) const { return slot < vehicles_.size() && vehicles_[slot].present; }
  /// Number of the vehicle in the order of entering: row of `vehicle_names`.
  std::uint32_t serial(std::uint32_t slot) const { return vehicles_[slot].serial; }
  std::uint64_t key(std::uint32_t slot) const { return vehicles_[slot].key; }
  /// Asks for the memory of a vehicle that is about to be looked at.
  void fetch(std::uint32_t slot) const {
    if (slot < vehicles_.size()) prefetch(&vehicles_[slot], 1);
  }
  /// Where the vehicle is now.
  Kinematics kinematics(std::uint32_t slot) const;
  ns3::Ptr<ns3::Node> node(std::uint32_t slot) const { return vehicles_[slot].node; }

  /// Everybody present in ascending order of slot, where they are now.
  const std::vector<VehicleState>& states();
  /// Vehicles within `radius_m` of a point in the plane, in ascending order of their serial numbers.
  std::vector<std::uint32_t> within(const Position& centre, double radius_m);
  std::size_t size() const { return present_; }

 private:
  struct Vehicle {
    bool present = false;
    bool ahead = false;  // has a sample in the step that comes next
    std::uint32_t serial = 0;
    std::uint64_t key = 0;
    TraceSample last{}, next{};
    ns3::Ptr<ns3::Node> node;
  };
  void step();
  void look_ahead();
  void let_enter(const TraceEntry& entry);
  void let_leave(std::uint32_t slot);

  std::unique_ptr<TraceSource> source_;
  double antenna_height_m_;
  std::vector<FleetListener*> listeners_;
  ResultSink* results_ = nullptr;
  std::vector<Vehicle> vehicles_;  // by slot
  TraceStep current_, ahead_;
  bool has_ahead_ = false;
  std::uint32_t entered_ = 0;
  std::size_t present_ = 0;
  std::vector<VehicleState> states_;
  TimeNs states_at_ = -1;
};

}  // namespace cv2x
