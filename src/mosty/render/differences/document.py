"""Differences as JSON: the sentences, and the facts behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mosty.diff import Differences
from mosty.diff.records import Change, ChangedPart, ChangedRecord, Fact
from mosty.diff.telling import Teller
from mosty.model.terms import IRI, BlankNode
from mosty.rdf.keys import Key, from_key


def document(differences: Differences, language: str | None = None) -> Iterator[str]:
    """Write differences as one JSON object, record by record."""
    teller = Teller(differences, language)
    old, new = differences.old, differences.new
    head = {
        "from": {"name": old.name, "version": old.version, "hash": old.hash},
        "to": {"name": new.name, "version": new.version, "hash": new.hash},
        "same": differences.empty,
        "quads": {
            "added": differences.added.count() + sum(map(len, differences.nested.added)),
            "removed": differences.removed.count() + sum(map(len, differences.nested.removed)),
        },
        "derived": {str(change): differences.derived[change] for change in (Change.ADDED, Change.REMOVED)},
    }
    yield json.dumps(head, ensure_ascii=False, indent=2)[:-2]
    told = {
        (chapter.name, record.iri): record
        for chapter in teller.chapters()
        for section in chapter.sections
        for record in section.records
    }
    for name in ("records", "terms", "shapes"):
        yield f',\n  "{name}": ['
        found: Sequence[ChangedRecord] = getattr(differences, name)
        for number, record in enumerate(found):
            words = told[name, record.record[1:-1]]
            entry = {
                "change": str(record.change),
                "iri": words.iri or None,
                "curie": words.curie or None,
                "label": words.label,
                "class": record.kind[1:-1] or None,
                "sentences": list(words.sentences),
                "facts": [_fact(fact) for fact in record.facts],
                "parts": [_part(part) for part in record.parts],
                "evidence": {
                    str(change): {
                        "statements": evidence.statements,
                        "sources": [source[1:-1] or None for source in evidence.sources],
                    }
                    for change, evidence in record.evidence.items()
                },
                "perhapsRenamed": record.perhaps and record.perhaps[1:-1],
                "replacedBy": record.replaced_by and record.replaced_by[1:-1],
            }
            yield ("," if number else "") + "\n    " + json.dumps(entry, ensure_ascii=False)
        yield "\n  ]" if found else "]"
    texts = [{"change": str(change), "path": path} for path, change in differences.texts.items()]
    yield f',\n  "texts": {json.dumps(texts, ensure_ascii=False)}\n}}\n'


def _part(part: ChangedPart) -> dict[str, Any]:
    return {
        "change": str(part.change),
        "iri": part.part[1:-1],
        "class": part.kind[1:-1] or None,
        "before": part.before and part.before[1:-1],
        "facts": [_fact(fact) for fact in part.facts],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    about = {"predicate": fact.predicate[1:-1] or None}
    if fact.nested:
        return {**about, "nested": True, "removed": list(fact.old), "added": list(fact.new)}
    return {**about, "removed": [_term(key) for key in fact.old], "added": [_term(key) for key in fact.new]}


def _term(key: Key) -> dict[str, Any]:
    term = from_key(key)
    if isinstance(term, IRI):
        return {"iri": term.value}
    if isinstance(term, BlankNode):
        return {"blank": term.label}
    return {"value": term.lexical, "datatype": term.datatype} | (
        {"language": term.language} if term.language else {}
    )
