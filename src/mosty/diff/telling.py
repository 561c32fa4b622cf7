"""Differences told in the words of the register: what happened to which record, sentence by sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from mosty.diff.comparing import Differences
from mosty.diff.records import Change, ChangedEvidence, ChangedPart, ChangedRecord, Fact
from mosty.diff.view import TYPE, View
from mosty.diff.words import fill, words
from mosty.model.plurals import number_text
from mosty.model.terms import XSD, XSD_STRING
from mosty.model.wording import in_words
from mosty.rdf.keys import Key, literal_parts
from mosty.rdf.labels import NAMES

_NUMBERS = frozenset(XSD + name for name in ("decimal", "integer"))
_LARGE = re.compile(r"[+-]?\d{5}")
_LONG = 90
_AROUND = 30
_MOST_VALUES = 8
_MOST_SENTENCES = 3


class Told(NamedTuple):
    """One record in words.

    Attributes:
        change: what happened to it.
        label: its label, or its CURIE.
        curie: its CURIE, or its IRI in angle brackets; empty for what has no name.
        iri: its IRI; empty for what has no name.
        sentences: what changed.
    """

    change: Change
    label: str
    curie: str
    iri: str
    sentences: tuple[str, ...]


class Section(NamedTuple):
    """Records of one class, with the name of the class."""

    heading: str
    records: tuple[Told, ...]


class Chapter(NamedTuple):
    """Records, terms or shapes: their heading, and how many of them came, went and changed."""

    name: str
    heading: str
    summary: str
    sections: tuple[Section, ...]


class Teller:
    """Tells differences in one language.

    Args:
        differences: what to tell.
        language: the tag of a language; the first of the workspace when not given.
        curies: whether things are mentioned with their CURIEs.
    """

    def __init__(self, differences: Differences, language: str | None = None, *, curies: bool = True) -> None:
        self._with_curies = curies
        self._differences = differences
        config = differences.config
        self.language = language or config.languages[0]
        self._languages = tuple(dict.fromkeys((self.language, *config.languages, "en")))
        self._prefixes = config.prefixes
        old, new = differences.views
        self._known = () if differences.background is None else (differences.background,)
        self._views: Sequence[View] = (new, old, *self._known)
        self._words = words()

    def word(self, name: str, **values: object) -> str:
        """A word or sentence of words.toml, filled in."""
        texts = {
            place: number_text(value, self.language) if isinstance(value, int) else str(value)
            for place, value in values.items()
        }
        return fill(self._words.word(name, self.language), texts.get) or ""

    def count(self, number: int, name: str) -> str:
        """A number with its word."""
        return self._words.count(number, name, self.language)

    def chapters(self) -> Iterator[Chapter]:
        """What changed: records, terms and concepts, shapes, queries and rules; empty ones are left out."""
        for name, records, views in (
            ("records", self._differences.records, self._differences.views),
            ("terms", self._differences.terms, self._differences.views),
            ("shapes", self._differences.shapes, self._differences.shape_views),
        ):
            if records:
                self._views = (views[1], views[0], *self._differences.views[::-1], *self._known)
                summary = self._summary([record.change for record in records], name)
                yield Chapter(name, self.word(name), summary, tuple(self._sections(records)))
        if texts := self._differences.texts:
            summary = self._summary([*texts.values()], "texts")
            yield Chapter("texts", self.word("texts"), summary, tuple(self._text_sections(texts)))

    def headlines(self) -> list[str]:
        """One sentence for each record that changed: those that came first, then those that went, then the others."""
        order = [Change.ADDED, Change.REMOVED, Change.CHANGED]
        records = sorted(
            self._differences.records,
            key=lambda record: (order.index(record.change), -len(record.facts) - len(record.parts)),
        )
        return [self._headline(record) for record in records]

    def _headline(self, record: ChangedRecord) -> str:
        # Evidence is news only where there is no other.
        told = self.tell(record._replace(evidence={}) if record.facts or record.parts else record)
        kind = self.name(record.kind) if record.kind else self.word("other")
        sentences = "; ".join(told.sentences[:_MOST_SENTENCES])
        values = {"kind": kind[:1].upper() + kind[1:], "label": told.label, "sentences": sentences}
        return self._say(f"headline-{record.change}", **values)

    def derived(self) -> str | None:
        """What became of derived triples, in a sentence."""
        found = self._differences.derived
        added, removed = found[Change.ADDED], found[Change.REMOVED]
        return self.word("derived", added=added, removed=removed) if added or removed else None

    def _summary(self, changes: Sequence[Change], name: str) -> str:
        counts = Counter(changes)
        numbers = self.word("summary", **{str(change): counts[change] for change in Change})
        return f"{self.count(len(changes), 'of-' + name[:-1])}: {numbers}"

    def _text_sections(self, texts: Mapping[str, Change]) -> Iterator[Section]:
        for folder in dict.fromkeys(path.partition("/")[0] for path in texts):
            named = {path: path.removeprefix(f"{folder}/").removesuffix(".rq") for path in texts}
            told = [
                Told(change, named[path], "", "", ())
                for path, change in texts.items()
                if path.startswith(f"{folder}/")
            ]
            yield Section(self.word(f"in-{folder}"), tuple(sorted(told, key=_rank)))

    def _sections(self, records: Sequence[ChangedRecord]) -> Iterator[Section]:
        kinds = dict.fromkeys(record.kind for record in records)
        for kind in kinds:
            heading = self.name(kind) if kind else self.word("other")
            told = [self.tell(record) for record in records if record.kind == kind]
            told.sort(key=_rank)
            yield Section(heading[:1].upper() + heading[1:], tuple(told))

    def tell(self, record: ChangedRecord) -> Told:
        """Tell one record."""
        if not record.record:
            return Told(record.change, self.word("unnamed"), "", "", tuple(self._own(record)))
        curie = self._curie(record.record)
        label = self.label(record.record) or curie
        return Told(record.change, label, curie, record.record[1:-1], tuple(self._sentences(record)))

    def _sentences(self, record: ChangedRecord) -> Iterator[str]:
        if record.change is Change.CHANGED:
            yield from self._own(record)
            yield from (sentence for part in record.parts for sentence in self._part(part, record.record))
        elif record.parts:
            kinds = Counter(part.kind for part in record.parts)
            listed = ", ".join(f"{self.name(kind)} ({number})" for kind, number in kinds.items())
            yield self._say("with-parts", parts=listed)
        if record.replaced_by:
            yield self._say("replaced", other=self.mention(record.replaced_by))
        elif record.perhaps:
            way = "renamed-from" if record.change is Change.ADDED else "renamed-to"
            yield self._say(way, other=self.mention(record.perhaps))
        if record.evidence:
            yield self._evidence(record.evidence)

    def _evidence(self, evidence: Mapping[Change, ChangedEvidence]) -> str:
        """What became of the evidence of a record, in one line: it is many nodes that nobody knows by name."""
        sources = sorted({source for changed in evidence.values() for source in changed.sources})
        told = [
            self._say(f"evidence-{change}", triples=self.count(changed.statements, "triples"))
            for change, changed in evidence.items()
        ]
        named = [self.mention(source) if source else self.word("own") for source in sources]
        return self._say("evidence", what=", ".join(told), sources=", ".join(named))

    def _own(self, record: ChangedRecord) -> Iterator[str]:
        for fact in record.facts:
            for split in self._by_language(fact):
                yield self._fact(split, None)

    def _by_language(self, fact: Fact) -> Iterator[Fact]:
        """Texts change within their language: a title in Czech does not become one in English."""
        sides: dict[str, tuple[list[Key], list[Key]]] = {}
        for place, values in enumerate((fact.old, fact.new)):
            for value in values:
                sides.setdefault(_language(value), ([], []))[place].append(value)
        for old, new in sides.values():
            yield fact._replace(old=tuple(old), new=tuple(new))

    def _fact(self, fact: Fact, template: str | None) -> str:
        if template is None:
            name = f"{'nested' if fact.nested else 'value'}-{_way(fact)}"
            template = self._words.sentence(name, self.language, fact.predicate)
        old, new = self._shown(fact)
        tag = _language((fact.new or fact.old)[0]) if fact.new or fact.old else ""
        subject = self.name(fact.predicate) if fact.predicate else self.word("unnamed")
        values = {"property": f"{subject} ({tag})" if tag else subject, "old": old, "new": new}
        return fill(template, values.get) or ""

    def _shown(self, fact: Fact) -> tuple[str, str]:
        if fact.nested:
            return self._listed(fact.old, nested=True), self._listed(fact.new, nested=True)
        if len(fact.old) == len(fact.new) == 1 and fact.old[0][0] == fact.new[0][0] == '"':
            one, other = (literal_parts(value)[0] for value in (fact.old[0], fact.new[0]))
            if max(len(one), len(other)) > _LONG:
                one, other = excerpts(one, other)
                return self._quoted(one), self._quoted(other)
        return self._listed(fact.old), self._listed(fact.new)

    def _listed(self, values: Collection[Key], *, nested: bool = False) -> str:
        shown = [self._leaf(value) if nested else self.mention(value) for value in [*values][:_MOST_VALUES]]
        if len(values) > _MOST_VALUES:
            shown.append(self.word("and-more", number=len(values) - _MOST_VALUES))
        return ", ".join(shown) or self.word("nothing")

    def _leaf(self, leaf: str) -> str:
        """A value of a blank node, with its property unless it is a member of a list."""
        predicate, _, value = leaf.partition(" ")
        if leaf[0] == "<" and value:
            return f"{self.name(predicate)} {self.mention(value)}"
        return self.mention(leaf)

    def _part(self, part: ChangedPart, record: Key) -> Iterator[str]:
        if part.change is Change.CHANGED:
            for fact in part.facts:
                for split in self._by_language(fact):
                    own = self._words.part_change(part.kind, split.predicate, _way(split), self.language)
                    sentence = self._fact(split, own)
                    if own is None:
                        name = self._part_name(part.part, part.kind)
                        sentence = self._say(
                            "part-changed", kind=self.name(part.kind), part=name, sentence=sentence
                        )
                    yield self._placed(sentence, part.part, record)
            return
        way = f"part-{part.change}"
        for template in self._words.part(part.kind, way, self.language):
            if (said := self._filled(template, part.part)) is not None:
                yield self._placed(said, part.part, record)
                return
        said = self._say(way, kind=self.name(part.kind), part=self._part_name(part.part, part.kind))
        yield self._placed(said, part.part, record)

    def _placed(self, sentence: str, part: Key, record: Key) -> str:
        """Say which part of the record a part belongs to, when it does not belong to the record itself."""
        owners = []
        for view in self._views:
            about = [value for values in view.outgoing(part).values() for value in values if value[0] == "<"]
            if record in about:
                return sentence
            owners += [value for value in about if value != part and view.home(value) == record]
        if not owners:
            return sentence
        owner = min(owners)
        kind = self._kind(owner)
        named = self._part_name(owner, kind)
        return self._say("part-of", sentence=sentence, owner=f"{self.name(kind)} {named}" if kind else named)

    def _part_name(self, part: Key, kind: Key) -> str:
        if label := self.label(part):
            return self._quoted(_cut(label))
        for template in self._words.part(kind, "name", self.language):
            if (said := self._filled(template, part)) is not None:
                return said
        return self._curie(part)

    def _filled(self, template: str, part: Key) -> str | None:
        def value(place: str) -> str | None:
            predicate = self._words.key(place)
            for view in self._views:
                if values := view.values(part, predicate):
                    return self._listed(self._preferred(values))
            return None

        return fill(template, value)

    def _preferred(self, values: Collection[Key]) -> Collection[Key]:
        """Texts in the best language only."""
        for tag in self._languages:
            if found := [value for value in values if _language(value) == tag]:
                return found[:1]
        return values

    def _say(self, name: str, **values: str) -> str:
        return fill(self._words.sentence(name, self.language), values.get) or ""

    def _quoted(self, text: str) -> str:
        return self.word("quote", text=text)

    def _kind(self, node: Key) -> Key:
        return next((min(kinds) for view in self._views if (kinds := view.values(node, TYPE))), "")

    def name(self, key: Key) -> str:
        """The name of a property or class."""
        return self._words.name(key, self.language) or self.label(key) or in_words(self._local(key))

    def label(self, node: Key) -> str | None:
        """The label of a node in the best language; what it is called now rather than what it was."""
        for view in self._views:
            for predicate in NAMES:
                if found := view.values(node, predicate):
                    return literal_parts(best)[0] if (best := min(self._preferred(found)))[0] == '"' else None
        return None

    def mention(self, term: Key) -> str:
        """A term in a sentence: a label with its CURIE, or a literal."""
        if term[0] == '"':
            text, datatype, _ = literal_parts(term)
            if datatype in _NUMBERS and _LARGE.match(text):  # a smaller one may be a year
                return number_text(text, self.language)
            if datatype.startswith(XSD) and datatype != XSD_STRING:
                return text
            return self._quoted(_cut(text))
        curie = self._curie(term)
        label = self.label(term)
        return f"{label} [{curie}]" if label and self._with_curies else label or curie

    def _curie(self, node: Key) -> str:
        return self._prefixes.compact(node[1:-1]) if node[:1] == "<" else node

    def _local(self, key: Key) -> str:
        iri = key[1:-1]
        return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :] or iri


def _way(fact: Fact) -> Change:
    return Change.CHANGED if fact.old and fact.new else Change.ADDED if fact.new else Change.REMOVED


def _rank(told: Told) -> tuple[bool, bool]:
    return told.change != Change.ADDED, told.change != Change.REMOVED


def excerpts(one: str, other: str) -> tuple[str, str]:
    """Cut two long texts to where they differ, with a few words around.

    >>> excerpts("a " * 50 + "very long text", "a " * 50 + "rather long text")[1]
    '…a a a a a a a a a a a a a a rather long text'
    """
    shortest = min(len(one), len(other))
    head = next((i for i in range(shortest) if one[i] != other[i]), shortest)
    rest = shortest - head
    tail = next((i for i in range(rest) if one[-1 - i] != other[-1 - i]), rest)
    start = max(0, head - _AROUND)
    start = start and (one.find(" ", start, head) + 1 or head)
    return _between(one, start, len(one) - tail), _between(other, start, len(other) - tail)


def _between(text: str, start: int, end: int) -> str:
    stop = min(len(text), end + _AROUND)
    if stop < len(text):
        stop = max(text.rfind(" ", end, stop), end)
    return ("…" if start else "") + _cut(text[start:stop], 4 * _LONG) + ("…" if stop < len(text) else "")


def _cut(text: str, most: int = 2 * _LONG) -> str:
    return text if len(text) <= most else text[:most].rpartition(" ")[0] + "…"


def _language(value: Key) -> str:
    if value[0] != '"' or value[-1] in '">':
        return ""
    return value[value.rindex('"') + 2 :]
