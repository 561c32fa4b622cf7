"""What was recorded and what a check of the evidence found, as text for people, or JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from mosty.model.evidence import Added, EvidenceCheck
from mosty.model.terms import IRI, RDF, Literal, Term, n_triples
from mosty.rdf.prefixes import Prefixes
from mosty.render.people import readable

_WIDTH = 100
_SHOWN_TRIPLES = 12


def render_added(
    added: Sequence[Added], *, prefixes: Prefixes, show_path: Callable[[Path], str], width: int | None = None
) -> str:
    """Write what was recorded: the triples, the words, the file."""
    lines = []
    for item in added:
        shown = [_triple(*triple, prefixes) for triple in item.triples[:_SHOWN_TRIPLES]]
        if len(item.triples) > len(shown):
            shown.append(f"and {len(item.triples) - len(shown)} more triples")
        for text in shown:
            lines += _wrapped(text, "", width)
        if item.passage and item.words is not None:
            place = f"characters {item.passage.start} to {item.passage.end} of source:{item.passage.source}"
            lines += _wrapped(f"{place}: “{readable(item.words)}”", "    ", width)
        lines += [f"    recorded in {show_path(item.file)}"]
    return "\n".join(lines) + "\n"


def render_check(result: EvidenceCheck, format_: str, *, prefixes: Prefixes, width: int | None = None) -> str:
    """Write what a check found, grouped by file and by what it is about."""
    if format_ == "json":
        findings = [f._asdict() | {"subject": f.subject.value} for f in result.findings]
        return json.dumps({**result._asdict(), "findings": findings}, ensure_ascii=False, indent=2) + "\n"
    lines = []
    for file, in_file in groupby(result.findings, key=lambda finding: finding.file):
        lines.append(readable(file))
        for subject, about in groupby(in_file, key=lambda finding: finding.subject):
            lines.append(f"  {readable(_name(subject, prefixes))}")
            for finding in about:
                lines += _wrapped(f"{finding.kind}: {readable(finding.message)}", "    ", width)
                if finding.hint:
                    lines += _wrapped(readable(finding.hint), "      ", width)
        lines.append("")
    return "\n".join([*lines, summary(result)]) + "\n"


def summary(result: EvidenceCheck) -> str:
    """Say in a line what came out.

    >>> summary(EvidenceCheck(10, 10, 7, 10, 4, 1, 4, ()))
    '10 triples, all with evidence: 7 in 4 passages of 1 document (all read again), 3 of our own'
    >>> summary(EvidenceCheck(10, 9, 7, 9, 4, 1, None, ()))
    '10 triples, 1 without evidence: 7 in 4 passages of 1 document (not read again), 2 of our own'
    """
    bare = result.triples - result.supported
    again = (
        "not read again"
        if result.reread is None
        else "all read again"
        if result.reread == result.passages
        else f"{result.reread:,} read again"
    )
    text = (
        f"{_count(result.triples, 'triple')}, {f'{bare:,} without' if bare else 'all with'} evidence: "
        f"{result.quoted:,} in {_count(result.passages, 'passage')} "
        f"of {_count(result.documents, 'document')} ({again}), {result.supported - result.quoted:,} of our own"
    )
    return f"{_count(len(result.findings), 'finding')}; {text}" if result.findings else text


def _triple(subject: Term, predicate: IRI, value: Term, prefixes: Prefixes) -> str:
    verb = "a" if predicate.value == RDF + "type" else _name(predicate, prefixes)
    return f"{_name(subject, prefixes)} {verb} {_name(value, prefixes)}"


def _name(term: Term, prefixes: Prefixes) -> str:
    if isinstance(term, IRI):
        return prefixes.compact(term) if ":" in term.value[1:] else term.value
    if isinstance(term, Literal) and prefixes.split(term.datatype) and not term.language:
        short = prefixes.compact(term.datatype)
        return n_triples(term).replace(f"<{term.datatype}>", short)
    return n_triples(term)


def _wrapped(text: str, indent: str, width: int | None) -> list[str]:
    return textwrap.wrap(
        text,
        max(width or _WIDTH, 40),
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
