"""Where the IRIs of a release lead: which page, which data, which are gone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from mosty.rdf.keys import Key
from mosty.workspace.config import Config

PLAIN = r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
"""A name that is a file name as it is (RFC 3986: only unreserved characters), as a regular expression."""

SLUG = r"[A-Za-z0-9][A-Za-z0-9_-]*"
"""What stands in front of the first dot of such a name."""

_FILES = r"\.(?:html|ttl|jsonld|nt|rdf)"
NOT_A_FILE = rf"(?![A-Za-z0-9._-]*{_FILES}$)"
"""Looks ahead: the name does not end like that of a file of a record."""

NAME = NOT_A_FILE + PLAIN
"""A plain name of a resource."""

BELOW = rf"{NAME}(?:/{PLAIN})*"
"""A name, or several with slashes between."""

_MOST_LISTED = 2000
_FEW = 1500
_PLAIN = re.compile(NAME)
# Paths that a rule may write: unreserved characters, percent-encoded octets and slashes.
_PATH = re.compile(r"(?:[A-Za-z0-9_.~-]|%[0-9A-Fa-f]{2})+(?:/(?:[A-Za-z0-9_.~-]|%[0-9A-Fa-f]{2})+)*")

MEDIA = (
    ("html", "text/html"),
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
    ("json", "application/json"),
    ("nt", "application/n-triples"),
    ("rdf", "application/rdf+xml"),
    ("nq", "application/n-quads"),
    ("trig", "application/trig"),
)
"""What can be asked for, in the order in which the server prefers: short name and media type."""

_EXTENSIONS = {"json": "jsonld"}
MEDIA_TYPES = dict(MEDIA)


def extension(short: str) -> str:
    """The extension of the files of a media type, by its short name: plain JSON is answered with JSON-LD."""
    return _EXTENSIONS.get(short, short)


class Inside(NamedTuple):
    """Resources that have their place on the page of a record which their name begins with.

    ``id/<prefix>/<name>/<rest>`` leads to ``id/<kind>/<name>``, to the place ``<prefix>/<rest>``.

    Attributes:
        prefix: theirs.
        kind: the prefix of these records.
        names: for who cannot look: the names of the records; None when they are too many.
    """

    prefix: str
    kind: str
    names: Sequence[str] | None


class Document(NamedTuple):
    """A resource, or several, that one page and one file for each format are about.

    Attributes:
        name: a word of small letters.
        paths: the paths of the resources below the base.
        below: those whose path goes on with names; with ``/`` at the end.
        files: the path of the file, by short name of its media type; that of the page is without language.
        inside: those among them that have their place on the page of a record.
    """

    name: str
    paths: Sequence[str]
    below: Sequence[str]
    files: Mapping[str, str]
    inside: Sequence[Inside] = ()

    @property
    def offers(self) -> tuple[str, ...]:
        """The short names of what can be asked for."""
        return tuple(short for short, _ in MEDIA if extension(short) in self.files)

    def file(self, short: str) -> str:
        """The path of the file of a media type."""
        return self.files[extension(short)]


class Family(NamedTuple):
    """Resources that each have a page of their own.

    Attributes:
        name: a word of small letters.
        prefixes: theirs, where the path of the page is that of the resource: ``id/<prefix>/<name>``.
        offers: the short names of what can be asked for.
        shared: the file of a format where one file holds the data of all, by short name; the other files have the
            path of the page.
    """

    name: str
    prefixes: Sequence[str]
    offers: Sequence[str]
    shared: Mapping[str, str]

    def file(self, stem: str, short: str) -> str:
        """The path of the file of a media type, for the page with a path."""
        end = extension(short)
        return self.shared.get(end, f"{stem}.{end}")


class Listed(NamedTuple):
    """Where a resource leads that no rule covers: the path of the page without extension, and the place in it."""

    family: str
    stem: str
    fragment: str = ""


class Routes(NamedTuple):
    """Where the IRIs of a release lead.

    Attributes:
        name: a word for names of variables.
        root: the path of the site on its host, with ``/`` at both ends.
        address: where the site will be, with ``/`` at the end; None when nobody said.
        languages: the folder of the pages in each language (empty for that of the first), the first one first.
        families: resources with a page of their own; the records come first.
        parts: prefixes of parts: the prefixes of their records, in the order in which they are looked for.
        owners: for who cannot look: by prefix of parts and prefix of records, the records that are not of the kind
            that most are of (which comes first in `parts`); None when they are too many.
        listed: paths whose page cannot be told by rule.
        few: all parts, by their paths, when they are few enough for a host that knows no rules.
        documents: the others.
        gone: paths of what was withdrawn: the path of what took its place, or None.
    """

    name: str
    root: str
    address: str | None
    languages: Mapping[str, str]
    families: Sequence[Family]
    parts: Mapping[str, Sequence[str]]
    owners: Mapping[str, Mapping[str, Sequence[str]] | None]
    listed: Mapping[str, Listed]
    few: Mapping[str, Listed]
    documents: Sequence[Document]
    gone: Mapping[str, str | None]

    @property
    def resources(self) -> list[Family | Document]:
        """Everything that has offers of its own."""
        return [*self.families, *self.documents]


def find_routes(
    config: Config,
    pages: Mapping[Key, str],
    parts: Iterable[tuple[Key, Key, str]],
    documents: Sequence[Document],
    *,
    files: Collection[str],
    folders: Mapping[str, str],
    gone: Mapping[Key, Key | None],
    root: str,
    address: str | None,
) -> Routes:
    """Find rules for the addresses of a release, and what no rule covers.

    Args:
        config: the workspace.
        pages: the path of the page of each record or concept, without language and extension.
        parts: each part, its record and the fragment of its place.
        documents: all other resources.
        files: the paths of the files of the release.
        folders: the folder of each language, with ``/`` at its end; empty for the first.
        gone: what was withdrawn, and what took its place.
        root, address: where the site is.
    """
    base = config.base
    families = _families(pages, files, base)
    regular = {key for key, stem in pages.items() if key[1:-1] == base + stem and _is_regular(stem)}
    of = {prefix: family.name for family in families for prefix in family.prefixes}
    listed = {}
    for key, stem in sorted(pages.items()):
        if (path := path_below(key, base)) is None or path in files:
            continue
        family = "record" if f"{stem}.ttl" in files else "concept"
        if key not in regular or of[path.split("/")[1]] != family:
            listed[path] = Listed(family, stem)
    ordered = sorted(parts)
    looked_for, owners = _part_rules(ordered, regular, base, tuple(config.kinds))
    for part, record, fragment in ordered:
        path = path_below(part, base)
        if path is None or record not in pages:
            continue
        if pages[record] != _predicted(path, fragment, looked_for, regular, base):
            listed[path] = Listed("record", pages[record], fragment)
    return Routes(
        name=re.sub(r"[^a-z0-9]+", "_", config.name.lower()).strip("_") or "graph",
        root=root,
        address=address,
        languages=folders,
        families=families,
        parts=looked_for,
        owners=owners,
        listed=listed,
        few=_few(ordered, pages, base),
        documents=documents,
        gone=_gone(gone, base),
    )


def find_inside(places: Iterable[tuple[Key, str, str]], base: str) -> list[Inside]:
    """Find what has its place on the page of a record that its name begins with.

    Args:
        places: a key, the path of the page that it is on, and the fragment of its place there.
        base: the base of the IRIs.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, stem, fragment in places:
        prefix, _, rest = fragment.partition("/")
        if rest and _is_regular(stem):
            _, kind, name = stem.split("/")
            if key == f"<{base}id/{prefix}/{name}/{rest}>":
                found[prefix, kind].add(name)
    return [
        Inside(prefix, kind, sorted(names) if len(names) <= _MOST_LISTED else None)
        for (prefix, kind), names in sorted(found.items())
    ]


