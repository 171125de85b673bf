"""Hosts and links against queueing theory, measured on whole runs with `radio: ideal` (queues.yaml).

Every row has at least 10⁶ customers. Its value is a mean, a quantile or a share over all of them, with an interval
from 40 batches in the order of creation (of a quantile: that of all, with the spread of the batches' quantiles). It
is ok when

* the truth lies within the 99 % interval,
* the half-width of the 95 % interval is at most 1 % of it (3 % at a load of 0.95), and
* what would be true if all service rates were 3 % higher or lower lies outside the 99 % interval, so that the row
  would not be ok for a simulator that is off by as much (test_queues.py runs one that is).

Formulas: Kleinrock, Queueing Systems I (1975) §3.5 (M/M/c), §3.8 (M/M/c/K), §5.5 to 5.8 (M/G/1); Cobham, Oper. Res.
2(1) 1954 (non-preemptive priority); White and Christie, Oper. Res. 6(1) 1958 (pre-emptive resume); Kella and
Yechiali, Nav. Res. Logist. 32(4) 1985 (waiting time of the first class); Kleinrock, J. ACM 14(2) 1967 (processor
sharing); Burke, Oper. Res. 4(6) 1956 (tandem); Sevastyanov, Theory Probab. Appl. 2(1) 1957 (the share that is lost
does not depend on the distribution of service).
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from harness import FOLDER, Row, case_text, some

import cv2x
from cv2x.reader import ResultFile

Floats = npt.NDArray[np.float64]
Survival = Callable[[float], float]

SCENARIO = "queues.yaml"
WARM_UP_S, DRAIN_S = 20, 5
MU_HZ = 1000.0
BATCHES = 40
T_95, T_99 = 2.023, 2.708  # of Student's t with 39 degrees of freedom
WRONG = 0.03
FEWEST = 1_000_000


# --- theory; k multiplies all service rates ---


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c; `load` in Erlang."""
    terms = [load**n / math.factorial(n) for n in range(servers)]
    full = load**servers / math.factorial(servers) * servers / (servers - load)
    return full / (sum(terms) + full)


def quantile(survival: Survival, q: float) -> float:
    """Where P(X > t) = 1 − q; 0 when fewer than that are above 0."""
    low, high = 0.0, 1e-4
    if survival(0.0) <= 1 - q:
        return 0.0
    while survival(high) > 1 - q:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if survival(middle) > 1 - q else (low, middle)
    return high


def mmc_wait(servers: int, rate_hz: float, k: float) -> tuple[float, Survival]:
    """Mean and survival function of the waiting time in M/M/c."""
    mu = MU_HZ * k
    waits, drift = erlang_c(servers, rate_hz / mu), servers * mu - rate_hz
    return waits / drift, lambda t: waits * math.exp(-drift * t)


def md1_wait(rate_hz: float, k: float) -> tuple[float, Survival]:
    mu = MU_HZ * k
    rho = rate_hz / mu

    def survival(t: float) -> float:
        x = t * mu
        terms = (
            math.exp(rho * (x - j)) * (-rho * (x - j)) ** j / math.factorial(j) for j in range(int(x) + 1)
        )
        return 1 - (1 - rho) * math.fsum(terms)

    return rho / (2 * mu * (1 - rho)), survival


def mh1_wait(rates_hz: tuple[float, float], mus_hz: tuple[float, float], k: float) -> tuple[float, Survival]:
    """M/G/1 with a mixture of two exponentials: poles of the transform of the waiting time."""
    rates, mus = np.array(rates_hz), np.array(mus_hz) * k
    parts = rates / mus
    rho = float(parts.sum())
    numerator = np.poly1d([1.0])
    for mu in mus:
        numerator *= np.poly1d([1.0, mu])
    residual = sum(
        (part * mu * np.poly1d([1.0, other]) for part, mu, other in zip(parts, mus, mus[::-1], strict=True)),
        start=np.poly1d([0.0]),
    )
    denominator = numerator - residual
    poles = -denominator.roots.real
    weights = (1 - rho) * numerator(-poles) / denominator.deriv()(-poles) / poles
    mean = float((rates * 2 / mus**2).sum() / (2 * (1 - rho)))
    return mean, lambda t: float((weights * np.exp(-poles * t)).sum())


