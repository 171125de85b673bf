#pragma once

#include <span>
#include <string>
#include <string_view>

#include "models/workload/params.h"

namespace cv2x {

/// Values that a service takes where its scenario gives none (data/profiles.csv).
struct Profile {
  std::string_view name;
  std::string_view what;
  std::string_view source;  ///< document, or what was assumed
  ServiceParams params;     ///< kind, rate, arrivals, deadline, sizes, cycles; the rest as by default
};

std::span<const Profile> profiles();
/// Null: there is none of that name.
const Profile* find_profile(std::string_view name);

}  // namespace cv2x
