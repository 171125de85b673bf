#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/base/work.h"
#include "models/compute/admission.h"
#include "models/compute/server.h"

namespace cv2x {

/// A machine that executes tasks: who may enter, and the cores behind. Sans-IO, as Server is.
class Host {
 public:
  /// `demands`, of all services by their index, outlives the host.
  Host(const ServerParams& server, const AdmissionLimits& limits, std::span<const Demand> demands);

  // Times never decrease; advance(now) comes before the others, as with Server.

  /// Takes a task at `now`, or says why not: kAdmissionRefused, kOutOfMemory, kComputeFull.
  std::optional<Outcome> submit(std::uint32_t ref, const Work& work, TimeNs now);
  /// What has finished by `now` (see Server::advance); tag is the service.
  std::span<const Slice> advance(TimeNs now);
  std::span<const Slice> interrupted() const { return server_.interrupted(); }
  TimeNs next_wakeup() const { return server_.next_wakeup(); }
  /// Drops everything; the refs of what was there are returned in order of submission.
  std::vector<std::uint32_t> clear(TimeNs now);

  const Server& server() const { return server_; }
  const Admission& admission() const { return admission_; }
  TimeNs take_busy_ns(TimeNs now) { return server_.take_busy_ns(now); }

 private:
  std::int64_t key(const Work& work) const;

  Discipline discipline_;
  Server server_;
  Admission admission_;
  std::span<const Demand> demands_;
};

}  // namespace cv2x
