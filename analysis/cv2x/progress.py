"""How far runs are: a live bar on a terminal, a plain line every few seconds anywhere else."""

import html
import sys
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

PLAIN_PERIOD_S = 5.0


@dataclass(frozen=True)
class Update:
    """How far one run is."""

    activity: str
    """"simulating", or what is being prepared."""
    simulated_ns: int
    end_ns: int
    vehicles: int
    wall_s: float

    @property
    def speed(self) -> float:
        """Simulated seconds per wall second; 0 before the first."""
        return self.simulated_ns * 1e-9 / self.wall_s if self.wall_s > 0 else 0.0

    def text(self) -> str:
        """For example `12.0 of 40.0 s, 8.3 × real time, 412 vehicles, 3 s left`."""
        if self.activity != "simulating":
            return f"{self.activity} ({self.wall_s:.0f} s)"
        head = f"{self.simulated_ns * 1e-9:.1f} of {self.end_ns * 1e-9:.1f} s, {self.speed:.1f} × real time"
        left_s = max(self.end_ns - self.simulated_ns, 0) * 1e-9
        eta = f", {left_s / self.speed:.0f} s left" if self.speed > 0 else ""
        return f"{head}, {self.vehicles} vehicles{eta}"


class Reporter(Protocol):
    """Shows the progress of runs, each by its name. Called from any thread."""

    def update(self, name: str, update: Update) -> None:
        """A run has got on."""

    def done(self, name: str) -> None:
        """A run has ended."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Silent:
    """Shows nothing."""

    def update(self, name: str, update: Update) -> None:
        """Nothing."""

    def done(self, name: str) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


class Plain:
    """Lines on standard error, one every few seconds a run."""

    def __init__(self, period_s: float = PLAIN_PERIOD_S) -> None:
        self._period_s = period_s
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def update(self, name: str, update: Update) -> None:
        """Prints when the run's last line is old enough."""
        now = time.monotonic()
        with self._lock:
            if now - self._last.setdefault(name, now) >= self._period_s:
                self._last[name] = now
                print(f"{name}: {update.text()}", file=sys.stderr, flush=True)

    def done(self, name: str) -> None:
        """Nothing: the summary follows."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


class Live:
    """A bar a run that is going on, and their number when there are several."""

    def __init__(self, runs: int) -> None:
        from rich.progress import BarColumn, Progress, TextColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[text]}"),
            transient=True,
        )
        self._tasks: dict[str, int] = {}
        self._lock = threading.Lock()
        self._all = self._progress.add_task("replications", total=runs, text="") if runs > 1 else None

    def update(self, name: str, update: Update) -> None:
        """Moves the run's bar."""
        with self._lock:
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, text="")
            self._progress.update(
                self._tasks[name],  # type: ignore[arg-type]
                total=max(update.end_ns, 1),
                completed=min(update.simulated_ns, update.end_ns),
                text=update.text(),
            )

    def done(self, name: str) -> None:
        """Takes the run's bar away."""
        with self._lock:
            if name in self._tasks:
                self._progress.remove_task(self._tasks.pop(name))  # type: ignore[arg-type]
            if self._all is not None:
                self._progress.advance(self._all)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


class Notebook(Silent):
    """A bar below the cell of a notebook."""

    def __init__(self) -> None:
        from IPython.display import DisplayHandle

        self._handle: Any = DisplayHandle()  # type: ignore[no-untyped-call]
        self._started = False

    def update(self, name: str, update: Update) -> None:
        """Draws it anew."""
        share = min(update.simulated_ns / max(update.end_ns, 1), 1.0)
        self._show(
            f'<progress max="1" value="{share:.4f}" style="vertical-align: middle"></progress> '
            f"{html.escape(update.text())}"
        )

    def done(self, name: str) -> None:
        """Takes it away."""
        if self._started:
            self._show("")

    def _show(self, text: str) -> None:
        # HTML and not widgets: it needs no extension, in any of the notebooks. Plain text: for those that show none.
        bundle = {"text/html": text, "text/plain": ""}
        if self._started:
            self._handle.update(bundle, raw=True)
        else:
            self._handle.display(bundle, raw=True)
            self._started = True


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


def reporter(*, quiet: bool, runs: int) -> Reporter:
    """The one that fits where standard output goes."""
    if quiet:
        return Silent()
    if runs == 1 and in_notebook():
        return Notebook()
    return Live(runs) if sys.stdout.isatty() else Plain()
