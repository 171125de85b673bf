"""Transport blocks: schemes, sizes, code blocks, error rates (TS 38.214, TS 38.212)."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.vector import ABOVE_0, BELOW_1, Floats, Ints, broadcast, one_of, shaped, whole, within

if TYPE_CHECKING:
    import pandas as pd


def mcs_table(table: int = 1) -> "pd.DataFrame":
    """Modulation and coding schemes: TS 38.214 V17 table 5.1.3.1-1 (table=1: 64QAM), -2 (256QAM), -3 (low efficiency).

    Shape (schemes, 4), indexed by `mcs`: `qm` (bits a modulation symbol), `rate_x1024`, `rate` (code rate),
    `efficiency` (bits a resource element). Without the reserved indices.
    """
    return _table(_core.radio_mcs_table(_table_number(table)), "mcs")


def cqi_table(table: int = 1) -> "pd.DataFrame":
    """Channel quality indicators: TS 38.214 V17 table 5.2.2.1-2 (table=1), -3 (2), -4 (3). Columns as `mcs_table`."""
    return _table(_core.radio_cqi_table(_table_number(table)), "cqi")


def _table_number(table: int) -> int:
    one_of("table", table, (1, 2, 3))
    return table


def _table(rows: list[tuple[int, int, float]], index: str) -> "pd.DataFrame":
    import pandas as pd

    frame = pd.DataFrame(rows, columns=[index, "qm", "rate_x1024"]).set_index(index)
    frame["rate"] = frame["rate_x1024"] / 1024
    frame["efficiency"] = frame["qm"] * frame["rate"]
    return frame


def _mcs(table: int, mcs: npt.NDArray[np.int64]) -> Ints:
    most = len(_core.radio_mcs_table(_table_number(table))) - 1
    within("mcs", mcs, 0, most, "", f"MCS table {table} has")
    return whole("mcs", mcs)


def _allocation(table: int, a: dict[str, npt.NDArray[np.int64]]) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    within("symbols", a["symbols"], 1, 14, "", "a slot has")
    within("layers", a["layers"], 1, 8, "", "there are")
    within("dmrs_re_per_prb", a["dmrs_re_per_prb"], 0, 156, "", "a PRB has")
    for value in np.unique(a["overhead_re_per_prb"]):
        one_of("overhead_re_per_prb", int(value), (0, 6, 12, 18))
    names = ("symbols", "layers", "dmrs_re_per_prb", "overhead_re_per_prb")
    symbols, layers, dmrs, overhead = (whole(name, a[name]) for name in names)
    return _mcs(table, a["mcs"]), symbols, layers, dmrs, overhead


def tbs_bits(
    mcs: npt.ArrayLike,
    prbs: npt.ArrayLike,
    symbols: npt.ArrayLike = 14,
    layers: npt.ArrayLike = 1,
    *,
    table: int = 1,
    dmrs_re_per_prb: npt.ArrayLike = 12,
    overhead_re_per_prb: npt.ArrayLike = 0,
) -> Ints:
    """Transport block size [bit]: TS 38.214 V17 §5.1.3.2, exact; 0 where there is no resource element for data.

    Args:
        mcs: index in the MCS table.
        prbs: 1 to 275.
        symbols: of the shared channel in the slot, 1 to 14.
        layers: 1 to 8.
        table: MCS table, 1 (64QAM), 2 (256QAM) or 3 (64QAM, low spectral efficiency).
        dmrs_re_per_prb: resource elements a PRB that DMRS (and its CDM groups without data) take.
        overhead_re_per_prb: xOverhead: 0, 6, 12 or 18.

    >>> tbs_bits(27, 273, 14, 4, table=2)
    np.int64(1277992)
    """
    a, shape = broadcast(
        mcs=mcs,
        prbs=prbs,
        symbols=symbols,
        layers=layers,
        dmrs_re_per_prb=dmrs_re_per_prb,
        overhead_re_per_prb=overhead_re_per_prb,
    )
    within("prbs", a["prbs"], 1, 275, "", "a carrier has")
    index, *rest = _allocation(table, a)
    return shaped(_core.radio_tbs_bits(table, index, whole("prbs", a["prbs"]), *rest), shape)


def prbs_needed(
    size_bytes: npt.ArrayLike,
    mcs: npt.ArrayLike,
    symbols: npt.ArrayLike = 14,
    layers: npt.ArrayLike = 1,
    *,
    most: int = 275,
    table: int = 1,
    dmrs_re_per_prb: npt.ArrayLike = 12,
    overhead_re_per_prb: npt.ArrayLike = 0,
) -> Ints:
    """Fewest PRBs whose transport block carries so many bytes; 0: not even `most` do. Other arguments: `tbs_bits`."""
    a, shape = broadcast(
        size_bytes=size_bytes,
        mcs=mcs,
        symbols=symbols,
        layers=layers,
        dmrs_re_per_prb=dmrs_re_per_prb,
        overhead_re_per_prb=overhead_re_per_prb,
    )
    within("size_bytes", a["size_bytes"], 0, 2**40, "B", "it must be")
    within("most", np.asarray(most), 1, 275, "", "a carrier has")
    arguments = _allocation(table, a)
    flat = _core.radio_prbs_for(table, whole("size_bytes", a["size_bytes"]), *arguments, most)
    return shaped(flat, shape).astype(np.int64)


class Segmentation(NamedTuple):
    """How a transport block is cut into LDPC code blocks."""

    base_graph: int
    code_blocks: int
    """C"""
    code_block_bits: int
    """K': bits of a code block with CRC, before filler bits."""
    lifting_size: int
    """Zc"""
    padded_bits: int
    """K: with filler bits."""


