"""Simulation and benchmarking of C-V2X edge networks.

**Run** a scenario and look at what came of it:

    >>> import cv2x
    >>> result = cv2x.run("scenarios/one-vehicle/scenario.yaml", {"simulation.duration": "5 s"})    # a Result
    >>> table = result.quantiles()             # per service: p50, p95, p99 [ms], with 95 % intervals
    >>> table = result.latency_breakdown()     # where the time went; adds up exactly
    >>> table = result.messages                # every message: pandas, with units in .attrs; so .tasks, .stages, …
    >>> cells = result.to_xarray("cells")      # load over time: (time, cell)
    >>> table = result.describe()              # all that the file holds: columns, units, descriptions

`progress=True` shows a bar (`on_progress` is given a `Progress`); `cv2x.open("out.h5")` opens any result, also one
that is still being written. Values with an interval are an `Estimate`.

**Scenarios** are files, dicts, or objects whose keys an editor completes:

    >>> s = cv2x.Scenario.load("scenarios/one-vehicle/scenario.yaml")
    >>> s.radio.carriers["n78"].bandwidth = "40 MHz"
    >>> for policy in cv2x.policies():
    ...     variation = s.with_({"offloading.policy": policy})

`cv2x.profiles()` lists values that a service can take over (`services.NAME.profile`), with their sources.

`cv2x.load` checks a scenario once, for many runs: a `LoadedScenario`. A `ScenarioDict` is one as nested dicts, for type
checkers.

**Policies** decide where tasks run; yours is a function or a class (`Policy`) that is given a `Task` and a `View` of
the network with its `Hosts`, and answers with a `Target`: a host's index or name, or `LOCAL`, the vehicle itself.
It may be told how its tasks ended (`TaskResult`).

    >>> def first(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    ...     return 0 if view.connected else cv2x.LOCAL
    >>> result = cv2x.run("scenarios/one-vehicle/scenario.yaml", {"simulation.duration": "3 s"}, policy=first)

`cv2x.compare` holds several against each other; `cv2x.policies()` tells of the built-in ones. `cv2x.bound` says what
none of them, nor any other, can beat with the tasks of a run: a `Bound`.

**Agents** learn where tasks shall run: `cv2x.gym` has the scenario as a Gymnasium environment.

**Laws** of the simulator, for NumPy arrays, and its machines, to be fed by hand:

    `cv2x.radio`      path loss, line of sight, MCS, transport blocks, error rates, numerology, processing times
    `cv2x.backhaul`   a link with its queue
    `cv2x.compute`    a server with its cores and queue
    `cv2x.topology`   routes of a scenario, with links cut
    `cv2x.measure`    latency histograms that merge, intervals over replications

Mistakes in what you wrote are a `ScenarioError` that holds all of them, each a `Diagnostic` with its place; a policy
that fails is a `PolicyError`, files that cannot be read are a `ResultError`, replications whose process was killed a
`RunError`. Everything is loaded when it is first used, so that `import cv2x` costs little. `cv2x.__version__` is the
version.
"""

from typing import TYPE_CHECKING, Any

from cv2x.errors import Diagnostic, PolicyError, ResultError, RunError, ScenarioError

if TYPE_CHECKING:
    from cv2x import backhaul, compute, gym, measure, radio, topology
    from cv2x._core import LoadedScenario, Progress, __version__
    from cv2x.comparison import compare
    from cv2x.lower_bound import Bound, bound
    from cv2x.policy import LOCAL, Hosts, Policy, Target, Task, TaskResult, View
    from cv2x.policy_list import policies
    from cv2x.results import Result
    from cv2x.results import open_result as open
    from cv2x.scenario import Scenario
    from cv2x.scenario_types import ScenarioDict
    from cv2x.service_profiles import profiles
    from cv2x.simulate import load, run
    from cv2x.summary import Estimate

__all__ = [
    "LOCAL",
    "Bound",
    "Diagnostic",
    "Estimate",
    "Hosts",
    "LoadedScenario",
    "Policy",
    "PolicyError",
    "Progress",
    "Result",
    "ResultError",
    "RunError",
    "Scenario",
    "ScenarioDict",
    "ScenarioError",
    "Target",
    "Task",
    "TaskResult",
    "View",
    "__version__",
    "backhaul",
    "bound",
    "compare",
    "compute",
    "gym",
    "load",
    "measure",
    "open",
    "policies",
    "profiles",
    "radio",
    "run",
    "topology",
]

_HOMES = {
    "Bound": ("cv2x.lower_bound", "Bound"),
    "Estimate": ("cv2x.summary", "Estimate"),
    "LoadedScenario": ("cv2x._core", "LoadedScenario"),
    "Progress": ("cv2x._core", "Progress"),
    "Result": ("cv2x.results", "Result"),
    "Scenario": ("cv2x.scenario", "Scenario"),
    "ScenarioDict": ("cv2x.scenario_types", "ScenarioDict"),
    **{
        name: ("cv2x.policy", name)
        for name in ("LOCAL", "Hosts", "Policy", "Target", "Task", "TaskResult", "View")
    },
    "__version__": ("cv2x._core", "__version__"),
    "backhaul": ("cv2x.backhaul", ""),
    "bound": ("cv2x.lower_bound", "bound"),
    "compare": ("cv2x.comparison", "compare"),
    "compute": ("cv2x.compute", ""),
    "gym": ("cv2x.gym", ""),
    "load": ("cv2x.simulate", "load"),
    "measure": ("cv2x.measure", ""),
    "open": ("cv2x.results", "open_result"),
    "policies": ("cv2x.policy_list", "policies"),
    "profiles": ("cv2x.service_profiles", "profiles"),
    "radio": ("cv2x.radio", ""),
    "run": ("cv2x.simulate", "run"),
    "topology": ("cv2x.topology", ""),
}


if not TYPE_CHECKING:  # a type checker shall not take every name for one that is here

    def __getattr__(name: str) -> Any:  # noqa: ANN401 — PEP 562
        if name not in _HOMES:
            raise AttributeError(f"module 'cv2x' has no attribute {name!r}")
        from importlib import import_module

        module, attribute = _HOMES[name]
        value = import_module(module)
        if attribute:
            value = getattr(value, attribute)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
