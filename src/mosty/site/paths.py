"""From IRIs to file paths: stable names, none of which can leave its folder or meet another one.

A name that every file system and web server takes as it is stays: ``project:czech-towns`` is
``id/project/czech-towns``, which simple rewrite rules find. Any other gets a readable stem and a piece of the
SHA-256 of its IRI, so that nothing in the data can name a path.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from mosty.rdf.keys import Key
from mosty.rdf.prefixes import Prefixes
from mosty.workspace.config import Kind

RECORDS = "id"
_OTHER = f"{RECORDS}/other"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_LONGEST = 100
# Device names of Windows, whatever their extension; and the pages that folders have.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|index|all)(?:\..*)?", re.IGNORECASE)


def is_plain(name: str) -> bool:
    """Whether a name can be that of a file as it is, on any system.

    >>> [is_plain(name) for name in ("czech-towns", "a.b", "con", "NUL.x", "..", "a/b", ".htaccess", "a~1", "š")]
    [True, True, False, False, False, False, False, False, False]
    """
    return len(name) <= _LONGEST and _PLAIN.fullmatch(name) is not None and not _RESERVED.fullmatch(name)


def safe_name(text: str, identity: str) -> str:
    """Make a file name of any text: what is readable of it, and a piece of the SHA-256 of what it stands for.

    >>> safe_name("../Škola č. 1", "https://example.org/1")
    'skola-c-1~18c17418f5ad8'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")
    return f"{stem or 'x'}~{hashlib.sha256(identity.encode('utf-8', 'surrogatepass')).hexdigest()[:13]}"


def record_paths(keys: Iterable[Key], prefixes: Prefixes, kinds: Iterable[str]) -> dict[Key, str]:
    """Give each record its path, without extension.

    Args:
        keys: the keys of all records.
        prefixes: the prefixes of the workspace.
        kinds: the prefixes whose records keep their plain names.

    Returns:
        The path of each record. No two are equal, not even where upper and lower case are the same.
    """
    known = set(kinds)
    paths: dict[Key, str] = {}
    alike: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        paths[key] = _plain_path(key, prefixes, known) or _safe_path(key, prefixes, known)
        alike[paths[key].lower()].append(key)
    for folded, group in alike.items():
        for key in group if len(group) > 1 else ():
            if paths[key] != folded:
                paths[key] = _safe_path(key, prefixes, known)
    return paths


def list_folder(kind: Kind) -> str:
    """The folder of the list of a kind."""
    return f"lists/{kind.prefix if is_plain(kind.prefix) else safe_name(kind.prefix, kind.prefix)}"


def list_path(kind: Kind) -> str:
    """The path of the list of a kind, without the language."""
    return f"{list_folder(kind)}/index.html"


def fragment(key: Key, prefixes: Prefixes) -> str:
    """The name of a place inside a page: its CURIE with a dot for the colon, or a safe name.

    >>> fragment("<http://www.w3.org/2004/02/skos/core#Concept>", Prefixes())
    'skos.Concept'
    """
    split = prefixes.split(key[1:-1]) if key[0] == "<" else None
    if split and _PLAIN.fullmatch(split[1]) and _PLAIN.fullmatch(split[0]):
        return f"{split[0]}.{split[1]}"
    return safe_name(local_name(key), key)


def relative(path: str, start: str) -> str:
    """The relative address of a file, seen from another one.

    >>> relative("id/place/dobris.html", "cs/id/org/iom.html"), relative("a.html#b", "a.html")
    ('../../../id/place/dobris.html', '#b')
    """
    target, mark, inner = path.partition("#")
    if target == start and mark:
        return f"#{inner}"
    ours, theirs = start.split("/")[:-1], target.split("/")
    same = 0
    while same < len(ours) and same < len(theirs) - 1 and ours[same] == theirs[same]:
        same += 1
    return "../" * (len(ours) - same) + "/".join(theirs[same:]) + mark + inner


def localised(path: str, language: str, languages: Iterable[str]) -> str:
    """The path of a page in a language: the first language is at the root, others in folders of their own.

    >>> localised("index.html", "cs", ("en", "cs")), localised("index.html", "id", ("en", "id"))
    ('cs/index.html', 'lang-id/index.html')
    """
    first, *_ = languages
    if language == first:
        return path
    folder = language.lower()
    if folder in _FOLDERS or not is_plain(folder):
        folder = f"lang-{folder if is_plain(folder) else safe_name(folder, folder)}"
    return f"{folder}/{path}"


_FOLDERS = frozenset((RECORDS, "kinds", "static", "tables", "queries", "shapes", "ontology"))


def _plain_path(key: Key, prefixes: Prefixes, known: set[str]) -> str | None:
    split = prefixes.split(key[1:-1]) if key[0] == "<" else None
    if split and split[0] in known and is_plain(split[0]) and is_plain(split[1]):
        return f"{RECORDS}/{split[0]}/{split[1]}"
    return None


def _safe_path(key: Key, prefixes: Prefixes, known: set[str]) -> str:
    """A path that no plain one is equal to (those have no ``~``), in the folder of its prefix where there is one."""
    split = prefixes.split(key[1:-1]) if key[0] == "<" else None
    folder = f"{RECORDS}/{split[0]}" if split and split[0] in known and is_plain(split[0]) else _OTHER
    return f"{folder}/{safe_name(local_name(key), key)}"


def local_name(key: Key) -> str:
    """The last part of an IRI.

    >>> local_name("<https://example.org/id/org/esf>")
    'esf'
    """
    return re.split(r"[/#:]", key[1:-1].rstrip("/#"))[-1]
