"""A new workspace: a small example that passes every check, made whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from mosty.model.errors import OutputError, UsageError
from mosty.model.terms import RDF
from mosty.rdf.files import made_folder, real_path, sync_folder
from mosty.rdf.reading import read_quads
from mosty.rdf.terms import fingerprint
from mosty.rdf.writing import turtle
from mosty.workspace.config import FILE_NAME
from mosty.workspace.workspace import Workspace

TEMPLATE = Path(__file__).with_name("template")
_BASE = "https://example.org/register/"
_TITLE = "A register of projects"
# Names of the ontology, records and graphs are paths below the base.
_GOOD_BASE = re.compile(r"https?://[^\s<>\"{}|^`\\#?\x00-\x1f]+/\Z")


def create_workspace(
    target: Path, *, name: str | None = None, title: str | None = None, base: str | None = None
) -> Workspace:
    """Make a new workspace in a folder.

    Args:
        target: the folder; it may exist when nothing in it stands in the way.
        name: short name; that of the folder when not given.
        title: one line for people.
        base: IRI that every IRI of the workspace starts with; below https://example.org/ when not given.

    Raises:
        UsageError: something in the folder would be overwritten, or the base or title cannot be used.
        OutputError: the folder cannot be written; nothing is left behind.
    """
    name = name or slug(real_path(target).name)
    title = title or _TITLE
    base = base or f"https://example.org/{name}/"
    if not _GOOD_BASE.match(base):
        raise UsageError(
            f"{base}: not a base IRI", "write it like https://example.org/register/, with / at the end"
        )
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name):
        raise UsageError(f"{name}: not a short name", "use small letters, digits and hyphens")
    if not title.isprintable():
        raise UsageError("the title holds a line break or control character", "write it on one line")
    _refuse_overwriting(target)
    try:
        return _create(target, name, title, base)
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be written: {error.strerror or error}",
            "check the folder, its rights and the free space",
        ) from error


def slug(text: str) -> str:
    """Make a short name of any text.

    >>> slug("Můj registr 2")
    'm-j-registr-2'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "register"


def _refuse_overwriting(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target}: is a file", "name a folder")
    in_the_way = [name for name in _names() if (target / name).exists() or (target / name).is_symlink()]
    if FILE_NAME in in_the_way:
        raise UsageError(f"{target}: is a workspace already", "name another folder")
    if in_the_way:
        raise UsageError(
            f"{target}: would overwrite {', '.join(in_the_way)}", "name another folder, or move these away"
        )


def _names() -> list[str]:
    return sorted(_target_name(path.name) for path in TEMPLATE.iterdir())


def _target_name(name: str) -> str:
    # A file named .gitignore inside the package would be obeyed by git and by packaging tools.
    return ".gitignore" if name == "gitignore" else name


def _create(target: Path, name: str, title: str, base: str) -> Workspace:
    beside = target if target.is_dir() else real_path(target).parent
    with made_folder(beside), TemporaryDirectory(prefix=".mosty-init-", dir=beside) as temporary:
        made = Path(temporary) / "workspace"
        for path in sorted(TEMPLATE.rglob("*")):
            if path.is_file():
                copy = made / path.relative_to(TEMPLATE)
                copy = copy.with_name(_target_name(copy.name))
                copy.parent.mkdir(parents=True, exist_ok=True)
                text = path.read_bytes().decode()
                copy.write_bytes(_adapt(path.name, text, name, title, base).encode())
        workspace = Workspace(made)
        for path in made.rglob("*.ttl"):
            path.write_bytes(_canonical(workspace, path, base).encode())
        _move(made, target)
    sync_folder(beside)
    return Workspace(target)


def _adapt(file: str, text: str, name: str, title: str, base: str) -> str:
    text = text.replace(_BASE, base)
    if file == FILE_NAME:
        text = text.replace('name = "register"', f'name = "{name}"', 1)
        text = text.replace("/register/query", f"/{name}/query")
        text = text.replace(f'title = "{_TITLE}"', f"title = {json.dumps(title, ensure_ascii=False)}")
    if file == "README.md":
        text = text.replace(_TITLE, title, 1)
    return text


def _canonical(workspace: Workspace, path: Path, base: str) -> str:
    """Write a Turtle file as `mosty fmt` does: another base sorts differently, and statements are named anew."""
    triples = [quad.triple for quad in read_quads(path)]
    names: dict[object, ox.NamedNode] = {
        triple.subject: _statement_name(triple.subject, triples, base)
        for triple in triples
        if triple.predicate.value == RDF + "subject" and isinstance(triple.subject, ox.NamedNode)
    }
    renamed = [ox.Triple(names.get(t.subject) or t.subject, t.predicate, t.object) for t in triples]
    return turtle(renamed, workspace.prefixes)


def _statement_name(statement: ox.NamedNode, triples: Sequence[ox.Triple], base: str) -> ox.NamedNode:
    # A statement is named by the triple that it is about.
    parts = {t.predicate.value.removeprefix(RDF): t.object for t in triples if t.subject == statement}
    subject, predicate = parts["subject"], parts["predicate"]
    assert isinstance(subject, ox.NamedNode)
    assert isinstance(predicate, ox.NamedNode)
    name = fingerprint(ox.Triple(subject, predicate, parts["object"]))
    return ox.NamedNode(f"{base}id/statement/{name}")


def _move(made: Path, target: Path) -> None:
    """Put the finished files in place, all or none: mosty.toml last, as it makes a folder a workspace."""
    if not target.exists():
        made.rename(target)
        return
    moved: list[Path] = []
    try:
        for path in sorted(made.iterdir(), key=lambda path: path.name == FILE_NAME):
            path.rename(target / path.name)
            moved.append(target / path.name)
    except BaseException:
        for path in moved:
            with suppress(OSError):
                path.rename(made / path.name)
        raise
