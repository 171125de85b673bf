#include <fmt/format.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "bindings/each.h"
#include "bindings/one_run.h"
#include "bindings/policy_objects.h"
#include "bindings/python_policy.h"
#include "models/offload/observer.h"
#include "sim/run/episode.h"

namespace py = pybind11;

namespace cv2x::bindings {
namespace {

template <class T>
py::array_t<T> copy(std::span<const T> values, std::vector<py::ssize_t> shape) {
  py::array_t<T> array(std::move(shape));
  std::copy(values.begin(), values.end(), array.mutable_data());
  return array;
}

/// A place to run as an action: the hosts' indices, then the vehicle itself.
Target target_of(std::int64_t action, std::size_t hosts) {
  if (action < 0 || action > static_cast<std::int64_t>(hosts))
    throw py::value_error(fmt::format("no such action: {}; there are 0 to {}", action, hosts));
  return action == static_cast<std::int64_t>(hosts) ? kLocal
                                                    : Target{HostIndex{static_cast<std::uint32_t>(action)}};
}

/// An Episode that holds the process's one run as long as it goes on, and gives Python's signal handlers
/// their turn.
class SteppedRun {
 public:
  SteppedRun(const LoadedScenario& loaded, std::int64_t seed, std::int64_t replication,
             const std::string& output, const std::string& command, const std::string& policy,
             const std::map<std::string, double>& reward, double worst, TimeNs gather_ns)
      : scenario_(loaded.scenario), hosts_(loaded.scenario.compute.hosts.size()) {
    LoadedScenario mine = loaded;
    mine.scenario.simulation.seed = seed;
    mine.scenario.simulation.replication = replication;
    Episode::Options options;
    options.run.output = output;
    options.run.command = command;
    options.run.policy.name = policy;
    const auto weight = [&](const char* name) {
      const auto it = reward.find(name);
      return it == reward.end() ? 0.0 : it->second;
    };
    options.reward = {.latency = weight("latency"),
                      .deadline = weight("deadline"),
                      .energy = weight("energy"),
                      .worst = worst};
    options.gather_ns = gather_ns;
    episode_.emplace(std::move(mine), std::move(options));
  }

  bool begin() {
    return go([&] { return episode_->begin(); });
  }
  bool step(std::int64_t action) {
    const Target target = target_of(action, hosts_);
    return go([&] { return episode_->answer(std::span(&target, 1)); });
  }
  bool step_many(const Array<std::int64_t>& actions) {
    if (actions.ndim() != 1 || static_cast<std::size_t>(actions.size()) != episode_->tasks().size())
      throw py::value_error(
          fmt::format("{} tasks wait for an action each, and {} actions came; a 1-D array of them is needed",
                      episode_->tasks().size(), actions.size()));
    std::vector<Target> targets;
    for (py::ssize_t i = 0; i < actions.size(); ++i) targets.push_back(target_of(actions.at(i), hosts_));
    return go([&] { return episode_->answer(targets); });
  }
  void abandon() {
    {
      const py::gil_scoped_release no_gil;
      episode_->abandon();
    }
    one_run_.reset();
  }
  ~SteppedRun() { abandon(); }
  SteppedRun(const SteppedRun&) = delete;
  SteppedRun& operator=(const SteppedRun&) = delete;

  const Episode& episode() const { return *episode_; }

  py::array_t<float> observation() const {
    const auto all = episode_->observations();
    return copy(all, {static_cast<py::ssize_t>(all.size())});
  }
  py::array_t<std::int8_t> mask() const {
    const auto all = episode_->masks();
    return copy(all, {static_cast<py::ssize_t>(all.size())});
  }
  py::object task(std::size_t i) const {
    const TaskRequest& request = episode_->tasks()[i];
    return make_task(request, service_name(request.service));
  }
  py::str service_name(ServiceIndex service) const { return scenario_.services[service.value].name; }
  py::object view() {
    if (view_.is_none() && episode_->view()) view_ = view_object(episode_->view(), scenario_);
    return view_;
  }

 private:
  /// Whether tasks wait; false: it has ended.
  template <class Step>
  bool go(const Step& step) {
    if (!one_run_) one_run_.emplace();
    try {
      Episode::State state = Episode::State::kBusy;
      {
        const py::gil_scoped_release no_gil;
        state = step();
      }
      while (state == Episode::State::kBusy) {
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        const py::gil_scoped_release no_gil;
        state = episode_->go_on();
      }
      if (state == Episode::State::kEnded) one_run_.reset();
      return state == Episode::State::kDeciding;
    } catch (...) {
      abandon();
      throw;
    }
  }