def _families(pages: Mapping[Key, str], files: Collection[str], base: str) -> list[Family]:
    """Records, which have data of their own, and concepts, whose data are those of all schemes."""
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    ends: set[str] = {"html"}
    for key, stem in pages.items():
        regular = key[1:-1] == base + stem and _is_regular(stem)
        if f"{stem}.ttl" in files:
            ends.update(end for end, _ in MEDIA if f"{stem}.{end}" in files)
            alone[stem.split("/")[1]] += regular
        else:
            together[stem.split("/")[1]] += regular
    records = sorted(prefix for prefix, count in alone.items() if count >= max(together[prefix], 1))
    concepts = sorted(prefix for prefix, count in together.items() if count > alone[prefix])
    shared = {end: f"schemes.{end}" for end, _ in MEDIA if f"schemes.{end}" in files}
    return [
        Family("record", records, [short for short, _ in MEDIA if extension(short) in ends], {}),
        Family("concept", concepts, [s for s, _ in MEDIA if extension(s) in {"html", *shared}], shared),
    ]


def path_below(key: Key, base: str) -> str | None:
    """The path of an IRI below the base, as a request names it; None when it is not below, or has no plain path.

    >>> path_below("<https://example.org/id/org/č>", "https://example.org/")
    'id/org/%C4%8D'
    """
    if not key.startswith(f"<{base}"):
        return None
    raw = key[len(base) + 1 : -1]
    encoded = "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in raw)
    return encoded if _PATH.fullmatch(encoded) and ".." not in encoded.split("/") else None


