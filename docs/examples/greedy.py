"""Two offloading policies to start from: a function, and a class that remembers. The guide is docs/policies.md.

cv2x compare docs/examples/stale-load.yaml --policy least_latency --policy docs/examples/greedy.py:Greedy
"""

import numpy as np

import cv2x


def least_work(task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
    """The reachable host with the least work ahead of each core; the vehicle when none is reachable."""
    hosts = view.hosts
    if not hosts.reachable.any():
        return cv2x.LOCAL
    work_s = hosts.waiting_cycles / (hosts.cores * hosts.speed_cps)
    return np.argmin(np.where(hosts.reachable, work_s, np.inf))


class Greedy:
    """Predicts the latency of every place and takes the smallest.

    Load reports are old: until the next one comes, everybody would run to the host that was idle in the last.
    So it remembers how many tasks it has sent to each host since then.
    """

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self.report = np.zeros(len(hosts))
        self.sent = np.zeros(len(hosts))  # tasks since the report

    def decide(self, task: cv2x.Task, view: cv2x.View) -> cv2x.Target:
        """Called for every task."""
        hosts, own = view.hosts, view.local
        if not np.array_equal(self.report, hosts.waiting_cycles):  # a new one has come
            self.report = hosts.waiting_cycles.copy()  # the array itself is overwritten at every decision
            self.sent[:] = 0

        local_s = (
            task.cycles / own.speed_cps * (1 + max(0, own.running + own.waiting + 1 - own.cores) / own.cores)
        )
        if not hosts.reachable.any():
            return cv2x.LOCAL
        # Of an unreachable host the bottleneck is 0 and the delay 73 years: the prediction is infinite.
        with np.errstate(divide="ignore"):
            network_s = (
                (view.uplink_delay_ns + view.downlink_delay_ns + 2 * hosts.network_delay_ns) * 1e-9
                + 8 * task.input_bytes / np.minimum(view.uplink_bps, hosts.bottleneck_bps)
                + 8 * task.output_bytes / np.minimum(view.downlink_bps, hosts.bottleneck_bps)
            )
        ahead = np.maximum(0, hosts.running + hosts.waiting + self.sent + 1 - hosts.cores) / hosts.cores
        seconds = network_s + task.cycles / hosts.speed_cps * (1 + ahead)
        best = int(np.argmin(seconds))
        if seconds[best] >= local_s:
            return cv2x.LOCAL
        self.sent[best] += 1
        return best
