"""Offloading policies in Python: what they are given, what they answer, what a run takes.

    def decide(task, view):                      # where does this task run?
        if not view.connected:
            return cv2x.LOCAL                    # in the vehicle itself
        seconds = view.hosts.waiting_cycles / (view.hosts.cores * view.hosts.speed_cps)
        return np.argmin(np.where(view.hosts.reachable, seconds, np.inf))

    cv2x.run("scenario.yaml", policy=decide)

A policy is a function `decide(task, view)`, a class or an object with such a method, or a name: of a built-in
policy, or `FILE.py:NAME` or `module:NAME` of one of those in Python. docs/policies.md is the guide.
"""

import contextlib
import inspect
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from cv2x import _core, policy_source
from cv2x._core import Processor, Task, TaskResult, View
from cv2x.errors import PolicyError, ScenarioError
from cv2x.simulate import policy_overrides

__all__ = ["LOCAL", "Hosts", "Policy", "PolicyLike", "Processor", "Target", "Task", "TaskResult", "View"]

LOCAL: Final = None
"""Answer of a policy: the task runs in the vehicle itself."""

Target: TypeAlias = int | np.integer[Any] | str | None
"""Answer of a policy: a host's index (0 to len(view.hosts) − 1), a host's name, or `LOCAL`."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Hosts:
    """What a policy sees of the hosts: arrays of shape (hosts,), in the order of the scenario, read-only.

    They are the simulator's memory, not copies: every decision finds new values in the same arrays. Copy what
    is to be kept (`view.hosts.waiting.copy()`). After the run they hold what the last decision saw.
    """

    names: tuple[str, ...]
    """Names of the hosts."""
    cloud: npt.NDArray[np.bool_]
    """Whether the host stands at a cloud site."""
    reachable: npt.NDArray[np.bool_]
    """Whether there is a route from the vehicle's serving site; nowhere while it is out of coverage."""
    speed_cps: npt.NDArray[np.float64]
    """Speed of one core [cycles/s]."""
    cores: npt.NDArray[np.int64]
    """Cores."""
    running: npt.NDArray[np.int64]
    """Tasks executing, as of the last load report."""
    waiting: npt.NDArray[np.int64]
    """Tasks queued, as of the last load report."""
    waiting_cycles: npt.NDArray[np.float64]
    """Work queued or executing, as of the last load report [cycles]."""
    network_delay_ns: npt.NDArray[np.int64]
    """Propagation from the serving site, by way of the slice's UPF, one way [ns]; 73 years when unreachable."""
    bottleneck_bps: npt.NDArray[np.float64]
    """Slowest link of that route [bit/s], +inf without a link; 0 when unreachable."""
    service_ns: npt.NDArray[np.int64]
    """Expected execution of this very task there, on a free core or GPU [ns]."""
    start_ns: npt.NDArray[np.int64]
    """Expected wait until a container there could take it [ns]; 0: one is ready."""
    busy_power_w: npt.NDArray[np.float64]
    """Electric power of a core that executes [W]; 0: not modelled."""
    idle_power_w: npt.NDArray[np.float64]
    """Electric power of a core that does not [W]."""
    price_per_hour: npt.NDArray[np.float64]
    """Of the whole host, in the currency of the scenario; 0: free."""
    memory_free_bytes: npt.NDArray[np.int64]
    """Free memory, as of the last load report [byte]; 2⁶³ − 1: no limit."""

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"<cv2x.Hosts {', '.join(self.names)}>"


class Policy(Protocol):
    """An object that decides: what an instance of a policy's class is.

    It may also have a method `finished(result)`, which is told of every task that it has placed how it ended
    (a `TaskResult`), when the result has arrived at the vehicle or is lost.
    """

    def decide(self, task: Task, view: View, /) -> Target:
        """Where the task runs. May take a third argument `rng`, a NumPy `Generator`."""


PolicyLike: TypeAlias = str | type[Any] | Policy | Callable[..., Any]


@dataclass(frozen=True)
class Ready:
    """A policy in Python that has been checked and made, for one run (`_core.run` takes it)."""

    name: str
    """What resolved scenario and provenance call it."""
    decide: Callable[..., Target]
    rng: np.random.Generator | None
    """Third argument of `decide`; None: it takes two."""
    finished: Callable[[TaskResult], object] | None
    """Told how every task ended; None: it has no such method."""
    provenance: list[tuple[str, str]]
    """Further attributes of /provenance."""


