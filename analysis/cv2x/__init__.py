"""Simulation and benchmarking of C-V2X edge networks.

    import cv2x

    result = cv2x.run("scenarios/one-vehicle/scenario.yaml", overrides={"simulation.duration": "20 s"})
    result.quantiles()              # per service: p50, p95, p99 with 95 % intervals
    result.latency_breakdown()      # where the time went
    result.messages                 # every message, a pandas DataFrame

Everything is loaded when it is first used, so that `import cv2x` costs little.
"""

from typing import TYPE_CHECKING, Any

from cv2x.errors import Diagnostic, PolicyError, ResultError, ScenarioError

if TYPE_CHECKING:
    from cv2x._core import LoadedScenario, Progress, __version__
    from cv2x.comparison import compare
    from cv2x.policy import LOCAL, Hosts, Policy, Target, Task, View
    from cv2x.results import Result
    from cv2x.results import open_result as open
    from cv2x.simulate import load, run

__all__ = [
    "LOCAL",
    "Diagnostic",
    "Hosts",
    "LoadedScenario",
    "Policy",
    "PolicyError",
    "Progress",
    "Result",
    "ResultError",
    "ScenarioError",
    "Target",
    "Task",
    "View",
    "__version__",
    "compare",
    "load",
    "open",
    "run",
]

_HOMES = {
    "LoadedScenario": ("cv2x._core", "LoadedScenario"),
    "Progress": ("cv2x._core", "Progress"),
    "__version__": ("cv2x._core", "__version__"),
    **{name: ("cv2x.policy", name) for name in ("LOCAL", "Hosts", "Policy", "Target", "Task", "View")},
    "Result": ("cv2x.results", "Result"),
    "compare": ("cv2x.comparison", "compare"),
    "open": ("cv2x.results", "open_result"),
    "load": ("cv2x.simulate", "load"),
    "run": ("cv2x.simulate", "run"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 — PEP 562
    if name not in _HOMES:
        raise AttributeError(f"module 'cv2x' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