def segmentation(tb_bits: int, rate: float) -> Segmentation:
    """Code blocks of a transport block of `tb_bits` at a code rate in (0, 1): TS 38.212 V17 §7.2.2, §5.2.2.

    >>> segmentation(304, 0.67)
    Segmentation(base_graph=2, code_blocks=1, code_block_bits=320, lifting_size=40, padded_bits=400)
    """
    within("tb_bits", np.asarray(tb_bits), 1, 2**40, "bit", "it must be")
    within("rate", np.asarray(rate), ABOVE_0, BELOW_1, "", "a code rate is")
    return Segmentation(*_core.radio_segment(tb_bits, rate))


def bler(sinr_db: npt.ArrayLike, mcs: npt.ArrayLike, tb_bits: npt.ArrayLike, *, table: int = 1) -> Floats:
    """Error rate, 0 to 1, of transport blocks over an AWGN channel.

    Args:
        sinr_db: SINR [dB]; of a fading channel the effective one.
        mcs: index in the MCS table.
        tb_bits: size of the transport block [bit], as `tbs_bits` gives it.
        table: MCS table, 1, 2 or 3.

    A law of our own: finite-blocklength normal approximation with a fitted gap; its error and what it leaves out are
    stated in models/radio/bler.h.
    """
    a, shape = broadcast(sinr_db=sinr_db, mcs=mcs, tb_bits=tb_bits)
    within("sinr_db", a["sinr_db"], -np.inf, np.inf, "dB", "it must be")
    within("tb_bits", a["tb_bits"], 1, 2**40, "bit", "it must be")
    bits = whole("tb_bits", a["tb_bits"])
    return shaped(_core.radio_block_error_rate(table, a["sinr_db"], _mcs(table, a["mcs"]), bits), shape)


def code_block_bler(
    sinr_db: npt.ArrayLike, mcs: npt.ArrayLike, bits: npt.ArrayLike, *, base_graph: int = 0, table: int = 1
) -> Floats:
    """The same of single code blocks of `bits` (K', 24 to 8448).

    `base_graph`: 1 or 2; 0 takes the one that TS 38.212 §7.2.2 gives a transport block of these bits.
    """
    a, shape = broadcast(sinr_db=sinr_db, mcs=mcs, bits=bits, base_graph=base_graph)
    within("sinr_db", a["sinr_db"], -np.inf, np.inf, "dB", "it must be")
    within("bits", a["bits"], 24, 8448, "bit", "a code block has")
    one_of("base_graph", base_graph, (0, 1, 2))
    index = _mcs(table, a["mcs"])
    flat = _core.radio_code_block_error_rate(
        table, a["sinr_db"], index, whole("bits", a["bits"]), a["base_graph"]
    )
    return shaped(flat, shape)


def sinr_db_at(
    target: npt.ArrayLike, mcs: npt.ArrayLike, bits: npt.ArrayLike, *, base_graph: int = 0, table: int = 1
) -> Floats:
    """SINR [dB] at which code blocks of `bits` have the error rate `target` (between 0 and 1): `code_block_bler`."""
    a, shape = broadcast(target=target, mcs=mcs, bits=bits, base_graph=base_graph)
    within("target", a["target"], 1e-9, 1 - 1e-9, "", "an error rate is")
    within("bits", a["bits"], 24, 8448, "bit", "a code block has")
    one_of("base_graph", base_graph, (0, 1, 2))
    index = _mcs(table, a["mcs"])
    flat = _core.radio_sinr_db_at(table, a["target"], index, whole("bits", a["bits"]), a["base_graph"])
    return shaped(flat, shape)
