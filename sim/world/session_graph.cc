// A task graph: what is ready and what moves is models/session/graph.h. Its subtasks are journeys of the pool
// that have rows of their own, and so have transfers over the radio. Once a part is lost, so is the graph:
// what is under way or being computed goes on to its end, and nothing more of it is begun.
#include <algorithm>
#include <numeric>

#include "sim/world/clock.h"
#include "sim/world/session.h"

namespace cv2x {

void Session::begin_graph(std::uint32_t ref, std::vector<double> cycles) {
  Journey& j = *pool_[ref];
  advance(j, now_ns());
  j.cycles = std::accumulate(cycles.begin(), cycles.end(), 0.0);
  j.decided_ns = j.created_ns;  // each of its subtasks has its own decision
  const std::uint64_t id = j.id;
  const auto [it, added] = graphs_.try_emplace(
      id, Graph{GraphRun(services_[j.service.value].graph.shape), ref, std::move(cycles)});
  for (const std::uint32_t source : it->second.run.sources()) start_subtask(id, source);
}

void Session::start_subtask(std::uint64_t graph_id, std::uint32_t number) {
  const auto it = graphs_.find(graph_id);
  if (it == graphs_.end()) return;  // one that began at the same moment has been lost
  const Graph& graph = it->second;
  const std::uint32_t ref = allocate();
  Journey& j = *pool_[ref];
  const Journey& whole = *pool_[graph.ref];
  begin_subtask(j, whole, number, graph.run.way(number));
  j.id = next_id_++;
  j.created_ns = now_ns();
  j.cycles = graph.cycles[number];
  for (const auto& input : graph.run.inputs(number, whole.input_bytes)) j.input_bytes += input.bytes;
  const GraphShape& shape = services_[j.service.value].graph.shape;
  for (const std::uint32_t next : shape.successors(number)) {
    for (const auto& input : shape.inputs(next)) j.output_bytes += input.from == number ? input.bytes : 0;
  }
  if (shape.successors(number).empty()) j.output_bytes = whole.output_bytes;
  if (!vehicle_gone(j)) {
    const Position position = ports_.fleet->kinematics(j.slot).position;
    j.x_m = static_cast<float>(position.x_m);
    j.y_m = static_cast<float>(position.y_m);
    j.cell = ports_.access->serving_cell(j.slot);
  }
  if (j.counted) ++open_counted_;
  proceed(ref);
}

void Session::ask_subtask(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  // The vehicle decides, so without it nothing goes on.
  if (vehicle_gone(j)) return end(ref, Outcome::kVehicleLeft);
  const auto& service = services_[j.service.value];
  const SubtaskWorld& subtask = service.graph.subtasks[j.subtask];
  if (subtask.place) return resolve(ref, *subtask.place);
  const Graph& graph = graphs_.at(j.graph_id);
  std::vector<TaskInput> inputs;
  for (const auto& input : graph.run.inputs(j.subtask, pool_[graph.ref]->input_bytes))
    inputs.push_back({Target{input.from}, input.bytes});
  j.by_policy = true;
  ports_.decider->request(ref, j.slot,
                          {.task_id = j.id,
                           .service = j.service,
                           .vehicle = VehicleIndex{j.serial},
                           .input_bytes = j.input_bytes,
                           .output_bytes = j.output_bytes,
                           .cycles = subtask.mean_cycles,
                           .deadline_ns = std::max<TimeNs>(0, j.due_ns - j.created_ns),
                           .parent_id = j.graph_id,
                           .subtask = subtask.name,
                           .inputs = inputs,
                           .local_allowed = subtask.local_allowed,
                           .hosts_allowed = subtask.hosts_allowed});
}

Target Session::allowed_target(const Journey& j, Target target) const {
  const auto& service = services_[j.service.value];
  const SubtaskWorld& subtask = service.graph.subtasks[j.subtask];
  if (subtask.place) return *subtask.place;
  if (target.is_local() ? subtask.local_allowed : subtask.hosts_allowed[target.host.value] != 0)
    return target;
  const SiteIndex serving = vehicle_gone(j) ? SiteIndex{} : ports_.access->serving_site(j.slot);
  const bool tunnel = service.upf.valid() && serving.valid();
  return Target{ports_.nearest_allowed(tunnel ? service.upf : serving, subtask.hosts_allowed)};
}

/// Sends what the subtask needs to where it runs.
void Session::gather(std::uint32_t ref) {
  Journey& j = *pool_[ref];
  const auto it = graphs_.find(j.graph_id);
  if (it == graphs_.end()) return end(ref, Outcome::kGraphLost);
  const HostIndex place = j.local ? HostIndex{} : j.host;
  std::vector<std::uint32_t> transfers;
  for (const auto& move : it->second.run.moves(j.subtask, place, pool_[it->second.ref]->input_bytes)) {
    transfers.push_back(add_transfer(j, move.from, place, move.bytes));
    pool_[transfers.back()]->parent_ref = ref;
  }
  j.inputs_open = static_cast<std::uint32_t>(transfers.size());
  if (transfers.empty()) return proceed(ref);
  for (const std::uint32_t transfer : transfers) launch(transfer);  // may end them, and the graph, at once
}

std::uint32_t Session::add_transfer(const Journey& subtask, HostIndex from, HostIndex to,
                                    std::int64_t bytes) {
  const std::uint32_t ref = allocate();
  Journey& j = *pool_[ref];
  const auto site = [&](HostIndex host) { return host.valid() ? ports_.compute->site(host) : SiteIndex{}; };
  begin_transfer(j, subtask,
                 !from.valid() ? Way::kUp
                 : !to.valid() ? Way::kDown
                               : Way::kBetween,
                 bytes, site(from), site(to));
  j.id = next_id_++;
  j.created_ns = now_ns();
  if (j.counted) ++open_counted_;
  return ref;
}

void Session::launch(std::uint32_t transfer) {
  const Journey& j = *pool_[transfer];
  if (j.has_up) {
    send_up(transfer);
  } else if (j.has_down) {
    leave_server(transfer);
  } else {
    ports_.backhaul->send(transfer, j.input_bytes, j.radio_site, j.server_site);
  }
}

void Session::part_ended(std::uint32_t ref, Outcome outcome) {
  const Journey& j = *pool_[ref];  // not free yet
  if (j.flow == Flow::kTransfer) {
    transfer_ended(j, outcome);
  } else if (j.flow == Flow::kSubtask) {
    subtask_ended(j, outcome);
  }
}

void Session::transfer_ended(const Journey& j, Outcome outcome) {
  if (j.result) {
    const auto it = graphs_.find(j.graph_id);
    if (it == graphs_.end()) return;
    if (outcome != Outcome::kDelivered || it->second.run.delivered())
      end_graph(j.graph_id, j.stages, outcome);
    return;
  }
  Journey& subtask = *pool_[j.parent_ref];
  if (subtask.id != j.parent_id || subtask.step != Step::kGathering) return;  // lost meanwhile
  join_transfer(subtask, j);
  if (outcome != Outcome::kDelivered) {
    end(j.parent_ref, outcome);
  } else if (--subtask.inputs_open == 0) {
    proceed(j.parent_ref);
  }
}

void Session::subtask_ended(const Journey& j, Outcome outcome) {
  const auto it = graphs_.find(j.graph_id);
  if (it == graphs_.end()) return;
  if (outcome != Outcome::kDelivered) return end_graph(j.graph_id, j.stages, outcome);
  GraphRun& run = it->second.run;
  const auto ready = run.computed(j.subtask, j.local ? HostIndex{} : j.host, j.stages);
  const bool sink = services_[j.service.value].graph.shape.successors(j.subtask).empty();
  if (sink && j.local) {
    if (run.delivered()) end_graph(j.graph_id, j.stages, Outcome::kDelivered);
  } else if (sink) {
    const std::uint32_t transfer = add_transfer(j, j.host, HostIndex{}, j.output_bytes);
    pool_[transfer]->result = true;
    launch(transfer);
  }
  for (const std::uint32_t next : ready) start_subtask(j.graph_id, next);
}

void Session::end_graph(std::uint64_t graph_id, const StageList& way, Outcome outcome) {
  const std::uint32_t ref = graphs_.extract(graph_id).mapped().ref;
  pool_[ref]->stages.assign(way);
  end(ref, outcome);
}

}  // namespace cv2x
