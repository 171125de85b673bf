// State machines of models/: links and servers, told the time by Python.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/bindings.h"
#include "bindings/each.h"
#include "models/backhaul/link.h"
#include "models/compute/server.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

using Times = py::array_t<TimeNs>;

/// Time never goes backwards; ValueError where it would.
class Clock {
 public:
  TimeNs at(TimeNs now) {
    if (now < now_) throw py::value_error("time goes backwards");
    return now_ = now;
  }
  TimeNs now() const { return now_; }

 private:
  TimeNs now_ = 0;
};

struct Link {
  LinkDirection link;
  Clock clock;

  using Passage = std::tuple<TimeNs, TimeNs, TimeNs>;

  std::optional<Passage> send(TimeNs now, std::int64_t bytes) {
    if (bytes < 0) throw py::value_error("a negative size");
    const auto passage = link.send(bytes, clock.at(now));
    if (!passage) return std::nullopt;
    return Passage{passage->start_ns, passage->sent_ns, passage->arrive_ns};
  }

  std::tuple<Times, Times, Times> send_all(const Array<TimeNs>& now, const Array<std::int64_t>& bytes) {
    const auto n = length_of({now.size(), bytes.size()});
    Times start(n), sent(n), arrive(n);
    TimeNs* const to[] = {start.mutable_data(), sent.mutable_data(), arrive.mutable_data()};
    const TimeNs* const at = now.data();
    const std::int64_t* const size = bytes.data();
    {
      const py::gil_scoped_release no_gil;
      for (py::ssize_t i = 0; i < n; ++i) {
        std::tie(to[0][i], to[1][i], to[2][i]) = send(at[i], size[i]).value_or(Passage{-1, -1, -1});
      }
    }
    return {start, sent, arrive};
  }
};

class Machine {
 public:
  explicit Machine(const ServerParams& params) : server(params) {}

  Server server;
  Clock clock;

  bool submit(TimeNs now, double cycles, std::uint32_t ref, std::int64_t order) {
    if (!(cycles >= 0) || !std::isfinite(cycles)) throw py::value_error("cycles are finite and not negative");
    server.advance(clock.at(now));
    return server.submit({.ref = ref, .cycles = cycles, .key = order}, now);
  }

  /// A whole trace through an idle server, until the last one has finished; -1: refused. With pre-emption
  /// `start` is when the task was first served.
  std::pair<Times, Times> run(const Array<TimeNs>& now, const Array<double>& cycles,
                              const Array<std::int64_t>& order) {
    const auto n = length_of({now.size(), cycles.size(), order.size()});
    if (server.running() > 0) throw py::value_error("the server is busy; a trace needs an idle one");
    Times start(n), end(n);
    trace({now.data(), cycles.data(), order.data()}, n, start.mutable_data(), end.mutable_data());
    return {start, end};
  }

 private:
  struct Trace {
    const TimeNs* now;
    const double* cycles;
    const std::int64_t* order;
  };

  void trace(const Trace& trace, py::ssize_t n, TimeNs* start, TimeNs* end) {
    const py::gil_scoped_release no_gil;
    const auto begun = [&](const Slice& slice) {
      if (start[slice.ref] < 0) start[slice.ref] = slice.start_ns;
    };
    const auto take = [&](std::span<const Slice> finished) {
      for (const auto& done : finished) {
        begun(done);
        end[done.ref] = done.end_ns;
      }
    };
    std::fill_n(start, n, -1);
    std::fill_n(end, n, -1);
    for (py::ssize_t i = 0; i < n; ++i) {
      take(server.advance(clock.at(trace.now[i])));
      submit(trace.now[i], trace.cycles[i], static_cast<std::uint32_t>(i), trace.order[i]);
      for (const auto& slice : server.interrupted()) begun(slice);
    }
    while (server.next_wakeup() != kNever) take(server.advance(clock.at(server.next_wakeup())));
  }
};

}  // namespace

void bind_machines(py::module_& module) {
  py::class_<Link>(module, "Link")
      .def(py::init([](double rate_bps, TimeNs delay_ns, std::int64_t queue_bytes) {
             if (!(rate_bps > 0) || delay_ns < 0 || queue_bytes < 0)
               throw py::value_error("a rate is above 0, delay and queue are not negative");
             return Link{LinkDirection(rate_bps, delay_ns, queue_bytes), {}};
           }),
           py::arg("rate_bps"), py::arg("delay_ns"), py::arg("queue_bytes"))
      .def("send", &Link::send, py::arg("now_ns"), py::arg("bytes"))
      .def("send_all", &Link::send_all, py::arg("now_ns"), py::arg("bytes"))
      .def(
          "queued_bytes",
          [](Link& self, TimeNs now_ns) { return self.link.queued_bytes(self.clock.at(now_ns)); },
          py::arg("now_ns"));
  py::class_<Machine>(module, "Server")
      .def(py::init([](std::int64_t cores, double speed_cps, std::int64_t queue,
                       const std::string& discipline, bool preemptive) {
             if (cores < 1 || !(speed_cps > 0) || queue < 0)
               throw py::value_error("cores and speed are above 0, the queue is not negative");
             const auto at = std::find(kDisciplineNames.begin(), kDisciplineNames.end(), discipline);
             if (at == kDisciplineNames.end())
               throw py::value_error(fmt::format("no discipline '{}'; there are {}", discipline,
                                                 fmt::join(kDisciplineNames, ", ")));
             const auto chosen = static_cast<Discipline>(at - kDisciplineNames.begin());
             if (preemptive && chosen != Discipline::kPriority && chosen != Discipline::kEarliestDeadline)
               throw py::value_error(
                   fmt::format("discipline '{}' has no order by which one task could interrupt another; "
                               "priority and edf have",
                               discipline));
             return Machine({.cores = cores,
                             .speed_cps = speed_cps,
                             .queue = queue,
                             .discipline = chosen,
                             .preemption = preemptive ? Preemption::kResume : Preemption::kNone});
           }),
           py::arg("cores"), py::arg("speed_cps"), py::arg("queue"), py::arg("discipline"),
           py::arg("preemptive"))
      .def("submit", &Machine::submit, py::arg("now_ns"), py::arg("cycles"), py::arg("ref"), py::arg("order"))
      .def(
          "advance",
          [](Machine& self, TimeNs now_ns) {
            std::vector<std::tuple<std::uint32_t, TimeNs, TimeNs>> out;
            for (const auto& done : self.server.advance(self.clock.at(now_ns)))
              out.emplace_back(done.ref, done.start_ns, done.end_ns);
            return out;
          },
          py::arg("now_ns"))
      .def("run", &Machine::run, py::arg("now_ns"), py::arg("cycles"), py::arg("order"))
      .def(
          "work_ahead",
          [](Machine& self, TimeNs now_ns) {
            return self.server.work_ahead(std::max(now_ns, self.clock.now()));
          },
          py::arg("now_ns"))
      .def_property_readonly("next_wakeup_ns",
                             [](const Machine& self) -> std::optional<TimeNs> {
                               const TimeNs next = self.server.next_wakeup();
                               return next == kNever ? std::nullopt : std::optional(next);
                             })
      .def_property_readonly("running", [](const Machine& self) { return self.server.running(); })
      .def_property_readonly("waiting", [](const Machine& self) { return self.server.waiting(); });
}

}  // namespace cv2x::bindings
