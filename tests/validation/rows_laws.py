"""Rows on laws that are exact (called directly): path loss against ns-3's test vectors, transport block sizes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from harness import Row, compare, reference_rows

from cv2x import radio

PATH_LOSS, TBS = "ns3_pathloss_testvectors.csv", "nr_tbs_table_5.1.3.2-1.csv"
ENVIRONMENTS = {"RMa": "rma", "UMa": "uma", "UMi": "umi"}
EXACT_DB = 0.001
# ns-3's speed of light is 3.0e8 m/s; it enters the breakpoint, and beyond that the loss (the reference says how much).
BEYOND_BREAKPOINT_DB = 0.006
BEYOND_M = {"RMa": 5000, "UMa": 800, "UMi": 300}


def path_losses() -> Iterator[Row]:
    """Those of the reference that TR 38.901 has outdoors."""
    for r in reference_rows(PATH_LOSS):
        if r["model"] not in ENVIRONMENTS:
            continue
        distance, h_bs, h_ut = (float(r[key]) for key in ("distance_2d_m", "h_bs_m", "h_ut_m"))
        frequency = float(r["fc_ghz"]) * 1e9
        los = r["condition"] == "LOS"
        ours = radio.path_loss_db(
            ENVIRONMENTS[r["model"]], distance, frequency, h_bs, h_ut, los=los, extend=True
        )
        tolerance = BEYOND_BREAKPOINT_DB if distance > BEYOND_M[r["model"]] else EXACT_DB
        case = f"{r['model']} {r['condition']}, {distance:g} m, {r['fc_ghz']} GHz"
        yield compare(PATH_LOSS, case, "path loss [dB]", float(r["ns3_expected_db"]), float(ours), tolerance)


def tbs_bits(
    table: list[int], qm: int, rate_x1024: float, prbs: int, symbols: int, layers: int, dmrs: int
) -> int:
    """TS 38.214 §5.1.3.2 once more, in whole numbers and fractions."""
    elements = min(156, 12 * symbols - dmrs) * prbs
    rate = Fraction(rate_x1024) / 1024
    info = elements * rate * qm * layers
    if info <= 3824:
        n = max(3, int(math.log2(info)) - 6) if info >= 1 else 3
        quantised = max(24, 2**n * (info // 2**n))
        return next(size for size in table if size >= quantised)
    n = int(math.log2(info - 24)) - 5
    quantised = max(3840, 2**n * round_half_up((info - 24) / 2**n))
    if rate <= Fraction(1, 4):
        blocks = -(-(quantised + 24) // 3816)
    elif quantised > 8424:
        blocks = -(-(quantised + 24) // 8424)
    else:
        blocks = 1
    return 8 * blocks * -(-(quantised + 24) // (8 * blocks)) - 24


def round_half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def sizes() -> Iterator[Row]:
    """Every MCS on a grid of allocations; expected and ours: how many differ."""
    table = [int(r["tbs_bits"]) for r in reference_rows(TBS, all_of_them=True)]
    if not table:
        return
    prbs = [1, 2, 3, 5, 8, 13, 21, 34, 51, 79, 106, 133, 217, 273]
    for number in (1, 2, 3):
        different, smallest = 0, set()
        count = 0
        for mcs, row in radio.mcs_table(number).iterrows():
            for symbols, layers in ((2, 1), (4, 1), (7, 2), (12, 1), (13, 1), (14, 4)):
                ours = radio.tbs_bits(int(mcs), prbs, symbols, layers, table=number)
                for n, bits in zip(prbs, ours, strict=True):
                    arguments = (int(row["qm"]), float(row["rate_x1024"]), n, symbols, layers, 12)
                    different += int(tbs_bits(table, *arguments) != bits)
                    count += 1
                smallest |= {int(bits) for bits in np.atleast_1d(ours) if bits <= 3824}
        case = f"MCS table {number}, {count} allocations"
        yield compare("TS 38.214 §5.1.3.2", case, "sizes that differ", 0, different, 0)
        missing = len(smallest - set(table))
        yield compare(TBS, case, "sizes up to 3824 bits that the table does not have", 0, missing, 0)


def rows() -> Iterator[Row]:
    yield from path_losses()
    yield from sizes()