def _is_regular(stem: str) -> bool:
    folder, *names = stem.split("/")
    return folder == "id" and len(names) == 2 and all(_PLAIN.fullmatch(name) for name in names)


def _part_rules(
    parts: Sequence[tuple[Key, Key, str]], regular: Collection[Key], base: str, kinds: Sequence[str]
) -> tuple[dict[str, Sequence[str]], dict[str, Mapping[str, Sequence[str]] | None]]:
    """Which kinds of record the parts of each prefix have, and which records are not of the most common kind."""
    seen: dict[str, dict[str, str]] = defaultdict(dict)
    for part, record, _ in parts:
        path = path_below(part, base)
        if path is None or record not in regular or path.count("/") != 2:
            continue
        _, prefix, name = path.split("/")
        _, kind, slug = record[len(base) + 1 : -1].split("/")
        if _PLAIN.fullmatch(name) and name.split(".")[0] == slug:
            seen[prefix][slug] = kind
    looked_for: dict[str, Sequence[str]] = {}
    owners: dict[str, Mapping[str, Sequence[str]] | None] = {}
    for prefix, records in sorted(seen.items()):
        counts = Counter(records.values())
        first = min(counts, key=lambda kind: (-counts[kind], kind))
        others = [kind for kind in (*kinds, *sorted(counts)) if kind in counts and kind != first]
        looked_for[prefix] = (first, *dict.fromkeys(others))
        many = sum(counts.values()) - counts[first] > _MOST_LISTED
        owners[prefix] = (
            None
            if many
            else {
                kind: sorted(slug for slug, of in records.items() if of == kind)
                for kind in looked_for[prefix][1:]
            }
        )
    return looked_for, owners


def _few(parts: Sequence[tuple[Key, Key, str]], pages: Mapping[Key, str], base: str) -> dict[str, Listed]:
    if len(parts) > _FEW:
        return {}
    return {
        path: Listed("record", pages[record], fragment)
        for part, record, fragment in parts
        if record in pages and (path := path_below(part, base)) is not None
    }


def _predicted(
    path: str, fragment: str, rules: Mapping[str, Sequence[str]], regular: Collection[Key], base: str
) -> str | None:
    """The page that the rules send a part to; None when they know none, or another place in it."""
    if path.count("/") != 2:
        return None
    _, prefix, name = path.split("/")
    if not _PLAIN.fullmatch(name) or fragment != f"{prefix}.{name}":
        return None
    slug = name.split(".")[0]
    for kind in rules.get(prefix, ()):
        if f"<{base}id/{kind}/{slug}>" in regular:
            return f"id/{kind}/{slug}"
    return None


def _gone(gone: Mapping[Key, Key | None], base: str) -> dict[str, str | None]:
    found = {}
    for key, successor in sorted(gone.items()):
        if (path := path_below(key, base)) is not None:
            found[path] = path_below(successor, base) if successor else None
    return found
