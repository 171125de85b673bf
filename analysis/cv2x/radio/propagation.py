"""Propagation (TR 38.901) and power."""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.radio.numerology import check_mu
from cv2x.vector import ABOVE_0, Floats, broadcast, one_of, shaped, whole, within

Environment = Literal["uma", "umi", "rma"]

TABLE_PL = "TR 38.901 V17 table 7.4.1-1 holds for"
EXTEND = "extend=True takes the formulas beyond their range, as the simulator does"
DEFAULT_H_BS_M = {"uma": 25.0, "umi": 10.0, "rma": 35.0}
Range = tuple[float, float]
H_BS_M: dict[str, Range] = {"uma": (25, 25), "umi": (10, 10), "rma": (10, 150)}
H_UT_M: dict[str, Range] = {"uma": (1.5, 22.5), "umi": (1.5, 22.5), "rma": (1, 10)}
FREQUENCY_HZ: dict[str, Range] = {"uma": (0.5e9, 100e9), "umi": (0.5e9, 100e9), "rma": (0.5e9, 30e9)}


class Shadowing(NamedTuple):
    """Log-normal shadowing: standard deviation [dB], and the distance [m] over which its correlation falls to 1/e."""

    sigma_db: Floats
    correlation_m: Floats


def _geometry(
    environment: Environment,
    frequency_hz: npt.ArrayLike,
    h_bs_m: npt.ArrayLike | None,
    h_ut_m: npt.ArrayLike,
    extend: bool,
    **others: npt.ArrayLike,
) -> tuple[dict[str, npt.NDArray[np.float64]], tuple[int, ...]]:
    """Broadcast and checked: what all laws of propagation have in common."""
    one_of("environment", environment, ("uma", "umi", "rma"))
    h_bs = DEFAULT_H_BS_M[environment] if h_bs_m is None else h_bs_m
    a, shape = broadcast(frequency_hz=frequency_hz, h_bs_m=h_bs, h_ut_m=h_ut_m, **others)
    for name, unit, ranges in (
        ("frequency_hz", "Hz", FREQUENCY_HZ),
        ("h_bs_m", "m", H_BS_M),
        ("h_ut_m", "m", H_UT_M),
    ):
        if extend:
            within(name, a[name], ABOVE_0, np.inf, unit, "it must be")
        else:
            low, high = ranges[environment]
            within(name, a[name], low, high, unit, f"{TABLE_PL} {environment}:", EXTEND)
    return a, shape


def _distance(environment: Environment, distance_m: Floats, los: npt.NDArray[np.bool_], extend: bool) -> None:
    if extend:
        within("distance_2d_m", distance_m, 0, np.inf, "m", "it must be")
        return
    for sight, name in ((True, "LOS"), (False, "NLOS")):
        high = 10e3 if environment == "rma" and sight else 5e3
        some = distance_m[los == sight]
        within("distance_2d_m", some, 10, high, "m", f"{TABLE_PL} {environment} {name}:", EXTEND)


def path_loss_db(
    environment: Environment,
    distance_2d_m: npt.ArrayLike,
    frequency_hz: npt.ArrayLike,
    h_bs_m: npt.ArrayLike | None = None,
    h_ut_m: npt.ArrayLike = 1.5,
    *,
    los: npt.ArrayLike,
    street_width_m: float = 20,
    building_height_m: float = 5,
    extend: bool = False,
) -> Floats:
    """Path loss [dB] between isotropic antennas, without shadowing: TR 38.901 V17 table 7.4.1-1.

    Args:
        environment: "uma", "umi" or "rma".
        distance_2d_m: horizontal distance [m], 10 m to 5 km (rma with line of sight: 10 km).
        frequency_hz: 0.5 to 100 GHz (rma: 30 GHz).
        h_bs_m: height of the base station's antenna [m]; None: 25, 10, 35 m. The table has just these for uma and
            umi, and 10 to 150 m for rma.
        h_ut_m: height of the terminal's antenna [m], 1.5 to 22.5 m (rma: 1 to 10 m).
        los: whether there is line of sight.
        street_width_m: rma: W, 5 to 50 m.
        building_height_m: rma: h, 5 to 50 m.
        extend: takes the formulas beyond these ranges; a distance below 10 m counts as 10 m.

    Left out: penetration losses (§7.4.3), the random environment height of uma for h_ut ≥ 13 m, the optional NLOS
    formulas.
    """
    a, shape = _geometry(
        environment, frequency_hz, h_bs_m, h_ut_m, extend, distance_2d_m=distance_2d_m, los=los
    )
    sight = a["los"].astype(bool)
    _distance(environment, a["distance_2d_m"], sight, extend)
    for name, value in (("street_width_m", street_width_m), ("building_height_m", building_height_m)):
        within(name, np.asarray(value), 5, 50, "m", f"{TABLE_PL} rma:")
    flat = _core.radio_path_loss_db(
        environment,
        street_width_m,
        building_height_m,
        a["distance_2d_m"],
        a["frequency_hz"],
        a["h_bs_m"],
        a["h_ut_m"],
        sight,
    )
    return shaped(flat, shape)


