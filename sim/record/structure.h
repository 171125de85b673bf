#pragma once

#include <hdf5.h>

#include <cstdint>
#include <span>
#include <string>

namespace cv2x {

/// Holds a file against what columns.h says of its format: every dataset is there, with its type and shape,
/// the words and lists its values stand for, and at least as long as the last flush said. Reads no rows.
/// Throws h5::Error with what is not so. `minor`: of the file's format; an older one lacks what came later, a
/// newer one may hold more. `columns`, `last_row`: of the dataset `flushed`. Whoever calls it holds
/// h5::lock().
void check_structure(hid_t file, int minor, std::span<const std::string> columns,
                     std::span<const std::int64_t> last_row);

}  // namespace cv2x
