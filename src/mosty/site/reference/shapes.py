"""The page of the shapes: every rule by its name, with what it says, what it checks and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import pyoxigraph as ox
from markupsafe import Markup, escape

from mosty.model.diagnostics import Severity
from mosty.model.errors import MostyError
from mosty.model.paths import path_text, properties_of
from mosty.model.terms import IRI, Term
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.site.labels import Text, as_text, nearest, shown
from mosty.site.memo import once_for
from mosty.site.page import Page, render
from mosty.site.reference.terms import anchor, files_of, terms
from mosty.site.things import Things
from mosty.validate.cases import reporting
from mosty.validate.plan import SH, Plan, Shape, Target, make_plan
from mosty.validate.wording import checks, finds_nothing, target_words

PAGE = "shapes.html"
SEVERAL, OTHERS = "rules-of-several", "rules-of-others"

_CURIE = re.compile(r"(?<![\w:<])([A-Za-z][\w-]*):([A-Za-z_](?:[\w.-]*\w)?)")
_TARGET_CLASS = IRI(SH + "targetClass")
_PROPERTY = IRI(SH + "property")
_DESCRIPTION = iri_key(SH + "description")


class Line(NamedTuple):
    """A line of what a rule checks, how deep it is indented, and whether it is a line of a query."""

    html: Markup
    depth: int
    code: bool


class Rule(NamedTuple):
    """A rule as its page shows it; a shape that only gathers others has no message and checks nothing by itself.

    The lines of what it checks are in blocks: of text, or of a query.
    """

    name: str
    anchor: str
    severity: str
    messages: Sequence[Text]
    targets: Sequence[Markup]
    path: Markup | None
    blocks: Sequence[tuple[bool, Sequence[Line]]]
    description: Text | None
    deactivated: bool
    members: Sequence[str]


@once_for
def plan_of(things: Things) -> Plan | None:
    """The shapes of a release as a plan; None when there are none, or none that can be read."""
    lines = sorted(f"{s} {p} {o} .\n" for s, p, o in things.shapes.triples())
    if not lines:
        return None
    try:
        quads = list(ox.parse("".join(lines), ox.RdfFormat.N_TRIPLES))
        return make_plan([("shapes.ttl", quads)], things.prefixes)
    except MostyError:  # what publishes has validated with them: only a release of broken shapes comes here
        return None


@once_for
def targets(things: Things) -> Mapping[Term, Sequence[Target]]:
    """The targets of each shape: its own, and those of the shapes that it is a property of."""
    plan = plan_of(things)
    shapes = plan.shapes if plan else {}
    parents = defaultdict[Term, list[Term]](list)
    for shape in shapes.values():
        for child in shape.parameters.get(_PROPERTY, ()):
            parents[child].append(shape.node)

    def collected(node: Term, seen: frozenset[Term]) -> Iterator[Target]:
        if node in shapes and node not in seen:
            yield from shapes[node].targets
            for parent in parents[node]:
                yield from collected(parent, seen | {node})

    return {node: tuple(dict.fromkeys(collected(node, frozenset()))) for node in shapes}


@once_for
def about(things: Things) -> Mapping[Key, Sequence[str]]:
    """The rules about each term: those applied to a class, those that look at a property."""
    plan, found = plan_of(things), defaultdict[Key, set[str]](set)
    for shape in _rules(plan) if plan else ():
        for target in targets(things)[shape.node]:
            found[to_key(target.value)].add(_name(shape))
        for iri in properties_of(shape.path) if shape.path is not None else ():
            found[iri_key(iri.value)].add(_name(shape))
    return {key: sorted(names) for key, names in found.items()}


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the page of the shapes in one language."""
    plan = plan_of(things)
    if plan is None:
        return
    page = Page(things, language, PAGE)
    viewer = _Viewer(page, plan)
    sections: dict[Key | str, list[Rule]] = defaultdict(list)
    rules = _rules(plan)
    for shape in rules:
        sections[_section(targets(things)[shape.node])].append(viewer.rule(shape))
    ordered = sorted((key for key in sections if key not in (SEVERAL, OTHERS)), key=page.sort_key)
    ordered += [key for key in (SEVERAL, OTHERS) if key in sections]
    known = {shape.node for shape in rules}
    gathering = [s for s in plan.shapes.values() if isinstance(s.node, IRI) and s.node not in known]
    yield render(
        things,
        language,
        PAGE,
        "reference/shapes.html",
        sections=[(_title(page, key), _section_anchor(key), sections[key]) for key in ordered],
        gathering=[viewer.rule(shape) for shape in sorted(gathering, key=_name)],
        total=len(rules),
        counts={s.value: sum(shape.severity is s for shape in rules) for s in Severity},
        files=files_of(things, "shapes"),
    )