def loss(servers: int, places: int, rate_hz: float, k: float) -> tuple[float, float, Survival]:
    """M/M/c/K: share lost, then mean and survival function of the waiting time of those that are not."""
    mu = MU_HZ * k
    a = rate_hz / mu
    weights = [
        a**n / math.factorial(n)
        if n <= servers
        else a**n / math.factorial(servers) / servers ** (n - servers)
        for n in range(places + 1)
    ]
    p = np.array(weights) / sum(weights)
    admitted = p[:places] / (1 - p[places])

    def survival(t: float) -> float:
        x = servers * mu * t
        poisson = np.cumsum([math.exp(-x) * x**i / math.factorial(i) for i in range(places - servers)])
        return float((admitted[servers:] * poisson).sum())

    mean = sum(admitted[n] * (n - servers + 1) / (servers * mu) for n in range(servers, places))
    return float(p[places]), float(mean), survival


def stages_sum(rates_hz: list[float]) -> Survival:
    """A sum of exponential times with different rates."""

    def survival(t: float) -> float:
        total = 0.0
        for i, r in enumerate(rates_hz):
            total += math.exp(-r * t) * math.prod(s / (s - r) for j, s in enumerate(rates_hz) if j != i)
        return total

    return survival


# --- measurement ---


@dataclass(frozen=True)
class Customers:
    """One service's, in the order of their creation: seconds from creation to end and to the last start of service."""

    sojourn_s: Floats
    wait_s: Floats
    lost: Floats


@cache
def customers(overrides: tuple[tuple[str, object], ...]) -> dict[str, Customers]:
    """All that count of a run, by service."""
    with tempfile.TemporaryDirectory(prefix="cv2x-queues-") as folder:
        path = Path(folder) / "run.h5"
        cv2x.run(FOLDER / SCENARIO, dict(overrides), path).close()
        file = ResultFile(path)
        tasks = file.table(
            "tasks", ["service", "outcome", "counted", "created_ns", "end_ns", "first_stage", "stages"]
        )
        stages = file.table("stages", ["stage", "enter_ns"])
        service_stage = file.info("stages", "stage").words.index("compute_service")
        names = file.names("services")
        file.close()
    # The start of service is the last row of its kind in the range of a task.
    rows = np.flatnonzero(stages["stage"] == service_stage)
    first = tasks["first_stage"].astype(np.int64)
    last = np.searchsorted(rows, first + tasks["stages"]) - 1
    started = np.where((last >= 0) & (rows[last] >= first), stages["enter_ns"][rows[last]], -1)
    found = {}
    for number, name in enumerate(names):
        chosen = np.flatnonzero((tasks["service"] == number) & (tasks["counted"] == 1))
        chosen = chosen[np.argsort(tasks["created_ns"][chosen], kind="stable")]
        created, delivered = tasks["created_ns"][chosen], tasks["outcome"][chosen] == 0
        found[name] = Customers(
            (tasks["end_ns"][chosen] - created)[delivered] * 1e-9,
            (started[chosen] - created)[delivered] * 1e-9,
            (~delivered).astype(np.float64),
        )
    return found


def estimate(values: Floats, q: float | None) -> tuple[float, float]:
    """A mean (no `q`) or quantile of dependent values, and its standard error."""
    of = partial(np.quantile, q=q) if q is not None else np.mean
    batches = np.array([of(part) for part in np.array_split(values, BATCHES)])
    return float(of(values)), float(batches.std(ddof=1)) / math.sqrt(BATCHES)


@dataclass(frozen=True)
class Metric:
    """What is measured of a case, and its truth as a function of k."""

    name: str
    truth: Callable[[float], float]
    of: Callable[[dict[str, Customers]], Floats]
    q: float | None = None


@dataclass(frozen=True)
class Case:
    """A queue."""

    name: str
    reference: str
    rate_hz: float  # all arrivals
    customers: float  # millions at least
    overrides: dict[str, object]
    metrics: list[Metric]
    half_width: float = 0.01

    def settings(self) -> dict[str, object]:
        duration_s = WARM_UP_S + DRAIN_S + math.ceil(self.customers * 1e6 / self.rate_hz)
        return {"simulation.duration": f"{duration_s} s", **self.overrides}


def wait(found: dict[str, Customers], service: str = "first") -> Floats:
    return found[service].wait_s


def both_wait(found: dict[str, Customers]) -> Floats:
    """Of two services on one queue, as one: batches need not be in order of creation to within a batch."""
    return np.concatenate(
        [
            np.concatenate(parts)
            for parts in zip(
                *(np.array_split(found[s].wait_s, BATCHES) for s in ("first", "second")), strict=True
            )
        ]
    )


