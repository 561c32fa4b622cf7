"""Tombstones: IRIs that a release held and that are no more, so that nobody wonders and nobody uses them anew."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from mosty.diff.comparing import Differences
from mosty.diff.records import Change
from mosty.diff.view import View
from mosty.model.terms import XSD
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.labels import LABEL, LABELS

_DEPRECATED = iri_key("http://www.w3.org/2002/07/owl#deprecated")
_TRUE = f'"true"^^<{XSD}boolean>'
_STATUS = iri_key("http://www.w3.org/ns/adms#status")
_WITHDRAWN = iri_key("http://purl.org/adms/status/Withdrawn")
_VERSION = iri_key("http://www.w3.org/ns/dcat#version")
_REPLACED, _MODIFIED = (iri_key("http://purl.org/dc/terms/" + name) for name in ("isReplacedBy", "modified"))


def tombstones(
    differences: Differences, earlier: Graph | None = None, date: datetime.date | None = None
) -> Graph:
    """Describe what went away since any earlier release: its last labels, the last version with it, its successor.

    The day is that of the first release without it; later ones repeat it.

    Records, their parts, concepts, terms and shapes of the workspace have tombstones; statements and passages have
    none, for their IRIs follow from what they say. What comes back loses its tombstone.

    Args:
        differences: between the release before and the new one.
        earlier: the tombstones of the release before.
        date: the day of the new release.
    """
    graph = Graph()
    (old, new), (old_shapes, new_shapes) = differences.views, differences.shape_views
    if earlier is not None:
        for subject, predicate, value in earlier.triples():
            if not new.outgoing(subject) and not new_shapes.outgoing(subject):
                graph.add(subject, predicate, value)
    version = differences.old.version
    base = "<" + differences.config.base
    for node, view in _gone(differences, old, old_shapes):
        if not node.startswith(base) or new.outgoing(node) or new_shapes.outgoing(node):
            continue
        graph.add(node, _DEPRECATED, _TRUE)
        graph.add(node, _STATUS, _WITHDRAWN)
        for predicate in LABELS:
            for label in view.values(node, predicate):
                graph.add(node, LABEL, label)
        if version:
            graph.add(node, _VERSION, _literal(version))
        if date and node not in graph.column(_MODIFIED):
            graph.add(node, _MODIFIED, f'"{date.isoformat()}"^^<{XSD}date>')
    for node in list(graph.column(_DEPRECATED).one):
        for view in (old, new):
            for successor in view.replacements.get(node, ()):
                graph.add(node, _REPLACED, successor)
    return graph


def gone(graph: Graph) -> dict[Key, Key | None]:
    """What tombstones say: each IRI that went away, with its successor where one is stated."""
    successors = graph.column(_REPLACED)
    return {
        node: min(successors.values(node), default=None) for node in sorted(graph.column(_DEPRECATED).one)
    }


def _gone(differences: Differences, old: View, old_shapes: View) -> Iterator[tuple[Key, View]]:
    for records, view in ((differences.changed, old), (differences.shapes, old_shapes)):
        for record in records:
            if record.change is Change.REMOVED:
                yield record.record, view
            for part in record.parts:
                if part.change is Change.REMOVED:
                    yield part.part, view
                elif part.before is not None:
                    yield part.before, view


def _literal(text: str) -> Key:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