def _rules(plan: Plan) -> list[Shape]:
    """The named shapes that can report something, by name."""
    return sorted((shape for shape in reporting(plan) if isinstance(shape.node, IRI)), key=_name)


def _name(shape: Shape) -> str:
    return anchor(to_key(shape.node))


def _section(found: Sequence[Target]) -> Key | str:
    classes = {target.value for target in found if target.predicate == _TARGET_CLASS}
    if len(classes) == 1:
        return to_key(classes.pop())
    return SEVERAL if classes else OTHERS


def _section_anchor(key: Key | str) -> str:
    return f"about-{anchor(key) if key[0] == '<' else key}"


def _title(page: Page, key: Key | str) -> Markup:
    return page.label(key) if key[0] == "<" else escape(page.t(key))


class _Viewer:
    def __init__(self, page: Page, plan: Plan) -> None:
        self.page = page
        self.plan = plan
        self.anchors = {
            shape.node.value: _name(shape) for shape in plan.shapes.values() if isinstance(shape.node, IRI)
        }

    def rule(self, shape: Shape) -> Rule:
        messages = shape.messages or shape.sparql_messages
        texts = sorted(
            {Text(shown(m.lexical), m.language) for m in messages}, key=lambda t: (t[1] or "", t[0])
        )
        own = [text for text in texts if text.language in (self.page.language, None)]
        best = nearest(texts, self.page.things.labels.order(self.page.language))
        members = shape.parameters.get(_PROPERTY, ())
        return Rule(
            name=shown(shape.rule),
            anchor=_name(shape),
            severity=shape.severity.value,
            messages=own or ([best] if best else []),
            targets=[
                self._linked(text)
                for text in target_words(targets(self.page.things)[shape.node], self.plan, self.page.ui)
            ],
            path=None
            if shape.path is None
            else self._linked(path_text(shape.path, self.plan.prefixes.compact)),
            blocks=[
                (code, list(lines)) for code, lines in groupby(self._lines(shape), key=lambda line: line.code)
            ],
            description=self._description(to_key(shape.node)),
            deactivated=shape.deactivated,
            members=sorted(
                self.anchors[m.value] for m in members if isinstance(m, IRI) and m.value in self.anchors
            ),
        )

    def _description(self, shape: Key) -> Text | None:
        """Why the rule is there and how to mend what it finds, in the nearest language."""
        stated = self.page.things.shapes.column(_DESCRIPTION).values(shape)
        texts = [as_text(value) for value in stated if value[0] == '"']
        return nearest(texts, self.page.things.labels.order(self.page.language))

    def _lines(self, shape: Shape) -> Iterator[Line]:
        query: int | None = None
        for text in checks(shape, self.plan, self.page.ui):
            indent = len(text) - len(text.lstrip(" "))
            query = None if query is not None and indent <= query else query
            if query is None:
                yield Line(self._linked(text.strip()), indent // 2, False)
            else:
                yield Line(escape(shown(text[query + 2 :])), 0, True)
            if text.endswith(finds_nothing(self.page.ui)):
                query = indent

    def _linked(self, text: str) -> Markup:
        """A text with links from the CURIEs of terms and rules in it."""
        found, end = Markup(""), 0
        for match in _CURIE.finditer(text):
            if (href := self._href(match[1], match[2])) is not None:
                found += escape(shown(text[end : match.start()]))
                found += Markup('<a href="{}"><code>{}</code></a>').format(href, match[0])
                end = match.end()
        return found + escape(shown(text[end:]))

    def _href(self, prefix: str, local: str) -> str | None:
        if prefix not in self.plan.prefixes:
            return None
        iri = self.plan.prefixes[prefix] + local
        if iri in self.anchors:
            return f"#{self.anchors[iri]}"
        if (term := terms(self.page.things).get(iri_key(iri))) is not None:
            return f"{self.page.to('ontology.html')}#{term.anchor}"
        return self.page.href(iri_key(iri))