def sojourn(found: dict[str, Customers], service: str = "first") -> Floats:
    return found[service].sojourn_s


def lost(found: dict[str, Customers]) -> Floats:
    return found["first"].lost


def waits(law: Callable[[float], tuple[float, Survival]], of: Callable[[dict[str, Customers]], Floats] = wait,
          quantiles: tuple[float, ...] = (0.9, 0.99), what: str = "wait") -> list[Metric]:  # fmt: skip
    """Mean and quantiles of a waiting or sojourn time."""
    metrics = [Metric(f"mean {what} [ms]", lambda k: law(k)[0] * 1e3, lambda f: of(f) * 1e3)]
    for q in quantiles:
        metrics.append(
            Metric(
                f"{what}, quantile {q:.0%} [ms]",
                lambda k, q=q: quantile(law(k)[1], q) * 1e3,
                lambda f: of(f) * 1e3,
                q,
            )
        )
    return metrics


def server(**keys: object) -> dict[str, object]:
    return {f"compute.hosts.server.{key}": value for key, value in keys.items()}


def service(name: str, **keys: object) -> dict[str, object]:
    return {f"services.{name}.{key}": value for key, value in keys.items()}


def exponential(mean_s: Callable[[float], float]) -> Callable[[float], tuple[float, Survival]]:
    return lambda k: (mean_s(k), lambda t: math.exp(-t / mean_s(k)))


def cases() -> list[Case]:
    """All of them. Numbers of customers are what the half-widths need."""
    second = {"vehicles": "100 %"}
    found = [
        Case("M/M/4, load 0.6", "Kleinrock I §3.5", 2400, 6.0, server(cores=4) | service("first", rate="2400 Hz"),
             waits(partial(mmc_wait, 4, 2400))),
        Case("M/M/4, load 0.95", "Kleinrock I §3.5", 3800, 13.0, server(cores=4) | service("first", rate="3800 Hz"),
             waits(partial(mmc_wait, 4, 3800), quantiles=(0.9,)), half_width=0.03),
        Case("M/D/1, load 0.7", "Kleinrock I §5.7", 700, 4.6,
             service("first", rate="700 Hz", cycles_distribution="fixed"), waits(partial(md1_wait, 700))),
    ]  # fmt: skip
    mixed = partial(mh1_wait, (400.0, 40.0), (2000.0, 250.0))
    found.append(
        Case("M/G/1, two exponentials (0.5 and 4 ms), load 0.36", "Kleinrock I §5.7", 440, 5.0,
             service("first", rate="400 Hz", cycles="0.5 Mcycles")
             | service("second", rate="40 Hz", cycles="4 Mcycles", **second),
             waits(mixed, both_wait))
    )  # fmt: skip
    found += sharing_cases(second) + priority_cases(second) + loss_cases()
    tandem = {
        "compute.hosts.server.site": "mec", "services.first.cycles": "0.8 Mcycles",
        "services.first.input": "12.5 kB", "services.first.input_distribution": "exponential",
        "services.first.output": "7.5 kB", "services.first.output_distribution": "exponential",
    }  # fmt: skip

    def three(k: float) -> tuple[float, Survival]:
        rates = [mu * k - 500 for mu in (1000.0, 1250.0, 8e5 / 480)]
        return sum(1 / r for r in rates), stages_sum(rates)

    found.append(
        Case("M/M/1 three times in tandem: link, host, link; loads 0.5, 0.4, 0.3", "Burke 1956", 500, 1.6, tandem,
             waits(three, sojourn, what="sojourn"))
    )  # fmt: skip
    return found


