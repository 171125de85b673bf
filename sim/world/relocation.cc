#include "sim/world/relocation.h"

#include <cassert>
#include <utility>

#include "sim/world/clock.h"
#include "sim/world/fleet.h"

namespace cv2x {

Relocations::Relocations(std::vector<Service> services, Ports ports)
    : services_(std::move(services)), ports_(std::move(ports)) {}

std::size_t Relocations::index_of(std::uint32_t slot, ServiceIndex service) const {
  std::size_t k = 0;
  while (services_[k].service != service) ++k;
  return slot * services_.size() + k;
}

bool Relocations::current(std::size_t index, std::uint32_t move) const {
  return anchors_[index].move && anchors_[index].moves == move;
}

void Relocations::enter(const VehicleState& vehicle) {
  const std::size_t needed = (vehicle.slot + 1) * services_.size();
  if (anchors_.size() < needed) anchors_.resize(needed);
}

void Relocations::leave(std::uint32_t slot) {
  for (std::size_t k = 0; k < services_.size(); ++k) {
    const std::size_t index = slot * services_.size() + k;
    if (anchor(index).move) {
      anchor(index).move->fail(now_ns());
      end(index);  // the tasks that wait find the vehicle gone
    }
    anchor(index).host = {};
  }
}

Anchors::Place Relocations::place(std::uint32_t ref, std::uint32_t slot, ServiceIndex service) {
  const std::size_t index = index_of(slot, service);
  Anchor& a = anchor(index);
  if (!a.host.valid()) return {Answer::kAsk, {}};
  const Meanwhile meanwhile = services_[index % services_.size()].params.meanwhile;
  if (!a.move || meanwhile == Meanwhile::kSource) return {Answer::kHost, a.host};
  ++a.waited;
  if (meanwhile == Meanwhile::kLost) return {Answer::kLost, {}};
  a.waiting.push_back(ref);
  return {Answer::kWait, {}};
}

void Relocations::placed(std::uint32_t slot, ServiceIndex service, HostIndex host) {
  const std::size_t index = index_of(slot, service);
  if (anchor(index).host.valid()) return;  // another task was first
  anchor(index).host = host;
  consider(index);
}

void Relocations::serving_changed(std::uint32_t slot) {
  for (std::size_t k = 0; k < services_.size(); ++k) consider(slot * services_.size() + k);
}

/// Begins a move, if there is a reason.
void Relocations::consider(std::size_t index) {
  if (index >= anchors_.size()) return;
  Anchor& a = anchor(index);
  const auto slot = static_cast<std::uint32_t>(index / services_.size());
  const Service& s = services_[index % services_.size()];
  if (a.move || !a.host.valid() || s.params.mode == RelocationMode::kStay) return;
  const SiteIndex serving = ports_.access->serving_site(slot);
  const HostIndex nearest =
      serving.valid() ? ports_.nearest_host(s.upf.valid() ? s.upf : serving) : HostIndex{};
  if (!should_relocate(s.params, a.host, nearest)) return;
  a.move = std::make_unique<Relocation>(s.params, a.host, nearest, now_ns());
  ++a.moves;
  a.waited = 0;
  record(index, EventKind::kRelocationDetected);
  schedule_at(a.move->next_wakeup(), &Relocations::wake, this, index, a.moves);
}

void Relocations::wake(std::size_t index, std::uint32_t move) {
  if (!current(index, move)) return;
  anchor(index).move->advance(now_ns());
  act(index);
}

/// Does what the move wants next.
void Relocations::act(std::size_t index) {
  Relocation& move = *anchor(index).move;
  const Service& s = services_[index % services_.size()];
  const std::uint32_t number = anchor(index).moves;
  switch (move.step()) {
    case Relocation::Step::kDeciding:
      break;
    case Relocation::Step::kStarting:
      record(index, EventKind::kRelocationDecided);
      ports_.prepare(move.to(), s.service, s.params.target == RelocationTarget::kCold,
                     [this, index, number](bool ready, bool at_once) {
                       if (!current(index, number)) return;
                       if (ready) {
                         anchor(index).move->started(at_once, now_ns());
                       } else {
                         anchor(index).move->fail(now_ns());
                       }
                       act(index);
                     });
      break;
    case Relocation::Step::kTransferring:
      anchor(index).fetch =
          ports_.transfers->fetch(move.context_bytes(), ports_.compute->site(move.from()),
                                  ports_.compute->site(move.to()), [this, index, number](bool arrived) {
                                    if (!current(index, number)) return;
                                    if (arrived) {
                                      anchor(index).move->transferred(now_ns());
                                    } else {
                                      anchor(index).move->fail(now_ns());
                                    }
                                    act(index);
                                  });
      break;
    case Relocation::Step::kSteering:
      record(index, EventKind::kRelocationExecuted);
      schedule_at(move.next_wakeup(), &Relocations::wake, this, index, number);
      break;
    case Relocation::Step::kDone:
      end(index);
      consider(index);
      break;
    case Relocation::Step::kFailed:
      end(index);
      break;
  }
}

/// Records the move and lets go on what has waited for it.
void Relocations::end(std::size_t index) {
  Anchor& a = anchor(index);
  const Relocation& move = *a.move;
  const bool done = move.step() == Relocation::Step::kDone;
  record(index, done ? EventKind::kRelocationCompleted : EventKind::kRelocationFailed);
  const auto& t = move.times();
  const Service& s = services_[index % services_.size()];
  ports_.results->relocation(
      {.time_ns = t.detected_ns,
       .vehicle = ports_.fleet->serial(static_cast<std::uint32_t>(index / services_.size())),
       .service = static_cast<std::uint16_t>(s.service.value),
       .from = static_cast<std::uint16_t>(move.from().value),
       .to = static_cast<std::uint16_t>(move.to().value),
       .mode = static_cast<std::uint8_t>(s.params.mode),
       .done = done,
       .warm = move.warm(),
       .bytes = static_cast<std::uint64_t>(move.context_bytes()),
       .decided_ns = t.decided_ns,
       .started_ns = t.started_ns,
       .executed_ns = t.executed_ns,
       .end_ns = t.end_ns,
       .waited = a.waited});
  a.host = move.host();
  ports_.transfers->forget(std::exchange(a.fetch, 0));
  a.move.reset();
  const auto waiting = std::exchange(a.waiting, {});
  const HostIndex host = a.host;
  for (const std::uint32_t ref : waiting) ports_.sink->resolve(ref, Target{host});
}

void Relocations::record(std::size_t index, EventKind kind) {
  const Relocation& move = *anchor(index).move;
  ports_.results->event(
      {.time_ns = now_ns(),
       .kind = kind,
       .vehicle = ports_.fleet->serial(static_cast<std::uint32_t>(index / services_.size())),
       .service = static_cast<std::int32_t>(services_[index % services_.size()].service.value),
       .host = static_cast<std::int32_t>(move.from().value),
       .to_host = static_cast<std::int32_t>(move.to().value)});
}

}  // namespace cv2x
