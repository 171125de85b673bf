#include "models/compute/server.h"

#include <cassert>

namespace cv2x {
namespace {

std::variant<Cores, Sharing> make(const ServerParams& params) {
  assert(params.cores >= 1 && params.speed_cps > 0 && params.queue >= 0);
  if (params.discipline == Discipline::kProcessorSharing) return Sharing(params);
  return Cores(params);
}

}  // namespace

Server::Server(const ServerParams& params) : kind_(make(params)) {}

bool Server::submit(const ServerTask& task, TimeNs now) {
  assert(next_wakeup() >= now);
  return std::visit([&](auto& kind) { return kind.submit(task, now); }, kind_);
}

std::span<const Slice> Server::advance(TimeNs now) {
  return std::visit([&](auto& kind) { return kind.advance(now); }, kind_);
}

std::span<const Slice> Server::interrupted() const {
  return std::visit([](const auto& kind) { return kind.interrupted(); }, kind_);
}

TimeNs Server::next_wakeup() const {
  return std::visit([](const auto& kind) { return kind.next_wakeup(); }, kind_);
}

std::vector<ServerTask> Server::clear(TimeNs now) {
  return std::visit([&](auto& kind) { return kind.clear(now); }, kind_);
}

void Server::halt(TimeNs now) {
  assert(next_wakeup() >= now);
  std::visit([&](auto& kind) { kind.halt(now); }, kind_);
}

void Server::resume(TimeNs now) {
  std::visit([&](auto& kind) { kind.resume(now); }, kind_);
}

std::int64_t Server::running() const {
  return std::visit([](const auto& kind) { return kind.running(); }, kind_);
}

std::int64_t Server::waiting() const {
  return std::visit([](const auto& kind) { return kind.waiting(); }, kind_);
}

double Server::work_ahead(TimeNs now) const {
  return std::visit([&](const auto& kind) { return kind.work_ahead(now); }, kind_);
}

TimeNs Server::take_busy_ns(TimeNs now) {
  assert(next_wakeup() >= now);
  return std::visit([&](auto& kind) { return kind.take_busy_ns(now); }, kind_);
}

}  // namespace cv2x
