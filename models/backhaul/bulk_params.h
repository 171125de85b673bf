#pragma once

#include <cstdint>

#include "models/base/describe.h"

namespace cv2x {

/// How images and contexts cross the backhaul; see bulk.h. Window as Linux' default tcp_rmem (6 MiB), initial
/// window of RFC 6928 (10 segments), retry as Linux' least retransmission timeout.
struct BulkParams {
  std::int64_t chunk_bytes = 65'536;
  std::int64_t initial_window_bytes = 14'600;
  std::int64_t window_bytes = 6'291'456;
  TimeNs retry_ns = 200 * kMillisecond;
};

inline void describe(Visitor& v, BulkParams& p) {
  v.bytes({"chunk", "bytes that cross a link at once: what others wait for"}, p.chunk_bytes, {1'000, 1e9});
  v.bytes({"initial_window", "bytes under way at first (RFC 6928); as large as window: no slow start"},
          p.initial_window_bytes, {1, 1e12});
  v.bytes({"window", "bytes under way at most: the receiver's window"}, p.window_bytes, {1'000, 1e12});
  v.duration({"retry", "until a lost chunk is sent again when nothing else is under way"}, p.retry_ns,
             {1e6, 6e10});
}

}  // namespace cv2x
