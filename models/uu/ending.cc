// What a transfer's time was spent on.
#include <algorithm>

#include "models/uu/mac.h"

namespace cv2x::uu {
namespace {

// Appends to a transfer's stages: times never decrease, and a stage of no length is dropped.
class StageWriter {
 public:
  StageWriter(std::vector<StageEntry>& out, Stage first, TimeNs begin) : out_(out), first_(out.size()) {
    out_.push_back({first, begin});
  }
  void enter(Stage stage, TimeNs at) {
    if (out_.back().stage == stage) return;
    if (at > out_.back().enter_ns) {
      out_.push_back({stage, at});
      return;
    }
    out_.back().stage = stage;
    if (out_.size() > first_ + 1 && out_[out_.size() - 2].stage == stage) out_.pop_back();
  }
  /// Enters at a time that may be before stages entered already: they are undone.
  void resume(Stage stage, TimeNs at) {
    while (out_.size() > first_ + 1 && out_.back().enter_ns >= at) out_.pop_back();
    enter(stage, at);
  }
  std::uint32_t first() const { return static_cast<std::uint32_t>(first_); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(out_.size() - first_); }

 private:
  std::vector<StageEntry>& out_;
  std::size_t first_;
};

}  // namespace

void Mac::end_transfer(const Block& block, const Transfer& transfer, Outcome outcome, Ue ue) {
  const bool uplink = block.direction == Direction::kUplink;
  const bool interrupted = transfer.usable_ns > transfer.enqueue_ns;
  const Stage begin = uplink ? Stage::kUeProcessing : Stage::kDlProcessing;
  StageWriter stages(stages_, interrupted ? Stage::kHandover : begin, transfer.enqueue_ns);
  const TimeNs start = timing_.time(block.first_start);
  const TimeNs granted = !block.granted ? start
                         : uplink       ? timing_.grant_received(block.grant)
                                        : timing_.time(block.grant);
  stages.enter(begin, transfer.usable_ns);
  if (uplink && block.granted) {
    // What came after the grant waits only for its PUSCH.
    stages.enter(Stage::kSrWait, std::min(timing_.request_ready(transfer.usable_ns), start));
    stages.enter(Stage::kGrantWait, std::min(transfer.request_ns, start));
  } else {
    stages.enter(uplink ? Stage::kUlAlignment : Stage::kDlAlignment, std::min(transfer.ready_ns, start));
  }
  if (transfer.possible_ns > 0)
    stages.enter(uplink ? Stage::kUlQueue : Stage::kDlQueue, std::min(transfer.possible_ns, granted));
  if (block.granted)
    stages.enter(uplink ? Stage::kUlAlignment : Stage::kDlAlignment, std::min(granted, start));
  // Its time on the radio before the loss is that of the stage it was in.
  if (transfer.repeats > 0 && transfer.lost_ns < start)
    stages.resume(Stage::kRlcRetransmission, transfer.lost_ns);
  stages.enter(uplink ? Stage::kUlTransmission : Stage::kDlTransmission, start);
  const int length = symbols(block);
  if (block.transmissions > 1) {
    stages.enter(uplink ? Stage::kUlHarq : Stage::kDlHarq, timing_.time(block.first_start + length));
  }
  stages.enter(uplink ? Stage::kGnbProcessing : Stage::kUeDecoding, timing_.time(block.start + length));
  const TimeNs end = uplink ? timing_.pusch_decoded(block.start)
                            : this->timing(block.direction, block.slice).pdsch_decoded(block.start);
  // TS 23.501 table 5.7.4-1 note 1: a delay-critical packet that is late counts as lost; others do not.
  const Quality& quality = qualities_[transfer.bearer];
  if (outcome == Outcome::kDelivered && quality.delay_critical &&
      end - transfer.enqueue_ns > quality.budget_ns)
    outcome = Outcome::kDelayBudget;
  done_.push_back({.ref = transfer.ref,
                   .ue = ue,
                   .cell = block.cell,
                   .direction = block.direction,
                   .outcome = outcome,
                   .end_ns = end,
                   .first_stage = stages.first(),
                   .stages = stages.count()});
}

void Mac::end_unsent(Direction direction, Ue ue, const Transfer& transfer, TimeNs now, Outcome outcome) {
  const bool uplink = direction == Direction::kUplink;
  const bool interrupted = transfer.usable_ns > transfer.enqueue_ns;
  const Stage begin = uplink ? Stage::kUeProcessing : Stage::kDlProcessing;
  StageWriter stages(stages_, interrupted ? Stage::kHandover : begin, transfer.enqueue_ns);
  stages.enter(begin, std::min(transfer.usable_ns, now));
  stages.enter(uplink ? Stage::kUlQueue : Stage::kDlQueue, std::min(transfer.ready_ns, now));
  done_.push_back({.ref = transfer.ref,
                   .ue = ue,
                   .cell = ues_[ue].cell,
                   .direction = direction,
                   .outcome = outcome,
                   .end_ns = now,
                   .first_stage = stages.first(),
                   .stages = stages.count()});
}

}  // namespace cv2x::uu
