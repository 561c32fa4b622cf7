"""The pages of concepts: all schemes, each scheme as a tree, each concept with what uses it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mosty.rdf.keys import Key
from mosty.site.gathered import Gathered
from mosty.site.page import Page, render, written
from mosty.site.structured import of_thing
from mosty.site.things import BROADER, IN_SCHEME, Things
from mosty.site.views import RecordView

_DEEPEST = 20


class Branch(NamedTuple):
    """A concept in its scheme: how often records use it, and the narrower ones."""

    concept: Key
    uses: int
    narrower: Sequence[Branch]


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the pages of schemes and concepts in one language."""
    uses = _uses(things)
    members = _members(things)
    page = Page(things, language, "schemes.html")
    ordered = sorted(things.schemes, key=page.sort_key)
    sizes = {scheme: len(members[scheme]) for scheme in ordered}
    yield render(things, language, "schemes.html", "schemes.html", schemes=ordered, sizes=sizes)
    for scheme in things.schemes:
        yield _thing(things, language, scheme, tree=_tree(page, members[scheme], uses))
    for concept in things.concepts:
        yield _thing(things, language, concept, tree=())


def _thing(things: Things, language: str, key: Key, **values: object) -> tuple[str, Iterator[str]]:
    page = Page(things, language, f"{things.paths[key]}.html", below="schemes.html")
    return page.path, written(
        page,
        "concept.html",
        view=RecordView(page, Gathered(things, key)),
        files=(),
        about=of_thing(page, key, concept=True),
        rests=None,
        passages=(),
        **values,
    )


def _tree(page: Page, concepts: Sequence[Key], uses: Counter[Key]) -> list[Branch]:
    """The concepts of a scheme by their broader ones; those in a circle stand at the top."""
    inside = set(concepts)
    below: dict[Key, list[Key]] = defaultdict(list)
    tops = []
    for concept in sorted(concepts, key=page.sort_key):
        broader = sorted(set(page.things.graph.column(BROADER).values(concept)) & inside - {concept})
        for parent in broader:
            below[parent].append(concept)
        if not broader:
            tops.append(concept)
    reached: set[Key] = set()

    def branch(concept: Key, depth: int) -> Branch:
        reached.add(concept)
        narrower = [c for c in below[concept] if c not in reached] if depth < _DEEPEST else []
        return Branch(concept, uses[concept], [branch(c, depth + 1) for c in narrower if c not in reached])

    tree = [branch(concept, 0) for concept in tops]
    tree += [branch(c, 0) for c in sorted(concepts, key=page.sort_key) if c not in reached]
    return tree


def _members(things: Things) -> dict[Key, list[Key]]:
    found: dict[Key, list[Key]] = defaultdict(list)
    for concept in things.concepts:
        for scheme in things.graph.column(IN_SCHEME).values(concept):
            found[scheme].append(concept)
    return found


def _uses(things: Things) -> Counter[Key]:
    """How many triples of records and parts lead to each concept."""
    concepts, apart = set(things.concepts), things.content.schemes | things.content.evidence
    return Counter(
        value
        for column in things.graph.columns.values()
        for subject, value in column.pairs()
        if value in concepts and subject not in apart
    )
