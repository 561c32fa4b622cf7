"""No stricter shape goes unnoticed: what the comparison of shapes says is held against the validation engine."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.diagnostics import Severity
from mosty.model.errors import InputError
from mosty.publish.renaming import rename, renamed_shapes
from mosty.publish.tightening import changes
from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import Prefixes
from mosty.validate.compiled.engine import CompiledEngine
from mosty.validate.plan import make_plan

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.org/> .\n"
NAMES = Prefixes({"e": "http://e.org/"})


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE, rename_blank_nodes=True))


def graph(text: str) -> Graph:
    return Graph.of(quads(text))


_VALUES = ("e:a", "e:b", "e:n", '"x"', '"1"', "1", "2", '"x"@en', '"x"@cs')
Shapes = dict[int, dict[str, str]]
"""Shapes by number; of each shape the values of its properties."""


class Shaping:
    """Makes shapes, small changes of them, and data that come near to what they ask for."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def shapes(self) -> Shapes:
        shapes: Shapes = {}
        for number in (3, 2, 1, 0):  # a shape refers to later ones only, so that none refers to itself
            shapes[number] = self.shape(number)
        shapes[0]["targetClass"] = "e:C"
        return shapes

    def shape(self, number: int) -> dict[str, str]:
        found = {"path": self.path()} if number % 2 else {}
        if self.random.random() < 0.3:
            found["severity"] = self.random.choice(("sh:Violation", "sh:Warning", "sh:Info"))
        for word in self.random.sample(sorted(self.words(number)), self.random.choice((1, 1, 2, 3))):
            found[word] = self.value(word, number)
        return found

    def path(self) -> str:
        return self.random.choice(("e:p", "e:q"))

    def words(self, number: int) -> set[str]:
        words = set(
            "targetClass targetNode targetSubjectsOf in hasValue nodeKind class minLength maxLength datatype "
            "pattern deactivated".split()
        )
        if number % 2:
            words |= {
                "minCount",
                "maxCount",
                "languageIn",
                "uniqueLang",
                "minInclusive",
                "maxExclusive",
                "disjoint",
            }
        else:
            words |= {"closed"}
        if number < 3:
            words |= {"property", "not", "and", "or", "xone", *(["node"] if number < 2 else [])}
            if number % 2:
                words |= {"qualifiedMinCount", "qualifiedMaxCount"}
        return words

    def value(self, word: str, number: int) -> str:
        choose = self.random.choice
        later = [f"e:s{other}" for other in range(number + 1, 4)]
        some = self.random.sample(later, self.random.randint(1, len(later))) if later else []
        if word == "property":
            odd = [name for name in later if int(name[3:]) % 2]
            inner = f"[ sh:path {self.path()} ; sh:{choose(('minCount', 'maxCount'))} {choose('012')} ]"
            return " , ".join(self.random.sample([*odd, inner], choose((1, 1 if not odd else 2))))
        if word in ("and", "or", "xone"):
            return f"( {' '.join(some)} )"
        if word == "node":
            return choose([name for name in later if not int(name[3:]) % 2])
        if word == "not":
            return " , ".join(some)
        if word.startswith("qualified"):
            return f"{choose('12')} ; sh:qualifiedValueShape {choose(later)}"
        choices: dict[str, Sequence[str]] = {
            "severity": ("sh:Violation", "sh:Warning"),
            "path": ("e:p", "e:q"),
            "targetClass": ("e:C", "e:D", "e:C , e:D"),
            "targetNode": ("e:n", "e:a", "e:n , e:b"),
            "targetSubjectsOf": ("e:p", "e:q"),
            "in": [f"( {' '.join(self.random.sample(_VALUES, size))} )" for size in (3, 5, 7)],
            "hasValue": _VALUES[:5],
            "nodeKind": [f"sh:{kind}" for kind in ("IRI", "Literal", "IRIOrLiteral", "BlankNodeOrIRI")],
            "class": ("e:C", "e:D"),
            "datatype": (
                "<http://www.w3.org/2001/XMLSchema#string>",
                "<http://www.w3.org/2001/XMLSchema#integer>",
            ),
            "pattern": ('"x"', '"[1a]"'),
            "deactivated": ("true",),
            "closed": (
                "true",
                "true ; sh:ignoredProperties ( e:q )",
                "true ; sh:ignoredProperties ( e:p e:q )",
            ),
            "languageIn": ('( "en" )', '( "en" "cs" )'),
            "uniqueLang": ("true",),
            "disjoint": ("e:p", "e:q"),
        }
        return choose(choices.get(word, "012"))

    def changed(self, shapes: Shapes) -> Shapes:
        """The same shapes but for one property, seldom two."""
        new = {number: dict(shape) for number, shape in shapes.items()}
        for _ in range(self.random.choice((1, 1, 1, 2))):
            below = [
                int(name) for shape in new.values() for name in re.findall(r"e:s(\d)", shape.get("not", ""))
            ]
            number = self.random.choice((0, 0, 1, 2, 3, *below, *below))
            shape = new[number]
            free = sorted(self.words(number) - shape.keys())
            kind = self.random.choice(("other", "other", "more", "less"))
            if kind == "more" or not shape:
                word = self.random.choice(free)
                shape[word] = self.value(word, number)
            else:
                numbers = [word for word in sorted(shape) if word.startswith(("min", "max"))]
                word = self.random.choice(numbers or sorted(shape))
                if kind == "less" and word != "path":
                    del shape[word]
                else:
                    shape[word] = self.value(word, number)
        return new

    def data(self) -> Graph:
        nodes = ("e:n", "e:a", "e:b")
        lines = [
            f"{node} a {self.random.choice(('e:C', 'e:C', 'e:D'))} ."
            for node in nodes
            if self.random.random() < 0.7
        ]
        for _ in range(self.random.randint(0, 6)):
            lines.append(f"{self.random.choice(nodes)} {self.path()} {self.random.choice(_VALUES)} .")
        return graph("\n".join(lines))


