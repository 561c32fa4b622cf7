"""A page while it is made: what its template asks for names, links and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from markupsafe import Markup, escape

from mosty.model.terms import XSD
from mosty.rdf.keys import Key, literal_parts
from mosty.site.environment import data_block, environment, web_address
from mosty.site.labels import Text, as_text, capitalised, collated, shown
from mosty.site.paths import localised, relative
from mosty.site.reference.terms import place
from mosty.site.things import Things
from mosty.site.words import Words, is_date, words

Chunks: TypeAlias = Iterable[str] | Iterable[bytes] | str | bytes
Pages: TypeAlias = Iterator[tuple[str, Chunks]]

_NUMBERS = frozenset(
    XSD + name
    for name in ("integer", "decimal", "nonNegativeInteger", "positiveInteger", "int", "long", "short")
)
_FROM_RIGHT = frozenset("ar arc ckb dv fa he ks ku-arab ps sd syr ug ur yi".split())
_BLANK = re.compile(r"\n\s*\n")


def render(
    things: Things, language: str, path: str, template: str, /, **values: Any
) -> tuple[str, Iterator[str]]:
    """Make a page.

    Args:
        things: what the pages are about.
        language: the language of the page.
        path: its path without the language: ``projects/index.html``; it is put into the language's folder.
        template: the file of the template; it extends ``base.html``.
        values: what the template needs besides ``page``.

    Returns:
        The path of the file and the pieces of its text.
    """
    page = Page(things, language, path)
    return page.path, written(page, template, **values)


def written(page: Page, template: str, /, **values: Any) -> Iterator[str]:
    """The text of a page; it is made when it is asked for."""
    yield environment().get_template(template).render(page=page, **values)


class Page:
    """A page while it is made: what templates ask for names, links and words.

    Args:
        things: what the pages are about.
        language: the language in which names are wanted.
        path: the path, without the language.
        anywhere: the page is shown under any address of its host: its links begin there, if it is known.
        below: the path that tells which entry of the menu the page is below; by default its own.

    Attributes:
        plain_path: the path, without the language.
        path: where the page will lie.
        ui: the language that the site's own words are in.
    """

    def __init__(
        self, things: Things, language: str, path: str, *, anywhere: bool = False, below: str | None = None
    ) -> None:
        self.things = things
        self._below = below or path
        # A page that is shown under any address of its host needs links that begin at the host.
        self._root = things.info.root if anywhere else None
        self._everywhere = "index.html" if anywhere else path
        self.language = language
        self.plain_path = path
        self.path = localised(path, language, things.languages)
        self._words: Words = words(language)
        # What is the same on all pages of a folder: links to concepts, menus.
        place = (language, path.rpartition("/")[0], anywhere)
        self._kept: dict[Key, Markup] = things.kept.setdefault(place, {})
        self.ui = self._words.language
        # What templates ask for most.
        self.t = self._words.word
        self.count = self._words.count
        self.form = self._words.form
        self.counted = self._words.counted
        self.number = self._words.number
        self.date = self._words.date

    # Addresses.

    def url(self, path: str) -> str:
        """The relative address of a file that all languages share."""
        return f"{self._root}{path}" if self._root else relative(path, self.path)

    def to(self, path: str) -> str:
        """The relative address of a page in the same language."""
        return self.url(localised(path, self.language, self.things.languages))

    def href(self, key: Key) -> str | None:
        """The relative address of the page of a thing; None when it has none."""
        return self.things.href(key, self.language, self.path)

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """The languages and the relative addresses of this page in them."""
        languages = self.things.languages
        return [(tag, self.url(localised(self._everywhere, tag, languages))) for tag in languages]

    @property
    def address(self) -> str | None:
        """The public address of this page, when that of the release is known."""
        address = self.things.info.address
        return f"{address}{self.path}" if address and self._everywhere == self.plain_path else None

    # Texts.

    def text(self, text: Text | str | None) -> Markup:
        """A text, marked with its language where that is not the page's."""
        if text is None:
            return Markup("")
        if isinstance(text, str) or text.language is None:
            return escape(str(text))
        if text.language.lower() == self.ui:
            return escape(text.text)
        direction = ' dir="rtl"' if text.language.split("-")[0].lower() in _FROM_RIGHT else ""
        return Markup(f'<span lang="{escape(text.language)}"{direction}>{escape(text.text)}</span>')

    def paragraphs(self, text: Text | None) -> Markup:
        """A longer text: empty lines part paragraphs."""
        if text is None:
            return Markup("")
        mark = "" if text.language in (None, self.ui) else f' lang="{escape(text.language)}"'
        parts = (part.strip() for part in _BLANK.split(text.text))
        return Markup("\n".join(f"<p{mark}>{escape(part)}</p>" for part in parts if part))

    def label(self, key: Key) -> Markup:
        """The name of a thing."""
        return self.text(self.things.label(key, self.language))

    def link(self, key: Key) -> Markup:
        """The name of a thing, as a link to its page; or to the web, for an IRI of somebody else."""
        known = self._kept.get(key)
        if known is not None:
            return known
        if (href := self.href(key)) is not None:
            link = Markup(f'<a href="{escape(href)}">{self.label(key)}</a>')
            if key in self.things.content.schemes and not href.startswith("#"):
                self._kept[key] = link
            return link
        if key[0] == "<" and not key[1:-1].startswith(self.things.config.base):
            label = self.things.label(key, self.language)
            return self.out(key[1:-1], None if label.text == shown(key[1:-1]) else label)
        return self.label(key)

    def out(self, address: str, label: Text | str | None = None) -> Markup:
        """A link to the web; what is no web address stays text."""
        text = self.text(label) if label is not None else Markup(f"<bdi>{escape(shown(address))}</bdi>")
        if (web := web_address(address)) is None:
            return text
        return Markup(f'<a class="out" href="{escape(web)}" rel="external noreferrer">{text}</a>')

    def value(self, key: Key) -> Markup:
        """A term for people: a link, a date, a number, a text in its language."""
        if key[0] != '"':
            return self.link(key)
        text, datatype, language = literal_parts(key)
        if language is not None:
            return self.text(as_text(key))
        if datatype in _NUMBERS:
            return Markup(f'<data value="{escape(shown(text))}">{escape(self.number(shown(text)))}</data>')
        if is_date(datatype):
            return Markup(f'<time datetime="{escape(shown(text))}">{escape(self.date(shown(text)))}</time>')
        if datatype == XSD + "boolean" and text in ("true", "false", "1", "0"):
            return escape(self.t("yes" if text in ("true", "1") else "no"))
        if datatype == XSD + "anyURI":
            return self.out(text)
        if datatype == XSD + "language":
            return self.language_name(text)
        return Markup(f"<bdi>{escape(shown(text))}</bdi>")

    def language_name(self, tag: str) -> Markup:
        """The name of a language, by its tag, and the tag where it has none here."""
        return escape(self._known(f"language-{tag.lower().split('-')[0]}") or shown(tag))

    def plural(self, name: Key) -> str:
        """What several things of a class are called: "Projects"; the class's own name where there is no such word."""
        local = name[1:-1].rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        return self._known(f"many-{local}") or capitalised(str(self.things.label(name, self.language)))

    def kind_name(self, key: Key) -> Markup:
        """What kind of thing a thing is: "project"; its most special class."""
        name = self.things.class_of(key)
        return self.label(name) if name else Markup("")

    def size(self, number: int) -> str:
        """The size of a file for people."""
        for word, step in (("megabytes", 1_000_000), ("kilobytes", 1000)):
            if number >= step:
                tenths = (number * 10 + step // 2) // step
                text = f"{tenths // 10}.{tenths % 10}" if tenths < 100 else str((tenths + 5) // 10)
                return self.t(word, number=self.number(text))
        return self.t("bytes", number=self.number(number))

    def property_name(self, predicate: Key) -> Markup:
        """What a property is called: as the ontology says, or in words of our own for those of other vocabularies."""
        name = f"property {predicate}"
        known = self._kept.get(name)
        if known is None:
            known = self.label(predicate)
            if self.things.labels.name(predicate, self.language) is None:
                local = predicate[1:-1].rsplit("#", 1)[-1].rsplit("/", 1)[-1]
                if (word := self._known(f"property-{local}")) is not None:
                    known = escape(word)
            self._kept[name] = known
        return known

    def term(self, term: Key) -> Markup:
        """What a property or class is called, as a link to where it is explained, if that is on the site."""
        name = f"term {term}"
        known = self._kept.get(name)
        if known is None:
            known = self.property_name(term)
            if (path := place(self.things, term)) is not None:
                known = Markup(f'<a class="term" href="{escape(self.to(path))}">{known}</a>')
            self._kept[name] = known
        return known

    def facet_name(self, predicate: Key) -> str:
        """What a filter by a property is called."""
        local = predicate[1:-1].rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        return self._known(f"facet-{local}") or capitalised(self.things.label(predicate, self.language).text)

    def incoming_title(self, predicate: Key) -> str:
        """What it means for a thing that others point at it by a property."""
        local = predicate[1:-1].rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        label = self.things.label(predicate, self.language).text
        return self._known(f"incoming-{local}") or self.t("incoming", property=label)

    def sort_key(self, key: Key) -> tuple[object, ...]:
        """By what things are sorted: their names, as the page's language sorts them."""
        return collated(self.things.label(key, self.language).text, self.ui), key

    def _known(self, word: str) -> str | None:
        return self.t(word) if self._words.has(word) else None

    def published(self, *names: str) -> Text:
        """What mosty.toml says of the release: ``title-cs`` for Czech pages, and else ``title``.

        Args:
            names: what to look for; the first that is there counts.
        """
        config, table = self.things.config, self.things.config.publish
        for name in names:
            if (own := table.get(f"{name}-{self.language}")) is not None:
                return Text(shown(own), self.language)
            if own := table.get(name):
                return Text(shown(own), config.languages[0])
        return Text(shown(config.title), config.languages[0])

    def own_name(self, tag: str) -> str:
        """What a language calls itself, by its tag."""
        name = f"own-{tag.lower().split('-')[0]}"
        return words(tag).word(name) if self._words.has(name) else shown(tag)

    def data(self, value: object) -> Markup:
        """JSON for a data block."""
        return data_block(value)

    # The frame of the page.

    def frame(self, part: str) -> Markup:
        """A part of the frame: a macro of ``frame.html``, the same on all pages of a folder."""
        name = part
        if part == "menu":
            name = f"menu {[entry.covers(self._below) for entry in self.things.info.menu]}"
        known = self._kept.get(name)
        if known is None:
            macro = getattr(environment().get_template("frame.html").module, part)
            known = self._kept[name] = Markup(macro(self))
        return known

    @property
    def menu(self) -> Sequence[Mapping[str, object]]:
        """The entries of the main menu: name, address, and whether the page is below it."""
        return [
            {
                "name": self.t(entry.word),
                "href": self.to(entry.path),
                "here": entry.covers(self._below),
                "says": self.t(entry.says) if entry.says else "",
            }
            for entry in self.things.info.menu
        ]
