"""The page of the ontology: every class and property with what it means and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.rdf.prefixes import STANDARD
from mosty.site.labels import Text, as_text
from mosty.site.page import Page, render
from mosty.site.reference import shapes
from mosty.site.reference.terms import (
    DEPRECATED,
    DISJOINT,
    DOMAIN,
    EQUIVALENT,
    INVERSE,
    MATCHES,
    ON_PROPERTY,
    PAGE,
    RANGE,
    SOME,
    SUBCLASS,
    SUBPROPERTY,
    TRAITS,
    Term,
    by_kind,
    classes_in,
    files_of,
    ontologies,
    relations,
    rules_of,
    terms,
)
from mosty.site.things import DEFINITION, TYPE, Things

_SKOS, _OWL = STANDARD["skos"], STANDARD["owl"]
_NOTES = tuple(iri_key(_SKOS + name) for name in ("scopeNote", "note"))
_EXAMPLE = iri_key(_SKOS + "example")
_COMMENT = iri_key(STANDARD["rdfs"] + "comment")
_ABSTRACT = iri_key("http://purl.org/dc/terms/abstract")
_VERSION = iri_key(_OWL + "versionInfo")


class Fact(NamedTuple):
    """A line of a term: what it is about, and the values."""

    name: str
    values: Sequence[Markup]


class TermView(NamedTuple):
    """A term as its page shows it."""

    term: Term
    label: Markup
    others: Sequence[Text]
    definitions: Sequence[Markup]
    notes: Sequence[Markup]
    facts: Sequence[Fact]
    deprecated: bool


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the page of the ontology in one language."""
    if not terms(things):
        return
    page = Page(things, language, PAGE)
    view = _Viewer(page)
    sections = {
        kind: [view.term(term) for term in sorted(found, key=lambda term: page.sort_key(term.key))]
        for kind, found in by_kind(terms(things).values()).items()
    }
    yield render(
        things,
        language,
        PAGE,
        "reference/ontology.html",
        sections=sections,
        modules=view.modules(),
        files=files_of(things, "ontology"),
    )


def term_link(page: Page, key: Key) -> Markup:
    """A term as a link to its place, or out to the web for one of somebody else."""
    term = terms(page.things).get(key)
    if term is None:
        return page.out(key[1:-1], page.things.curie(key)) if page.href(key) is None else page.link(key)
    place = f"#{term.anchor}" if page.plain_path == PAGE else f"{page.to(PAGE)}#{term.anchor}"
    return Markup('<a href="{}">{}</a>').format(place, page.label(key))


class _Viewer:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.things = page.things
        self.graph = page.things.ontology
        self.relations = relations(page.things)

    def term(self, term: Term) -> TermView:
        labels = self.things.labels.names(term.key)
        label = self.things.label(term.key, self.page.language)
        return TermView(
            term,
            self.page.text(label),
            [other for other in labels if other != label and other.language != label.language],
            self._texts(term.key, (DEFINITION,)) or self._texts(term.key, (_COMMENT,)),
            [*self._texts(term.key, _NOTES), *self._examples(term.key)],
            list(self._facts(term)),
            any(literal_parts(v)[0] in ("true", "1") for v in self._values(term.key, DEPRECATED)),
        )

    def modules(self) -> list[tuple[Key, Markup, Sequence[Markup], str]]:
        """The ontology and its modules, whose IRIs begin with its own: IRI, name, what they are for, version."""
        found = sorted(
            (key for key in ontologies(self.things) if key in self.graph.column(TYPE)),
            key=lambda key: key[1:-1],
        )
        return [
            (
                key,
                self.page.label(key),
                self._texts(key, (_ABSTRACT, _COMMENT)),
                ", ".join(sorted(literal_parts(value)[0] for value in self._values(key, _VERSION))),
            )
            for key in found
        ]

    def _facts(self, term: Term) -> Iterator[Fact]:
        key, t = term.key, self.page.t
        above = SUBCLASS if term.kind == "classes" else SUBPROPERTY
        rows: list[tuple[str, Iterable[Markup]]] = [
            ("kind-of", self._expressions(self._values(key, above))),
            ("equivalent-to", self._expressions(self._values(key, EQUIVALENT))),
            ("below-it", self._links(self.relations.below.get(key, ()))),
            ("domain", self._links(c for v in self._values(key, DOMAIN) for c in classes_in(self.graph, v))),
            ("range", self._links(c for v in self._values(key, RANGE) for c in classes_in(self.graph, v))),
            ("inverse-of", self._links(self._values(key, INVERSE))),
            ("traits", (escape(t(TRAITS[v])) for v in sorted(self._values(key, TYPE)) if v in TRAITS)),
            ("its-properties", self._links(self.relations.from_class.get(key, ()))),
            ("leads-to-it", self._links(self.relations.to_class.get(key, ()))),
            ("disjoint-with", self._links(self._values(key, DISJOINT))),
            ("alignments", self._links(v for match in MATCHES for v in self._values(key, match))),
            ("rules-about", (self._rule(name) for name in shapes.about(self.things).get(key, ()))),
            ("derived-by", (self._derivation(name) for name in rules_of(self.things, key))),
            ("term-uses", self._uses(term)),
        ]
        for name, values in rows:
            if found := list(values):
                yield Fact(t(name), found)

    def _uses(self, term: Term) -> Iterator[Markup]:
        what = "instances" if term.kind == "classes" else "triples"
        if term.uses or not term.derived:
            yield escape(self.page.count(what, term.uses))
        if term.derived:
            yield escape(self.page.t("uses-derived", count=self.page.count(what, term.derived)))

    def _expressions(self, values: Iterable[Key]) -> Iterator[Markup]:
        """Classes, and what can be said of an expression in a line: some value of a property is of a class."""
        for value in sorted(values):
            if value[0] == "<":
                yield term_link(self.page, value)
                continue
            yield from self._links(classes_in(self.graph, value))
            for on in self._values(value, ON_PROPERTY):
                for some in self._values(value, SOME):
                    for class_ in classes_in(self.graph, some):
                        yield Markup(escape(self.page.t("some-value"))).format(
                            property=term_link(self.page, on), what=term_link(self.page, class_)
                        )

    def _links(self, keys: Iterable[Key]) -> Iterator[Markup]:
        return (term_link(self.page, key) for key in sorted(set(keys), key=self.page.sort_key))

    def _rule(self, name: str) -> Markup:
        return Markup('<a href="{}#{}">{}</a>').format(self.page.to(shapes.PAGE), name, name)

    def _derivation(self, name: str) -> Markup:
        path = f"rules/{name}.rq"
        if not any(file.path == path for file in self.things.info.files):
            return Markup("<code>{}</code>").format(name)
        return Markup('<a href="{}"><code>{}</code></a>').format(self.page.url(path), name)

    def _texts(self, key: Key, predicates: Iterable[Key]) -> list[Markup]:
        """The texts of some properties: those in the language of the page, or else all."""
        found = []
        for predicate in predicates:
            texts = sorted((as_text(v) for v in self._values(key, predicate) if v[0] == '"'), key=str)
            own = [text for text in texts if text.language in (self.page.language, None)]
            found += [self.page.text(text) for text in own or texts]
        return found

    def _examples(self, key: Key) -> Iterator[Markup]:
        for text in self._texts(key, (_EXAMPLE,)):
            yield Markup("{}: {}").format(self.page.t("example"), text)

    def _values(self, key: Key, predicate: Key) -> Iterable[Key]:
        return self.graph.column(predicate).values(key)
