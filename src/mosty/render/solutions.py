"""Answers of queries as text, in every format of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mosty.model.errors import UsageError
from mosty.model.solutions import Answer, Boolean, Solutions, Triples
from mosty.rdf.prefixes import Prefixes

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "table": "a table for the terminal",
        "csv": "SPARQL 1.1 CSV",
        "tsv": "SPARQL 1.1 TSV, keeps types and languages",
        "json": "SPARQL 1.1 JSON results",
        "xml": "SPARQL XML results",
        "md": "a Markdown table",
        "html": "an HTML page",
        "turtle": "Turtle, for CONSTRUCT and DESCRIBE",
        "nt": "N-Triples, for CONSTRUCT and DESCRIBE",
    }
)
"""Format names, and what each is."""

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        ".csv": "csv",
        ".htm": "html",
        ".html": "html",
        ".json": "json",
        ".md": "md",
        ".nt": "nt",
        ".srj": "json",
        ".srx": "xml",
        ".tsv": "tsv",
        ".ttl": "turtle",
        ".txt": "table",
        ".xml": "xml",
    }
)
"""Format by file name extension."""

_NO_LABELS: Mapping[str, str] = MappingProxyType({})


def default_format(answer: Answer) -> str:
    """Tell the format that an answer is shown in when none is asked for."""
    return "turtle" if isinstance(answer, Triples) else "table"


def render(
    answer: Answer,
    format: str,  # noqa: A002
    *,
    prefixes: Prefixes | None = None,
    labels: Mapping[str, str] = _NO_LABELS,
    iris: bool = False,
    width: int | None = None,
    color: bool = False,
    title: str | None = None,
    footer: str | None = None,
    safe_csv: bool = False,
) -> str:
    """Write an answer in one format.

    Args:
        answer: what a query gave.
        format: a name from `FORMATS`. table, md and html are for people: labels, headings in words, nothing
            that a terminal or browser would act on. The others carry the terms themselves.
        prefixes: for CURIEs.
        labels: label by IRI, shown instead of the IRI.
        iris: show CURIEs and every variable, also where there are labels.
        width: columns of the terminal; None for as wide as it takes.
        color: mark headings in the terminal.
        title: heading of the table or page.
        footer: a line below the table.
        safe_csv: put an apostrophe before CSV values that a spreadsheet program would run as a formula.

    Raises:
        UsageError: unknown format, or one that cannot carry this kind of answer.

    >>> print(render(Boolean(True), "table"), end="")
    yes
    """
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}", "formats: " + ", ".join(FORMATS))
    prefixes = prefixes or Prefixes()
    if format in ("turtle", "nt"):
        if not isinstance(answer, Triples):
            raise UsageError(
                f"{format} is for triples, and this answer has none",
                "use table, csv, tsv, json, xml, md or html; or ask with CONSTRUCT or DESCRIBE",
            )
        return _triples(answer, format, prefixes)
    if format in ("json", "xml"):
        if isinstance(answer, Triples):
            raise UsageError(f"{format} results cannot carry triples", "use turtle, nt, csv or table")
        return _results(answer, format)
    if format in ("csv", "tsv"):
        return _delimited(answer, format, safe_csv)
    return _for_people(
        answer,
        format,
        prefixes=prefixes,
        labels=labels,
        iris=iris,
        width=width,
        color=color,
        title=title,
        footer=footer,
    )


def _triples(answer: Triples, kind: str, prefixes: Prefixes) -> str:
    from mosty.render import triples

    return triples.nt_text(answer) if kind == "nt" else triples.turtle_text(answer, prefixes)


def _results(answer: Solutions | Boolean, kind: str) -> str:
    from mosty.render import results

    return results.json_text(answer) if kind == "json" else results.xml_text(answer)


def _delimited(answer: Answer, kind: str, safe: bool) -> str:
    from mosty.render import delimited, people

    if isinstance(answer, Boolean):
        # Neither format is defined for ASK; like other SPARQL tools we write the one word.
        return str(answer.value).lower() + ("\r\n" if kind == "csv" else "\n")
    solutions = people.tabular(answer)
    return delimited.csv_text(solutions, safe=safe) if kind == "csv" else delimited.tsv_text(solutions)


def _for_people(
    answer: Answer,
    kind: str,
    *,
    prefixes: Prefixes,
    labels: Mapping[str, str],
    iris: bool,
    width: int | None,
    color: bool,
    title: str | None,
    footer: str | None,
) -> str:
    from mosty.render import people

    title = people.readable(title) if title else None
    footer = people.readable(footer) if footer else None
    if kind == "table" and isinstance(answer, Boolean):
        return "yes\n" if answer.value else "no\n"
    columns = people.columns(answer, prefixes=prefixes, labels=labels, iris=iris)
    if kind == "table":
        from mosty.render.table import table

        parts = [f"{title}\n\n" if title else "", table(columns, width=width, color=color)]
        return "".join(parts) + (f"\n{footer}\n" if footer else "")
    from mosty.render import pages

    write = pages.markdown if kind == "md" else pages.html_page
    return write(columns, title=title, footer=footer)
