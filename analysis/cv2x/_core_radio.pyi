# Laws of the radio: arrays of one length each (cv2x/vector.py), without checks of their ranges. Part of _core.pyi,
# which imports it.
from typing import Any

import numpy as np
import numpy.typing as npt

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]
_Numbers = npt.NDArray[Any]

def radio_path_loss_db(
    environment: str,
    street_width_m: float,
    building_height_m: float,
    distance_2d_m: _Numbers,
    frequency_hz: _Numbers,
    h_bs_m: _Numbers,
    h_ut_m: _Numbers,
    los: _Numbers,
) -> _Floats: ...
def radio_los_probability(environment: str, distance_2d_m: _Numbers, h_ut_m: _Numbers) -> _Floats: ...
def radio_breakpoint_m(
    environment: str, frequency_hz: _Numbers, h_bs_m: _Numbers, h_ut_m: _Numbers
) -> _Floats: ...
def radio_shadowing(
    environment: str,
    distance_2d_m: _Numbers,
    frequency_hz: _Numbers,
    h_bs_m: _Numbers,
    h_ut_m: _Numbers,
    los: _Numbers,
) -> tuple[_Floats, _Floats]: ...
def radio_pusch_power_dbm(
    pcmax_dbm: float, p0_dbm: float, alpha: float, mu: int, prbs: _Numbers, path_loss_db: _Numbers
) -> _Floats: ...
def radio_noise_dbm_per_prb(mu: int, noise_figure_db: float) -> float: ...
def radio_mcs_table(table: int) -> list[tuple[int, int, float]]: ...
def radio_cqi_table(table: int) -> list[tuple[int, int, float]]: ...
def radio_tbs_bits(
    table: int,
    mcs: _Numbers,
    prbs: _Numbers,
    symbols: _Numbers,
    layers: _Numbers,
    dmrs_re: Any,
    overhead_re: Any,
) -> _Ints: ...
def radio_prbs_for(
    table: int,
    bytes: _Numbers,
    mcs: _Numbers,
    symbols: _Numbers,
    layers: _Numbers,
    dmrs_re: _Numbers,
    overhead_re: _Numbers,
    max_prbs: int,
) -> npt.NDArray[np.int32]: ...
def radio_segment(tb_bits: int, rate: float) -> tuple[int, int, int, int, int]: ...
def radio_block_error_rate(table: int, sinr_db: _Numbers, mcs: _Numbers, tb_bits: _Numbers) -> _Floats: ...
def radio_code_block_error_rate(
    table: int, sinr_db: _Numbers, mcs: _Numbers, bits: _Numbers, base_graph: _Numbers
) -> _Floats: ...
def radio_sinr_db_at(
    table: int, target: _Numbers, mcs: _Numbers, bits: _Numbers, base_graph: _Numbers
) -> _Floats: ...
def radio_gaussian_field(
    x_m: _Numbers, y_m: _Numbers, correlation_m: float, key: int, seed: int
) -> _Floats: ...
def radio_prbs(bandwidth_hz: float, mu: int, frequency_hz: float) -> int | None: ...
def radio_bandwidths_hz(mu: int, frequency_hz: float) -> list[float]: ...
def radio_symbol_time_ns(slot: _Numbers, symbol: _Numbers, mu: int) -> _Ints: ...
def radio_processing_ns(mu: int, capability: int, additional_dmrs: bool) -> tuple[int | None, int | None]: ...
