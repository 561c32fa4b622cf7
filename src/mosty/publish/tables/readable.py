"""How things are called in cells: by an id that joins tables, and by words that people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from mosty.model.terms import XSD
from mosty.model.wording import in_words
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, lexical_form, literal_parts
from mosty.rdf.labels import NAMES
from mosty.rdf.prefixes import Prefixes
from mosty.workspace.config import Config

_TRUE = f'"true"^^<{XSD}boolean>'
_REMEMBERED = 1 << 16
_MOST_VALUES, _LONGEST = 4, 40


def tag_of(key: Key) -> str | None:
    """The language tag of a literal's key, in lower case."""
    after = key[key.rindex('"') + 1 :]
    return after[1:].lower() if after[:1] == "@" else None


class Readable:
    """Ids and words for things.

    Args:
        graphs: where labels stand; an earlier one goes first.
        config: prefixes and languages of the workspace.

    Attributes:
        languages: of the workspace, in lower case.
        says: the properties whose values tell what a thing without a name is.
    """

    def __init__(self, graphs: Sequence[Graph], config: Config) -> None:
        self._graphs = graphs
        self.prefixes: Prefixes = config.prefixes
        self.languages = tuple(dict.fromkeys(tag.lower() for tag in config.languages))
        self.says: Callable[[Key], Sequence[Key]] = lambda key: ()
        self._columns = lru_cache(_REMEMBERED)(self._columns_of)
        self.id = lru_cache(_REMEMBERED)(self._id)
        self.label = lru_cache(_REMEMBERED)(self._label)

    def _id(self, key: Key) -> str:
        """The CURIE of a thing, or its IRI where no prefix fits; no two things share one."""
        iri = key[1:-1]
        if split := self.prefixes.split(iri):
            return f"{split[0]}:{split[1]}"
        # An IRI with a scheme that is a prefix as well would look like a CURIE.
        return key if iri.partition(":")[0] in self.prefixes else iri

    def _label(self, key: Key, language: str) -> str:
        """What a thing is called in a language, or else in another one, or what it says, or else its id.

        A property without a name goes by the words of its IRI: who reads "language" need not know dcterms:language.
        """
        if text := self.stated(key, NAMES, language) or self._by_what_it_says(key, language):
            return text
        return (
            self.term(key, language) if any(key in graph.columns for graph in self._graphs) else self.id(key)
        )

    def stated(self, key: Key, predicates: Sequence[Key], language: str) -> str:
        """The text of the first of some properties that a thing has, in the nearest language; or nothing."""
        for column in self._columns(tuple(predicates)):
            if texts := [v for v in column.values(key) if v[0] == '"']:
                if len(texts) == 1:
                    return lexical_form(texts[0])
                return min(self._rank(text, language) for text in texts)[-1]
        return ""

    def _columns_of(self, predicates: tuple[Key, ...]) -> list[Column]:
        every = (graph.columns.get(predicate) for predicate in predicates for graph in self._graphs)
        return [column for column in every if column is not None]

    def has_label(self, key: Key) -> bool:
        """Whether somebody has given it a name."""
        return any(key in graph.column(predicate) for predicate in NAMES for graph in self._graphs)

    def _rank(self, key: Key, language: str) -> tuple[int, str, str]:
        text, _, tag = literal_parts(key)
        tag = (tag or "").lower()
        wanted = (language, *self.languages)
        for place, one in enumerate(wanted):
            if tag == one:
                return 2 * place, tag, text
            if tag.partition("-")[0] == one.partition("-")[0]:
                return 2 * place + 1, tag, text
        return 2 * len(wanted) + (tag != ""), tag, text

    def _by_what_it_says(self, key: Key, language: str) -> str:
        """The short values of a thing without name: a period is called "begins 2012-05; ends 2015-04".

        What is true is told by its name alone: "begins 2001; open end".
        """
        said: list[str] = []
        for predicate in self.says(key):
            for value in sorted(self._graphs[0].column(predicate).values(key)):
                if value[0] != '"' or len(value) > 2 * _LONGEST or len(said) == _MOST_VALUES:
                    continue
                text, tag = lexical_form(value), tag_of(value)
                if len(text) <= _LONGEST:
                    term = self.term(predicate, language)
                    said.append(text if tag else term if value == _TRUE else f"{term} {text}")
        return "; ".join(said)

    def term(self, key: Key, language: str) -> str:
        """What a class or property is called: its label, or the words of its name."""
        if text := self.stated(key, NAMES, language):
            return " ".join(text.split())
        split = self.prefixes.split(key[1:-1])
        return in_words(split[1]).lower() if split else key[1:-1]
