// A geocast that is broadcast: who gets what is models/session/area_broadcast.h. Its messages to the sites
// are journeys of the pool (Flow::kShipment) that have no row of their own; the receivers' copies take over
// their stages where they meet.
#include <cassert>

#include "sim/world/clock.h"
#include "sim/world/session.h"

namespace cv2x {

AreaBroadcast::Whereabouts Session::whereabouts(std::uint32_t copy) const {
  const Journey& j = *pool_[copy];
  if (vehicle_gone(j)) return {.gone = true, .cell = -1};
  if (!ports_.access->serving_site(j.slot).valid()) return {};
  return {.gone = false, .cell = ports_.access->serving_cell(j.slot)};
}

void Session::fan_out_broadcast(std::uint32_t ref, std::span<const std::uint32_t> copies) {
  const Journey& geocast = *pool_[ref];
  AreaBroadcast& area = broadcasts_[geocast.id];
  for (const std::uint32_t copy : copies) {
    Journey& j = *pool_[copy];
    const Step step = advance(j, now_ns());
    assert(step == Step::kToVehicle);
    static_cast<void>(step);
    area.add(copy, ports_.access->serving_site(j.slot), j.cell);
  }
  const SiteIndex upf = services_[geocast.service.value].upf;
  if (upf.valid() && upf != geocast.server_site) {
    ports_.backhaul->send(add_shipment(geocast, geocast.id, upf, kToUpf), geocast.output_bytes,
                          geocast.server_site, upf);
  } else {
    ship(geocast, geocast.id, geocast.server_site);
  }
}

std::uint32_t Session::add_shipment(const Journey& before, std::uint64_t geocast, SiteIndex to,
                                    std::int32_t target) {
  const std::uint32_t ref = allocate();
  begin_shipment(*pool_[ref], before, geocast);
  pool_[ref]->radio_site = to;
  pool_[ref]->target = target;
  return ref;
}

/// One message from `from` to every site of the area.
void Session::ship(const Journey& before, std::uint64_t geocast, SiteIndex from) {
  const AreaBroadcast& area = broadcasts_.at(geocast);
  if (area.targets().empty()) {
    end_missed(geocast, before, {});
    return;
  }
  std::vector<std::uint32_t> shipments;
  for (const auto& target : area.targets())
    shipments.push_back(
        add_shipment(before, geocast, target.site, static_cast<std::int32_t>(shipments.size())));
  const std::int64_t bytes = before.output_bytes;
  for (const std::uint32_t shipment : shipments)  // may end them, and the geocast, at once
    ports_.backhaul->send(shipment, bytes, from, pool_[shipment]->radio_site);
}

void Session::shipment_arrived(std::uint32_t ref) {
  Journey& shipment = *pool_[ref];
  const std::uint64_t geocast = shipment.parent_id;
  if (shipment.target == kToUpf) {
    shipment.step = Step::kEnded;
    ship(shipment, geocast, shipment.radio_site);
    free_.push_back(ref);
    return;
  }
  const auto where = [this](std::uint32_t copy) { return whereabouts(copy); };
  AreaBroadcast& area = broadcasts_.at(geocast);
  const auto transmissions = area.arrive(static_cast<std::size_t>(shipment.target), where);
  for (const auto& transmission : transmissions) {
    for (const std::uint32_t copy : transmission.receivers) {
      Journey& j = *pool_[copy];
      join_shipment(j, shipment);
      j.radio_site = shipment.radio_site;
      j.cell = transmission.cell;
      advance(j, now_ns());
    }
  }
  const ServiceIndex service = shipment.service;
  const std::int64_t bytes = shipment.output_bytes;
  shipment.step = Step::kEnded;
  if (area.over()) end_missed(geocast, shipment, {});
  free_.push_back(ref);
  std::vector<BroadcastReceiver> receivers;
  for (const auto& transmission : transmissions) {
    receivers.clear();
    for (const std::uint32_t copy : transmission.receivers) receivers.push_back({pool_[copy]->slot, copy});
    ports_.access->broadcast(transmission.cell, receivers, service, bytes);
  }
}

void Session::shipment_lost(std::uint32_t ref, Outcome outcome) {
  Journey& shipment = *pool_[ref];
  const std::uint64_t geocast = shipment.parent_id;
  shipment.step = Step::kEnded;
  if (shipment.target == kToUpf) {
    end_missed(geocast, shipment, outcome);
  } else {
    const auto where = [this](std::uint32_t copy) { return whereabouts(copy); };
    AreaBroadcast& area = broadcasts_.at(geocast);
    for (const std::uint32_t copy : area.lose(static_cast<std::size_t>(shipment.target), where)) {
      join_shipment(*pool_[copy], shipment);
      end(copy, outcome);
    }
    if (area.over()) end_missed(geocast, shipment, {});
  }
  free_.push_back(ref);
}

/// Nothing more will come: those not provided for have lost it, for `reason` or their own.
void Session::end_missed(std::uint64_t geocast, const Journey& last, std::optional<Outcome> reason) {
  const auto area = broadcasts_.extract(geocast);
  for (const std::uint32_t copy : area.mapped().waiting()) {
    const auto now = whereabouts(copy);
    join_shipment(*pool_[copy], last);
    end(copy, now.gone       ? Outcome::kVehicleLeft
              : reason       ? *reason
              : now.cell < 0 ? Outcome::kOutOfCoverage
                             : Outcome::kBroadcastMissed);
  }
}

}  // namespace cv2x
