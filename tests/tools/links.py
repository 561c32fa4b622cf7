"""Check a folder of pages: do all links inside it lead somewhere, and is there nothing that a page must not hold?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ADDRESSES = {"href", "src", "action", "data-root", "data-home"}
_DATA = {"application/ld+json", "application/json"}
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
# Elements whose end tag HTML lets one leave out; the templates write all of them.
_OUTSIDE = {"http", "https"}


class Document(HTMLParser):
    """What a page holds: links, places that links can lead to, scripts, language, headings."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.headings: list[int] = []
        self.policy = ""
        self.language = ""
        self.title = ""
        self.text: list[str] = []
        self.scripts = 0
        self._open: list[str] = []
        self._data = False
        self.feed(text)
        self.close()
        if self._open:
            self.inline.append(f"not closed: {self._open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        self.links += [(name, value) for name, value in given.items() if name in _ADDRESSES]
        if "id" in given:
            self.ids.append(given["id"])
        self.inline += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if tag == "script":
            self._data = given.get("type") in _DATA
            self.scripts += 1
            if not self._data and "src" not in given:
                self.inline.append("script without src")
        if tag == "style":
            self.inline.append("style element")
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.inline.append(f"</{tag}> in the wrong place")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["title"]:
            self.title += data
        elif self._open[-1:] == ["script"]:
            if not self._data and data.strip():
                self.inline.append("script with text")
        else:
            self.text.append(data)


def documents(folder: Path) -> dict[str, Document]:
    """Read all pages of a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): Document(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }


def broken(folder: Path, pages: Mapping[str, Document]) -> Iterator[str]:
    """Links inside the folder that lead nowhere: to no file, or to no place in it."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    known = {path: set(page.ids) for path, page in pages.items()}
    for path, page in pages.items():
        for name, address in page.links:
            split = urlsplit(address)
            if split.scheme in _OUTSIDE or split.scheme == "data":
                continue
            if path == "404.html" and split.path.startswith("/"):
                continue  # it is shown under any address of its host
            if split.scheme or split.netloc or split.path.startswith("/"):
                yield f"{path}: {name}={address!r}: not relative"
                continue
            target = joined(path, unquote(split.path)) if split.path else path
            if name in ("data-root", "data-home"):
                continue
            if target is None or target not in files:
                yield f"{path}: {name}={address!r}: no such file"
            elif split.fragment and target in known and unquote(split.fragment) not in known[target]:
                yield f"{path}: {name}={address!r}: no such place"


def joined(path: str, address: str) -> str | None:
    """The path that a relative address leads to, seen from a page; None when it leads out of the folder."""
    parts = path.split("/")[:-1]
    for part in address.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)
