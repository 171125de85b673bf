"""A MEC host as the simulator has it, to be fed by hand (models/compute)."""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.vector import Ints, broadcast, whole, within

__all__ = ["Discipline", "Executions", "Finished", "Server"]

Discipline = Literal["fifo", "priority", "edf", "processor_sharing"]
"""Who is served next; see `Server`."""


class Finished(NamedTuple):
    """A task that is done."""

    ref: int
    """The number it was submitted with."""
    start_ns: int
    """When a core took it, with pre-emption for the last time."""
    end_ns: int


class Executions(NamedTuple):
    """When tasks ran: arrays of shape (tasks,), −1 where one was refused."""

    start_ns: Ints
    """When a core took it for the first time."""
    end_ns: Ints


class Server:
    """Equal cores and the tasks before them: M/M/c, M/G/1, processor sharing and kin when it is fed so.

    It is told the time. Disciplines: "fifo", first in, first out; "priority" and "edf", the task with the smallest
    `order` first (a negated priority, an absolute deadline), then first in, first out; "processor_sharing", all at
    once, with n tasks each at min(1, cores/n) of a core's speed. With `preemptive` a task that comes first in the order
    takes the core of the running one that comes last, which goes on later where it stopped. A task takes cycles / speed
    alone, to the nearest nanosecond. Left out: what a context switch costs, shared caches.

    >>> server = Server(cores=1, speed_cps=1e9, queue=1)
    >>> [server.submit(0, cycles=2e6), server.submit(0, 1e6), server.submit(0, 1e6)]    # the queue is full
    [0, 1, None]
    >>> server.next_wakeup_ns
    2000000
    >>> server.advance(3_000_000)
    [Finished(ref=0, start_ns=0, end_ns=2000000), Finished(ref=1, start_ns=2000000, end_ns=3000000)]

    A whole trace at once, here a thousand of an M/M/1 queue:

    >>> rng = np.random.default_rng(1)
    >>> arrivals = np.cumsum(rng.exponential(2e6, 1000)).astype(int)
    >>> ran = Server(cores=1, speed_cps=1e9).run(arrivals, rng.exponential(1e6, 1000))
    >>> bool((ran.start_ns >= arrivals).all())
    True

    With processor sharing:

    >>> shared = Server(cores=1, speed_cps=1e9, discipline="processor_sharing")
    >>> shared.run([0, 1_000_000], [3e6, 1e6]).end_ns      # the second takes half of the core
    array([4000000, 3000000])
    """

    def __init__(
        self,
        cores: int,
        speed_cps: float,
        queue: int = 1_000_000,
        *,
        discipline: Discipline = "fifo",
        preemptive: bool = False,
    ) -> None:
        """`queue`: tasks that may be there beyond one a core. ValueError of what cannot be."""
        self._server = _core.Server(cores, speed_cps, queue, discipline, preemptive)
        self._submitted = 0

    def submit(self, now_ns: int, cycles: float, order: int = 0) -> int | None:
        """Hands it a task at a time that never decreases: the task's number; None: cores and queue are full.

        What has finished by then and was not fetched by `advance` is forgotten.
        """
        ref = self._submitted
        if not self._server.submit(now_ns, cycles, ref, order):
            return None
        self._submitted += 1
        return ref

    def advance(self, now_ns: int) -> list[Finished]:
        """All that have finished by `now_ns`, in order of their end, then of their submission."""
        return [Finished(*done) for done in self._server.advance(now_ns)]

    def run(self, now_ns: npt.ArrayLike, cycles: npt.ArrayLike, order: npt.ArrayLike = 0) -> Executions:
        """Hands many to an idle server, in the order of their times, and lets it run empty.

        `now_ns`, `cycles`, `order`: shape (tasks,), or one value for all. ValueError when it is not idle.
        """
        a, _ = broadcast(now_ns=np.atleast_1d(now_ns), cycles=cycles, order=order)
        within("cycles", a["cycles"], 0, 1e30, "", "they are")
        return Executions(
            *self._server.run(whole("now_ns", a["now_ns"]), a["cycles"], whole("order", a["order"]))
        )

    def work_ahead(self, now_ns: int) -> float:
        """Work queued, and what is left of the running tasks [cycles]."""
        return self._server.work_ahead(now_ns)

    @property
    def next_wakeup_ns(self) -> int | None:
        """When the next task finishes; None: it is idle."""
        return self._server.next_wakeup_ns

    @property
    def running(self) -> int:
        """Tasks that are served: on a core, or all that share."""
        return self._server.running

    @property
    def waiting(self) -> int:
        """Tasks in the queue."""
        return self._server.waiting
