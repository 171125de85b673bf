"""Numerology, channels and timing of NR."""

from typing import NamedTuple

import numpy.typing as npt

from cv2x import _core
from cv2x.vector import Ints, broadcast, one_of, shaped, whole, within


def check_mu(mu: int) -> None:
    """ValueError where there is no such numerology."""
    one_of("mu", mu, (0, 1, 2, 3))


class Numerology(NamedTuple):
    """Subcarrier spacing and what follows from it (TS 38.211 V17 table 4.2-1, §4.3.2)."""

    mu: int
    spacing_hz: float
    prb_bandwidth_hz: float
    slot_ns: int
    slots_per_second: int


def numerology(mu: int) -> Numerology:
    """Numerology µ, 0 to 3.

    >>> numerology(1)
    Numerology(mu=1, spacing_hz=30000.0, prb_bandwidth_hz=360000.0, slot_ns=500000, slots_per_second=2000)
    """
    check_mu(mu)
    return Numerology(mu, 15e3 * 2**mu, 180e3 * 2**mu, 1_000_000 >> mu, 1000 << mu)


def prbs(bandwidth_hz: float, mu: int, frequency_hz: float) -> int:
    """Transmission bandwidth N_RB of a channel: TS 38.101-1 table 5.3.2-1 (FR1), TS 38.101-2 table 5.3.2-1 (FR2).

    ValueError, with the bandwidths that there are, where the standard has no such channel.

    >>> prbs(100e6, 1, 3.5e9)
    273
    """
    check_mu(mu)
    found = _core.radio_prbs(bandwidth_hz, mu, frequency_hz)
    if found is None:
        there = ", ".join(f"{hz / 1e6:g}" for hz in bandwidths_hz(mu, frequency_hz)) or "none"
        raise ValueError(
            f"no channel of {bandwidth_hz / 1e6:g} MHz with µ = {mu} at {frequency_hz / 1e9:g} GHz; "
            f"bandwidths [MHz] that there are: {there}"
        )
    return found


def bandwidths_hz(mu: int, frequency_hz: float) -> list[float]:
    """The channel bandwidths [Hz] that the standard has for a numerology at a frequency, ascending; may be empty."""
    check_mu(mu)
    return _core.radio_bandwidths_hz(mu, frequency_hz)


def symbol_time_ns(slot: npt.ArrayLike, symbol: npt.ArrayLike, mu: int) -> Ints:
    """Start [ns] of a symbol, 0 to 14 (14: the end of the slot), of a slot counted from time 0.

    To the nearest nanosecond, from absolute indices. Left out: the longer first cyclic prefix of each half subframe
    (TS 38.211 §5.3.1, at most 0.52 µs).
    """
    check_mu(mu)
    a, shape = broadcast(slot=slot, symbol=symbol)
    within("symbol", a["symbol"], 0, 14, "", "a slot has")
    within("slot", a["slot"], 0, 2**42, "", "slots count")
    return shaped(
        _core.radio_symbol_time_ns(whole("slot", a["slot"]), whole("symbol", a["symbol"]), mu), shape
    )


class ProcessingTime(NamedTuple):
    """What a UE needs [ns]; None: the standard has no value."""

    tproc1_ns: int | None
    """End of the PDSCH → earliest HARQ feedback."""
    tproc2_ns: int | None
    """End of the grant → earliest PUSCH."""


def processing_time_ns(mu: int, capability: int = 1, *, additional_dmrs: bool = False) -> ProcessingTime:
    """Processing times of a UE: TS 38.214 V17 §5.3 and §6.4, N1 and N2 of capability 1 or 2; d11 = d2 = d21 = d22 = 0.

    >>> processing_time_ns(1)
    ProcessingTime(tproc1_ns=356771, tproc2_ns=428125)
    """
    check_mu(mu)
    one_of("capability", capability, (1, 2))
    return ProcessingTime(*_core.radio_processing_ns(mu, capability, additional_dmrs))
