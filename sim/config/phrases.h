#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/describe.h"

namespace cv2x::config {

/// "5 MHz to 400 MHz", "more than 0 s", "at least 0 B"; empty: any.
std::string allowed_range(const Bounds& bounds, Dimension dimension);
/// The same for a bare number.
std::string allowed_range(const Bounds& bounds);

/// Bounds of a time or size as parser and schema apply them: whole numbers of ns and bytes that can be added
/// up without overflow (a year, a petabyte).
Bounds duration_bounds(Bounds bounds);
Bounds bytes_bounds(Bounds bounds);

bool within(double value, const Bounds& bounds);

/// "a, b or c".
std::string listed(std::span<const std::string_view> names);

/// "; did you mean 'x'?" where a candidate is near, otherwise ";".
std::string hint(std::string_view word, const std::vector<std::string_view>& candidates);

/// "a, b, c" or "none".
std::string names_or_none(const std::vector<std::string_view>& names);

/// "site" of "sites", "host" of "compute.hosts": what an entry of the section is called.
std::string_view entry_of(std::string_view section);

/// The same with its article: "a site", "an input".
std::string an_entry_of(std::string_view section);

/// Names of entries: 1 to 64 of A–Z a–z 0–9 _ . -
inline constexpr std::string_view kNamePattern = "^[A-Za-z0-9_.-]{1,64}$";
bool is_name(std::string_view text);

}  // namespace cv2x::config
