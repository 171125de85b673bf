#include "models/bound/cheapest.h"

#include <algorithm>

namespace cv2x::bound {

bool cheapest_whole(const Request& r, const Prices& prices, Choice& best) {
  bool found = false;
  const auto consider = [&](double start, double paid) {
    const double cost = paid + (r.by_latency ? start + r.service + r.fixed : 0);
    if (cost >= best.cost) return;
    best = {cost, start};
    found = true;
  };
  if (r.latest < r.ready) return false;
  consider(r.ready, prices.paid(r.ready + r.service) - prices.paid(r.ready));
  // The cost is piecewise linear in the start; it bends where the start or the end passes from slot to slot.
  const auto bends = [&](double shift) {
    std::size_t slot = prices.slot_of(r.ready + shift) + (r.ready + shift >= prices.begin() ? 1 : 0);
    for (; slot <= prices.slots(); ++slot) {
      const double start = prices.start(slot) - shift;
      if (start > r.latest) break;
      if (r.by_latency && start + r.service + r.fixed >= best.cost) break;  // waiting alone costs as much
      if (start > r.ready) consider(start, prices.paid(start + r.service) - prices.paid(start));
      if (!r.by_latency && best.cost <= 0) break;
    }
  };
  bends(0);
  bends(r.service);
  if (!r.by_latency || r.latest + r.service + r.fixed < best.cost)
    consider(r.latest, prices.paid(r.latest + r.service) - prices.paid(r.latest));
  return found;
}

bool cheapest_in_parts(const Request& r, const Prices& prices, double& best_cost,
                       std::vector<std::pair<std::size_t, double>>& parts) {
  if (r.latest < r.ready) return false;
  // Slots up to the one in which it ends, cheapest first. In the last one all of it may be used while only
  // its beginning counts as the end: that is less than what it costs, by a slot at most.
  struct Part {
    double price, time;
    std::size_t slot;
  };
  std::vector<Part> known;
  bool found = false;
  double time = 0;
  const double end_at_least = r.ready + r.service;
  for (std::size_t slot = prices.slot_of(r.ready);; ++slot) {
    const bool beyond = slot >= prices.slots();
    const double begin = std::max(r.ready, prices.start(slot));
    if (begin > r.latest + r.service) break;
    const double end = std::max(begin, end_at_least);
    const double waited = r.by_latency ? end + r.fixed : 0;
    if (r.by_latency && waited >= best_cost) break;
    const double length = beyond ? r.service : std::max(0.0, prices.start(slot + 1) - begin);
    const Part part{beyond ? 0 : prices.at(slot), length, slot};
    known.insert(std::upper_bound(known.begin(), known.end(), part,
                                  [](const Part& a, const Part& b) { return a.price < b.price; }),
                 part);
    time += length;
    if (time < r.service) continue;
    double left = r.service, cost = waited;
    for (const Part& p : known) {
      const double used = std::min(left, p.time);
      cost += used * p.price;
      left -= used;
      if (left <= 0) break;
    }
    if (cost < best_cost) {
      best_cost = cost;
      found = true;
      parts.clear();
      left = r.service;
      for (const Part& p : known) {
        const double used = std::min(left, p.time);
        if (p.slot < prices.slots()) parts.emplace_back(p.slot, used);
        left -= used;
        if (left <= 0) break;
      }
    }
    if (beyond) break;
  }
  return found;
}

}  // namespace cv2x::bound
