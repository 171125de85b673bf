#pragma once

#include <cstdint>
#include <span>

#include "models/bound/instance.h"
#include "sim/config/scenario.h"

namespace cv2x {

/// A task of a recorded run, as far as the policy had no say in it.
struct RecordedTask {
  std::uint16_t service = 0;
  std::uint32_t vehicle = 0;
  std::int64_t input_bytes = 0, output_bytes = 0;
  double cycles = 0;
  TimeNs created_ns = 0;
  TimeNs gone_ns = kNever;  ///< when its vehicle left
};

/// The tasks as a scheduling problem that every policy's run of this scenario is a solution of, at a cost
/// that is not above the run's: machines are the hosts and then the vehicles' own processors; a task reaches
/// a host no earlier than it could if it were alone in the network, and its result needs at least as long to
/// come back as it would alone:
/// * radio: ideal: delay and serialisation; nr: uu::LeastDelay on the best carrier; other kinds: no delay;
/// * backhaul: empty links, from the best site that has a cell, by way of the UPF of its slice; with other
///   kinds of radio: no delay.
/// A task's cycles are those it really needs. One that is lost, or as late as `lost` deadlines, counts as
/// that late. Vehicles are numbered below `vehicles`.
bound::Instance offload_instance(const Scenario& scenario, std::span<const RecordedTask> tasks,
                                 std::uint32_t vehicles, double lost);

}  // namespace cv2x
