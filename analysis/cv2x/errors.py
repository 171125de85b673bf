"""Exceptions of the package."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """One thing wrong with what the user wrote."""

    file: str
    """File, or "--set", …; empty: not known."""
    line: int
    """From 1; 0: not known."""
    column: int
    """From 1; 0: not known."""
    key: str
    """For example "radio.carriers.n78.bandwidth"; may be empty."""
    message: str
    """What was found, what is allowed, what is nearest."""

    @property
    def place(self) -> str:
        """`file:line:column`, without the parts that are not known."""
        parts = [self.file] if self.file else []
        if self.line > 0:
            parts.append(str(self.line))
            if self.column > 0:
                parts.append(str(self.column))
        return ":".join(parts)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.key, self.message) if part)


class ScenarioError(ValueError):
    """What the user wrote is wrong: a scenario, an override, an input file, an output path.

    `diagnostics` holds every mistake found, not just the first.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic] | str) -> None:
        if isinstance(diagnostics, str):
            diagnostics = [Diagnostic("", 0, 0, "", diagnostics)]
        self.diagnostics = list(diagnostics)
        super().__init__("\n".join(str(d) for d in self.diagnostics))


class PolicyError(RuntimeError):
    """A policy in Python raised, or answered something that is no target.

    What it raised is the `__cause__`. The run has stopped; its result file is kept, marked incomplete.
    """

    def __init__(
        self,
        message: str,
        *,
        policy: str = "",
        task_id: int | None = None,
        service: str = "",
        time_ns: int | None = None,
        trace: str = "",
    ) -> None:
        super().__init__(message)  # alone, so that it can be pickled
        self.policy = policy
        """Its name, as in the provenance."""
        self.task_id = task_id
        """The task it was asked about (`id` of the result's tasks); None: it had not been asked yet."""
        self.service = service
        """The task's service."""
        self.time_ns = time_ns
        """Simulated time of the decision [ns]."""
        self.trace = trace
        """Traceback of the user's code as text; empty when nothing was raised. Also from a worker process."""


class RunError(RuntimeError):
    """The process of a replication ended without a word: killed (perhaps memory ran out), or it crashed.

    Whoever ran several lets the others come to their end first: their results are whole.
    """


class ResultError(ValueError):
    """A result file that cannot be read: foreign, truncated, of a newer format."""
