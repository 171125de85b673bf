"""What was learned, as a policy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cv2x import _core
from cv2x.policy import LOCAL, Target, Task, View


class AgentPolicy:
    """A policy that sees what an agent of `OffloadEnv` sees: give it the method `act`.

    In a file that `cv2x run --policy FILE.py:Trained` finds:

        class Trained(cv2x.gym.AgentPolicy):
            def act(self, observation, mask):
                return int(np.argmax(np.where(mask, score(observation), -np.inf)))
    """

    def __init__(self, scenario: Mapping[str, Any], hosts: Sequence[str]) -> None:
        """As of every policy's class: the resolved scenario and the names of the hosts."""
        self.hosts, self.services = tuple(hosts), tuple(scenario["services"])
        self._observer = _core.Observer(len(self.services), len(self.hosts))
        self.task_size = self._observer.task_size
        """How many numbers of an observation are about the task; the same ones for each action follow."""

    def act(self, observation: npt.NDArray[np.float32], mask: npt.NDArray[np.int8]) -> int:
        """The action for a flat observation: a host's index, or the number of hosts for the vehicle itself."""
        raise NotImplementedError(f"{type(self).__name__} has no method act(self, observation, mask)")

    def decide(self, task: Task, view: View) -> Target:
        """Called for every task."""
        observation, mask = self._observer.observe(task, view)
        action = self.act(observation, mask)
        self._observer.decided(task, view, action)
        return LOCAL if action == len(self.hosts) else action