def sharing_cases(second: dict[str, object]) -> list[Case]:
    one = server(discipline="processor_sharing")
    two_sizes = (
        service("first", rate="300 Hz", cycles="0.5 Mcycles", cycles_distribution="fixed")
        | service("second", rate="200 Hz", cycles="2 Mcycles", cycles_distribution="fixed", **second)
    )  # fmt: skip
    both = [
        Metric(f"mean sojourn of those of {size} ms [ms]", lambda k, x=size: x / k / (1 - 0.55 / k),
               lambda f, s=name: sojourn(f, s) * 1e3)
        for name, size in (("first", 0.5), ("second", 2.0))
    ]  # fmt: skip
    many = partial(mmc_wait, 4, 2800)
    return [
        Case("M/M/1, processor sharing, load 0.6", "Kleinrock 1967", 600, 2.0, one | service("first", rate="600 Hz"),
             [Metric("mean sojourn [ms]", lambda k: 1 / (k - 0.6), lambda f: sojourn(f) * 1e3)]),
        Case("M/G/1, processor sharing, two sizes, load 0.55", "Kleinrock 1967", 500, 2.5, one | two_sizes, both),
        Case("M/M/4, processor sharing, load 0.7", "Kleinrock I §3.5", 2800, 1.5,
             server(cores=4, discipline="processor_sharing") | service("first", rate="2800 Hz"),
             [Metric("mean sojourn [ms]", lambda k: 1 / k + many(k)[0] * 1e3, lambda f: sojourn(f) * 1e3)]),
    ]  # fmt: skip


def priority_cases(second: dict[str, object]) -> list[Case]:
    """First class a load of 0.3, second class 0.3, both exponential."""
    load = service("first", rate="300 Hz", priority=5) | service("second", rate="300 Hz", **second)

    def of(k: float) -> tuple[float, float, float]:
        return MU_HZ * k, 0.3 / k, 0.6 / k

    def first(k: float) -> tuple[float, Survival]:
        mu, rho_1, rho = of(k)
        return rho / mu / (1 - rho_1), lambda t: rho * math.exp(-mu * (1 - rho_1) * t)

    def second_wait(k: float) -> float:
        mu, rho_1, rho = of(k)
        return rho / mu / ((1 - rho_1) * (1 - rho)) * 1e3

    def second_sojourn(k: float) -> float:
        mu, rho_1, rho = of(k)
        return (1 + rho / (1 - rho)) / mu / (1 - rho_1) * 1e3

    alone = exponential(lambda k: 1 / (MU_HZ * k - 300))
    return [
        Case("M/M/1, two priorities, loads 0.3 and 0.3", "Cobham 1954; Kella and Yechiali 1985", 600, 3.6,
             server(discipline="priority") | load,
             [*waits(first), Metric("mean wait of the second [ms]", second_wait, lambda f: wait(f, "second") * 1e3)]),
        Case("M/M/1, two priorities, pre-emptive resume, loads 0.3 and 0.3", "White and Christie 1958", 600, 3.6,
             server(discipline="priority", preemption="resume") | load,
             [*waits(alone, sojourn, what="sojourn"),
              Metric("mean sojourn of the second [ms]", second_sojourn, lambda f: sojourn(f, "second") * 1e3)]),
    ]  # fmt: skip


def loss_cases() -> list[Case]:
    queue = partial(loss, 4, 8, 3600)
    erlang = partial(loss, 4, 4, 3000)
    return [
        Case("M/M/4/8, load 0.9", "Kleinrock I §3.8", 3600, 2.5,
             server(cores=4, queue=4) | service("first", rate="3600 Hz"),
             [Metric("share lost", lambda k: queue(k)[0], lost), *waits(lambda k: queue(k)[1:])]),
        Case("M/D/4/4, load 0.75", "Erlang B (Sevastyanov 1957)", 3000, 1.2,
             {"compute.hosts.server.admission.tasks": 4} | server(cores=4)
             | service("first", rate="3000 Hz", cycles_distribution="fixed"),
             [Metric("share lost", lambda k: erlang(k)[0], lost)]),
    ]  # fmt: skip


def judged(case: Case, found: dict[str, Customers]) -> Iterator[Row]:
    """The rows of a case, given what a run has shown."""
    for metric in case.metrics:
        values = metric.of(found)
        ours, error = estimate(values, metric.q)
        truth = metric.truth(1.0)
        narrow = T_95 * error <= case.half_width * truth
        tells = all(abs(ours - metric.truth(1 + wrong)) > T_99 * error for wrong in (-WRONG, WRONG))
        near = abs(ours - truth) <= T_99 * error
        enough = sum(len(c.lost) for c in found.values()) >= FEWEST
        name = case_text(SCENARIO, case.settings(), case.name)
        yield Row(
            case.reference, name, metric.name, truth, ours, T_99 * error, near and narrow and tells and enough
        )


def rows() -> Iterator[Row]:
    for case in some(cases()):
        yield from judged(case, customers(tuple(case.settings().items())))
        customers.cache_clear()
