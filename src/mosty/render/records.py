"""Records, matches, evidence, figures and lists of queries as text for people, or JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from mosty.model.records import Evidence, Match, Property, Record, Statistics
from mosty.model.solutions import Solutions
from mosty.model.terms import IRI, RDF, Literal, Term, literal
from mosty.rdf.prefixes import Prefixes
from mosty.render.people import in_words, readable
from mosty.render.solutions import render

_RDF_TYPE = RDF + "type"
_LABELS = (
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
)
_WIDTH = 100


class Names:
    """How IRIs are called in text: a label, or the CURIE."""

    def __init__(self, prefixes: Prefixes, labels: Mapping[str, str], *, iris: bool = False) -> None:
        self._prefixes = prefixes
        self._labels = {} if iris else labels
        self._iris = iris

    def curie(self, iri: IRI) -> str:
        """Write an IRI as CURIE."""
        return self._prefixes.compact(iri)

    def name(self, term: Term) -> str:
        """Name a term: its label with the CURIE behind, or the literal as it stands."""
        if isinstance(term, Literal):
            return readable(term.lexical) + (f" @{term.language}" if term.language else "")
        if not isinstance(term, IRI):
            return str(term)
        label, curie = self._labels.get(term.value), self.curie(term)
        return f"{readable(label)} [{curie}]" if label else curie

    def word(self, iri: IRI) -> str:
        """Name a predicate or class shortly: its label, or the CURIE."""
        if label := self._labels.get(iri.value):
            return readable(label)
        curie = self.curie(iri)
        return curie if self._iris or curie.startswith("<") else in_words(curie.partition(":")[2])


def iris_of(record: Record) -> set[IRI]:
    """Every IRI that the text of a record names."""
    found = {record.iri} | {iri for pair in record.incoming for iri in pair}
    for properties in (record.properties, *(part.properties for part in record.parts)):
        found |= {p.predicate for p in properties} | {
            p.object for p in properties if isinstance(p.object, IRI)
        }
    return found


def render_record(
    record: Record,
    format_: str,
    *,
    prefixes: Prefixes,
    labels: Mapping[str, str],
    iris: bool = False,
    width: int | None = None,
) -> str:
    """Write one record with its parts and what points at it."""
    if format_ == "json":
        return _json(_record_json(record, prefixes))
    names = Names(prefixes, labels, iris=iris)
    title = labels.get(record.iri.value)
    lines = [f"{readable(title)}  {names.curie(record.iri)}" if title else names.curie(record.iri)]
    if record.file:
        lines.append(readable(record.file))
    lines += ["", *_properties(record.properties, names, width or _WIDTH)]
    for part in record.parts:
        kinds = [names.word(t) for t in part.objects(_RDF_TYPE) if isinstance(t, IRI)]
        rest = [p for p in part.properties if p.predicate.value != _RDF_TYPE and p.object != record.iri]
        lines += [
            "",
            f"{', '.join(kinds) or 'Part'}  {names.curie(part.iri)}",
            *_properties(rest, names, width or _WIDTH),
        ]
    if record.incoming:
        lines += ["", "What points here"]
        for predicate, group in groupby(
            sorted(record.incoming, key=lambda pair: (pair[1], pair[0])), lambda p: p[1]
        ):
            lines += _entry(
                names.word(predicate), [names.name(subject) for subject, _ in group], width or _WIDTH
            )
    if any(p.derived for p in record.properties):
        lines += ["", "* derived by a rule"]
    return "\n".join(lines) + "\n"


def render_matches(
    matches: Sequence[Match],
    format_: str,
    *,
    prefixes: Prefixes,
    labels: Mapping[str, str],
    width: int | None = None,
) -> str:
    """Write what `find` found, best first: the thing, its label, the name that matched if it is another, its kinds."""
    if format_ == "json":
        return _json([_match_json(match, labels) for match in matches])
    names = Names(prefixes, labels)
    rows = []
    for match in matches:
        label = labels.get(match.iri.value, match.name)
        matched = "" if match.name == label else match.name
        kinds = ", ".join(names.word(c) for c in match.classes)
        rows.append(tuple(map(literal, (prefixes.compact(match.iri), label, matched, kinds))))
    return render(
        Solutions(("thing", "label", "matched", "kind"), tuple(rows)), format_, prefixes=prefixes, width=width
    )


def render_evidence(
    found: Sequence[Evidence],
    format_: str,
    *,
    prefixes: Prefixes,
    labels: Mapping[str, str],
    iris: bool = False,
    width: int | None = None,
) -> str:
    """Write why triples stand, grouped by triple."""
    if format_ == "json":
        return _json([_evidence_json(e) for e in found])
    names = Names(prefixes, labels, iris=iris)
    lines = []
    for (subject, predicate, value), group in groupby(
        found, key=lambda e: (e.subject, e.predicate, e.object)
    ):
        text = f"{names.curie(subject)}  {names.word(predicate)}  {names.name(value)}"
        lines += textwrap.wrap(text, width or _WIDTH, subsequent_indent="  ", break_long_words=False) or [
            text
        ]
        for evidence in group:
            lines += textwrap.wrap(
                _reason(evidence, names),
                width or _WIDTH,
                initial_indent="    ",
                subsequent_indent="      ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            if evidence.quote:
                quoted = f"“{' '.join(readable(evidence.quote).split())}”"
                lines += textwrap.wrap(
                    quoted, (width or _WIDTH) - 6, initial_indent="      ", subsequent_indent="      "
                )
        lines.append("")
    addresses = {e.source: e.url for e in found if e.source and e.url}
    if addresses:
        lines += [
            "Sources",
            *(f"  {names.name(source)}  {url}" for source, url in sorted(addresses.items())),
            "",
        ]
    return "\n".join(lines)


def render_statistics(
    statistics: Statistics, format_: str, *, prefixes: Prefixes, labels: Mapping[str, str]
) -> str:
    """Write the figures of a graph."""
    if format_ == "json":
        return _json(
            {
                "triples": dict(statistics.triples),
                "classes": [
                    {"class": c.value, "things": n, "thin": thin} for c, n, thin in statistics.classes
                ],
                "evidence": [
                    {"source": s and s.value, "basis": b and b.value, "statements": n}
                    for s, b, n in statistics.evidence
                ],
            }
        )
    names = Names(prefixes, labels)
    total = sum(count for _, count in statistics.triples)
    lines = [
        f"Triples  {total}",
        *(f"  {part:<12} {count:>8}" for part, count in statistics.triples),
        "",
        "Things",
    ]
    for class_, count, thin in statistics.classes:
        lines.append(f"  {count:>8}  {names.word(class_)}" + (f" ({thin} thin)" if thin else ""))
    if statistics.evidence:
        lines += ["", "Evidence (triples that rest on)"]
    for source, basis, count in statistics.evidence:
        what = names.name(source) if source else "our own statement"
        lines.append(f"  {count:>8}  {what}" + (f", basis: {names.word(basis)}" if basis else ""))
    return "\n".join(lines) + "\n"


def render_queries(queries: Iterable[Any], format_: str, *, width: int | None = None) -> str:
    """Write a list of stored queries by their first tag: name, question, parameters."""
    listed = list(queries)
    if format_ == "json":
        return _json(
            [
                {
                    "name": q.name,
                    "title": q.title,
                    "question": q.question,
                    "competency": q.competency,
                    "tags": list(q.tags),
                    "parameters": [
                        {"name": p.option, "type": p.type, "required": p.required, "help": p.help}
                        for p in q.parameters.values()
                    ],
                }
                for q in listed
            ]
        )
    longest = max((len(q.name) for q in listed), default=0)
    lines: list[str] = []
    for tag, group in groupby(sorted(listed, key=lambda q: (_first_tag(q), q.name)), _first_tag):
        lines += ["", tag] if lines else [tag]
        for query in group:
            options = " ".join(f"--{p.option}" for p in query.parameters.values())
            text = query.question + (f" ({options})" if options else "")
            wrapped = textwrap.wrap(text, max((width or _WIDTH) - longest - 4, 30), break_on_hyphens=False)
            lines.append(f"  {query.name:<{longest}}  {wrapped[0]}")
            lines += [f"  {'':<{longest}}  {line}" for line in wrapped[1:]]
    return "\n".join(lines) + "\n" if lines else ""


def _first_tag(query: Any) -> str:
    return query.tags[0] if query.tags else "other"


def _properties(properties: Iterable[Property], names: Names, width: int) -> list[str]:
    def order(p: Property) -> tuple[bool, bool, bool, str, str]:
        iri = p.predicate.value
        return p.derived, iri != _RDF_TYPE, iri not in _LABELS, iri, str(p.object)

    lines = []
    for (predicate, derived), group in groupby(
        sorted(properties, key=order), lambda p: (p.predicate, p.derived)
    ):
        word = "a" if predicate.value == _RDF_TYPE else names.word(predicate)
        lines += _entry(word + (" *" if derived else ""), [names.name(p.object) for p in group], width)
    return lines


def _entry(word: str, values: Sequence[str], width: int) -> list[str]:
    lines = []
    for i, value in enumerate(values):
        head = f"  {word if i == 0 else '':<24}  "
        lines += textwrap.wrap(
            value,
            max(width, 60),
            initial_indent=head,
            subsequent_indent=" " * 28,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [head.rstrip()]
    return lines


def _reason(evidence: Evidence, names: Names) -> str:
    if evidence.rule is not None:
        return f"derived by the rule {evidence.rule}" if evidence.rule else "derived by a rule"
    parts = []
    if evidence.source:
        parts.append(f"{names.name(evidence.source)}, characters {evidence.start} to {evidence.end}")
    if evidence.basis:
        # Beside a passage the basis says what we did with it; alone, the statement is ours.
        ours = "basis" if evidence.source else "our own statement"
        parts.append(f"{ours}: {names.word(evidence.basis)}")
    if evidence.checked_against:
        parts.append(f"checked against {names.name(evidence.checked_against)}")
    return "; ".join(parts) or "no evidence is recorded"


def _term_json(term: Term) -> dict[str, Any]:
    if isinstance(term, Literal):
        value = {"value": term.lexical, "datatype": term.datatype}
        return value | ({"language": term.language} if term.language else {})
    return {"iri": term.value} if isinstance(term, IRI) else {"blank": term.label}


def _record_json(record: Record, prefixes: Prefixes) -> dict[str, Any]:
    return {
        "iri": record.iri.value,
        "curie": prefixes.compact(record.iri),
        "file": record.file,
        "properties": [
            {"predicate": p.predicate.value, "object": _term_json(p.object), "derived": p.derived}
            for p in record.properties
        ],
        "parts": [_record_json(part, prefixes) for part in record.parts],
        "incoming": [{"subject": s.value, "predicate": p.value} for s, p in record.incoming],
    }


def _match_json(match: Match, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "iri": match.iri.value,
        "label": labels.get(match.iri.value),
        "name": match.name,
        "language": match.language,
        "classes": [c.value for c in match.classes],
        "score": round(match.score),
    }


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "subject": evidence.subject.value,
        "predicate": evidence.predicate.value,
        "object": _term_json(evidence.object),
        "source": evidence.source and evidence.source.value,
        "url": evidence.url,
        "start": evidence.start,
        "end": evidence.end,
        "basis": evidence.basis and evidence.basis.value,
        "checkedAgainst": evidence.checked_against and evidence.checked_against.value,
        "quote": evidence.quote,
        "rule": evidence.rule,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