  Scenario scenario_;
  std::size_t hosts_;
  std::optional<OneRun> one_run_;
  std::optional<Episode> episode_;
  py::object view_ = py::none();
};

/// Arrays of the decisions that ended since the last step, and of their rewards.
py::tuple credits(const SteppedRun& run) {
  const auto all = run.episode().ledger().credits();
  const auto n = static_cast<py::ssize_t>(all.size());
  py::array_t<std::int64_t> decisions(n);
  py::array_t<double> rewards(n);
  for (py::ssize_t i = 0; i < n; ++i) {
    decisions.mutable_at(i) = static_cast<std::int64_t>(all[static_cast<std::size_t>(i)].decision);
    rewards.mutable_at(i) = all[static_cast<std::size_t>(i)].reward;
  }
  return py::make_tuple(decisions, rewards);
}

/// The same in full: cv2x.TaskResult objects.
py::list results(const SteppedRun& run) {
  py::list list;
  for (const Credit& credit : run.episode().ledger().credits())
    list.append(make_result(credit.result, run.service_name(credit.result.service)));
  return list;
}

void bind_observer(py::module_& module) {
  py::class_<Observer>(module, "Observer", "What an agent is shown: cv2x.gym.AgentPolicy uses it.")
      .def(py::init<std::size_t, std::size_t>(), py::arg("services"), py::arg("hosts"))
      .def(
          "observe",
          [](Observer& self, const py::object& task, const py::object& view) {
            const TaskRequest& request = request_of(task);
            const PolicyView& seen = view_of(view);
            if (seen.hosts.size() + 1 != self.targets())
              throw py::value_error(fmt::format("the view has {} hosts, the agent knows {}",
                                                seen.hosts.size(), self.targets() - 1));
            py::array_t<float> out(static_cast<py::ssize_t>(self.size()));
            py::array_t<std::int8_t> mask(static_cast<py::ssize_t>(self.targets()));
            self.observe(request, seen, {out.mutable_data(), self.size()},
                         {mask.mutable_data(), self.targets()});
            return py::make_tuple(out, mask);
          },
          py::arg("task"), py::arg("view"), "Observation and mask of a decision, new arrays.")
      .def(
          "decided",
          [](Observer& self, const py::object& task, const py::object& view, std::int64_t action) {
            self.decided(request_of(task), view_of(view), target_of(action, self.targets() - 1));
          },
          py::arg("task"), py::arg("view"), py::arg("action"),
          "Tells what was decided; needed for the feature `sent`.")
      .def_property_readonly("size", &Observer::size, "Of an observation.")
      .def_property_readonly("task_size", &Observer::task_size, "Of its part about the task.")
      .def_static(
          "task_names",
          [] { return std::vector<std::string>(Observer::kTaskNames.begin(), Observer::kTaskNames.end()); },
          "The first features of the task; one a service follows.")
      .def_static(
          "target_names",
          [] {
            return std::vector<std::string>(Observer::kTargetNames.begin(), Observer::kTargetNames.end());
          },
          "The features of each place to run.");
}

}  // namespace

void bind_env(py::module_& module) {
  bind_observer(module);
  py::class_<SteppedRun>(module, "SteppedRun", "A run that stops at every decision: cv2x.gym steps it.")
      .def(py::init<const LoadedScenario&, std::int64_t, std::int64_t, std::string, std::string, std::string,
                    const std::map<std::string, double>&, double, TimeNs>(),
           py::arg("scenario"), py::arg("seed"), py::arg("replication"), py::arg("output"),
           py::arg("command"), py::arg("policy"), py::arg("reward"), py::arg("worst"), py::arg("gather_ns"))
      .def("begin", &SteppedRun::begin, "To the first decision; False: it has ended without one.")
      .def(
          "step",
          [](SteppedRun& self, std::int64_t action) {
            const bool waits = self.step(action);
            return py::make_tuple(waits, self.episode().ledger().sum());
          },
          py::arg("action"), "Answers the one task; whether another waits, and the sum of the rewards.")
      .def(
          "step_many",
          [](SteppedRun& self, const Array<std::int64_t>& actions) {
            const bool waits = self.step_many(actions);
            return py::make_tuple(waits, self.episode().ledger().sum());
          },
          py::arg("actions"), "The same for all tasks that wait.")
      .def("abandon", &SteppedRun::abandon, "Ends it here; its file stays, marked incomplete.")
      .def("observation", &SteppedRun::observation, "Of the tasks that wait, one after the other.")
      .def("mask", &SteppedRun::mask, "Of the tasks that wait, one after the other.")
      .def("task", &SteppedRun::task, py::arg("index"), "One of the tasks that wait.")
      .def("credits", &credits, "Decisions that ended since the last step, and their rewards.")
      .def("results", &results, "How their tasks ended, a cv2x.TaskResult each.")
      .def_property_readonly("view", &SteppedRun::view, "The cv2x.View; None before the first decision.")
      .def_property_readonly(
          "waiting", [](const SteppedRun& self) { return self.episode().tasks().size(); },
          "Tasks that wait for an action.")
      .def_property_readonly(
          "decisions", [](const SteppedRun& self) { return self.episode().ledger().decisions(); },
          "Taken so far.")
      .def_property_readonly(
          "warnings", [](const SteppedRun& self) { return self.episode().report().warnings; },
          "Of the run, once it has ended.");
}

}  // namespace cv2x::bindings
