"""Whether shapes became stricter: could data that had no violation have one now?

What cannot be told from the two shapes graphs alone counts as stricter. A property test holds it: where data
conform to the old shapes and not to the new ones, a stricter change was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from mosty.model.terms import XSD
from mosty.publish.forms import Form, Forms, LoopError
from mosty.publish.shapes_graph import CLASSES, LISTS, TARGETS, TYPE, ShapesGraph, sh
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, literal_parts

_DEACTIVATED, _SEVERITY, _PATH, _PROPERTY, _CLOSED, _IGNORED, _DECLARE, _NODE_KIND = (
    sh(name)
    for name in "deactivated severity path property closed ignoredProperties declare nodeKind".split()
)
_AND, _XONE = sh("and"), sh("xone")
_RANKS = {sh("Info"): 0, sh("Warning"): 1}
_VIOLATION = 2
_LEAST = {sh(name) for name in ("minCount", "minLength", "minInclusive", "minExclusive")}
_MOST = {sh(name) for name in ("maxCount", "maxLength", "maxInclusive", "maxExclusive")}
_KINDS = {
    sh("IRI"): {"I"},
    sh("BlankNode"): {"B"},
    sh("Literal"): {"L"},
    sh("BlankNodeOrIRI"): {"B", "I"},
    sh("BlankNodeOrLiteral"): {"B", "L"},
    sh("IRIOrLiteral"): {"I", "L"},
}
# Each value is a constraint of its own, so that one more is stricter and one less is not.
_EACH = {
    sh(name)
    for name in "class datatype hasValue equals disjoint lessThan lessThanOrEquals node not sparql".split()
}
_TOGETHER = (
    ("pattern", "flags"),
    ("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
)
_NUMBERS = {XSD + name for name in ("integer", "decimal", "int", "long", "short", "nonNegativeInteger")}
_DATE = XSD + "date"

_Properties = Mapping[Key, Sequence[Key]]


class Change(NamedTuple):
    """What happened to a shape.

    Attributes:
        shape: its key; empty for shapes without a name.
        stricter: whether data without violations may have one now.
        what: in a few words.
    """

    shape: Key
    stricter: bool
    what: str


class _Step(NamedTuple):
    """A change of one parameter, before it is weighed; `weighed` when it already was."""

    parameter: Key
    stricter: bool
    what: str
    weighed: bool = False


def changes(old: Graph, new: Graph) -> list[Change]:
    """Compare two shapes graphs; changes of wording are not told.

    Args:
        old: the shapes before.
        new: the shapes now.

    Returns:
        Sorted by shape; a shape whose meaning did not change is not among them.
    """
    try:
        return sorted(set(_Comparison(ShapesGraph(old), ShapesGraph(new)).changes()))
    except LoopError:
        return [Change("", True, "blank nodes in a circle cannot be compared")]


class _Comparison:
    """Walks two shapes graphs side by side."""

    def __init__(self, old: ShapesGraph, new: ShapesGraph) -> None:
        self.old, self.new = old, new
        self._name: Key = ""

    def changes(self) -> Iterator[Change]:
        old, new = self.old, self.new
        for name in sorted(old.named | new.named):
            self._name = name
            if name in old.named and name in new.named:
                yield from self._pair(name, name)
            elif name in new.named:  # stricter if it is applied by itself, or if old shapes waited for it
                applied = new.applied(name) and new.matters(name)
                yield Change(name, applied or name in old.referenced, "is new")
            else:
                yield Change(name, name in old.turned, "is gone")
        was, now = (_Counted(graph.forms, graph.roots) for graph in (old, new))
        for form in now.keys() - was.keys():
            yield Change("", new.matters(now[form]), "an unnamed shape is new or changed")
        if was.keys() - now.keys():
            yield Change("", False, "an unnamed shape is gone or changed")
        for node in sorted(old.others | new.others):
            if self._relied_on(node):
                yield Change(node, True, "changed, and shapes may rely on it")

    def _relied_on(self, node: Key) -> bool:
        """Whether what is no shape changed, but for new prefixes."""
        before, after = self.old.forms.properties(node), self.new.forms.properties(node)
        for predicate in (before.keys() | after.keys()) - {TYPE}:
            was, now = self._forms(predicate, before, after)
            if was != now and not (predicate == _DECLARE and was <= now):
                return True
        return False

    def _forms(
        self, predicate: Key, before: _Properties, after: _Properties
    ) -> tuple[frozenset[Form], frozenset[Form]]:
        return (
            frozenset(map(self.old.forms.of, before.get(predicate, ()))),
            frozenset(map(self.new.forms.of, after.get(predicate, ()))),
        )

    def _pair(self, a: Key, b: Key) -> Iterator[Change]:
        """Compare a shape with what it has become."""
        turned = a in self.old.turned or b in self.new.turned
        was_off, is_off = self.old.is_off(a), self.new.is_off(b)
        if was_off or is_off:
            if was_off != is_off:
                what = "is active again" if was_off else "is switched off"
                yield Change(self._name, turned or (was_off and self.new.matters(b)), what)
            return
        for step in self._steps(a, b, self.old.forms.properties(a), self.new.forms.properties(b)):
            if step.weighed:
                weighs = True
            elif step.parameter in TARGETS or step.parameter == TYPE:
                weighs = self.new.matters(b)
            else:
                weighs = self.new.is_binding(b)
            yield Change(self._name, turned or (step.stricter and weighs), step.what)

    def _steps(self, a: Key, b: Key, old: _Properties, new: _Properties) -> Iterator[_Step]:
        yield from self._closed(a, b, old, new)
        done = {_DEACTIVATED, _CLOSED, _IGNORED}
        for group in _TOGETHER:
            names = [sh(name) for name in group]
            done.update(names)
            if any(was != now for was, now in (self._forms(name, old, new) for name in names)):
                gone = not any(name in new for name in names)
                yield _Step(names[0], not gone, f"sh:{group[0]} {'went' if gone else 'changed'}")
        for predicate in sorted((old.keys() | new.keys()) - done):
            was, now = self._forms(predicate, old, new)
            if predicate == _SEVERITY:
                yield from _severity(was, now)
            elif was == now:
                continue
            elif predicate == _PROPERTY:
                yield from self._properties(b, old.get(predicate, ()), new.get(predicate, ()))
            elif predicate in TARGETS:
                yield _Step(predicate, not now <= was, f"has other targets ({short(predicate)})")
            elif predicate == TYPE:
                yield _Step(predicate, not CLASSES.isdisjoint(now - was), "is of another type")
            elif predicate in LISTS and now - was:
                yield from self._list(predicate, old.get(predicate, ()), new.get(predicate, ()))
            elif predicate in _LEAST | _MOST | {_NODE_KIND}:
                yield from _value(predicate, was, now)
            elif predicate in _EACH | LISTS:
                yield _Step(predicate, not now <= was, _told(predicate, was, now))
            else:
                yield _Step(predicate, True, _told(predicate, was, now))

    def _properties(self, b: Key, before: Sequence[Key], after: Sequence[Key]) -> Iterator[_Step]:
        """Compare property shapes: named ones by name, others by what they say, then by their path."""
        was, now = _Counted(self.old.forms, before), _Counted(self.new.forms, after)
        gone = {was[form] for form in was.keys() - now.keys()}
        come = [now[form] for form in now.keys() - was.keys()]
        for node in come:
            path = self._path(self.new, node)
            pairs = [one for one in gone if one[0] == node[0] == "_" and self._path(self.old, one) == path]
            rivals = [one for one in come if one[0] == "_" and self._path(self.new, one) == path]
            if len(pairs) == len(rivals) == 1:
                gone -= {*pairs}
                for change in self._pair(pairs[0], node):
                    yield _Step(_PROPERTY, change.stricter, change.what, weighed=True)
            else:
                weighs = self.new.matters(node) or self.new.is_inner(b)
                yield _Step(_PROPERTY, weighs, "has another property shape", weighed=True)
        if gone:
            yield _Step(_PROPERTY, False, "has fewer property shapes")

    def _path(self, graph: ShapesGraph, node: Key) -> frozenset[Form]:
        return frozenset(map(graph.forms.of, graph.forms.properties(node).get(_PATH, ())))

    def _list(self, predicate: Key, before: Sequence[Key], after: Sequence[Key]) -> Iterator[_Step]:
        """Compare lists by their members; where there are several, or for sh:xone, any change may be stricter."""
        was, now = (
            [frozenset(map(graph.forms.of, graph.forms.items(head) or ())) for head in heads]
            for graph, heads in ((self.old, before), (self.new, after))
        )
        if Counter(was) == Counter(now):  # only the order is another
            return
        stricter = True
        if len(was) == len(now) == 1 and predicate != _XONE:
            stricter = not (now[0] <= was[0] if predicate == _AND else was[0] <= now[0])
        yield _Step(predicate, stricter, f"{short(predicate)} {'asks for' if stricter else 'allows'} more")

    def _closed(self, a: Key, b: Key, old: _Properties, new: _Properties) -> Iterator[_Step]:
        """A closed shape allows the paths of its property shapes and what it ignores: fewer of them is stricter."""
        was, now = (any(not v.startswith('"false"') for v in side.get(_CLOSED, ())) for side in (old, new))
        before, after = self.old.allowed(a), self.new.allowed(b)
        if was != now:
            yield _Step(_CLOSED, now, "is closed" if now else "is open")
        elif now and before - after:
            lost = ", ".join(sorted(short(str(path)) for path in before - after))
            yield _Step(_CLOSED, True, f"allows {lost} no more")
        elif now and before != after:
            yield _Step(_CLOSED, False, "allows more properties")


class _Counted(dict[Form, Key]):
    """Nodes by their forms: of those that say the same, one is enough."""

    def __init__(self, forms: Forms, nodes: Iterable[Key]) -> None:
        super().__init__((forms.of(node), node) for node in nodes)


def _severity(was: Set[Form], now: Set[Form]) -> Iterator[_Step]:
    before, after = (max((_RANKS.get(str(v), _VIOLATION) for v in s), default=_VIOLATION) for s in (was, now))
    if before != after:
        what = "is more severe" if after > before else "is less severe"
        yield _Step(_SEVERITY, after == _VIOLATION, what, weighed=True)


def _value(predicate: Key, was: frozenset[Form], now: frozenset[Form]) -> Iterator[_Step]:
    """Compare a parameter that has one value."""
    told = _told(predicate, was, now)
    if not now:
        yield _Step(predicate, False, told)
    elif len(was) > 1 or len(now) > 1 or (not was and predicate != _NODE_KIND):
        yield _Step(predicate, not _is_zero(predicate, now), told)
    elif predicate == _NODE_KIND:
        before, after = (set().union(*(_KINDS.get(str(v), {"?"}) for v in s)) for s in (was, now))
        yield _Step(predicate, not was or not before <= after, told)
    else:
        (start,), (end,) = ([_size(str(v)) for v in s] for s in (was, now))
        if start is None or end is None or start[0] != end[0]:
            yield _Step(predicate, True, told)
        elif start[1] != end[1]:
            raised = start[1] < end[1]  # type: ignore[operator]  # both are of one kind
            what = f"{short(predicate)} is {'raised' if raised else 'lowered'}"
            yield _Step(predicate, raised == (predicate in _LEAST), what)


def _size(value: Key) -> tuple[str, Decimal | str] | None:
    """Something to compare numbers or days by; None for what has no order here."""
    if value[0] != '"':
        return None
    text, datatype, _ = literal_parts(value)
    if datatype in _NUMBERS:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
        return ("number", number) if number.is_finite() else None
    # Written alike, days without a time zone sort as text.
    return ("day", text) if datatype == _DATE and len(text) == 10 and text[:4].isdigit() else None


def _is_zero(predicate: Key, values: frozenset[Form]) -> bool:
    sizes = [_size(str(value)) for value in values]
    return predicate in (sh("minCount"), sh("minLength")) and sizes == [("number", Decimal(0))]


def _told(predicate: Key, was: frozenset[Form], now: frozenset[Form]) -> str:
    return f"{short(predicate)} {'is new' if not was else 'changed' if now else 'went'}"


def short(key: Key) -> str:
    """Name a term for people: a SHACL word with its prefix, else the last part of the IRI.

    >>> short("<http://www.w3.org/ns/shacl#minCount>"), short("<https://w3id.org/mosty/shapes#rule>")
    ('sh:minCount', 'rule')
    """
    iri = key[1:-1]
    if iri.startswith("http://www.w3.org/ns/shacl#"):
        return "sh:" + iri.rpartition("#")[2]
    return iri.replace("#", "/").rstrip("/").rpartition("/")[2] or iri
