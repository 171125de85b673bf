"""Offloading as a Gymnasium environment: an agent decides where tasks run, and learns from how they end.

    >>> import cv2x.gym
    >>> env = cv2x.gym.OffloadEnv("scenarios/one-vehicle/scenario.yaml", {"simulation.duration": "3 s"})
    >>> observation, info = env.reset(seed=1)
    >>> observation, reward, terminated, truncated, info = env.step(0)        # to the first host
    >>> env.actions
    ('mec', '(vehicle)')
    >>> env.close()

`OffloadEnv` asks for one task at a time; `BatchedOffloadEnv` for all that wait, as arrays. `make_vec` runs several
environments in processes of their own. `AgentPolicy` makes a policy of what was learned, for `cv2x run` and
`cv2x compare`. docs/gym.md is the guide.
"""

import gymnasium

from cv2x.gym.agent import AgentPolicy
from cv2x.gym.batched import BatchedOffloadEnv
from cv2x.gym.env import OffloadEnv
from cv2x.gym.rewards import RewardLike
from cv2x.gym.vector import make_vec

__all__ = ["AgentPolicy", "BatchedOffloadEnv", "OffloadEnv", "RewardLike", "make_vec"]

gymnasium.register(id="cv2x/Offload-v0", entry_point="cv2x.gym:OffloadEnv")