def shapes_text(shapes: Shapes) -> str:
    blocks = []
    for number, shape in shapes.items():
        kind = "sh:PropertyShape" if number % 2 else "sh:NodeShape"
        blocks.append(
            f"e:s{number} a {kind}{''.join(f' ; sh:{word} {value}' for word, value in shape.items())} ."
        )
    return "\n".join(blocks)


def judging(shapes: Shapes) -> Callable[[Graph], bool]:
    """Tells whether data have a violation."""
    plan = make_plan([("shapes", quads(shapes_text(shapes)))], NAMES)

    def violated(records: Graph) -> bool:
        results = CompiledEngine(fall_back=False).run(plan, records)
        return any(result.severity is Severity.VIOLATION for result in results)

    return violated


def check_soundness(seed: int) -> str:
    """Judge data by shapes and by changed ones; tells what came of it."""
    shaping = Shaping(seed)
    old = shaping.shapes()
    new = shaping.changed(old)
    try:
        before, after = judging(old), judging(new)
        broken = [r for r in (shaping.data() for _ in range(12)) if after(r) and not before(r)]
    except InputError:  # ill-formed shapes are never published
        return "ill-formed"
    if not broken:
        return "nothing broke"
    told = changes(graph(shapes_text(old)), graph(shapes_text(new)))
    assert any(change.stricter for change in told), (old, new, [*broken[0].triples()], told)
    first, called = graph(shapes_text(old)), graph(shapes_text(new).replace("e:s", "e:t"))
    told = changes(rename(first, renamed_shapes(first, called)), called)
    assert any(change.stricter for change in told), ("with other names", old, new, told)
    return "stricter"


def test_no_stricter_shape_goes_unnoticed() -> None:
    """Where data conform to the old shapes and violate the new ones, a stricter change was told."""
    found = Counter(map(check_soundness, range(200)))
    assert found["stricter"] > 10, found  # else the test says nothing


@pytest.mark.soak
def test_no_stricter_shape_goes_unnoticed_for_long() -> None:
    assert Counter(map(check_soundness, range(1_000, 21_000)))["stricter"] > 1_000


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 30))
def test_the_order_of_triples_and_the_labels_do_not_matter(seed: int) -> None:
    shaping = Shaping(seed)
    shapes = shaping.shapes()
    old, new = (graph(shapes_text(one)) for one in (shapes, shaping.changed(shapes)))

    def shuffled(one: Graph) -> Graph:
        triples = [*one.triples()]
        shaping.random.shuffle(triples)
        return Graph(triples)

    assert changes(old, new) == changes(shuffled(old), shuffled(new))
    assert changes(old, shuffled(graph(shapes_text(shapes)))) == []
