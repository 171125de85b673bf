"""One run in a process of its own: a job as JSON on standard input, JSON lines on standard output.

Lines: `{"update": …}` while it goes on, then `{"report": …}`, `{"diagnostics": […]}` (ScenarioError) or
`{"policy_error": …}`. Used by `cv2x.simulate.run_jobs`; `python -m cv2x.worker` is not meant for people.
"""

import json
import os
import sys
from dataclasses import asdict

from cv2x.errors import PolicyError, ScenarioError
from cv2x.progress import Silent, Update
from cv2x.simulate import Job, run_job


class _Telling(Silent):
    """Tells the parent process."""

    def update(self, name: str, update: Update) -> None:
        _tell({"update": asdict(update)})


def _tell(message: object) -> None:
    print(json.dumps(message), flush=True)


def main() -> int:
    """Returns the exit code: 0, 2 for a user's mistake, 130 when interrupted."""
    job = json.load(sys.stdin)
    sys.argv = [job.pop("command")]
    try:
        report = run_job(Job(**job), _Telling())
    except ScenarioError as error:
        _tell({"diagnostics": [asdict(d) for d in error.diagnostics]})
        return 2
    except PolicyError as error:
        _tell({"policy_error": {"message": str(error), **vars(error)}})
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the parent is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 130
    _tell({"report": asdict(report)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
