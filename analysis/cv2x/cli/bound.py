"""`cv2x bound`."""

import json
from typing import Annotated

import typer

from cv2x.cli.common import ResultFiles, opened, user_errors


@user_errors
def bound(
    files: ResultFiles,
    lost: Annotated[
        float | None,
        typer.Option("--lost", metavar="DEADLINES", help="What a lost task counts as; default: 5 deadlines."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what no offloading policy can beat: the best possible mean latency and share of misses, or a proven bound.

    Of each file by itself: the tasks that it recorded, all known beforehand, in the same world without other traffic.
    """
    from cv2x.lower_bound import LOST_DEADLINES, json_of, screen
    from cv2x.lower_bound import bound as bound_of
    from cv2x.screen import console

    with opened(files) as results:
        found = [
            (
                file.path,
                file.provenance.get("policy", ""),
                bound_of(file, LOST_DEADLINES if lost is None else lost),
            )
            for file in results
        ]
    if as_json:
        told = [json_of(*one) for one in found]
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False))
        return
    out = console()
    for i, one in enumerate(found):
        if i:
            out.print()
        for part in screen(*one):
            out.print(part)
