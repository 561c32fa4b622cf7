"""What the stored queries answer at the time of the release, all asked in one go."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mosty.engines import guard
from mosty.engines.batch import Written
from mosty.engines.batch import answers as ask_all
from mosty.engines.embedded import solutions_from_json
from mosty.model.formulas import no_formula
from mosty.model.solutions import Triples
from mosty.model.terms import IRI, RDF, Term
from mosty.query.binding import bind
from mosty.query.frontmatter import Parameter, StoredQuery
from mosty.rdf.keys import Key, iri_key
from mosty.site.memo import once_for
from mosty.site.paths import localised
from mosty.site.things import IN_SCHEME, SUBCLASS, TYPE, Things

FOLDER = "queries"

MOST_TRIPLES = 250_000
"""A larger graph is asked by the reader: whether a query is answered must not depend on how fast a machine is."""

MOST_ROWS = 100
"""So many rows of an answer stand on its page."""

_SECONDS = 120.0
_CHANGING = frozenset(("NOW", "RAND", "UUID", "STRUUID", "BNODE"))
"""Functions that give something else each time (SPARQL 1.1, sections 17.4.2 to 17.4.5)."""


class Told(NamedTuple):
    """The answer to a stored query.

    Attributes:
        kind: solutions, boolean or triples.
        content: as it came: SPARQL 1.1 results in JSON, or N-Triples.
        columns: the variables, or the three parts of a triple.
        rows: the first rows; terms, or None.
        total: how many rows there are.
        value: the answer to a question of yes or no.
        table: all solutions as CSV, with no cell that a spreadsheet program would run.
        given: the values that required parameters were given, as examples, by name.
    """

    kind: str
    content: bytes
    columns: Sequence[str]
    rows: Sequence[Sequence[Term | None]]
    total: int
    value: bool
    table: str
    given: Mapping[str, Key]


@once_for
def answers(things: Things) -> Mapping[str, Told]:
    """The answer to every stored query, with its defaults, by the path that `stem` gives.

    None for a large graph, and none where asking again would give something else: two releases of the same
    data are the same.

    Raises:
        QuerySyntaxError, EngineError, DeadlineError: a stored query cannot be answered.
    """
    if not things.queries or is_large(things):
        return {}
    texts, given = {}, {}
    for query in things.queries:
        examples = _examples(things, query)
        if examples is None or not _CHANGING.isdisjoint(guard.words(query.text)):
            continue
        values: dict[str, str | IRI] = {name: IRI(key[1:-1]) for name, key in examples.items()}
        for language in things.languages:
            if _speaks(query):
                values["lang"] = language
            path = stem(things, query, language)
            texts[path] = bind(query, values, things.prefixes)
            given[path] = examples
    found = ask_all(dataset(things), texts, timeout=_SECONDS)
    told = ((path, _told(written, given[path])) for path, written in found.items())
    return {path: answer for path, answer in told if answer is not None}


def stem(things: Things, query: StoredQuery, language: str) -> str:
    """Where the answer to a query lies, without extension; all languages share it when none can be chosen."""
    path = f"{FOLDER}/{query.name}"
    return localised(path, language, things.languages) if _speaks(query) else path


def _speaks(query: StoredQuery) -> bool:
    """Whether the language of names in the answer can be chosen."""
    return "lang" in query.parameters and query.parameters["lang"].type == "language"


def _told(written: Written, given: Mapping[str, Key]) -> Told | None:
    """The answer; None when it holds blank nodes, whose names are new each time."""
    kind, content = written
    if kind == "triples":
        lines = sorted(f"{line}\n" for line in content.decode().split("\n") if line)
        if any(line.startswith("_:") or " _:" in line.split('"', 1)[0] for line in lines):
            return None
        answer = Written(kind, "".join(lines[:MOST_ROWS]).encode()).answer()
        assert isinstance(answer, Triples)
        columns = ("subject", "predicate", "object")
        return Told(kind, "".join(lines).encode(), columns, answer.triples, len(lines), False, "", given)
    results = json.loads(content)
    if kind == "boolean":
        return Told(kind, content, (), (), 1, bool(results["boolean"]), "", given)
    variables, rows = results["head"]["vars"], results["results"]["bindings"]
    if any(term["type"] == "bnode" for row in rows for term in row.values()):
        return None
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(variables)
    writer.writerows(
        [no_formula(row[name]["value"]) if name in row else "" for name in variables] for row in rows
    )
    first = solutions_from_json({"head": results["head"], "results": {"bindings": rows[:MOST_ROWS]}})
    return Told(kind, content, variables, first.rows, len(rows), False, out.getvalue(), given)


def changes(things: Things, query: StoredQuery) -> bool:
    """Whether a query is not answered as asking again would give something else."""
    known = stem(things, query, things.languages[0]) in answers(things)
    return not known and not is_large(things) and _examples(things, query) is not None


def is_large(things: Things) -> bool:
    """Whether the graph is too large to be asked while the site is made."""
    return len(things.graph) + len(things.derived) + len(things.ontology) > MOST_TRIPLES


def dataset(things: Things) -> list[str]:
    """What a query sees, as sorted lines of N-Triples: asserted and derived triples and the ontology, each once."""
    graphs = (things.graph, things.derived, things.ontology)
    return sorted({f"{s} {p} {o} .\n" for graph in graphs for s, p, o in graph.triples()})


def choices(things: Things, parameter: Parameter) -> list[Key] | None:
    """The values that a parameter is chosen from: of its class or scheme, or the records; None for a literal."""
    if parameter.type == "concept" and parameter.scheme:
        scheme = iri_key(f"{things.config.base}id/scheme/{parameter.scheme}")
        return things.subjects(IN_SCHEME, scheme)
    if parameter.type not in ("iri", "concept"):
        return None
    if parameter.class_:
        return instances(things, iri_key(things.prefixes.expand(parameter.class_).value))
    return list(things.all_records)


def instances(things: Things, class_: Key) -> list[Key]:
    """The instances of a class and of those below it, sorted."""
    below, waiting = {class_}, [class_]
    while waiting:
        for lower in things.ontology.inverse(SUBCLASS).values(waiting.pop()):
            if lower not in below:
                below.add(lower)
                waiting.append(lower)
    graphs = (things.graph, things.derived)
    found = {key for graph in graphs for kind in below for key in graph.inverse(TYPE).values(kind)}
    return sorted(key for key in found if key[0] == "<")


def _examples(things: Things, query: StoredQuery) -> dict[str, Key] | None:
    """A value for each required parameter; None when there is none to be found."""
    found = {}
    for parameter in query.parameters.values():
        if parameter.required:
            offered = choices(things, parameter)
            if not offered:
                return None
            found[parameter.name] = offered[0]
    return found


def properties(things: Things) -> Iterator[Key]:
    """The properties that the graph uses, sorted."""
    yield from sorted(
        key for key in {*things.graph.columns, *things.derived.columns} if key != f"<{RDF}type>"
    )
