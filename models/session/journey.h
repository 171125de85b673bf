#pragma once

#include <cstddef>
#include <cstdint>

#include "models/base/ids.h"
#include "models/base/outcome.h"
#include "models/base/stage.h"
#include "models/base/time.h"

namespace cv2x {

/// The way that a message or task takes.
enum class Flow : std::uint8_t {
  kTask,  ///< decide → uplink → server → compute → vehicle → downlink; or decide → compute in the vehicle
  kUpload,    ///< uplink → server
  kGeocast,   ///< uplink → server → compute → copies to the vehicles of an area
  kCopy,      ///< one receiver's copy of a geocast: → vehicle → downlink
  kShipment,  ///< a site's message of a geocast that is broadcast there; no row of its own
  kGraph,     ///< a task of several subtasks (models/session/graph.h)
  kSubtask,   ///< decide → its inputs come together → compute
  kTransfer,  ///< an input of a subtask, or a result of the graph, on its way: like a task's uplink or
              ///< downlink, or from host to host
};

/// Where it is on that way.
enum class Step : std::uint8_t {
  kCreated,
  kDeciding,   ///< the policy has been asked
  kUplink,     ///< from the vehicle to its serving site
  kToServer,   ///< on the backhaul to the server's site
  kComputing,  ///< at the server, or in the vehicle when local
  kFanOut,     ///< the copies, or the subtasks, are under way
  kToVehicle,  ///< on the backhaul to the vehicle's serving site
  kDownlink,   ///< from there to the vehicle
  kGathering,  ///< inputs of a subtask are under way to where it runs
  kEnded,
};

/// One message, copy or task under way. A value that the world keeps in a pool; the rules of its life are the
/// functions here, told the time, so they are tested without a simulator.
struct Journey {
  std::uint64_t id = 0;
  std::uint64_t parent_id = 0;
  Flow flow = Flow::kUpload;
  Step step = Step::kEnded;
  bool local = false;      ///< runs in the vehicle
  bool by_policy = false;  ///< the offloading policy decides where it runs
  std::uint8_t path = 0;   ///< between vehicle and data network, as the policy has chosen
  bool counted = false;    ///< created within the counted part of the run
  ServiceIndex service;
  std::uint32_t slot = 0;         ///< vehicle: sender, or receiver of a copy
  std::uint32_t serial = 0;       ///< tells whether the slot still holds that vehicle
  std::uint64_t vehicle_key = 0;  ///< hash of its name
  HostIndex host;                 ///< where it computes (not when local)
  SiteIndex server_site;          ///< where the uplink part ends
  SiteIndex radio_site;           ///< where the downlink leaves the backhaul
  bool to_upf = false;            ///< on the backhaul towards its UPF, from where it goes on
  std::int32_t cell = -1;         ///< serving cell (or site) last used
  std::int64_t input_bytes = 0;
  std::int64_t output_bytes = 0;
  double cycles = 0;
  TimeNs created_ns = 0;
  TimeNs decided_ns = 0;
  TimeNs due_ns = kNever;  ///< moment of its deadline
  float x_m = 0, y_m = 0;  ///< where the sender was at created_ns
  StageList stages;

  // Parts that are rows of their own: a task's uplink and downlink messages are ranges of its stage list,
  // [up_first, up_last) until up_end_ns (up_last once up_arrived) and [down_first, …) from down_begin_ns.
  std::size_t up_first = 0, up_last = 0, down_first = 0;
  TimeNs up_end_ns = 0, down_begin_ns = 0;
  bool has_up = false, up_arrived = false, has_down = false;

  std::int32_t target = 0;  ///< of a shipment: which of its geocast

  // A geocast and its copies.
  std::uint32_t parent_ref = 0;  ///< of a copy: the geocast in the pool
  std::uint32_t copies_open = 0;
  Outcome copies_outcome =
      Outcome::kDelivered;  ///< kDelivered, or the reason of the first copy that was lost

  // A subtask and its transfers.
  std::uint64_t graph_id = 0;     ///< 0: none
  std::uint32_t subtask = 0;      ///< its number in the graph
  std::uint32_t inputs_open = 0;  ///< of a subtask: transfers under way to it
  bool result = false;        ///< a transfer to the vehicle that ends a graph, rather than begins a subtask
  std::size_t own_first = 0;  ///< its own stages are those from here; before are the ways to it
};

/// What comes after the current step has been completed at `now`. Moves the journey on and cuts its stage
/// list where a part that is a row of its own begins or ends.
Step advance(Journey& journey, TimeNs now);

/// The policy's answer: before advance() out of kDeciding.
void decide(Journey& journey, HostIndex host, SiteIndex site, TimeNs now);
void decide_local(Journey& journey, TimeNs now);

/// Makes `copy` a receiver's copy of a geocast that has been computed: the way so far, to be moved on by
/// advance(). The receiver's own fields (id, slot, serial, …) are the caller's.
void begin_copy(Journey& copy, const Journey& geocast, std::uint32_t geocast_ref);

/// A copy has ended: the geocast takes over the stages of the copy that ends last (call it in order of time),
/// and is delivered when all are. True when it was the last one; then advance() ends the geocast.
bool end_copy(Journey& geocast, const Journey& copy, Outcome outcome);

/// Makes `subtask` one of `graph` that is ready; `way`: the stages that led to it. Its id, time, cycles and
/// bytes are the caller's.
void begin_subtask(Journey& subtask, const Journey& graph, std::uint32_t number, const StageList& way);

/// From the vehicle to a host, from host to host, from a host to the vehicle.
enum class Way : std::uint8_t { kUp, kBetween, kDown };
/// Makes `transfer` carry so many bytes of what `subtask` needs or has computed, between the sites of the
/// hosts. Its id and time are the caller's.
void begin_transfer(Journey& transfer, const Journey& subtask, Way way, std::int64_t bytes, SiteIndex from,
                    SiteIndex to);

/// The transfer that comes last has brought what the subtask waited for.
void join_transfer(Journey& subtask, const Journey& transfer);

/// Makes `shipment` one site's message of the geocast called `geocast`; `before` is the geocast, or the
/// shipment that has taken it to where they part.
void begin_shipment(Journey& shipment, const Journey& before, std::uint64_t geocast);

/// A copy has come the way of a shipment.
void join_shipment(Journey& copy, const Journey& shipment);

}  // namespace cv2x
