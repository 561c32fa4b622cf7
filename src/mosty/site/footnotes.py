"""The numbers behind facts, the notes that they lead to, and the way back from there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from mosty.rdf.keys import Key
from mosty.site.evidence import Passage
from mosty.site.notes import Note
from mosty.site.page import Page
from mosty.site.passages import where
from mosty.site.values import Fact, Value

_MOST_BACK = 12
_COMMA = Markup(", ")


class Footnotes:
    """Writes the numbers and the notes of a page; the notes come last, when each number has its place.

    Args:
        page: the page.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._places: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self._names: dict[Key, str] = {}
        self._links: dict[tuple[str, int], str] = {}
        self._word = page.t("note", number="{}")

    def refs(self, numbers: Sequence[int], what: str, bare: bool = False) -> Markup:
        """The numbers of notes, as links to them, and a mark where something rests on none.

        Args:
            numbers: the numbers.
            what: what they stand behind, for the way back.
            bare: whether it rests on nothing.
        """
        mark = (
            Markup(f' <small class="bare">{escape(self._page.t("no-source"))}</small>')
            if bare
            else Markup("")
        )
        if not numbers:
            return mark
        links = []
        for n in numbers:
            places = self._places[n]
            place = f"r{n}-{len(places) + 1}" if places else f"r{n}"
            places.append((place, what))
            label = escape(self._word.replace("{}", str(n)))
            links.append(f'<a id="{place}" href="#n{n}" aria-label="{label}">{n}</a>')
        return Markup(f'<sup class="refs">{" ".join(links)}</sup>') + mark

    def values(self, fact: Fact) -> Markup:
        """The values of a fact with their notes: one as it is, several as a list."""
        what = self._name(fact)
        if len(fact.values) == 1:
            return self._value(fact.values[0], what)
        items = "".join(f"<li>{self._value(value, what)}</li>" for value in fact.values)
        return Markup(f'<ul class="plain">{items}</ul>' if items else "")

    def facts(self, facts: Iterable[Fact]) -> Markup:
        """Facts as a description list."""
        rows = (f"<div><dt>{fact.name}</dt><dd>{self.values(fact)}</dd></div>\n" for fact in facts)
        return Markup(f'<dl class="facts">\n{"".join(rows)}</dl>')

    def text(self, text: Value) -> Markup:
        """A description, and its notes."""
        return text.html + self.refs(text.notes, self._page.t("description"), text.bare)

    def said(self, note: Note, source: Key | None) -> Markup:
        """A note: where in the source, what we did, what it was checked against; and the facts that it stands for.

        Args:
            note: the note.
            source: the source that its group is of.
        """
        page, (passages, bases, checked) = self._page, note.support
        said = [*self._passages(passages, source), *map(page.link, bases)]
        if checked:
            said.append(
                Markup("{} {}").format(page.t("checked-against"), _COMMA.join(map(page.link, checked)))
            )
        return _COMMA.join(said) + self._back(note.number)

    def _passages(self, passages: Sequence[Passage], source: Key | None) -> list[Markup]:
        """Where a source says it; the name of the source where it is not the group's, or another than before."""
        page, said, before = self._page, list[Markup](), source
        for number, passage in enumerate(passages):
            text = self.place(passage, again=number > 0 and passage.source == before)
            href = where(page, passage)
            html = Markup(f'<a href="{escape(href)}">{text}</a>') if href else text
            if passage.source != before:
                html = Markup("{}: {}").format(page.link(passage.source), html)
            before = passage.source
            said.append(html)
        return said

    def place(self, passage: Passage, *, again: bool = False) -> Markup:
        """Where a passage stands, in words: as the data call it, or by its characters.

        Args:
            passage: the passage.
            again: after another one of the same source.
        """
        page, name = self._page, self._page.things.labels.name(passage.key, self._page.language)
        if name is not None:
            return page.text(name)
        if passage.start is None or passage.end is None:
            return escape(page.t("whole-source"))
        if again:
            return escape(f"{passage.start}–{passage.end}")
        return escape(page.t("characters", start=passage.start, end=passage.end))

    def _back(self, number: int) -> Markup:
        """The way back: links to the places where the number stands."""
        page, places = self._page, self._places[number]
        seen: Counter[str] = Counter()
        links = []
        for place, what in places[:_MOST_BACK]:
            seen[what] += 1
            links.append(f'<a href="#{place}" {self._link(what, seen[what])}</a>')
        if len(places) > _MOST_BACK:
            links.append(escape(page.counted("and-more", len(places) - _MOST_BACK)))
        return Markup(f' <span class="back"><span aria-hidden="true">↑</span> {", ".join(links)}</span>')

    def _link(self, what: str, time: int) -> str:
        """The name of a way back, and what is shown of it: of several to the same, the number."""
        link = self._links.get((what, time))
        if link is None:
            label = escape(self._page.t("back-to", what=what if time == 1 else f"{what} {time}"))
            link = self._links[what, time] = f'aria-label="{label}">{escape(what) if time == 1 else time}'
        return link

    def _value(self, value: Value, what: str) -> Markup:
        html = value.html
        if value.anchor:
            html = Markup(f'<span id="{escape(value.anchor)}">{html}</span>')
        return html + self.refs(value.notes, what, value.bare)

    def _name(self, fact: Fact) -> str:
        name = self._names.get(fact.predicate)
        if name is None:
            name = self._names[fact.predicate] = fact.name.striptags()
        return name