def prepare(
    loaded: _core.LoadedScenario, policy: PolicyLike | None
) -> tuple[_core.LoadedScenario, Ready | None]:
    """Finds, checks and makes the policy of a run; nothing is written before.

    Args:
        loaded: the scenario. Its own policy decides when `policy` is None.
        policy: what decides instead.

    Returns:
        The scenario (loaded again when `policy` is a name) and the policy; None when it is a built-in one.

    Raises:
        ScenarioError: no such file, module, name or built-in policy; not a policy; a wrong signature.
        PolicyError: the user's file or `__init__` raised.
    """
    if isinstance(policy, str):
        loaded, policy = loaded.with_overrides(policy_overrides(policy)), None
    if policy is None:
        if ":" not in loaded.policy:
            return loaded, None
        source = policy_source.load(loaded.policy, loaded.policy_at)
    else:
        if not callable(policy) and not callable(getattr(policy, "decide", None)):
            raise ScenarioError(
                f"policy: found {_shown(policy)}, {_a(policy)}; a policy is a function decide(task, view), a class "
                "or an object with such a method, or a name: of a built-in policy, FILE.py:NAME or module:NAME"
            )
        source = policy_source.describe(policy)
    generator = np.random.Generator(np.random.Philox(key=np.array(_core.policy_key(loaded), np.uint64)))
    thing = _made(source, loaded, generator)
    decide = _decide_of(source, thing)
    versions = [("python", platform.python_version()), ("numpy", np.__version__)]
    return loaded, Ready(
        source.name,
        decide,
        generator if _takes_rng(source, decide) else None,
        _finished_of(source, thing),
        [*source.provenance, *versions],
    )


def _made(source: policy_source.Source, loaded: _core.LoadedScenario, rng: np.random.Generator) -> object:
    """The thing itself, or an object of the class that it is."""
    thing: Any = source.thing
    if inspect.isclass(thing):
        _check_method(source, thing)
        return _instance(source, loaded, rng)
    return thing


def _decide_of(source: policy_source.Source, thing: object) -> Callable[..., Target]:
    """The function to call: the thing itself, or its method."""
    decide = getattr(thing, "decide", thing)
    if not callable(decide):
        what = "its 'decide'" if decide is not thing else "it"
        raise source.wrong(
            f"{what} is {_a(decide)}; needed: a function decide(task, view), or a class or an object with such a "
            "method"
        )
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    if any(is_kind(decide) for is_kind in kinds):
        raise source.wrong("'decide' is async or has a yield; it must return its answer")
    return decide


def _finished_of(source: policy_source.Source, thing: object) -> Callable[[TaskResult], object] | None:
    """The method that is told how tasks ended; a function that decides has none."""
    if not callable(getattr(thing, "decide", None)):
        return None
    finished: object = getattr(thing, "finished", None)
    if finished is None:
        return None
    if not callable(finished):
        raise source.wrong(
            f"its 'finished' is {_a(finished)}; needed: a method finished(self, result), or none"
        )
    if inspect.iscoroutinefunction(finished) or inspect.isgeneratorfunction(finished):
        raise source.wrong("'finished' is async or has a yield; nobody would await it")
    try:
        signature = inspect.signature(finished)
    except (TypeError, ValueError):  # something built in: the call will tell
        return finished
    try:
        signature.bind(None)
    except TypeError:
        raise source.wrong(f"the parameters of its 'finished' are {signature}; needed: (result)") from None
    return finished


def _check_method(source: policy_source.Source, thing: type) -> None:
    if not callable(getattr(thing, "decide", None)):
        methods = [name for name in dir(thing) if not name.startswith("_")]
        near = _core.nearest("decide", methods)
        raise source.wrong(
            f"the class has no method decide(self, task, view){f'; is it {near!r}?' if near else ''}"
        )


