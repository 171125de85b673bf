"""Trains an agent in docs/examples/learning.yaml, and holds it against other policies. The guide is docs/gym.md.

    python docs/examples/train_agent.py -o mine.py          # a CPU minute; mine.py:Trained is a policy
    python docs/examples/train_agent.py --sb3 -o mine.py    # PPO of Stable-Baselines3 (pip install cv2x-edge[rl])

The agent gives each place where a task may run a score, the sum of its features times weights of the service's own,
and takes the place with the highest. The cross-entropy method finds the weights: it plays an episode with
each of many drawn at random, and draws the next ones around the best.
"""

import argparse
import sys
import textwrap
from pathlib import Path

import numpy as np
from rich.console import Console

import cv2x
from cv2x.comparison import screen
from cv2x.gym import OffloadEnv

HERE = Path(__file__).parent
SCENARIO = HERE / "learning.yaml"
REWARD = {"deadline": 1.0, "latency": 0.5}
HELD_OUT = {"simulation.seed": 1000}  # training has seed 1

POLICY = '''"""Trained by docs/examples/train_agent.py, which explains it.

cv2x run {scenario} --policy {file}:Trained
"""

import numpy as np

from cv2x.gym import AgentPolicy

# Columns: {features}.
# Rows: {services}.
WEIGHTS = np.array(
    [
{weights}
    ]
)


class Trained(AgentPolicy):
    """The available place with the highest score."""

    def act(self, observation, mask):
        """Called for every task."""
        service = np.argmax(observation[self.task_size - len(WEIGHTS) : self.task_size])
        targets = observation[self.task_size :].reshape(len(mask), -1)
        return int(np.argmax(np.where(mask, targets @ WEIGHTS[service], -np.inf)))
'''

SB3_POLICY = '''"""Trained by docs/examples/train_agent.py --sb3 in {scenario}."""

from pathlib import Path

from sb3_contrib import MaskablePPO

from cv2x.gym import AgentPolicy


class Trained(AgentPolicy):
    """What the network holds for best."""

    def __init__(self, scenario, hosts):
        super().__init__(scenario, hosts)
        self.model = MaskablePPO.load(Path(__file__).with_name("{model}"), device="cpu")

    def act(self, observation, mask):
        """Called for every task."""
        return int(self.model.predict(observation, deterministic=True, action_masks=mask)[0])
'''


def random_place(task, view, rng):
    """Any host or the vehicle, each as likely."""
    return rng.choice([None, *range(len(view.hosts))])


def episode(env, weights, replication):
    """Mean reward of a decision."""
    observation, info = env.reset(options={"replication": replication})
    total, ended = 0.0, False
    while not ended:
        scores = observation["targets"] @ weights[np.argmax(observation["task"][-len(weights) :])]
        action = np.argmax(np.where(info["action_mask"], scores, -np.inf))
        observation, reward, ended, _, info = env.step(action)
        total += reward
    return total / info["decisions"]


def train(generations=25, population=32, elite=8, seed=0):
    """Weights of shape (services, features), and the mean reward of the elite of each generation."""
    env = OffloadEnv(SCENARIO, reward=REWARD, observation="dict")
    rng = np.random.default_rng(seed)
    services = len(cv2x.load(SCENARIO).services)
    mean = np.zeros((services, env.observation_space["targets"].shape[1]))
    spread = np.full_like(mean, 3.0)
    curve = []
    for generation in range(generations):
        drawn = mean + spread * rng.standard_normal((population, *mean.shape))
        # All of a generation in the same world, so that luck does not choose between them.
        rewards = np.array([episode(env, weights, generation) for weights in drawn])
        best = np.argsort(rewards)[-elite:]
        mean, spread = drawn[best].mean(axis=0), drawn[best].std(axis=0) + 0.5 * 0.85**generation
        curve.append(rewards[best].mean())
        print(f"generation {generation + 1}: mean reward {curve[-1]:.3f}", file=sys.stderr)
    env.close()
    return mean, curve


def export(weights, file):
    """Writes the policy."""
    env = OffloadEnv(SCENARIO)
    features = [name.removeprefix("(vehicle):") for name in env.feature_names[-weights.shape[1] :]]
    rows = "\n".join("        [" + ", ".join(f"{w:.1f}" for w in row) + "]," for row in weights)
    file.write_text(
        POLICY.format(
            scenario=SCENARIO.relative_to(HERE.parents[1]),
            file=file.resolve().relative_to(HERE.parents[1]) if HERE in file.resolve().parents else file,
            features="\n#     ".join(textwrap.wrap(", ".join(features), 90)),
            services=", ".join(cv2x.load(SCENARIO).services),
            weights=rows,
        )
    )


def train_sb3(file, steps=60_000):
    """The same with PPO: a network of its own over the flat observation."""
    from sb3_contrib import MaskablePPO

    env = OffloadEnv(SCENARIO, reward=REWARD)
    model = MaskablePPO(
        "MlpPolicy", env, n_steps=4096, batch_size=512, gamma=0.9, seed=0, device="cpu", verbose=1
    )
    model.learn(steps)
    model.save(file.with_suffix(".zip"))
    file.write_text(
        SB3_POLICY.format(scenario=SCENARIO.relative_to(HERE.parents[1]), model=file.with_suffix(".zip").name)
    )


def compare(file, replications=10, jobs=0):
    """The policy of a file and those that it shall beat, in worlds that training has not seen."""
    policies = {
        "trained": f"{file}:Trained",
        "random": f"{__file__}:random_place",
        "nearest_edge": "nearest_edge",
        "least_latency": "least_latency",
        "cloud": "cloud",
        "Greedy": f"{HERE / 'greedy.py'}:Greedy",
    }
    return cv2x.compare(SCENARIO, policies, replications, HELD_OUT, jobs)


def main():
    """Trains, exports, compares."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-o", "--output", type=Path, required=True, help="the policy: FILE.py")
    parser.add_argument("--generations", type=int, default=25)
    parser.add_argument("--sb3", action="store_true", help="PPO of Stable-Baselines3")
    options = parser.parse_args()
    if options.sb3:
        train_sb3(options.output)
    else:
        export(train(options.generations)[0], options.output)
    for table in screen(compare(options.output)):
        Console().print(table)


if __name__ == "__main__":
    main()
