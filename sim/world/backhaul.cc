#include "sim/world/backhaul.h"

#include "models/base/hash.h"
#include "sim/world/clock.h"

namespace cv2x {

MessageBackhaul::MessageBackhaul(Topology& topology, std::span<const LinkParams> links, const Seed& seed,
                                 JourneyEvents& journeys)
    : topology_(topology), journeys_(journeys) {
  for (const auto& link : links) {
    const LinkDirection one_way(link.rate_bps, link.delay_ns, link.queue_bytes);
    links_.push_back({one_way, one_way});
    const BackgroundParams& others = link.background;
    if (others.rate_bps <= 0) continue;
    for (std::uint64_t direction = 0; direction < 2; ++direction)
      links_.back()[direction].add_background(
          others.rate_bps, others.packet_kind, others.packet_bytes,
          Stream(seed, "link background", combine(hash_name(link.name), direction)));
  }
}

void MessageBackhaul::send(std::uint32_t ref, std::int64_t bytes, SiteIndex from, SiteIndex to) {
  const Route* route = to.valid() ? topology_.route(from, to) : nullptr;
  if (!route) {
    journeys_.lost(ref, Outcome::kNoRoute);
    return;
  }
  cross(ref, bytes, route, 0);
}

std::optional<PathEstimate> MessageBackhaul::path(SiteIndex from, SiteIndex to) {
  const Route* route = topology_.route(from, to);
  if (!route) return {};
  return PathEstimate{route->delay_ns, route->bottleneck_bps};
}

void MessageBackhaul::cross(std::uint32_t ref, std::int64_t bytes, const Route* route, std::uint32_t hop) {
  if (hop == route->hops.size()) {
    journeys_.routed(ref);
    return;
  }
  const Hop& h = route->hops[hop];
  const TimeNs now = now_ns();
  const auto passage = links_[h.link.value][h.direction].send(bytes, now);
  if (!passage) {
    journeys_.stages(ref).enter(Stage::kBackhaulQueue, now);
    journeys_.lost(ref, Outcome::kQueueFull);
    return;
  }
  StageList& stages = journeys_.stages(ref);
  stages.enter(Stage::kBackhaulQueue, now);
  stages.enter(Stage::kBackhaulTransmission, passage->start_ns);
  stages.enter(Stage::kBackhaulPropagation, passage->sent_ns);
  schedule_at(passage->arrive_ns, &MessageBackhaul::cross, this, ref, bytes, route, hop + 1);
}

void MessageBackhaul::transfer(TransferEvents& owner, std::uint64_t id, std::int64_t bytes, SiteIndex from,
                               SiteIndex to) {
  const Route* route = to.valid() ? topology_.route(from, to) : nullptr;
  if (!route) {
    owner.transfer_lost(id, Outcome::kNoRoute);
    return;
  }
  carry(&owner, id, bytes, route, 0);
}

void MessageBackhaul::carry(TransferEvents* owner, std::uint64_t id, std::int64_t bytes, const Route* route,
                            std::uint32_t hop) {
  if (hop == route->hops.size()) {
    owner->transferred(id);
    return;
  }
  const Hop& h = route->hops[hop];
  const auto passage = links_[h.link.value][h.direction].send(bytes, now_ns());
  if (!passage) {
    owner->transfer_lost(id, Outcome::kQueueFull);
    return;
  }
  schedule_at(passage->arrive_ns, &MessageBackhaul::carry, this, owner, id, bytes, route, hop + 1);
}

void MessageBackhaul::sample(TimeNs interval, ResultSink& sink) {
  const TimeNs now = now_ns();
  for (std::size_t i = 0; i < links_.size(); ++i) {
    for (std::uint8_t direction = 0; direction < 2; ++direction) {
      auto& link = links_[i][direction];
      const auto load = link.take_load(now);
      sink.link({.time_ns = now,
                 .link = static_cast<std::uint16_t>(i),
                 .direction = direction,
                 .bytes = load.bytes,
                 .drops = load.drops,
                 .utilisation =
                     static_cast<float>(static_cast<double>(load.busy_ns) / static_cast<double>(interval)),
                 .queued_bytes = static_cast<std::uint64_t>(link.queued_bytes(now))});
    }
  }
}

}  // namespace cv2x
