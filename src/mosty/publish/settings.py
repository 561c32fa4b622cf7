"""The settings that a release was made with: workspace.toml. From them and its data it can be made again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from mosty.model.errors import InputError
from mosty.model.formats import RELEASE_FORMATS
from mosty.publish import dcat
from mosty.publish.staging import ReleaseFile
from mosty.rdf.prefixes import STANDARD, is_iri
from mosty.workspace.config import Config, read_config

FILE = "workspace.toml"
"""Where they stand in a release; not under the name of a workspace's own file, for a release is no workspace."""

SITE_MARK = "index.html"
"""The page that every site has."""

LICENCE = "LICENSE.txt"
"""The text of the licence in a release."""

_MOST_BYTES = 1 << 22
_BARE = re.compile(r"[A-Za-z0-9_-]+")
# What can stand in the rules of any web server as it is: no query, no fragment, no quotes.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/(?:[A-Za-z0-9_.~-]|%[0-9A-Fa-f]{2})*)*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def to_toml(config: Config, formats: Collection[str]) -> str:
    """Write the settings of a workspace, as far as a release follows from them, in the form of mosty.toml.

    Args:
        config: of the workspace; its endpoints are nobody else's business.
        formats: the formats of the release.
    """
    implied = STANDARD | {prefix: f"{config.base}id/{prefix}/" for prefix in config.kinds}
    kinds = {
        kind.prefix: {"folder": kind.folder, "class": config.prefixes.compact(kind.record_class)}
        for kind in config.kinds.values()
    }
    prefixes = {prefix: iri for prefix, iri in config.prefixes.items() if implied.get(prefix) != iri}
    said = {**config.publish, "formats": " ".join(name for name in RELEASE_FORMATS if name in formats)}
    return "\n".join(
        [
            "# The settings that this release was made with: from them and the data, `mosty verify` makes it again.",
            f"name = {_text(config.name)}",
            f"title = {_text(config.title)}",
            f"base = {_text(config.base)}",
            f"languages = [{', '.join(map(_text, config.languages))}]",
            *_table("kinds", {prefix: _inline(kind) for prefix, kind in kinds.items()}),
            *_table("prefixes", {prefix: _text(iri) for prefix, iri in prefixes.items()}),
            *_table("publish", {key: _text(text) for key, text in said.items()}),
            "",
        ]
    )


def read_settings(folder: Path) -> Config:
    """Read the settings of a release.

    Raises:
        InputError: they cannot be read, or nothing can be published with them.
    """
    path = folder / FILE
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{FILE}: is too large")
    try:
        config = read_config(path)
    except RecursionError:
        raise InputError(f"{FILE}: is nested too deeply") from None
    refuse_unfit(config, FILE)
    return config


def formats_of(config: Config) -> frozenset[str]:
    """The formats that the settings of a release name; what a later version calls otherwise is left out."""
    return frozenset(config.publish.get("formats", "").split()).intersection(RELEASE_FORMATS)


def refuse_unfit(config: Config, file: str) -> None:
    """Refuse what cannot stand in a description, before anything is made.

    Args:
        config: the settings.
        file: what they stand in.

    Raises:
        InputError: a value is none that a release can carry.
    """
    for key in ("license", "download"):
        if key in config.publish and not is_iri(config.publish[key]):
            raise InputError(
                f"{file}: publish.{key} is not an IRI: {config.publish[key]!r}", "write https://..."
            )
    if (download := config.publish.get("download")) is not None and not _ADDRESS.fullmatch(download):
        raise InputError(
            f"{file}: publish.download is no address of a folder on the web: {download!r}",
            "write it like https://example.org/register/",
        )
    try:
        dcat.check(config.publish)
    except InputError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from None
    for tag in config.languages:
        if not _LANGUAGE.fullmatch(tag):
            raise InputError(f"{file}: not a language tag: {tag!r}", "write it like en or zh-Hant (RFC 5646)")


def inputs_hash(files: Iterable[ReleaseFile]) -> str:
    """The hash of what a release was made with beside its data: settings, licence, stored queries and rules.

    It is the SHA-256 of their lines in SHA256SUMS: nothing else repeats every word of theirs.
    """
    lines = sorted(f"{file.sha256}  {file.path}\n" for file in files if is_input(file.path))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def is_input(path: str) -> bool:
    """Whether a file of a release is one that `inputs_hash` is about.

    >>> is_input("queries/who.rq"), is_input("queries/who.csv"), is_input("shapes.ttl")
    (True, False, False)
    """
    return path in (FILE, LICENCE) or (path.startswith(("queries/", "rules/")) and path.endswith(".rq"))


def _table(name: str, rows: Mapping[str, str]) -> list[str]:
    return ["", f"[{name}]", *(f"{_key(key)} = {value}" for key, value in rows.items())] if rows else []


def _inline(table: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{key} = {_text(value)}' for key, value in table.items())} }}"


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _text(text)


def _text(text: str) -> str:
    """A basic string of TOML: as one of JSON, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
