"""Which table a thing has its row in: each record and each part stands in one, by what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mosty.model.terms import RDF
from mosty.publish.content import Content
from mosty.publish.tables.naming import Names, file_word, local_name
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.prefixes import STANDARD
from mosty.workspace.config import Config, Kind

TYPE = iri_key(RDF + "type")
_SUBCLASS = iri_key(STANDARD["rdfs"] + "subClassOf")
VALUES, THINGS = "values", "things"
RECORDS, PARTS, CONCEPTS, EVIDENCE = range(4)
"""The groups of tables, in their order."""


class Sheet(NamedTuple):
    """The rows of a table.

    Attributes:
        name: of the file, without extension.
        kind: the kind of record, when it is a table of records.
        record_class: what the things are; None for things without a class.
        classes: that class and those that its things have, each with its superclasses.
        group: RECORDS, PARTS, CONCEPTS or EVIDENCE.
        rows: the things, sorted.
    """

    name: str
    kind: Kind | None
    record_class: Key | None
    classes: Sequence[Sequence[Key]]
    group: int
    rows: list[Key]


class Classes:
    """The classes of an ontology, each with its superclasses."""

    def __init__(self, graphs: Sequence[Graph]) -> None:
        self._graphs = graphs
        self._above: dict[Key, tuple[Key, ...]] = {}

    def above(self, one: Key) -> tuple[Key, ...]:
        """A class and all its superclasses, nearest first."""
        found = self._above.get(one)
        if found is None:
            reached = {one: None}
            waiting = [one]
            for current in waiting:
                parents = (graph.column(_SUBCLASS).values(current) for graph in self._graphs)
                for parent in sorted({p for values in parents for p in values if p[0] == "<"}):
                    if parent not in reached:
                        reached[parent] = None
                        waiting.append(parent)
            found = self._above[one] = tuple(reached)
        return found

    def nearest(self, classes: Iterable[Key]) -> Key:
        """The first of those classes that none of the others is a subclass of."""
        ordered = sorted(classes)
        return next(
            (
                c
                for c in ordered
                if not any(c in self.above(o) and o not in self.above(c) for o in ordered if o != c)
            ),
            ordered[0],
        )


class Sorter:
    """Sorts the things of a release into tables."""

    def __init__(self, content: Content, config: Config, derived: Graph) -> None:
        self._config = config
        self._types = content.graph.column(TYPE)
        self._derived = derived
        self._content = content
        self._kinds = {iri_key(kind.record_class): kind for kind in reversed([*config.kinds.values()])}
        self.classes = Classes((content.ontology, content.graph))
        self._places: dict[tuple[Key, ...], Key | Kind | None] = {}

    def sheets(self) -> list[Sheet]:
        """All tables: one for each kind of record, then one for each class that other things have."""
        rows: dict[Key | Kind | None, list[Key]] = {kind: [] for kind in self._config.kinds.values()}
        groups: dict[Key | Kind | None, int] = dict.fromkeys(rows, RECORDS)
        for group, subjects in self._subjects():
            for subject in subjects:
                place = self._place(subject)
                rows.setdefault(place, []).append(subject)
                groups[place] = min(groups.get(place, group), group)
        names = Names((VALUES, THINGS, "datapackage", "readme", "columns"))
        found = []
        for place in sorted(rows, key=lambda place: self._rank(place, groups[place])):
            rows[place].sort()
            record_class = iri_key(place.record_class) if isinstance(place, Kind) else place
            found.append(
                Sheet(
                    name=names.take(self._wishes(place), "table"),
                    kind=place if isinstance(place, Kind) else None,
                    record_class=record_class,
                    classes=self._classes_of(place, record_class),
                    group=groups[place],
                    rows=rows[place],
                )
            )
        return found

    def _classes_of(self, place: Key | Kind | None, record_class: Key | None) -> Sequence[Sequence[Key]]:
        types = {one for types, home in self._places.items() if home == place for one in types}
        return [
            self.classes.above(one) for one in sorted(types | ({record_class} if record_class else set()))
        ]

    def _subjects(self) -> Iterable[tuple[int, Iterable[Key]]]:
        """Each thing once, with the group in which it stands."""
        seen: set[Key] = set()
        derived = set().union(*(column.one for column in self._derived.columns.values()))
        whole = [(PARTS, subjects) for subjects in self._content.kinds.values()]
        whole += [(CONCEPTS, self._content.schemes), (EVIDENCE, self._content.evidence), (PARTS, derived)]
        for group, subjects in whole:
            yield group, [one for one in subjects if one not in seen and one[0] == "<"]
            seen |= subjects

    def _place(self, subject: Key) -> Key | Kind | None:
        types = self._types.values(subject) or self._derived.column(TYPE).values(subject)
        key = tuple(types)
        if key not in self._places:
            self._places[key] = self._place_of(sorted(c for c in types if c[0] == "<"))
        return self._places[key]

    def _place_of(self, types: Sequence[Key]) -> Key | Kind | None:
        if not types:
            return None
        kinds = {above for one in types for above in self.classes.above(one) if above in self._kinds}
        return self._kinds[self.classes.nearest(kinds)] if kinds else self.classes.nearest(types)

    def _rank(self, place: Key | Kind | None, group: int) -> tuple[int, int, str]:
        kinds = list(self._config.kinds.values())
        if isinstance(place, Kind):
            return RECORDS, kinds.index(place), ""
        return group, 0 if place else 1, place or ""

    def _wishes(self, place: Key | Kind | None) -> list[str]:
        if place is None:
            return ["untyped"]
        if isinstance(place, Kind):
            return [file_word(place.folder), file_word(place.prefix)]
        prefix, local = local_name(place, self._config.prefixes)
        return [file_word(local), file_word(f"{prefix}-{local}")]
