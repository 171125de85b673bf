#include "models/workload/equipment.h"

#include <algorithm>

#include "models/base/hash.h"

namespace cv2x {

Equipment::Equipment(std::span<const ServiceParams> services, const Seed& seed) : seed_(seed) {
  for (const auto& service : services) {
    if (service.exclusive.empty()) {
      rules_.push_back({hash_name(service.name), false, 0, service.vehicles});
      continue;
    }
    double before = 0, all = 0;
    for (const auto& other : services) {
      if (other.exclusive != service.exclusive) continue;
      all += other.vehicles;
      if (other.name < service.name) before += other.vehicles;
    }
    double to = before + service.vehicles;
    if (to >= all && all > 1 - kShareSlack) to = 1;  // shares that make up 1 leave nobody out
    rules_.push_back({hash_name(service.exclusive), true, before, to});
  }
}

bool Equipment::runs(std::size_t service, std::uint64_t vehicle_key) const {
  const Rule& rule = rules_[service];
  const double u =
      Stream(seed_, rule.group ? "exclusive" : "equipped", combine(rule.key, vehicle_key)).uniform();
  return u >= rule.from && u < rule.to;
}

}  // namespace cv2x
