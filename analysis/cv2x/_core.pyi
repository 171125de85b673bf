from collections.abc import Callable, Sequence
from typing import Any, final

from cv2x.policy import Hosts, Ready

__version__: str

Triple = tuple[float, float, float]

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

@final
class View:
    """What a policy sees. One object for the whole run: every decision finds new values in it.

    Copy what is to be kept. After the run it holds what the last decision saw.
    """

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
    def local(self) -> Processor:
        """The vehicle's own processor."""
    @property
    def hosts(self) -> Hosts:
        """The hosts: arrays of shape (hosts,)."""

def load(path: str, overrides: Sequence[str] = ()) -> LoadedScenario: ...
def load_text(
    text: str, name: str = "scenario", folder: str = "", overrides: Sequence[str] = ()
) -> LoadedScenario: ...
def parse_yaml(text: str) -> Any: ...
def json_schema() -> str: ...
def reference_page() -> str: ...
def read_sumo_config(path: str) -> tuple[str, float]: ...
def read_roads(net_file: str) -> list[list[tuple[float, float]]]: ...
def policies() -> list[str]: ...
def policy_key(scenario: LoadedScenario) -> tuple[int, int]: ...
def nearest(word: str, candidates: Sequence[str]) -> str: ...
def histogram_quantiles_ns(
    lower_ns: Sequence[int], counts: Sequence[int], quantiles: Sequence[float]
) -> list[float]: ...
def over_replications(values: Sequence[float]) -> Triple: ...
def reliability_over_replications(replications: Sequence[tuple[float, float]]) -> Triple: ...
def read_budgets_file(path: str) -> bytes: ...
def assess(
    paths: Sequence[str], budgets_text: str | bytes | None = None, budgets_name: str = "budgets"
) -> list[Assessment]: ...
def scenario_key(resolved: str) -> str: ...
def run(
    scenario: LoadedScenario,
    output: str,
    command: str = "",
    on_progress: Callable[[Progress], bool | None] | None = None,
    policy: Ready | None = None,
) -> RunReport: ...
