#include "models/session/area_broadcast.h"

#include <algorithm>

namespace cv2x {

void AreaBroadcast::add(std::uint32_t receiver, SiteIndex site, std::int32_t cell) {
  waiting_.push_back(receiver);
  if (!site.valid()) return;
  auto target =
      std::find_if(targets_.begin(), targets_.end(), [&](const Target& t) { return t.site == site; });
  if (target == targets_.end()) target = targets_.insert(targets_.end(), Target{site, {}, true});
  if (std::find(target->cells.begin(), target->cells.end(), cell) == target->cells.end())
    target->cells.push_back(cell);
}

bool AreaBroadcast::over() const {
  return std::none_of(targets_.begin(), targets_.end(), [](const Target& t) { return t.open; });
}

}  // namespace cv2x
