"""Fits the SINR gap of bler.cc to link-level curves and prints kGap and the residuals.

    python3 fit_bler.py <curves.csv>        (needs numpy)

The file has the columns table, base_graph, mcs, cbs_bits, sinr_db, bler and comments that begin with '#': 5G-LENA's
curves (CTTC ns-3 nr, model/nr-eesm-t1.cc and -t2.cc) in that form. Even MCS indices are fitted, odd ones judge.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path
from statistics import NormalDist

import numpy as np

GRID_DB = np.arange(-20, 40.25, 0.25)
TARGETS = (0.1, 0.01)
CORE_COLUMNS = 4.5


def rows(path):
    with open(path, encoding="utf-8") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))


def bicm_information(qm, snr):
    """Mean and variance [bit] of what a symbol carries; the same quadrature as bicm_information() in bler.cc."""
    bits = qm // 2
    levels = np.arange(2**bits)
    gray = levels ^ (levels >> 1)
    place = (levels - 0.5 * (2**bits - 1)) * np.sqrt(12 / (4**bits - 1) * snr)
    noise = np.arange(-6, 6.5, 0.5)
    received = place[:, None] + noise
    likelihood = np.exp(-((received[:, :, None] - place) ** 2 - noise[None, :, None] ** 2) / 2)
    total = likelihood.sum(2)
    information = np.full(total.shape, float(bits))
    for b in range(bits):
        same = (gray[:, None] ^ gray) >> b & 1 == 0
        information += np.log2((likelihood * same[:, None, :]).sum(2) / total)
    weight = np.broadcast_to(np.exp(-(noise**2) / 2), total.shape)
    mean = np.average(information, weights=weight)
    return 2 * mean, 2 * max(np.average(information**2, weights=weight) - mean**2, 1e-9)


def crossing(points, target):
    """SINR at which a curve crosses the target, interpolated linearly in the error rate; None if it does not."""
    points = sorted(points)
    for (x0, p0), (x1, p1) in zip(points, points[1:]):
        if p0 >= target > p1:
            return x0 + (x1 - x0) * (p0 - target) / (p0 - p1)
    return None


def lifting_size(base_graph, bits):
    """Zc, as lifting_size() in tbs.cc has it."""
    columns = 22 if base_graph == 1 else 10 if bits > 640 else 9 if bits > 560 else 8 if bits > 192 else 6
    sizes = (a << j for a in (2, 3, 5, 7, 9, 11, 13, 15) for j in range(8))
    return min(z for z in sizes if z <= 384 and z * columns >= bits)


def main():
    mcs_file = Path(__file__).parent / "data" / "mcs.csv"
    mcs = {
        (int(r["table"]), int(r["index"])): (int(r["qm"]), float(r["rate_x1024"]) / 1024)
        for r in rows(mcs_file)
    }
    curves = defaultdict(list)
    for r in rows(sys.argv[1]):
        key = (int(r["table"]), int(r["base_graph"]), int(r["mcs"]), int(r["cbs_bits"]))
        curves[key].append((float(r["sinr_db"]), float(r["bler"])))

    information = {
        qm: np.array([bicm_information(qm, 10 ** (db / 10)) for db in GRID_DB]) for qm in (2, 4, 6, 8)
    }
    features, gaps, odd = [], [], []
    for (table, base_graph, index, bits), points in curves.items():
        qm, rate = mcs[table, index]
        capacity, dispersion = information[qm].T
        z = np.maximum.accumulate((capacity - qm * rate) / np.sqrt(qm * rate * dispersion))
        for target in TARGETS:
            sinr_db = crossing(points, target)
            if sinr_db is None:
                continue
            ideal_db = np.interp(NormalDist().inv_cdf(1 - target) / np.sqrt(bits), z, GRID_DB)
            u, weak = bits**-0.5, np.exp(-4 * rate) * 2 / qm
            core = max(0, CORE_COLUMNS - ((1 / rate - 1) * bits / lifting_size(base_graph, bits) + 2))
            features.append([1, weak, u * qm * rate, u * weak, u * core])
            gaps.append(sinr_db - ideal_db)
            odd.append(index % 2 == 1)
    features, gaps, odd = np.array(features), np.array(gaps), np.array(odd)
    fitted, *_ = np.linalg.lstsq(features[~odd], gaps[~odd], rcond=None)
    residual = gaps - features @ fitted
    print("kGap =", ", ".join(f"{a:.3f}" for a in fitted))
    for name, chosen in (("even (fitted)", ~odd), ("odd", odd)):
        print(
            f"{name}: rms {np.sqrt(np.mean(residual[chosen] ** 2)):.3f} dB, "
            f"largest {np.abs(residual[chosen]).max():.1f} dB, {chosen.sum()} points"
        )


if __name__ == "__main__":
    main()
