#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "models/backhaul/bulk.h"
#include "models/topology/graph.h"
#include "sim/world/clock.h"
#include "sim/world/ports.h"

namespace cv2x {

/// Images and contexts on the backhaul: fetched by a request and then chunk by chunk, each of which queues on
/// every link as any message does. Acknowledgements take the propagation delay of the way back and no
/// capacity.
class BulkTransfers final : public TransferEvents {
 public:
  /// True: all bytes have arrived; false: there is no way.
  using Done = std::function<void(bool)>;

  BulkTransfers(const BulkParams& params, std::int64_t request_bytes, Backhaul& backhaul, Topology& topology)
      : params_(params), request_bytes_(request_bytes), backhaul_(backhaul), topology_(topology) {}

  /// Asks `from` for that many bytes, which come to `to`. `done` is called once, never before this returns.
  std::uint64_t fetch(std::int64_t bytes, SiteIndex from, SiteIndex to, Done done);
  /// What is under way still crosses its links; nobody is told of the end.
  void forget(std::uint64_t id) { open_.erase(id); }

  // TransferEvents
  void transferred(std::uint64_t id) override;
  void transfer_lost(std::uint64_t id, Outcome outcome) override;

 private:
  struct Fetch {
    Bulk bulk;
    SiteIndex from, to;
    Done done;
    WakeUp wake_up;
  };
  struct Chunk {
    std::uint64_t fetch;
    std::int64_t bytes;  // 0: the request
  };
  void request(std::uint64_t id);
  void pump(std::uint64_t id);
  void wake(std::uint64_t id);
  void acknowledge(std::uint64_t id, std::int64_t bytes);
  void end(std::uint64_t id, bool arrived);

  BulkParams params_;
  std::int64_t request_bytes_;
  Backhaul& backhaul_;
  Topology& topology_;
  // By number; never walked through, so their order decides nothing.
  std::unordered_map<std::uint64_t, Fetch> open_;
  std::unordered_map<std::uint64_t, Chunk> chunks_;
  std::uint64_t next_fetch_ = 1, next_chunk_ = 1;
};

}  // namespace cv2x
