"""Routes between the sites of a scenario, as the simulator takes them (models/topology)."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from cv2x import _core
from cv2x.simulate import load

if TYPE_CHECKING:
    import pandas as pd

    from cv2x.scenario import Scenario

__all__ = ["Hop", "Route", "Topology"]


class Hop(NamedTuple):
    """One step of a route."""

    link: str
    forward: bool
    """Crossed as it is written, from `from` to `to`."""
    to: str
    """Site that it leads to."""
    rate_bps: float
    delay_ns: int


@dataclass(frozen=True)
class Route:
    """A way between two sites; without hops from a site to itself."""

    source: str
    target: str
    hops: tuple[Hop, ...]

    @property
    def delay_ns(self) -> int:
        """Propagation, all hops together."""
        return sum(hop.delay_ns for hop in self.hops)

    @property
    def bottleneck_bps(self) -> float:
        """Rate of the slowest link; +inf without hops."""
        return min((hop.rate_bps for hop in self.hops), default=float("inf"))

    def transfer_ns(self, size_bytes: int) -> int:
        """Time [ns] of a lone message from end to end: store and forward, so its transmission counts at every hop."""
        total = self.delay_ns
        for hop in self.hops:
            passage = _core.Link(hop.rate_bps, 0, 0).send(0, size_bytes)
            assert passage is not None  # an idle link takes everything
            total += passage[2]
        return total


class Topology:
    """Sites and links of a scenario.

    Routes are the shortest by propagation delay, then by hops; what is still equal is decided by the hash of the
    links' names.

    >>> t = Topology("scenarios/a10-interchange/scenario.yaml")
    >>> [hop.link for hop in t.route("gnb-north", "cloud").hops]
    ['north', 'metro', 'internet']
    >>> t.route("gnb-north", "cloud").delay_ns
    12550000
    >>> t.without("metro").route("gnb-north", "cloud") is None     # a cut fibre
    True
    """

    def __init__(self, scenario: "str | os.PathLike[str] | Scenario | Mapping[str, Any]") -> None:
        self._loaded = load(scenario)
        self._cut: tuple[str, ...] = ()
        self._routes = _core.Routes(self._loaded, [])

    def without(self, *links: str) -> "Topology":
        """The same with these links cut; ValueError where there is no such link."""
        for link in links:
            _known("link", link, self._routes.links)
        cut = Topology.__new__(Topology)
        cut._loaded = self._loaded
        cut._cut = (*self._cut, *links)
        cut._routes = _core.Routes(self._loaded, list(cut._cut))
        return cut

    @property
    def sites(self) -> dict[str, str]:
        """Name → kind ("gnb", "rsu", "mec", "cloud", "router")."""
        return dict(self._routes.sites)

    @property
    def links(self) -> list[str]:
        """Names of the links that are not cut."""
        return self._routes.links

    def route(self, source: str, target: str) -> Route | None:
        """The way a message takes; None: there is none. ValueError where there is no such site."""
        for site in (source, target):
            _known("site", site, list(self.sites))
        hops = self._routes.route(source, target)
        if hops is None:
            return None
        return Route(
            source,
            target,
            tuple(Hop(link, not back, to, rate, delay) for link, back, to, rate, delay in hops),
        )

    def table(self, size_bytes: int = 1500) -> "pd.DataFrame":
        """From every gnb and rsu site to every mec and cloud site.

        Shape (pairs, 5): reachable, hops, delay_ms, bottleneck_bps, transfer_ms (of a lone message of `size_bytes`),
        indexed by source and target; NaN where there is no way.
        """
        import pandas as pd

        kinds = self.sites
        rows = []
        for source in (name for name, kind in kinds.items() if kind in ("gnb", "rsu")):
            for target in (name for name, kind in kinds.items() if kind in ("mec", "cloud")):
                route = self.route(source, target)
                if route is None:
                    rows.append(
                        (source, target, False, float("nan"), float("nan"), float("nan"), float("nan"))
                    )
                else:
                    ms = (route.delay_ns * 1e-6, route.bottleneck_bps, route.transfer_ns(size_bytes) * 1e-6)
                    rows.append((source, target, True, float(len(route.hops)), *ms))
        columns = ["source", "target", "reachable", "hops", "delay_ms", "bottleneck_bps", "transfer_ms"]
        return pd.DataFrame(rows, columns=columns).set_index(["source", "target"])


def _known(kind: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        near = _core.nearest(name, list(names))
        hint = f"; did you mean {near!r}?" if near else ";"
        raise ValueError(f"there is no {kind} {name!r}{hint} there are: {', '.join(names) or 'none'}")
