"""An answer as a Markdown table and as a small HTML page."""

from __future__ import annotations

import html
from collections.abc import Sequence

from mosty.model.terms import Literal
from mosty.model.wording import markdown_escape as markdown_escape
from mosty.render.people import Cell, Column, readable

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}"
    "table{border-collapse:collapse}caption{text-align:start;font-weight:bold;padding:.5rem 0}"
    "th,td{text-align:start;vertical-align:top;padding:.3rem .8rem;border-bottom:1px solid #ccc}"
    ".number{text-align:end;font-variant-numeric:tabular-nums}"
)


def markdown(columns: Sequence[Column], *, title: str | None = None, footer: str | None = None) -> str:
    """Write a Markdown table (GitHub's dialect)."""
    lines = []
    if title:
        lines += [f"**{markdown_escape(title)}**", ""]
    if columns:
        lines.append("| " + " | ".join(markdown_escape(column.heading) for column in columns) + " |")
        lines.append("|" + "|".join(" ---: " if column.numeric else " --- " for column in columns) + "|")
        for cells in zip(*(column.cells for column in columns), strict=True):
            lines.append("| " + " | ".join(markdown_escape(cell.text) for cell in cells) + " |")
    if footer:
        lines += ["", markdown_escape(footer)]
    return "\n".join(lines) + "\n"


def html_page(columns: Sequence[Column], *, title: str | None = None, footer: str | None = None) -> str:
    """Write a whole HTML page that loads nothing from anywhere."""
    name = html.escape(title or "Answer")
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{name}</title>",
        f"<style>{_STYLE}</style></head>",
        "<body>",
        "<table>",
        f"<caption>{name}</caption>",
        "<thead><tr>" + "".join(_heading(column) for column in columns) + "</tr></thead>",
        "<tbody>",
    ]
    for cells in zip(*(column.cells for column in columns), strict=True):
        row = (_data(cell, column.numeric) for cell, column in zip(cells, columns, strict=True))
        lines.append(f"<tr>{''.join(row)}</tr>")
    lines += ["</tbody>", "</table>"]
    if footer:
        lines.append(f"<p>{html.escape(footer)}</p>")
    lines += ["</body>", "</html>"]
    return "\n".join(lines) + "\n"


def _heading(column: Column) -> str:
    mark = ' class="number"' if column.numeric else ""
    return f'<th scope="col"{mark}>{html.escape(column.heading)}</th>'


def _data(cell: Cell, numeric: bool) -> str:
    text = html.escape(cell.text)
    # Only web addresses become links: javascript: and file: are IRIs too.
    if cell.iri and cell.iri.startswith(("https://", "http://")):
        text = f'<a href="{html.escape(readable(cell.iri))}" rel="noreferrer">{text}</a>'
    mark = ' class="number"' if numeric else ""
    if isinstance(cell.term, Literal) and cell.term.language:
        mark += f' lang="{html.escape(readable(cell.term.language))}"'
    return f"<td{mark}>{text}</td>"