def los_probability(
    environment: Environment, distance_2d_m: npt.ArrayLike, h_ut_m: npt.ArrayLike = 1.5
) -> Floats:
    """Probability of line of sight, 0 to 1: TR 38.901 V17 table 7.4.2-1, outdoors.

    Args:
        environment: "uma", "umi" or "rma".
        distance_2d_m: horizontal distance [m], ≥ 0.
        h_ut_m: height of the terminal's antenna [m]; above 13 m it matters in uma.
    """
    one_of("environment", environment, ("uma", "umi", "rma"))
    a, shape = broadcast(distance_2d_m=distance_2d_m, h_ut_m=h_ut_m)
    within("distance_2d_m", a["distance_2d_m"], 0, np.inf, "m", "it must be")
    within(
        "h_ut_m",
        a["h_ut_m"],
        *H_UT_M[environment],
        "m",
        f"TR 38.901 V17 table 7.4.2-1 holds for {environment}",
    )
    return shaped(_core.radio_los_probability(environment, a["distance_2d_m"], a["h_ut_m"]), shape)


def shadowing(
    environment: Environment,
    distance_2d_m: npt.ArrayLike,
    frequency_hz: npt.ArrayLike,
    h_bs_m: npt.ArrayLike | None = None,
    h_ut_m: npt.ArrayLike = 1.5,
    *,
    los: npt.ArrayLike,
    extend: bool = False,
) -> Shadowing:
    """Statistics of shadowing: TR 38.901 V17 tables 7.4.1-1 (sigma) and 7.5-6 (correlation distance).

    Arguments as of `path_loss_db`. Distance, frequency and heights matter in rma only, whose sigma grows at the
    breakpoint.
    """
    a, shape = _geometry(
        environment, frequency_hz, h_bs_m, h_ut_m, extend, distance_2d_m=distance_2d_m, los=los
    )
    sight = a["los"].astype(bool)
    _distance(environment, a["distance_2d_m"], sight, extend)
    sigma, correlation = _core.radio_shadowing(
        environment, a["distance_2d_m"], a["frequency_hz"], a["h_bs_m"], a["h_ut_m"], sight
    )
    return Shadowing(shaped(sigma, shape), shaped(correlation, shape))


def gaussian_field(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, correlation_m: float, *, key: int = 0, seed: int = 1
) -> Floats:
    """The random field that shadowing and line of sight are made of, at places (x_m, y_m) [m] of the plane.

    Mean 0, variance 1, autocorrelation exp(−distance / correlation_m) (TR 38.901 §7.4.4). A function of its
    arguments: `key` (one a site in a simulation) and `seed` choose the field.
    """
    a, shape = broadcast(x_m=x_m, y_m=y_m)
    for name in ("x_m", "y_m"):
        within(name, a[name], -2e7, 2e7, "m", "it must be")
    within("correlation_m", np.asarray(correlation_m), ABOVE_0, np.inf, "m", "it must be")
    return shaped(_core.radio_gaussian_field(a["x_m"], a["y_m"], correlation_m, key, seed), shape)


def breakpoint_m(
    environment: Environment,
    frequency_hz: npt.ArrayLike,
    h_bs_m: npt.ArrayLike | None = None,
    h_ut_m: npt.ArrayLike = 1.5,
    *,
    extend: bool = False,
) -> Floats:
    """Breakpoint distance [m] of line of sight, d'BP (uma, umi) or dBP (rma): notes of TR 38.901 V17 table 7.4.1-1."""
    a, shape = _geometry(environment, frequency_hz, h_bs_m, h_ut_m, extend)
    return shaped(_core.radio_breakpoint_m(environment, a["frequency_hz"], a["h_bs_m"], a["h_ut_m"]), shape)


def noise_dbm_per_prb(mu: int, noise_figure_db: float) -> float:
    """Noise power at a receiver over one PRB [dBm]: −174 dBm/Hz, 180 kHz · 2^µ, the noise figure [dB].

    >>> round(noise_dbm_per_prb(1, 5), 2)
    -113.44
    """
    check_mu(mu)
    return _core.radio_noise_dbm_per_prb(mu, noise_figure_db)


def pusch_power_dbm(
    path_loss_db: npt.ArrayLike,
    prbs: npt.ArrayLike,
    *,
    p0_dbm: float = -80,
    alpha: float = 0.8,
    pcmax_dbm: float = 23,
    mu: int = 1,
) -> Floats:
    """Power of a PUSCH transmission [dBm] over all its PRBs, open loop: TS 38.213 V17 §7.1.1.

    Args:
        path_loss_db: what the UE measures, ≥ 0, antenna gains and shadowing included.
        prbs: how many are sent on, ≥ 1.
        p0_dbm: target received power per PRB at 15 kHz.
        alpha: compensation of the path loss, 0 to 1.
        pcmax_dbm: the most a UE sends with.
        mu: numerology.

    Left out: transport-format and closed-loop terms.
    """
    check_mu(mu)
    a, shape = broadcast(path_loss_db=path_loss_db, prbs=prbs)
    within("path_loss_db", a["path_loss_db"], 0, np.inf, "dB", "it must be")
    within("prbs", a["prbs"], 1, 275, "", "a carrier has")
    within("alpha", np.asarray(alpha), 0, 1, "", "it must be")
    flat = _core.radio_pusch_power_dbm(
        pcmax_dbm, p0_dbm, alpha, mu, whole("prbs", a["prbs"]), a["path_loss_db"]
    )
    return shaped(flat, shape)
