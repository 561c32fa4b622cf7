"""Rules explained, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.paths import path_text
from mosty.model.terms import IRI, Literal
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.terms import to_oxigraph
from mosty.rdf.writing import turtle
from mosty.render.people import Cell, Column, readable
from mosty.render.table import table, wrap
from mosty.validate.explaining import Example, Explanation, terms_of
from mosty.validate.plan import Shape, plainest
from mosty.validate.stated import TOLD_BY_VALIDATE
from mosty.validate.wording import finds_nothing

_WIDTH = 100
_NO_CASE = "no case breaks this rule (--cases names a folder of cases; `mosty shapes test` tells more)"


class _Section(NamedTuple):
    """A heading and its lines; code is kept as it is."""

    title: str
    lines: Sequence[str]
    code: str | None = None


def render_explanation(
    told: Explanation,
    format_: str,
    *,
    prefixes: Prefixes,
    show_path: Callable[[Path], str],
    width: int | None,
) -> str:
    """Write one rule as table (text for people), json or md."""
    if format_ == "json":
        return _json(told, prefixes, show_path)
    sections = list(_sections(told, prefixes, show_path))
    head = f"{readable(told.name)}  {told.shape.severity.value}"
    where = readable(f"{told.position}")
    if format_ == "md":
        out = [f"## {readable(told.shape.rule)}\n\n{told.shape.severity.value}, `{where}`\n"]
        for title, lines, code in sections:
            out.append(f"\n**{title}**\n" + "\n" * bool(lines))
            out += [f"{_md_line(line)}\n" for line in lines]
            out.append(f"\n```turtle\n{code}```\n" if code else "")
        return "".join(out)
    text = [f"{head}\n{where}\n"]
    for title, lines, code in sections:
        text.append(f"\n{title}\n")
        text += _wrapped(lines, width or _WIDTH)
        text += [f"    {line}".rstrip() + "\n" for line in (code or "").splitlines()]
    return "".join(text)


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    """Fit lines to a width, each with its margin; those of a query stay as they are."""
    query: int | None = None
    for line in lines:
        margin = len(line) - len(line.lstrip(" "))
        query = None if query is not None and margin <= query else query
        room = max(width - margin - 2, 20)
        parts = [line.lstrip(" ")] if query is not None else wrap(line.lstrip(" "), room)
        yield from (f"  {' ' * margin}{part}".rstrip() + "\n" for part in parts)
        if line.endswith(finds_nothing()):
            query = margin


def _md_line(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return f"{' ' * indent}- {line.lstrip(' ')}"


def _sections(told: Explanation, prefixes: Prefixes, show_path: Callable[[Path], str]) -> Iterator[_Section]:
    shape = told.shape
    messages = sorted(told.messages, key=lambda m: (m.language != "en", m.language or "", m.lexical))
    if messages:
        yield _Section("What it says", [_one_line(m.lexical, m.language) for m in messages])
    where = [f"applied to {target}" for target in told.targets] or [
        "applied to nothing by itself: other shapes refer to it"
    ]
    if shape.rule in TOLD_BY_VALIDATE:
        where = ["`mosty validate` itself looks; deactivated for others, for no shape can tell"]
    elif shape.deactivated:
        where.append("deactivated: it checks nothing")
    if shape.path is not None:
        where.append(f"looks at the values of {path_text(shape.path, prefixes.compact)}")
    yield _Section("What it checks", [*where, *(readable_line(line) for line in told.checks)])
    if shape.description:
        yield _Section("Why, and how to mend", [readable(shape.description)])
    if told.references:
        used = [f"{readable(reference.shape)} ({reference.parameter})" for reference in told.references]
        yield _Section("Used by", used)
    if told.failing is None:
        yield _Section("Example", [_NO_CASE])
    else:
        yield _example("Fails", told.failing, prefixes, show_path)
    if told.mended is not None:
        yield _example("Is fine", told.mended, prefixes, show_path)


def readable_line(line: str) -> str:
    """Make a line safe to show without taking its indentation away."""
    text = line.lstrip(" ")
    return " " * (len(line) - len(text)) + readable(text)


def _example(title: str, example: Example, prefixes: Prefixes, show_path: Callable[[Path], str]) -> _Section:
    lines = [readable(example.message)] if example.message else []
    return _Section(f"{title}, from {readable(show_path(example.file))}", lines, _turtle(example, prefixes))


def _turtle(example: Example, prefixes: Prefixes) -> str:
    """The triples as Turtle without the lines of prefixes, which the reader knows."""
    triples = []
    for subject, predicate, value in terms_of(example.triples):
        terms = to_oxigraph(subject), to_oxigraph(predicate), to_oxigraph(value)
        triples.append(ox.Triple(*terms))  # type: ignore[arg-type]  # they came from triples
    lines = turtle(triples, prefixes).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("@prefix ")).lstrip("\n")


def _one_line(text: str, language: str | None) -> str:
    return readable(text) + (f"  ({language})" if language else "")


def _json(told: Explanation, prefixes: Prefixes, show_path: Callable[[Path], str]) -> str:
    shape = told.shape
    entry = {
        "rule": shape.rule,
        "shape": shape.node.value if isinstance(shape.node, IRI) else None,
        "severity": shape.severity.value,
        "file": told.position.file,
        "line": told.position.line,
        "targets": list(told.targets),
        "path": path_text(shape.path, prefixes.compact) if shape.path is not None else None,
        "checks": list(told.checks),
        "messages": [{"text": m.lexical, "language": m.language} for m in told.messages],
        "description": shape.description,
        "deactivated": shape.deactivated,
        "references": [reference._asdict() for reference in told.references],
        "failing": _json_example(told.failing, prefixes, show_path),
        "mended": _json_example(told.mended, prefixes, show_path),
    }
    return json.dumps(entry, ensure_ascii=False, indent=2) + "\n"


def _json_example(
    example: Example | None, prefixes: Prefixes, show_path: Callable[[Path], str]
) -> dict[str, str | None] | None:
    if example is None:
        return None
    return {
        "file": show_path(example.file),
        "message": example.message,
        "turtle": _turtle(example, prefixes),
    }


def render_rules(shapes: Iterable[Shape], format_: str, *, width: int | None) -> str:
    """List rules, those of a file together, with severity and one line each, as table, json or md."""
    listed = list(shapes)
    if format_ == "json":
        lines = [
            json.dumps(
                {
                    "rule": shape.rule,
                    "shape": shape.node.value if isinstance(shape.node, IRI) else None,
                    "severity": shape.severity.value,
                    "message": _message(shape),
                    "file": shape.file,
                },
                ensure_ascii=False,
            )
            for shape in listed
        ]
        return "[\n" + ",\n".join(lines) + "\n]\n"
    out = []
    for file, members in groupby(listed, key=lambda shape: shape.file):
        rows = [(s.rule, s.severity.value, readable(_message(s))) for s in members]
        if format_ == "md":
            cells = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in rows]
            out.append(f"## {file}\n\n| rule | severity | what is wrong |\n|---|---|---|\n{''.join(cells)}")
        else:
            headings = ("rule", "severity", "what is wrong")
            columns = [
                Column(heading, False, tuple(Cell(readable(row[i])) for row in rows))
                for i, heading in enumerate(headings)
            ]
            out.append(f"{readable(file)}\n\n{table(columns, width=width)}")
    return "\n".join(out)


def _message(shape: Shape) -> str:
    stated: Sequence[Literal] = shape.messages or shape.sparql_messages
    return plainest(stated) or shape.description or ""
