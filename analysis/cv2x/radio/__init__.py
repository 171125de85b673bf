"""Laws of the radio, for NumPy arrays: the very functions that the simulator uses (models/radio).

Propagation (TR 38.901): `path_loss_db`, `los_probability`, `shadowing`, `gaussian_field`, `breakpoint_m`.
Power: `pusch_power_dbm`, `noise_dbm_per_prb`.
Transport blocks (TS 38.214): `mcs_table`, `cqi_table`, `tbs_bits`, `prbs_needed`, `segmentation`, `bler`,
`code_block_bler`, `sinr_db_at`.
Numerology and timing: `numerology`, `prbs`, `bandwidths_hz`, `symbol_time_ns`, `processing_time_ns`.

Arguments broadcast against each other as in NumPy; the result has the shape that comes of it, and of scalars is a
scalar. What is outside a law's range is a ValueError that names the range.

>>> import numpy as np
>>> from cv2x import radio
>>> np.round(radio.path_loss_db("uma", [[100], [500]], 3.5e9, los=[True, False]), 1)
array([[ 83.1, 103. ],
       [ 98.3, 129.9]])
"""

from cv2x.radio.blocks import (
    Segmentation,
    bler,
    code_block_bler,
    cqi_table,
    mcs_table,
    prbs_needed,
    segmentation,
    sinr_db_at,
    tbs_bits,
)
from cv2x.radio.numerology import (
    Numerology,
    ProcessingTime,
    bandwidths_hz,
    numerology,
    prbs,
    processing_time_ns,
    symbol_time_ns,
)
from cv2x.radio.propagation import (
    Environment,
    Shadowing,
    breakpoint_m,
    gaussian_field,
    los_probability,
    noise_dbm_per_prb,
    path_loss_db,
    pusch_power_dbm,
    shadowing,
)

__all__ = [
    "Environment",
    "Numerology",
    "ProcessingTime",
    "Segmentation",
    "Shadowing",
    "bandwidths_hz",
    "bler",
    "breakpoint_m",
    "code_block_bler",
    "cqi_table",
    "gaussian_field",
    "los_probability",
    "mcs_table",
    "noise_dbm_per_prb",
    "numerology",
    "path_loss_db",
    "prbs",
    "prbs_needed",
    "processing_time_ns",
    "pusch_power_dbm",
    "segmentation",
    "shadowing",
    "sinr_db_at",
    "symbol_time_ns",
    "tbs_bits",
]
