#include "sim/world/bulk.h"

namespace cv2x {

std::uint64_t BulkTransfers::fetch(std::int64_t bytes, SiteIndex from, SiteIndex to, Done done) {
  const std::uint64_t id = next_fetch_++;
  open_.emplace(
      id,
      Fetch{.bulk = Bulk(params_, bytes), .from = from, .to = to, .done = std::move(done), .wake_up = {}});
  schedule_at(now_ns(), &BulkTransfers::request, this, id);
  return id;
}

void BulkTransfers::request(std::uint64_t id) {
  const auto it = open_.find(id);
  if (it == open_.end()) return;
  const std::uint64_t chunk = next_chunk_++;
  chunks_[chunk] = {id, 0};
  backhaul_.transfer(*this, chunk, request_bytes_, it->second.to, it->second.from);
}

/// Sends what the window allows.
void BulkTransfers::pump(std::uint64_t id) {
  for (;;) {
    const auto it = open_.find(id);  // a chunk may end the fetch, when there is no link to cross
    if (it == open_.end()) return;
    Fetch& f = it->second;
    const std::int64_t bytes = f.bulk.take_chunk(now_ns());
    if (bytes == 0) {
      f.wake_up.at(f.bulk.next_wakeup(), &BulkTransfers::wake, this, id);
      return;
    }
    const std::uint64_t chunk = next_chunk_++;
    chunks_[chunk] = {id, bytes};
    backhaul_.transfer(*this, chunk, bytes, f.from, f.to);
  }
}

void BulkTransfers::wake(std::uint64_t id) {
  const auto it = open_.find(id);
  if (it == open_.end() || !it->second.wake_up.fired()) return;
  pump(id);
}

void BulkTransfers::transferred(std::uint64_t id) {
  const auto chunk = chunks_.extract(id).mapped();
  const auto it = open_.find(chunk.fetch);
  if (it == open_.end()) return;
  Fetch& f = it->second;
  if (chunk.bytes == 0) {
    pump(chunk.fetch);
    return;
  }
  if (f.bulk.arrived(chunk.bytes)) {
    end(chunk.fetch, true);
    return;
  }
  const TimeNs back_ns = topology_.route(f.to, f.from)->delay_ns;
  if (back_ns == 0 && f.from == f.to) {
    f.bulk.acknowledged(chunk.bytes);  // by pump(), which is still sending
  } else {
    schedule_at(now_ns() + back_ns, &BulkTransfers::acknowledge, this, chunk.fetch, chunk.bytes);
  }
}

void BulkTransfers::acknowledge(std::uint64_t id, std::int64_t bytes) {
  const auto it = open_.find(id);
  if (it == open_.end()) return;
  it->second.bulk.acknowledged(bytes);
  pump(id);
}

void BulkTransfers::transfer_lost(std::uint64_t id, Outcome outcome) {
  const auto chunk = chunks_.extract(id).mapped();
  const auto it = open_.find(chunk.fetch);
  if (it == open_.end()) return;
  if (outcome == Outcome::kNoRoute) {
    end(chunk.fetch, false);
  } else if (chunk.bytes == 0) {
    schedule_at(now_ns() + params_.retry_ns, &BulkTransfers::request, this, chunk.fetch);
  } else {
    Fetch& f = it->second;
    f.bulk.lost(chunk.bytes, now_ns());
    f.wake_up.at(f.bulk.next_wakeup(), &BulkTransfers::wake, this, chunk.fetch);
  }
}

void BulkTransfers::end(std::uint64_t id, bool arrived) {
  const Done done = std::move(open_.extract(id).mapped().done);
  done(arrived);
}

}  // namespace cv2x
