"""Figures of what the offloading policy decided, over time."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cv2x.plots import style
from cv2x.plots.data.series import bins, shares
from cv2x.plots.latency import SIDE_BY_SIDE
from cv2x.plots.sheet import WIDTH, Axis, Sheet, empty
from cv2x.plots.source import IN_VEHICLE, UNDECIDED, Plottable, Source

MOST_BINS = 50
MOST_SERVICES = 8
MOST_HOSTS = 7
OTHERS = "other hosts"


def host_names(source: Source, *others: Source) -> dict[int, str]:
    """Host number → name, in the order in which hosts have their colours: most tasks first, at most eight.

    Hosts beyond share one name, `OTHERS`. `others`: further results with the same hosts.
    """
    count = pd.concat([one.decided["host"] for one in (source, *others)]).value_counts(sort=False)
    used = sorted((int(host) for host in count.index), key=lambda host: (-int(count[host]), host))
    words = {IN_VEHICLE: "(vehicle)", UNDECIDED: "(none)"}
    names = {host: words.get(host) or source.hosts[host] for host in used}
    keep = used if len(used) <= MOST_HOSTS + 1 else used[:MOST_HOSTS]
    return {host: names[host] if host in keep else OTHERS for host in used}


def decisions(result: Plottable, *, width: float = WIDTH) -> go.Figure:
    """Where tasks ran, over the time of the decision: share of each host, a panel a service (first replication)."""
    source = Source.of(result)
    tasks = source.decided
    tasks = tasks[tasks["file"] == 0]
    if not len(tasks):
        return empty(why_none(source), width)
    names = host_names(source)
    order = list(dict.fromkeys(names.values()))
    decided = np.where(tasks["host"] == UNDECIDED, tasks["created_ns"], tasks["decided_ns"]).astype(np.int64)
    over = bins(int(decided.min()), max(int(decided.max()), int(decided.min()) + 1), 10**8, MOST_BINS)
    number = np.array([order.index(names[host]) for host in tasks["host"].tolist()], dtype=np.int64)
    table = shares(tasks["service"].to_numpy(np.int64), number, over.index(decided), over.count)
    count = np.bincount(tasks["service"].to_numpy(np.int64))
    shown = [int(s) for s in np.argsort(-count, kind="stable")[:MOST_SERVICES] if count[s]]
    columns = min(2 if width >= SIDE_BY_SIDE or len(shown) > 3 else 1, len(shown))
    left, gap, high = 46, 46, 150 if len(shown) > 1 else 300
    each = high + 76
    wide = (width - left - 14 - gap * (columns - 1)) / columns
    sheet = Sheet(
        height=-(-len(shown) // columns) * each, width=width, legend=True, describes=_in_words(source, shown)
    )
    x, thick = over.middle_s, over.width_ns * 1e-9
    said: set[int] = set()
    for at, service in enumerate(sorted(shown)):
        name = source.services[service]
        panel = sheet.panel(
            left + (at % columns) * (wide + gap), 30 + (at // columns) * each, wide, high,
            Axis((float(x[0]) - thick / 2, float(x[-1]) + thick / 2), title="time [s]", grid=False),
            Axis((0, 1), format="percent"), title=style.shortened(name, wide),
        )  # fmt: skip
        mine = table[table["service"] == service]
        base = np.zeros(over.count)
        for i in sorted(set(mine["host"].tolist())):
            rows = mine[mine["host"] == i]
            index, share = rows["bin"].to_numpy(), rows["share"].to_numpy()
            tips = [
                style.escaped(f"{name} at {x[k]:.1f} s: {order[i]} {style.percent(s, 0)} ({n} tasks)")
                for k, s, n in zip(index, share, rows["tasks"], strict=True)
            ]
            sheet.add(
                panel, "bar", x=x[index], y=share, base=base[index], width=thick, marker=host_marker(i), hovertext=tips,
                name=style.escaped(order[i]), legendgroup=f"h{i}",
            )  # fmt: skip
            base[index] += share
            said.add(i)
    for i in sorted(said):
        sheet.add(sheet.panels[0], "bar", x=[None], y=[None], marker=host_marker(i), name=style.escaped(order[i]),
                  legendgroup=f"h{i}", showlegend=True)  # fmt: skip
    return sheet.figure()


def host_marker(i: int) -> dict[str, object]:
    """Colour and hatching of host i."""
    return {
        "color": style.colour(i),
        "line": {"width": 0},
        "pattern": {
            "shape": style.pattern(i),
            "fillmode": "overlay",
            "fgcolor": style.PAPER,
            "size": 6,
            "solidity": 0.2,
        },
    }


def why_none(source: Source) -> str:
    """Why there are no decisions to show."""
    if source.without_rows:
        return source.without_rows
    return "No task of this run had its host chosen by the offloading policy."


def _in_words(source: Source, shown: list[int]) -> str:
    words = {IN_VEHICLE: "(vehicle)", UNDECIDED: "(none)"}
    parts = []
    for service in shown:
        hosts = source.decided.loc[source.decided["service"] == service, "host"].to_numpy(np.int64)
        values, count = np.unique(hosts, return_counts=True)
        most = np.argsort(-count, kind="stable")[:3]
        split = [(words.get(int(values[k])) or source.hosts[values[k]], count[k] / len(hosts)) for k in most]
        said = ", ".join(f"{name} {style.percent(share, 0)}" for name, share in split)
        parts.append(f"{source.services[service]}: {said}")
    return "Where tasks ran over time. " + "; ".join(parts)
