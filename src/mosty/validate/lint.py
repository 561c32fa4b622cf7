"""What no shape sees: targets that occur nowhere, terms nearly like known ones, prefixes with another meaning.

A class that is misspelt, in the data or in a shape, lets everything pass. What is looked at are the columns of
the graph (its predicates, and the distinct values of ``rdf:type``), so a million triples take a few set operations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Set
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from mosty.model.diagnostics import Position, Remark, ValidationResult
from mosty.model.paths import properties_of
from mosty.model.terms import IRI, RDF
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.rdf.prefixes import Prefixes
from mosty.validate import shape_lint
from mosty.validate.namespaces import Source, namespace_remarks
from mosty.validate.near import Near, split
from mosty.validate.plan import SH, Plan, Shape, Target, shape_name
from mosty.validate.vocabularies import NAMESPACES, defines

Locate = Callable[[Key, Key, Key | None], Position | None]
"""Tells where a triple stands, or (without its object) where its property does."""

_MOST = 20
"""So many remarks of one kind are told; more of them are one mistake, or another vocabulary."""
_NAMED = 5
_SEARCHED = 1000
"""So many unknown terms are looked up; data with more of them are not misspelt but foreign."""

_TYPE = f"<{RDF}type>"
_RDFS, _OWL = "<http://www.w3.org/2000/01/rdf-schema#", "<http://www.w3.org/2002/07/owl#"
_SUBCLASS = f"{_RDFS}subClassOf>"
_SUBPROPERTY = f"{_RDFS}subPropertyOf>"
_CLASS_TYPES = frozenset({f"{_RDFS}Class>", f"{_OWL}Class>", f"{_RDFS}Datatype>"})
_PROPERTY_TYPES = frozenset({f"<{RDF}Property>"}) | {
    f"{_OWL}{kind}Property>" for kind in ("Object", "Datatype", "Annotation", "Ontology", "Functional")
}
_OF_PROPERTIES = frozenset({"equals", "disjoint", "lessThan", "lessThanOrEquals", "ignoredProperties"})
_ON_PROPERTIES = frozenset({SH + "targetSubjectsOf", SH + "targetObjectsOf"})
_WORDS = {
    SH + "targetClass": "nothing is an instance of {}",
    SH + "targetSubjectsOf": "nothing has {}",
    SH + "targetObjectsOf": "nothing has {}",
}


class _Terms(NamedTuple):
    """Classes and properties."""

    classes: Set[Key]
    properties: Set[Key]


def remarks(
    plan: Plan,
    graph: Graph,
    sources: Iterable[Source],
    prefixes: Prefixes,
    *,
    focus: Collection[Key] | None = None,
    empty: Collection[str] = (),
    locate: Locate | None = None,
    results: Collection[ValidationResult] = (),
) -> tuple[Remark, ...]:
    """Tell what the shapes do not see.

    Args:
        plan: the shapes.
        graph: the data with its context.
        sources: the files whose prefixes are looked at.
        prefixes: those of the workspace, and how to write IRIs.
        focus: the nodes of the new files, when only these are judged; what lies elsewhere is then left out, and
            that a shape matched nothing is said only when none matched.
        empty: names of files without any triple.
        locate: finds the place of a triple; asked for at most a few dozen.
        results: what the shapes found; a term that a result names needs no remark.

    Returns:
        The remarks, by kind; at most a few dozen of each.
    """
    lint = _Lint(plan, graph, prefixes, focus, locate, results)
    found = [
        Remark("file-without-triples", f"{name} says nothing: it holds no triple", None, Position(name))
        for name in sorted(empty)
    ]
    found += lint.targets()
    found += lint.misspelt()
    found += namespace_remarks(
        sources,
        prefixes,
        used=sorted(lint.used.classes | lint.used.properties),
        known=lint.known,
    )
    found += shape_lint.mistakes(plan, prefixes)
    if focus is None:
        found += shape_lint.unused(plan, prefixes)
    return tuple(_few(found))


def idle(plan: Plan, graph: Graph) -> tuple[str, ...]:
    """Name the rules that have a target but no focus node; a register that is young has many."""
    present = _Terms(upwards(graph, graph.column(_TYPE).distinct()), graph.columns.keys())
    return tuple(
        sorted(
            {s.rule for s in plan.targeted() if s.targets and not _matches(s.targets, present, graph, None)}
        )
    )


def upwards(graph: Graph, classes: Collection[Key]) -> set[Key]:
    """Some classes and all those above them."""
    found, above, waiting = set(classes), graph.column(_SUBCLASS), list(classes)
    while waiting:
        new = [parent for parent in above.values(waiting.pop()) if parent not in found]
        found.update(new)
        waiting += new
    return found


def _matches(
    targets: Iterable[Target], present: _Terms, graph: Graph | None, focus: Collection[Key] | None
) -> bool:
    """Whether targets yield a focus node, given what is there of classes (upwards) and properties.

    Without a graph only what takes no time is looked at, and nodes that are named are passed over.
    """
    for target in targets:
        kind, value = target.predicate.value, to_key(target.value)
        if kind == SH + "targetNode":
            matched = graph is not None and (focus is None or value in focus)
        elif kind == SH + "targetClass":
            matched = value in present.classes
        else:
            matched = value in present.properties
            if kind == SH + "targetObjectsOf" and not matched and graph is not None and focus is not None:
                matched = not graph.column(value).distinct().isdisjoint(focus)
        if matched:
            return True
    return False


def _few(found: Iterable[Remark]) -> Iterator[Remark]:
    counts: dict[str, int] = {}
    for remark in found:
        counts[remark.code] = counts.get(remark.code, 0) + 1
        if counts[remark.code] <= _MOST:
            yield remark
    for code, count in counts.items():
        if count > _MOST:
            yield Remark(code, f"{count - _MOST:,} more remarks of this kind are left out")


class _Named(NamedTuple):
    """The terms that shapes name: as class, as property, anywhere."""

    classes: set[Key]
    properties: set[Key]
    mentioned: set[Key]


_NAMED_BY: WeakKeyDictionary[Graph, _Named] = WeakKeyDictionary()


def _named(plan: Plan) -> _Named:
    """The terms that shapes name, found once for a plan: one new record is to be judged in milliseconds."""
    found = _NAMED_BY.get(plan.graph)
    if found is None:
        found = _NAMED_BY[plan.graph] = _Named(set(), set(), set())
        for shape in plan.shapes.values():
            _add_names(shape, found)
    return found


def _add_names(shape: Shape, found: _Named) -> None:
    classes, properties, mentioned = found
    if shape.path is not None:
        properties |= {iri_key(iri.value) for iri in properties_of(shape.path)}
    for target in shape.targets:
        if isinstance(target.value, IRI):
            on_properties = target.predicate.value in _ON_PROPERTIES
            (properties if on_properties else classes).add(iri_key(target.value.value))
    for parameter, values in shape.parameters.items():
        iris = {iri_key(value.value) for value in values if isinstance(value, IRI)}
        mentioned |= iris
        name = parameter.value.removeprefix(SH)
        if name == "class":
            classes |= iris
        elif name in _OF_PROPERTIES:
            properties |= iris


class _Lint:
    """One look at one graph."""

    def __init__(
        self,
        plan: Plan,
        graph: Graph,
        prefixes: Prefixes,
        focus: Collection[Key] | None,
        locate: Locate | None,
        results: Collection[ValidationResult],
    ) -> None:
        self.plan = plan
        self.shapes = tuple(plan.shapes.values())
        self.graph = graph
        self.prefixes = prefixes
        self.focus = focus
        self.locate = locate
        self.results = results
        self.named = _named(plan)
        self.told: set[tuple[Key, Key]] = set()

    @cached_property
    def used(self) -> _Terms:
        """The classes and properties of the data, or of the new nodes when only these are judged."""
        types = self.graph.column(_TYPE)
        if self.focus is None:
            return _Terms(_iris(types.distinct()), self.graph.columns.keys())
        columns = self.graph.columns.items()
        return _Terms(
            _iris(kind for node in self.focus for kind in types.values(node)),
            {predicate for predicate, column in columns if any(node in column for node in self.focus)},
        )

    @cached_property
    def present(self) -> _Terms:
        """What is used, with the classes above the used ones."""
        return _Terms(upwards(self.graph, self.used.classes), self.used.properties)

    @cached_property
    def declared(self) -> _Terms:
        """The terms that an ontology in the graph declares."""
        types = self.graph.column(_TYPE)
        return _Terms(
            _iris({*types.subjects_of(_CLASS_TYPES), *self.graph.column(_SUBCLASS).one}),
            _iris({*types.subjects_of(_PROPERTY_TYPES), *self.graph.column(_SUBPROPERTY).one}),
        )

    @cached_property
    def reported(self) -> Set[Key]:
        """The terms that results name."""
        terms = (term for r in self.results for term in (r.focus, r.path, r.value))
        return {iri_key(term.value) for term in terms if isinstance(term, IRI)}

    def known(self) -> Set[Key]:
        """All classes and properties of the shapes and the ontology."""
        return self.named.classes | self.named.properties | self.declared.classes | self.declared.properties

    def is_declared(self, term: Key, *, is_class: bool) -> bool:
        """Look one term up, which for few terms is faster than to find all that are declared."""
        kinds, above = (_CLASS_TYPES, _SUBCLASS) if is_class else (_PROPERTY_TYPES, _SUBPROPERTY)
        types = self.graph.column(_TYPE).values(term)
        return term in self.graph.column(above) or not kinds.isdisjoint(types)

    def targets(self) -> Iterator[Remark]:
        """Shapes whose target occurs nowhere, by target; and that nothing was judged at all."""
        judged = any(
            _matches(shape.targets, self.present, None, None) for shape in self.plan.targeted()
        ) or any(
            _matches(shape.targets, self.present, self.graph, self.focus) for shape in self.plan.targeted()
        )
        if self.focus is not None and not self.focus:
            return  # files without a triple, which are told already
        if not judged:
            where = "the data" if self.focus is None else "the new data"
            yield Remark(
                "nothing-judged",
                f"nothing was judged: no shape has a target that occurs in {where}",
                "look whether these are the right shapes, and how their targets and the data are spelt",
            )
        elif self.focus is not None:
            return
        waiting: dict[tuple[str, Key], list[Shape]] = {}
        for shape in self.plan.targeted():
            missing = [
                (target.predicate.value, to_key(target.value))
                for target in shape.targets
                if not _matches([target], self.present, self.graph, self.focus)
            ]
            # A shape for every usual spelling of a class, or for a term that is not used yet, is no mistake.
            wrong = len(missing) == len(shape.targets) and not any(self._is_known(*one) for one in missing)
            for one in missing:
                if wrong or self._meant(*one):
                    waiting.setdefault(one, []).append(shape)
        for (kind, term), shapes in waiting.items():
            near = self._meant(kind, term)
            if near or judged:
                yield self._without_match(kind, term, shapes, near)

    def _without_match(self, kind: str, term: Key, shapes: list[Shape], near: Key | None) -> Remark:
        names = [shape_name(shape, self.prefixes) for shape in shapes[:_NAMED]]
        if len(shapes) > _NAMED:
            names.append(f"and {len(shapes) - _NAMED} more")
        hint = "take the target away, or mend its spelling"
        if near:
            self.told.add((near, term))
            hint = f"did you mean {self._name(near)}?"
        nothing = _WORDS.get(kind, "nothing is {}").format(self._name(term))
        message = f"{nothing}, so {', '.join(names)} checked nothing there"
        return Remark("shape-without-match", message, hint, Position(shapes[0].file))

    def _is_known(self, kind: str, term: Key) -> bool:
        if kind == SH + "targetNode" or split(term)[0][1:] in NAMESPACES:
            return True
        return self.is_declared(term, is_class=kind not in _ON_PROPERTIES)

    def _meant(self, kind: str, term: Key) -> Key | None:
        """The used or declared term that a target was probably meant to be."""
        is_class = kind not in _ON_PROPERTIES
        if kind == SH + "targetNode" or term[0] != "<" or self.is_declared(term, is_class=is_class):
            return None
        near = (self._near_classes if is_class else self._near_properties).find(term)
        return None if near is None or _is_real(term) else near

    @cached_property
    def _near_classes(self) -> Near:
        return Near(self.present.classes | self.declared.classes, self.named.classes)

    @cached_property
    def _near_properties(self) -> Near:
        return Near(self.present.properties | self.declared.properties, self.named.properties)

    def misspelt(self) -> Iterator[Remark]:
        """Terms of the data that nobody knows, one edit away from one that the shapes or the ontology know."""
        for word, used, named in (
            ("class", self.used.classes, self.named.classes),
            ("property", self.used.properties, self.named.properties),
        ):
            is_class = word == "class"
            unknown = [
                term
                for term in sorted(used - named - self.named.mentioned)[:_SEARCHED]
                if not self.is_declared(term, is_class=is_class)
            ]
            if not unknown:
                continue
            declared = self.declared.classes if is_class else self.declared.properties
            known = Near(named | declared, unknown)
            for term in unknown:
                near = known.find(term)
                if near is None or (term, near) in self.told or _is_real(term) or term in self.reported:
                    continue
                yield Remark(
                    f"misspelt-{word}",
                    f"{self._name(term)} is a {word} that neither the shapes nor the ontology know",
                    f"did you mean {self._name(near)}?",
                    self._position(word, term),
                )

    def _position(self, word: str, term: Key) -> Position | None:
        if self.locate is None:
            return None
        if word == "class":
            pairs = self.graph.column(_TYPE).pairs()
            found = [node for node, value in pairs if value == term]
        else:
            found = list(self.graph.column(term).one)
        node = next((n for n in found if self.focus is None or n in self.focus), None)
        if node is None:
            return None
        return self.locate(node, _TYPE, term) if word == "class" else self.locate(node, term, None)

    def _name(self, key: Key) -> str:
        return self.prefixes.compact(key[1:-1]) if key[0] == "<" else key


def _iris(keys: Iterable[Key]) -> set[Key]:
    return {key for key in keys if key[0] == "<"}


def _is_real(term: Key) -> bool:
    """Whether a term is one of a well-known vocabulary, however near it is to another."""
    return split(term)[0][1:] in NAMESPACES and defines(term[1:-1])
