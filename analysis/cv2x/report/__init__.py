"""`cv2x report`: a result as one HTML page that needs nothing else."""

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cv2x.errors import ResultError

if TYPE_CHECKING:
    from cv2x.reader import ResultFile


def html(files: "Sequence[ResultFile]") -> str:
    """The page of one result, or of several that are replications of one scenario (else `ResultError`).

    Of several policies they stand beside each other; all else is of the first one.
    """
    from cv2x.plots.source import Source
    from cv2x.report.page import Page
    from cv2x.report.policies import by_policy

    return Page({name: Source(mine) for name, mine in by_policy(files).items()}).html()


def write(files: "Sequence[ResultFile]", output: str | Path) -> None:
    """Writes the page; the file appears under its name only when all of it is there. `ResultError` when it cannot."""
    path = Path(output)
    if path.is_dir():
        raise ResultError(f"{path}: a folder; name a file to write the report to")
    if any(path.exists() and os.path.samefile(path, file.path) for file in files):
        raise ResultError(f"{path}: the report would overwrite the result")
    text = html(files)
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
        ) as part:
            try:
                part.write(text)
                part.flush()
                os.chmod(part.name, 0o666 & ~_umask())
                os.replace(part.name, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(part.name)
                raise
    except OSError as error:
        raise ResultError(f"{path}: cannot be written: {error.strerror}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
