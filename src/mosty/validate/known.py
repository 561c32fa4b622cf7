"""Which IRIs the graph describes, and which of them was probably meant by one that nobody describes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from mosty.model.terms import RDF
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form
from mosty.rdf.labels import LABELS
from mosty.rdf.prefixes import STANDARD

_TYPE = iri_key(RDF + "type")
_CALLED = (*LABELS, iri_key(STANDARD["skos"] + "altLabel"))
_MOST_COMPARISONS = 5_000_000
"""So many pairs of names are compared in one run (about a second); data with more is not misspelt but foreign."""
_MOST_NAMES = 5000
"""So many unknown names are looked up."""
_LONGEST_NAME = 200
_DASHES = {code: "-" for code in range(128) if not chr(code).isalnum()}
_NO_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}

_MOST_TYPED = 250_000
_MOST_INSTANCES = 20_000
"""Among more nodes than these some name is always near, and to index them takes longer than to validate."""


class Known:
    """Finds the known IRI that was probably meant; reads the graph only when asked, each part once.

    Args:
        graph: the triples that are validated.
        properties: properties that the shapes name.
    """

    def __init__(self, graph: Graph, properties: Iterable[str]) -> None:
        self._graph = graph
        self._properties = frozenset(properties)
        self._names: dict[str, Names] = {}
        self._members: dict[str, Names] = {}
        self._labels: dict[str, dict[str, str | None]] = {}
        self._found: dict[tuple[str, str | None], str | None] = {}
        self._comparisons = _MOST_COMPARISONS
        self._left = _MOST_NAMES

    def is_known(self, iri: str) -> bool:
        """Whether the IRI is described, or a property that the shapes name."""
        if iri in self._properties:
            return True
        key = iri_key(iri)
        return any(key in column.one for column in self._graph.columns.values())

    def meant(self, iri: str, wanted: str | None = None) -> str | None:
        """Find what an unknown IRI was probably meant to be; None for a known one.

        Args:
            iri: the IRI.
            wanted: the class that it should be an instance of, if one is known.
        """
        question = (iri, wanted)
        if question not in self._found:
            self._found[question] = None if self.is_known(iri) else self._meant(iri, wanted)
        return self._found[question]

    def _meant(self, iri: str, wanted: str | None) -> str | None:
        if self._left <= 0:
            return None
        self._left -= 1
        for twin in twins(iri):
            if self.is_known(twin):
                return twin
        space, name = split(iri)
        if wanted is not None:
            members = self.instances(wanted)
            if (same := members.same(name) or self.labelled(name, wanted)) is not None:
                return same
        if space not in self._names:
            self._names[space] = Names(self._in_space(space))
        return self.nearest(name, self._names[space])

    def _in_space(self, space: str) -> Iterator[str]:
        # What has no class is hardly ever meant, and to look at all subjects takes long.
        begin = iri_key(space)[:-1]
        typed = self._graph.column(_TYPE).one
        if len(typed) <= _MOST_TYPED:
            yield from (key[1:-1] for key in typed if key.startswith(begin))
        yield from (iri for iri in self._properties if iri.startswith(space))

    def instances(self, wanted: str) -> Names:
        """The names of the instances that state this very class; none of a class that is too large to guess in."""
        if wanted not in self._members:
            column, kind = self._graph.column(_TYPE), iri_key(wanted)
            found: list[Key] = [node for node, first in column.one.items() if first == kind]
            found += [node for node, more in column.more.items() if kind in more]
            few = found if len(found) <= _MOST_INSTANCES else ()
            self._members[wanted] = Names(node[1:-1] for node in few if node[0] == "<")
        return self._members[wanted]

    def labelled(self, text: str, wanted: str) -> str | None:
        """Find the only instance of a class that has this text as a label, whatever its case and accents."""
        if wanted not in self._labels:
            found: dict[str, str | None] = {}
            for iri in self.instances(wanted).iris:
                key = iri_key(iri)
                for label in (
                    value for column in _CALLED for value in self._graph.column(column).values(key)
                ):
                    if label[0] == '"':
                        name = slug(lexical_form(label))
                        found[name] = iri if found.get(name, iri) == iri else None
            self._labels[wanted] = found
        return self._labels[wanted].get(slug(text))

    def nearest(self, name: str, names: Names) -> str | None:
        """Find the one of some IRIs whose name is near to this one."""
        wanted = slug(name[: 2 * _LONGEST_NAME])
        self._comparisons -= names.similar(wanted)
        return names.nearest(name) if self._comparisons > 0 else names.same(name)


class Names:
    """Texts or IRIs, to be found by their last part, written alike or nearly so.

    Args:
        iris: the IRIs, or texts that are not split.
        whole: whether they are texts.

    Attributes:
        iris: what was given, sorted.
    """

    def __init__(self, iris: Iterable[str], *, whole: bool = False) -> None:
        self.iris = sorted(iris)  # sorted, so that the suggestion is the same each time
        self._by_name: dict[str, str] = {}
        # Names that differ in a digit belong to a series and are never meant for one another.
        self._by_digits: dict[str, list[str]] = {}
        for iri in self.iris:
            name = slug(iri if whole else split(iri)[1])
            if name not in self._by_name:
                self._by_name[name] = iri
                self._by_digits.setdefault(_digits(name), []).append(name)

    def similar(self, name: str) -> int:
        """How many names a search looks at."""
        return len(self._by_digits.get(_digits(name), ()))

    def same(self, name: str) -> str | None:
        """Find the one that is written alike, apart from case, accents and punctuation."""
        wanted = slug(name)
        return self._by_name.get(wanted) if wanted else None

    def nearest(self, name: str) -> str | None:
        """Find the one that few typing errors lead to.

        >>> Names(["http://e/theme", "http://e/title"]).nearest("teme")
        'http://e/theme'
        """
        same = self.same(name)
        if same is not None:
            return same
        wanted = slug(name)
        most = 0 if len(wanted) < 4 else 1 if len(wanted) < 8 else 2 if len(wanted) < 16 else 3
        if not most or len(wanted) > _LONGEST_NAME:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        choices = self._by_digits.get(_digits(wanted), ())
        near = process.extractOne(wanted, choices, scorer=OSA.distance, score_cutoff=most)
        return self._by_name[near[0]] if near else None


def split(iri: str) -> tuple[str, str]:
    """Split an IRI into its namespace and its name.

    >>> split("http://e/theme")
    ('http://e/', 'theme')
    """
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:cut], iri[cut:]


def slug(text: str) -> str:
    """Write a name without case, accents and punctuation.

    >>> slug("Language_courses"), slug("Bydlení")
    ('language-courses', 'bydleni')
    """
    plain = text.lower()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
        return re.sub(r"[\W_]+", "-", plain).strip("-")
    plain = plain.translate(_DASHES)
    return re.sub("-+", "-", plain).strip("-") if "--" in plain else plain.strip("-")


def _digits(name: str) -> str:
    return name.translate(_NO_DIGITS) if name.isascii() else "".join(filter(str.isdigit, name))


def twins(iri: str) -> Iterator[str]:
    """IRIs that people take for the same: http or https, www or not, a slash at the end or none, # or /.

    >>> sorted(twins("http://e/a"))[:2]
    ['http://e#a', 'http://e/a/']
    """
    for one, other in (("http://", "https://"), ("https://", "http://")):
        if iri.startswith(one):
            yield other + iri[len(one) :]
            rest = iri[len(one) :]
            www = rest.removeprefix("www.") if rest.startswith("www.") else f"www.{rest}"
            yield one + www
            yield other + www
    yield iri[:-1] if iri.endswith("/") else f"{iri}/"
    space, name = split(iri)
    if name and space:
        yield f"{space[:-1]}{'/' if space[-1] == '#' else '#'}{name}"


def one_of(iri: str, members: Collection[str]) -> str | None:
    """Find the twin of an IRI among a few others."""
    return next((twin for twin in twins(iri) if twin in members), None)
