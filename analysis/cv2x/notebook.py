"""Results as HTML, for notebooks."""

from html import escape
from typing import Any

from rich.table import Table
from rich.text import Text

from cv2x.screen import screen
from cv2x.summary import Summary

COLOURS = {"green": "#1a7f37", "yellow": "#9a6700", "bold red": "#cf222e"}  # readable on white and on black
CELL = "padding: 1px 10px 1px 0"


def result_html(summary: Summary, state: str) -> str:
    """What `cv2x info` prints of a result, as HTML; in colours of the notebook, so good in dark mode too."""
    parts = [_table(part) if isinstance(part, Table) else _line(part) for part in screen(summary)]
    note = "" if state == "finished" else f"<div><em>{escape(state)}</em></div>"
    return f'<div class="cv2x-result">{parts[0]}{note}{"".join(parts[1:])}</div>'


def _line(text: Text) -> str:
    return f"<div>{_spans(text)}</div>" if text.plain else ""


def _table(table: Table) -> str:
    head = "".join(
        f'<th style="{CELL}; text-align: {column.justify}">{_spans(column.header)}</th>'
        for column in table.columns
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="{CELL}; text-align: {column.justify}">{_spans(cell)}</td>'
            for column, cell in zip(table.columns, row, strict=True)
        )
        + "</tr>"
        for row in zip(*(column.cells for column in table.columns), strict=True)
    )
    return f'<table style="border-collapse: collapse"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _spans(text: Any) -> str:  # noqa: ANN401 — rich's renderables, of which only texts occur
    style = str(text.style) if isinstance(text, Text) else ""
    shown = escape(text.plain if isinstance(text, Text) else str(text))
    if style in COLOURS:
        return f'<b style="color: {COLOURS[style]}">{shown}</b>'
    return f"<b>{shown}</b>" if style == "bold" else shown
