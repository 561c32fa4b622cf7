"""What things are called, in the language of the reader where there is a name in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mosty.model.terms import MOSTY
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.rdf.labels import NAMES
from mosty.rdf.prefixes import STANDARD, Prefixes

_TEXTS = (
    iri_key(MOSTY + "nameText"),
    iri_key(STANDARD["skos"] + "notation"),
    iri_key("http://purl.org/dc/terms/description"),
)
_LONGEST = 90
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+")
# Controls, and characters that turn the direction of text: shown as what they are, so that they hide nothing.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


class Text(NamedTuple):
    """A text for people, and the language it is in, where that is known."""

    text: str
    language: str | None = None

    def __str__(self) -> str:
        return self.text


def shown(text: str) -> str:
    r"""Make text from anywhere safe to show; line breaks and tabs stay.

    >>> shown("a\u202eb\x00")
    'a\\u202Eb\\u0000'
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04X}", text.replace("\r\n", "\n"))


def as_text(key: Key) -> Text:
    """A literal as text.

    >>> as_text('"Most"@cs')
    Text(text='Most', language='cs')
    """
    text, _, language = literal_parts(key)
    return Text(shown(text), language)


def nearest(texts: Iterable[Text], languages: Sequence[str]) -> Text | None:
    """Choose the text that suits a reader best: by language, then one without, then any; the first by sorting.

    Empty texts do not count.

    >>> nearest([Text("Brücke", "de"), Text("bridge", "en-GB")], ["en", "cs"])
    Text(text='bridge', language='en-GB')
    """
    best: tuple[int, str, str] | None = None
    for text, tag in texts:
        if not text.strip():
            continue
        rank = (_rank(tag, languages), tag or "", text)
        if best is None or rank < best:
            best = rank
    return Text(best[2], best[1] or None) if best else None


def _rank(tag: str | None, languages: Sequence[str]) -> int:
    if tag is None:
        return 3 * len(languages)
    lower = tag.lower()
    for place, language in enumerate(languages):
        wanted = language.lower()
        if lower == wanted:
            return 3 * place
        if lower.split("-")[0] == wanted.split("-")[0]:
            return 3 * place + 1
    return 3 * len(languages) + 1


class Labels:
    """Finds the names of things.

    Args:
        graphs: where names stand; an earlier graph goes first.
        prefixes: for the CURIE of what has no name.
        languages: the languages of the workspace.
    """

    def __init__(self, graphs: Sequence[Graph], prefixes: Prefixes, languages: Sequence[str]) -> None:
        self._graphs = graphs
        self._prefixes = prefixes
        self._orders = {tag: (tag, *(other for other in languages if other != tag)) for tag in languages}
        self._languages = tuple(languages)
        self._known: dict[tuple[Key, str], Text] = {}

    def order(self, language: str) -> Sequence[str]:
        """The languages to look in, for a reader of one of them."""
        return self._orders.get(language) or (language, *self._languages)

    def label(self, key: Key, language: str) -> Text:
        """The name of a thing; of one without a name, what stands for it."""
        found = self._known.get((key, language))
        if found is None:
            found = self._known[key, language] = self.name(key, language) or self._instead(key, language)
        return found

    def name(self, key: Key, language: str) -> Text | None:
        """The name that is stated, if any."""
        return self.first(key, NAMES, language)

    def first(self, key: Key, predicates: Iterable[Key], language: str) -> Text | None:
        """The text of the first property that a thing has, in the best language."""
        order = self.order(language)
        for predicate in predicates:
            for graph in self._graphs:
                values = [as_text(v) for v in graph.column(predicate).values(key) if v[0] == '"']
                if found := nearest(values, order):
                    return found
        return None

    def names(self, key: Key) -> list[Text]:
        """All names of a thing, by language."""
        found = {
            as_text(value)
            for predicate in NAMES
            for graph in self._graphs
            for value in graph.column(predicate).values(key)
            if value[0] == '"'
        }
        return sorted(found, key=lambda text: (text.language or "", text.text))

    def _instead(self, key: Key, language: str) -> Text:
        if key[0] == '"':
            return as_text(key)
        if text := self.first(key, _TEXTS, language):
            return Text(shortened(text.text), text.language)
        split = self._prefixes.split(key[1:-1]) if key[0] == "<" else None
        if split and split[0] in STANDARD:
            return Text(" ".join(_CAMEL.sub(" ", split[1]).lower().split()), None)
        if split:
            return Text(f"{split[0]}:{split[1]}", None)
        return Text(shown(key[1:-1] if key[0] == "<" else key), None)


def shortened(text: str, most: int = _LONGEST) -> str:
    """The beginning of a text, cut between words.

    >>> shortened("one two three", 9)
    'one two…'
    """
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    cut = words[:most].rsplit(" ", 1)[0].rstrip(" ,.;:")
    return f"{cut or words[:most]}…"


def capitalised(text: str) -> str:
    """The text with a capital letter in front.

    >>> capitalised("žádost IOM")
    'Žádost IOM'
    """
    return text[:1].upper() + text[1:]


def folded(text: str) -> str:
    """A text as search compares it: without accents and case, only letters, digits and single spaces.

    >>> folded("  Dobříš – Štěpánská 12")
    'dobris stepanska 12'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(_NO_WORD.sub(" ", plain.translate(_LETTERS)).split())


def collated(text: str, language: str) -> tuple[str, str]:
    """A sort key: letters before accents; in Czech č, ch, ř, š and ž are letters of their own.

    >>> sorted(["Chorvatsko", "Zlín", "Cheb", "Hradec", "Čáslav", "Cukr", "Ída"], key=lambda t: collated(t, "cs"))
    ['Cukr', 'Čáslav', 'Hradec', 'Cheb', 'Chorvatsko', 'Ída', 'Zlín']
    """
    lower = text.casefold()
    if language == "cs":
        for letter, instead in _CZECH:
            lower = lower.replace(letter, instead)
    return folded(lower), text


_CZECH = [
    ("ch", "h\uffdc"),
    *((letter, f"{base}\uffdc") for letter, base in zip("čřšž", "crsz", strict=True)),
]
_NO_WORD = re.compile(r"[^\w]+")
# Letters that have no decomposition.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
