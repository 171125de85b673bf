"""A backhaul link as the simulator has it, to be fed by hand (models/backhaul)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.vector import Ints, broadcast, whole, within

__all__ = ["Link", "Passage", "Passages"]


class Passage(NamedTuple):
    """How one message crossed a link."""

    start_ns: int
    """Its transmission began; until then it waited."""
    sent_ns: int
    """Its last bit had left."""
    arrive_ns: int
    """Its last bit had arrived."""


class Passages(NamedTuple):
    """How messages crossed a link: arrays of shape (messages,), −1 where one was dropped."""

    start_ns: Ints
    sent_ns: Ints
    arrive_ns: Ints


class Link:
    """One direction of a link: a transmitter behind a bounded FIFO queue, then a propagation delay.

    Store and forward: a message arrives when its last bit does. One in transmission takes no place in the queue. Left
    out: framing overhead, and traffic that is not sent through it.

    >>> link = Link(rate_bps=8e6, delay_ns=1_000_000, queue_bytes=3000)
    >>> link.send(0, 1000)
    Passage(start_ns=0, sent_ns=1000000, arrive_ns=2000000)
    >>> link.send(0, 3000)
    Passage(start_ns=1000000, sent_ns=4000000, arrive_ns=5000000)
    >>> link.send(500_000, 1000) is None     # it would have to wait, and the queue is full
    True
    """

    def __init__(self, rate_bps: float, delay_ns: int, queue_bytes: int = 1_000_000) -> None:
        self._link = _core.Link(rate_bps, delay_ns, queue_bytes)

    def send(self, now_ns: int, size_bytes: int) -> Passage | None:
        """Offers a message at a time that never decreases; None: the queue is full, it is dropped."""
        passage = self._link.send(now_ns, size_bytes)
        return None if passage is None else Passage(*passage)

    def send_all(self, now_ns: npt.ArrayLike, size_bytes: npt.ArrayLike) -> Passages:
        """Offers many, in the order of their times: shape (messages,) each, or one size for all."""
        a, _ = broadcast(now_ns=np.atleast_1d(now_ns), size_bytes=size_bytes)
        within("size_bytes", a["size_bytes"], 0, 2**50, "B", "it must be")
        return Passages(
            *self._link.send_all(whole("now_ns", a["now_ns"]), whole("size_bytes", a["size_bytes"]))
        )

    def queued_bytes(self, now_ns: int) -> int:
        """Bytes whose transmission has not begun."""
        return self._link.queued_bytes(now_ns)