def _instance(source: policy_source.Source, loaded: _core.LoadedScenario, rng: np.random.Generator) -> object:
    """Makes an object of a class, which is given those of `rng`, `scenario` and `hosts` that it asks for."""
    thing: Any = source.thing
    offered: dict[str, Callable[[], object]] = {
        "rng": lambda: rng,
        "scenario": lambda: _scenario(source, loaded),
        "hosts": lambda: tuple(loaded.hosts),
    }
    given: dict[str, object] = {}
    parameters: list[inspect.Parameter] = []
    with contextlib.suppress(TypeError, ValueError):  # something built in: the call will tell
        parameters = list(inspect.signature(thing).parameters.values())
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in offered and parameter.kind is not parameter.POSITIONAL_ONLY:
            given[parameter.name] = offered[parameter.name]()
        elif parameter.default is parameter.empty:
            raise source.wrong(
                f"its __init__ needs {parameter.name!r}; a class is given only {', '.join(offered)}, by these "
                "names. Give the parameter a default, or hand over an object made by yourself"
            )
    with policy_source.user_code(source.name, "cannot be made"):
        return thing(**given)


def _scenario(source: policy_source.Source, loaded: _core.LoadedScenario) -> dict[str, Any]:
    """The scenario as the result will have it."""
    resolved: dict[str, Any] = _core.parse_yaml(loaded.resolved_yaml())
    resolved["offloading"]["policy"] = source.name
    return resolved


def _takes_rng(source: policy_source.Source, decide: Callable[..., Any]) -> bool:
    """Whether there is a third parameter `rng`; ScenarioError when it cannot be called at all."""
    try:
        signature = inspect.signature(decide)
    except (TypeError, ValueError):  # something built in: the call will tell
        return False
    names = list(signature.parameters)
    for arguments in (3, 2):
        if arguments == 3 and (len(names) < 3 or names[2] != "rng"):
            continue
        try:
            signature.bind(*range(arguments))
        except TypeError:
            continue
        return arguments == 3
    raise source.wrong(
        f"its parameters are {signature}; needed: (task, view) or (task, view, rng), by position"
    )


# --- called by _core when a decision goes wrong ---


def failed(
    policy: Ready, task: Task, now_ns: int, error: BaseException, _hosts: Sequence[str]
) -> PolicyError:
    """What is raised when `decide` has raised."""
    return _error(policy, task, now_ns, policy_source.one_line(error), error)


def finish_failed(
    policy: Ready, result: TaskResult, now_ns: int, error: BaseException, _hosts: Sequence[str]
) -> PolicyError:
    """What is raised when `finished` has raised."""
    return _error(policy, result, now_ns, f"in finished(): {policy_source.one_line(error)}", error)


def no_target(policy: Ready, task: Task, now_ns: int, answer: object, hosts: Sequence[str]) -> PolicyError:
    """What is raised when `decide` has answered something that is no target."""
    shown = _shown(answer)
    if isinstance(answer, str):
        near = _core.nearest(answer, list(hosts))
        what = f"returned {shown}, which is no host{f'; did you mean {near!r}?' if near else ''}"
    elif hasattr(answer, "__index__") and not isinstance(answer, (bool, np.bool_, np.ndarray)):
        what = f"returned {shown}, which is no host's index"
    else:
        what = f"returned {shown}, {_a(answer)}"
    listed = ", ".join(hosts[:8]) + (f", … ({len(hosts)} in all)" if len(hosts) > 8 else "")
    index = f"an index 0 to {len(hosts) - 1}, " if hosts else ""
    names = f"a name ({listed}), " if hosts else "(there are no hosts) "
    return _error(policy, task, now_ns, f"{what}; allowed: {index}{names}or cv2x.LOCAL (None)", None)


def _error(
    policy: Ready, task: Task | TaskResult, now_ns: int, what: str, cause: BaseException | None
) -> PolicyError:
    error = PolicyError(
        f"policy {policy.name}, task {task.id} of {task.service!r} at {now_ns * 1e-9:.6f} s: {what}",
        policy=policy.name,
        task_id=task.id,
        service=task.service,
        time_ns=now_ns,
        trace=policy_source.trace_of(cause) if cause is not None else "",
    )
    error.__cause__ = cause
    return error


def _a(thing: object) -> str:
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' or name == 'ndarray' else 'a'} {name}"


def _shown(thing: object) -> str:
    try:
        text = repr(thing)
    except Exception:  # the user's __repr__
        return "something"
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"
