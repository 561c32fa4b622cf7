"""The index of concepts: what search offers beside records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from mosty.rdf.keys import Key
from mosty.site.labels import folded
from mosty.site.things import IN_SCHEME, Things

PATH = "lists/concepts.js"


def index(things: Things) -> Iterator[str]:
    """The concepts that records use, as a script: `fetch` does not work where there is no server, a script does.

    Args:
        things: the release.
    """
    records, schemes = _users(things), things.graph.column(IN_SCHEME)
    used = [concept for concept in things.concepts if concept in records]
    named = sorted({min(schemes.values(concept), default="") for concept in used} - {""})
    numbers = {scheme: number for number, scheme in enumerate(named)}
    names = [[things.label(scheme, tag).text for tag in things.languages] for scheme in named]
    yield f'mostyConcepts({{"schemes":{_written(names)},"rows":[\n'
    for place, concept in enumerate(used):
        labels = [things.label(concept, tag).text for tag in things.languages]
        others = {folded(text.text) for text in things.labels.names(concept)} - set(map(folded, labels))
        row = [
            things.paths[concept],
            labels[0] if len(set(labels)) == 1 else labels,
            "|".join(sorted(others)),
            numbers.get(min(schemes.values(concept), default=""), -1),
            len(records[concept]),
        ]
        yield f"{_written(row)}{',' if place < len(used) - 1 else ''}\n"
    yield "]});\n"


def _users(things: Things) -> dict[Key, set[Key]]:
    """The records that use each concept, themselves or in a part."""
    concepts = set(things.concepts)
    found: dict[Key, set[Key]] = defaultdict(set)
    for column in things.graph.columns.values():
        for subject, value in column.pairs():
            if value in concepts and (record := things.record_of(subject)) is not None:
                found[value].add(record)
    return found


def _written(value: object) -> str:
    return as_script(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def as_script(text: str) -> str:
    """JSON that is a script as well, on any page."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
