#pragma once

#include <string>

#include "models/sidelink/link_curve.h"

namespace cv2x {

/// A link curve from a CSV file: a header with the columns snr_db and per (others are passed over), then a
/// row a point in ascending order of SNR; lines that begin with # are comments. Throws UserError with file
/// and line: no such file, no such columns, what is no number, an error rate outside [0, 1], SNRs that do not
/// ascend, no point.
sidelink::LinkCurve read_link_curve(const std::string& path);

}  // namespace cv2x
