"""One run in a process of its own: a job as JSON on standard input, JSON lines on standard output.

Lines: `{"begun": true}`, `{"update": …}` while it goes on, then `{"report": …}`, `{"diagnostics": […]}`
(ScenarioError, not enough memory) or `{"policy_error": …}`. What a policy prints goes to standard error, where it
disturbs nobody. Used by `cv2x.simulate.run_jobs`; `python -m cv2x.worker` is not meant for people.
"""

import json
import os
import signal
import sys
from dataclasses import asdict

from cv2x.errors import Diagnostic, PolicyError, ScenarioError
from cv2x.progress import Silent, Update
from cv2x.simulate import INTERRUPTED, Job, run_job


class _Telling(Silent):
    """Tells the parent process."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def update(self, name: str, update: Update) -> None:
        self.tell({"update": asdict(update)})

    def tell(self, message: object) -> None:
        """One line."""
        print(json.dumps(message), file=self._out, flush=True)

    def drop(self) -> None:
        """The parent is gone: what is still to be told goes nowhere."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())


def main() -> int:
    """Returns the exit code: 0, 2 for a user's mistake, 130 when interrupted."""
    given = sys.stdin.read()
    if not given:
        return INTERRUPTED  # the parent was gone before it could say what to do
    job = json.loads(given)
    sys.argv = job.pop("argv")  # the result names the command that the user gave
    parent = _Telling()
    try:
        for number in (signal.SIGINT, signal.SIGTERM):  # also where whoever started us all ignores them
            signal.signal(number, signal.default_int_handler)
        parent.tell({"begun": True})
        report = run_job(Job(**job), parent)
        parent.tell({"report": asdict(report)})
    except ScenarioError as error:
        parent.tell({"diagnostics": [asdict(d) for d in error.diagnostics]})
        return 2
    except PolicyError as error:
        parent.tell({"policy_error": {"message": str(error), **vars(error)}})
        return 2
    except MemoryError:
        parent.tell({"diagnostics": [asdict(Diagnostic("", 0, 0, "", "not enough memory"))]})
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        parent.drop()
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
