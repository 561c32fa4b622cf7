"""mosty.toml: what the tool needs to know about a workspace."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import InputError, UsageError
from mosty.rdf.prefixes import STANDARD, Prefixes, is_iri
from mosty.rdf.reading import decode, read_bytes

FILE_NAME = "mosty.toml"

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]*[/#]")
_KEYS = frozenset("name title base version languages kinds prefixes ids publish endpoints limits".split())


class Kind(NamedTuple):
    """A kind of record: its CURIE prefix, its folder under data/ and the IRI of its class."""

    prefix: str
    folder: str
    record_class: str


class Config(NamedTuple):
    """The content of mosty.toml, checked.

    Attributes:
        name: short name of the workspace.
        title: one line for people.
        base: IRI that every record, graph and term of the workspace starts with.
        languages: languages of labels, the preferred one first.
        kinds: kinds of records by prefix.
        prefixes: every prefix that CURIEs may use.
        endpoints: SPARQL endpoint addresses by name.
        publish: what the description of a release says (title, publisher, license ...).
    """

    name: str
    title: str
    base: str
    languages: tuple[str, ...]
    kinds: Mapping[str, Kind]
    prefixes: Prefixes
    endpoints: Mapping[str, str]
    publish: Mapping[str, str]

    @property
    def derived_graph(self) -> str:
        """IRI of the graph of derived triples."""
        return self.base + "graph/derived"


def read_config(path: Path) -> Config:
    """Read and check a mosty.toml.

    Raises:
        InputError: unreadable, not TOML, or holding a key or value that means nothing.
    """
    text = decode(read_bytes(path), str(path))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+), column (\d+)", str(error))
        position = Position(str(path), int(where[1]), int(where[2])) if where else Position(str(path))
        what = re.sub(r" \(at .*\)$", "", str(error))
        line = text.split("\n")[int(where[1]) - 1] if where else None
        diagnostic = SyntaxDiagnostic(position, f"not TOML: {what}", line)
        raise InputError(str(diagnostic), None, [diagnostic]) from None
    return _Checker(path, table).config()


def is_base(text: str) -> bool:
    """Whether a text is an absolute IRI that names can follow.

    >>> is_base("https://example.org/"), is_base("https://example.org"), is_base("/id/")
    (True, False, False)
    """
    return _BASE.fullmatch(text) is not None


class _Checker:
    """Turns a TOML table into a Config and says which key is wrong."""

    def __init__(self, path: Path, table: dict[str, Any]) -> None:
        self._path = path
        self._table = table

    def config(self) -> Config:
        if unknown := sorted(self._table.keys() - _KEYS):
            self._fail(f"unknown key {unknown[0]!r}", "known keys: " + ", ".join(sorted(_KEYS)))
        name = self._text("name", self._path.parent.name)
        base = self._text("base", "")
        if not is_base(base):
            self._fail(
                "base must be an absolute IRI that ends in / or #",
                'for example base = "https://example.org/"',
            )
        prefixes = dict(self._strings("prefixes"))
        kinds = {}
        for prefix, entry in self._table_of("kinds").items():
            if (
                not isinstance(entry, dict)
                or set(entry) != {"folder", "class"}
                or not all(isinstance(v, str) for v in entry.values())
            ):
                self._fail(f"kinds.{prefix} must be {{ folder = ..., class = ... }}")
            kinds[prefix] = (entry["folder"], entry["class"])
        ids = [p for group in self._table_of("ids").values() for p in self._list(group, "ids")]
        namespaces = STANDARD | {p: f"{base}id/{p}/" for p in (*kinds, *ids)} | prefixes
        for prefix, namespace in prefixes.items():
            if not is_iri(namespace):
                self._fail(f"prefixes.{prefix} is not an absolute IRI: {namespace!r}")
        all_prefixes = Prefixes(namespaces)
        return Config(
            name=name,
            title=self._text("title", name),
            base=base,
            languages=tuple(self._list(self._table.get("languages", ["en"]), "languages")) or ("en",),
            kinds={
                p: Kind(p, folder, self._iri(all_prefixes, c, f"kinds.{p}"))
                for p, (folder, c) in kinds.items()
            },
            prefixes=all_prefixes,
            endpoints=self._strings("endpoints"),
            publish=self._strings("publish"),
        )

    def _iri(self, prefixes: Prefixes, text: str, key: str) -> str:
        try:
            return prefixes.expand(text).value
        except UsageError as error:
            self._fail(f"{key}: {error.message}", error.hint)

    def _fail(self, message: str, hint: str | None = None) -> NoReturn:
        diagnostic = SyntaxDiagnostic(Position(str(self._path)), message)
        raise InputError(str(diagnostic), hint, [diagnostic])

    def _text(self, key: str, default: str) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str):
            self._fail(f"{key} must be text")
        return str(value)

    def _table_of(self, key: str) -> dict[str, Any]:
        value = self._table.get(key, {})
        if not isinstance(value, dict):
            self._fail(f"[{key}] must be a table")
        return dict(value)

    def _strings(self, key: str) -> dict[str, str]:
        table = self._table_of(key)
        for name, value in table.items():
            if not isinstance(value, str):
                self._fail(f"{key}.{name} must be text")
        return table

    def _list(self, value: Any, key: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._fail(f"{key} must be a list of texts")
        return list(value)
