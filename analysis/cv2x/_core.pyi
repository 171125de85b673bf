from collections.abc import Callable, Sequence
from typing import Any, final

import numpy as np
import numpy.typing as npt

from cv2x._core_env import Observer as Observer
from cv2x._core_env import SteppedRun as SteppedRun
from cv2x.policy import Hosts, Ready

__version__: str

Triple = tuple[float, float, float]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[Any]

class LoadedScenario:
    @property
    def text(self) -> str: ...
    @property
    def files(self) -> list[str]: ...
    @property
    def inputs(self) -> list[str]: ...
    @property
    def title(self) -> str: ...
    @property
    def duration_ns(self) -> int: ...
    @property
    def replication(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def policy(self) -> str: ...
    @property
    def policy_at(self) -> tuple[str, int, int]: ...
    @property
    def hosts(self) -> list[str]: ...
    @property
    def services(self) -> list[str]: ...
    @property
    def offloads(self) -> bool: ...
    def with_overrides(self, overrides: Sequence[str]) -> LoadedScenario: ...
    def resolved_yaml(self) -> str: ...
    def resolved_json(self) -> str: ...

class Progress:
    @property
    def simulated_ns(self) -> int: ...
    @property
    def end_ns(self) -> int: ...
    @property
    def vehicles(self) -> int: ...
    @property
    def wall_s(self) -> float: ...
    @property
    def activity(self) -> str: ...

class RunReport:
    @property
    def output(self) -> str: ...
    @property
    def simulated_ns(self) -> int: ...
    @property
    def wall_s(self) -> float: ...
    @property
    def mobility_wall_s(self) -> float: ...
    @property
    def interrupted(self) -> bool: ...
    @property
    def warnings(self) -> list[str]: ...

class Assessment:
    @property
    def name(self) -> str: ...
    @property
    def service(self) -> str: ...
    @property
    def slice(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def metric(self) -> str: ...
    @property
    def quantile(self) -> float: ...
    @property
    def limit(self) -> float: ...
    @property
    def measured(self) -> Triple: ...
    @property
    def samples(self) -> int: ...
    @property
    def verdict(self) -> str: ...
    @property
    def replications(self) -> int | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def blame(self) -> tuple[str, float, float, dict[str, int]] | None: ...

def profiles() -> list[dict[str, Any]]:
    """Of `cv2x.profiles()`, a dict each."""

@final
class Task:
    """The task a policy has to place: an object of its own, which may be kept."""

    @property
    def id(self) -> int:
        """`id` of the row in the result's table `tasks`."""
    @property
    def service(self) -> str:
        """Name of the service."""
    @property
    def service_index(self) -> int:
        """Its number, in the order of the scenario."""
    @property
    def vehicle(self) -> int:
        """Number of the vehicle: row of the result's `vehicle_names`, never used again."""
    @property
    def input_bytes(self) -> int:
        """To be sent to the host [byte]."""
    @property
    def output_bytes(self) -> int:
        """To be sent back [byte]."""
    @property
    def cycles(self) -> float:
        """Mean of the service [cycles]: what the vehicle can know before the task has run."""
    @property
    def deadline_ns(self) -> int:
        """After creation [ns]."""
    @property
    def priority(self) -> int:
        """Of the service; the higher, the more urgent."""
    @property
    def memory_bytes(self) -> int:
        """That it occupies while it waits and runs [byte]."""
    @property
    def parent_id(self) -> int:
        """Of a subtask: `id` of its graph; 0: a task by itself.

        A subtask is asked about when all that it needs has been computed. Its `input_bytes` are the sum of its
        inputs, `output_bytes` what goes on to other subtasks or the vehicle, `cycles` its own mean, and its
        deadline is what is left of the graph's (0: nothing). Hosts where it may not run are shown as unreachable;
        a policy that answers such a place is overruled.
        """
    @property
    def subtask(self) -> str | None:
        """Its name in the graph; None: a task by itself."""
    @property
    def inputs(self) -> tuple[tuple[int | None, int], ...]:
        """Of a subtask: where its inputs lie (number of a host; None: the vehicle) and how many bytes they have."""
    @property
    def local_allowed(self) -> bool:
        """Whether the vehicle may run it."""

@final
class TaskResult:
    """How a task that the policy has placed ended: an object of its own, which may be kept."""

    @property
    def id(self) -> int:
        """`id` of the `Task`."""
    @property
    def service(self) -> str:
        """Name of the service."""
    @property
    def service_index(self) -> int:
        """Its number, in the order of the scenario."""
    @property
    def vehicle(self) -> int:
        """Number of the vehicle: row of the result's `vehicle_names`."""
    @property
    def host(self) -> int | None:
        """Index of the host that was chosen; None (`LOCAL`): the vehicle itself."""
    @property
    def outcome(self) -> str:
        """'delivered', or why there is no result ('compute_full', 'out_of_coverage', …: as in the result file)."""
    @property
    def met_deadline(self) -> bool:
        """Delivered, and in time."""
    @property
    def created_ns(self) -> int:
        """When the vehicle had the task [ns]."""
    @property
    def end_ns(self) -> int:
        """When the result arrived at the vehicle, or was lost [ns]."""
    @property
    def deadline_ns(self) -> int:
        """After creation [ns]."""

@final
class Processor:
    """The vehicle's own processor, always fresh. Shows the vehicle of the current decision."""

    @property
    def speed_cps(self) -> float:
        """Speed of one core [cycles/s]."""
    @property
    def cores(self) -> int:
        """Cores."""
    @property
    def running(self) -> int:
        """Tasks executing."""
    @property
    def waiting(self) -> int:
        """Tasks queued."""
    @property
    def waiting_cycles(self) -> float:
        """Work queued or executing [cycles]."""
    @property
    def service_ns(self) -> int:
        """Expected execution of the task that is asked about, on a free core [ns]."""
    @property
    def busy_power_w(self) -> float:
        """Electric power of a core that executes [W]; 0: not modelled."""
    @property
    def idle_power_w(self) -> float:
        """Electric power of a core that does not [W]."""
    @property
    def memory_free_bytes(self) -> int:
        """Free memory [byte]; 2⁶³ − 1: no limit."""

@final
class View:
    """What a policy sees: one object for the whole run, with new values at every decision. Copy what is to be kept."""

    @property
    def now_ns(self) -> int:
        """Simulated time [ns]."""
    @property
    def connected(self) -> bool:
        """Whether the vehicle has a serving cell."""
    @property
    def uplink_bps(self) -> float:
        """Estimate: recent throughput of the vehicle, or its expected rate [bit/s]; may be +inf (ideal radio)."""
    @property
    def downlink_bps(self) -> float:
        """The same for the downlink [bit/s]."""
    @property
    def uplink_delay_ns(self) -> int:
        """Estimate: access delay of a lone small message [ns]."""
    @property
    def downlink_delay_ns(self) -> int:
        """The same for the downlink [ns]."""
    @property
    def report_age_ns(self) -> int:
        """Since the load that the hosts show was measured [ns]; 0: now."""
    @property
    def x_m(self) -> float:
        """Where the vehicle is, in the plane of the road network [m]."""
    @property
    def y_m(self) -> float:
        """The same, north [m]."""
    @property
    def vx_mps(self) -> float:
        """Its velocity along x [m/s]."""
    @property
    def vy_mps(self) -> float:
        """Its velocity along y [m/s]."""
    @property
    def dwell_ns(self) -> int:
        """Estimate: until a cell of another site takes over, if the vehicle goes on so [ns]; 2⁶³ − 1: none will."""
    @property
    def uplink_power_w(self) -> float:
        """Estimate: power that the vehicle radiates while it sends at `uplink_bps` [W]."""
    @property
    def local(self) -> Processor:
        """The vehicle's own processor."""
    @property
    def hosts(self) -> Hosts:
        """The hosts: arrays of shape (hosts,)."""

class Histogram:
    def __init__(self) -> None: ...
    def add(self, latency_ns: Ints) -> None: ...
    def add_lost(self, count: int = 1) -> None: ...
    def add_buckets(self, lower_ns: Ints, counts: Numbers) -> None: ...
    def merge(self, other: Histogram) -> None: ...
    def quantile_ns(self, q: float) -> float: ...
    def count_up_to(self, latency_ns: float) -> int: ...
    def buckets(self) -> tuple[Ints, Ints, npt.NDArray[np.uint64]]: ...
    @property
    def count(self) -> int: ...
    @property
    def lost(self) -> int: ...

class Link:
    def __init__(self, rate_bps: float, delay_ns: int, queue_bytes: int) -> None: ...
    def send(self, now_ns: int, bytes: int) -> tuple[int, int, int] | None: ...
    def send_all(self, now_ns: Ints, bytes: Ints) -> tuple[Ints, Ints, Ints]: ...
    def queued_bytes(self, now_ns: int) -> int: ...

class Server:
    def __init__(
        self, cores: int, speed_cps: float, queue: int, discipline: str, preemptive: bool
    ) -> None: ...
    def submit(self, now_ns: int, cycles: float, ref: int, order: int) -> bool: ...
    def advance(self, now_ns: int) -> list[tuple[int, int, int]]: ...
    def run(self, now_ns: Ints, cycles: Numbers, order: Ints) -> tuple[Ints, Ints]: ...
    def work_ahead(self, now_ns: int) -> float: ...
    @property
    def next_wakeup_ns(self) -> int | None: ...
    @property
    def running(self) -> int: ...
    @property
    def waiting(self) -> int: ...

class Routes:
    def __init__(self, scenario: LoadedScenario, cut: Sequence[str]) -> None: ...
    def route(self, source: str, target: str) -> list[tuple[str, int, str, float, int]] | None: ...
    @property
    def sites(self) -> list[tuple[str, str]]: ...
    @property
    def links(self) -> list[str]: ...

def load(path: str, overrides: Sequence[str] = ()) -> LoadedScenario: ...
def load_text(
    text: str, name: str = "scenario", folder: str = "", overrides: Sequence[str] = (), places: bool = True
) -> LoadedScenario: ...
def written(path: str, overrides: Sequence[str] = ()) -> dict[str, Any]: ...
def written_text(
    text: str, name: str = "scenario", folder: str = "", overrides: Sequence[str] = (), places: bool = True
) -> dict[str, Any]: ...
def keys_json() -> str: ...
def parse_yaml(text: str) -> Any: ...
def json_schema() -> str: ...
def reference_page() -> str: ...
def read_sumo_config(path: str) -> tuple[str, float]: ...
def read_roads(net_file: str) -> list[list[tuple[float, float]]]: ...
def policies() -> list[str]: ...
def policy_infos() -> list[list[str]]: ...
def policy_key(scenario: LoadedScenario) -> tuple[int, int]: ...
def nearest(word: str, candidates: Sequence[str]) -> str: ...
def summary_so_far(path: str) -> list[dict[str, Any]]: ...
def latency_quantiles(path: str, quantiles: Sequence[float], interval: str) -> list[list[Triple]]: ...
def over_replications(values: Sequence[float]) -> Triple: ...
def reliability_over_replications(replications: Sequence[tuple[float, float]]) -> Triple: ...
def read_budgets_file(path: str) -> bytes: ...
def assess(
    paths: Sequence[str], budgets_text: str | bytes | None = None, budgets_name: str = "budgets"
) -> list[Assessment]: ...
def scenario_key(resolved: str) -> str: ...
def is_being_written(path: str) -> bool: ...
def check_result(path: str) -> None: ...
def run(
    scenario: LoadedScenario,
    output: str,
    command: str = "",
    on_progress: Callable[[Progress], bool | None] | None = None,
    policy: Ready | None = None,
) -> RunReport: ...

# Laws of the radio: arrays of one length each (cv2x/vector.py), without checks of their ranges.
def offload_bound(scenario: LoadedScenario, tasks: Any, lost: float) -> tuple[float, float, bool]: ...
def radio_path_loss_db(
    environment: str,
    street_width_m: float,
    building_height_m: float,
    distance_2d_m: Numbers,
    frequency_hz: Numbers,
    h_bs_m: Numbers,
    h_ut_m: Numbers,
    los: Numbers,
) -> Floats: ...
def radio_los_probability(environment: str, distance_2d_m: Numbers, h_ut_m: Numbers) -> Floats: ...
def radio_breakpoint_m(
    environment: str, frequency_hz: Numbers, h_bs_m: Numbers, h_ut_m: Numbers
) -> Floats: ...
def radio_shadowing(
    environment: str,
    distance_2d_m: Numbers,
    frequency_hz: Numbers,
    h_bs_m: Numbers,
    h_ut_m: Numbers,
    los: Numbers,
) -> tuple[Floats, Floats]: ...
def radio_pusch_power_dbm(
    pcmax_dbm: float, p0_dbm: float, alpha: float, mu: int, prbs: Numbers, path_loss_db: Numbers
) -> Floats: ...
def radio_noise_dbm_per_prb(mu: int, noise_figure_db: float) -> float: ...
def radio_mcs_table(table: int) -> list[tuple[int, int, float]]: ...
def radio_cqi_table(table: int) -> list[tuple[int, int, float]]: ...
def radio_tbs_bits(
    table: int, mcs: Numbers, prbs: Numbers, symbols: Numbers, layers: Numbers, dmrs_re: Any, overhead_re: Any
) -> Ints: ...
def radio_prbs_for(
    table: int,
    bytes: Numbers,
    mcs: Numbers,
    symbols: Numbers,
    layers: Numbers,
    dmrs_re: Numbers,
    overhead_re: Numbers,
    max_prbs: int,
) -> npt.NDArray[np.int32]: ...
def radio_segment(tb_bits: int, rate: float) -> tuple[int, int, int, int, int]: ...
def radio_block_error_rate(table: int, sinr_db: Numbers, mcs: Numbers, tb_bits: Numbers) -> Floats: ...
def radio_code_block_error_rate(
    table: int, sinr_db: Numbers, mcs: Numbers, bits: Numbers, base_graph: Numbers
) -> Floats: ...
def radio_sinr_db_at(
    table: int, target: Numbers, mcs: Numbers, bits: Numbers, base_graph: Numbers
) -> Floats: ...
def radio_gaussian_field(x_m: Numbers, y_m: Numbers, correlation_m: float, key: int, seed: int) -> Floats: ...
def radio_prbs(bandwidth_hz: float, mu: int, frequency_hz: float) -> int | None: ...
def radio_bandwidths_hz(mu: int, frequency_hz: float) -> list[float]: ...
def radio_symbol_time_ns(slot: Numbers, symbol: Numbers, mu: int) -> Ints: ...
def radio_processing_ns(mu: int, capability: int, additional_dmrs: bool) -> tuple[int | None, int | None]: ...
