#pragma once

#include <string_view>
#include <vector>

namespace cv2x {

/// The rows of a table that the build has embedded (cmake/embed.cmake), each its cells; the first line that
/// is no comment (#) is the heading and left out, and so are empty lines. A cell that holds commas stands in
/// double quotes, which it holds none of. The cells point into `text`.
std::vector<std::vector<std::string_view>> csv_rows(std::string_view text);

/// A number that makes up a whole cell. What is embedded is right: anything else is a programmer's error.
double csv_number(std::string_view cell);

}  // namespace cv2x
