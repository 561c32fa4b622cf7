"""The dataset of a workspace: what its files assert, what the rules derive, and a store for queries.

The store is a folder in the user's cache, keyed by the content of the files: built beside, flushed,
renamed into place, then only ever opened read-only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mosty.engines import guard
from mosty.model.errors import InputError, MostyError, OutputError
from mosty.rdf.files import sync_folder
from mosty.rdf.reading import decode, read_bytes

if TYPE_CHECKING:
    from mosty.workspace.workspace import Workspace

# Raise it when the layout of the store changes.
_LAYOUT = "2"
_MOST_ROUNDS = 100
# Rules that derive more than this, and more than ten times what was asserted, never end.
_MOST_DERIVED = 200_000
_KEPT_STORES = 4
_HOUR = 3600


class Dataset:
    """The dataset that a list of files and rules makes.

    Args:
        workspace: whose files they are.
        files: RDF files inside the workspace.
        rules: CONSTRUCT queries, run in this order until they derive nothing new.
    """

    def __init__(self, workspace: Workspace, files: Sequence[Path], rules: Sequence[Path]) -> None:
        self._workspace = workspace
        self._files = files
        self._rules = rules

    def asserted(self) -> list[ox.Quad]:
        """What the files say, as written, each file in its named graph."""
        return self._workspace.read(self._files)

    def derive(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        """Run the rules over quads and return what they add, sorted, in the graph of derived triples.

        Raises:
            InputError: a rule is not a CONSTRUCT query, or the rules derive without end.
        """
        return derive(quads, self._rules, self._workspace.config.derived_graph)

    def key(self) -> str:
        """A digest of everything that the store depends on."""
        digest = hashlib.blake2b(f"{_LAYOUT} {ox.__version__}".encode(), digest_size=16)
        for path in (self._workspace.root / "mosty.toml", *self._files, *self._rules):
            name, content = os.fsencode(path.relative_to(self._workspace.root)), read_bytes(path)
            digest.update(b"%d %d " % (len(name), len(content)) + name + content)
        return digest.hexdigest()

    def store(self) -> Path:
        """The folder of a finished store with this dataset, built now when the cache has none.

        Raises:
            InputError: a file cannot be read.
            OutputError: no folder for the cache can be written.
        """
        folder = cache_folder(self._workspace.root)
        key = self.key()
        store = folder / key
        if store.is_dir():
            return store
        asserted = self.asserted()
        if self.key() != key:  # someone saved a file meanwhile, and the key must be that of what was read
            return self.store()
        quads = asserted + self.derive(asserted)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
            try:
                _build(quads, temporary)
                if not self._workspace.private_files():
                    temporary.chmod(0o755)  # mkdtemp makes folders that only their owner may open
                try:
                    temporary.rename(store)
                except OSError:
                    if not store.is_dir():  # else someone built the same store meanwhile: theirs will do
                        raise
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            sync_folder(folder)
        except OSError as error:
            raise OutputError(
                f"{folder}: the query store cannot be written: "
                + (error.strerror or str(error).rpartition(": ")[2]),
                "free some space, or name another folder in MOSTY_CACHE_DIR",
            ) from None
        _sweep(folder, keep=store)
        return store


def derive(quads: Iterable[ox.Quad], rules: Sequence[Path], graph: str) -> list[ox.Quad]:
    """Run CONSTRUCT rules over quads until nothing new comes, and return what they add, sorted."""
    if not rules:
        return []
    store = ox.Store()
    store.bulk_extend(merged(quads))
    name = ox.NamedNode(graph)
    texts = [(path, decode(read_bytes(path), str(path))) for path in rules]
    derived: dict[str, ox.Quad] = {}
    most = _MOST_DERIVED + 10 * len(store)
    for _ in range(_MOST_ROUNDS):
        before = len(derived)
        for path, text in texts:
            new = []
            for triple in _construct(store, path, text):
                if (key := str(triple)) not in derived:
                    derived[key] = quad = ox.Quad(triple.subject, triple.predicate, triple.object, name)
                    new.append(quad)
                    if len(derived) > most:
                        raise _endless([path], f"more than {most:,} triples")
            store.extend(merged(new))
        if len(derived) == before:
            break
    else:
        raise _endless(rules, f"new triples still in round {_MOST_ROUNDS}")
    asserted = {str(quad.triple) for quad in quads}
    return [derived[key] for key in sorted(derived) if key not in asserted]


def _construct(store: ox.Store, path: Path, text: str) -> ox.QueryTriples:
    try:
        guard.check(text)
        answer = store.query(text)
    except (SyntaxError, MostyError) as error:
        raise InputError(f"{path}: {error}", "a rule is a CONSTRUCT query") from None
    if not isinstance(answer, ox.QueryTriples):
        raise InputError(f"{path}: not a CONSTRUCT query", "a rule is a CONSTRUCT query")
    return answer


def _endless(rules: Sequence[Path], how: str) -> InputError:
    return InputError(
        f"{', '.join(map(str, rules))}: derive without end: {how}",
        "a rule must not make new terms from what it derived; follow a chain with a property path (p+)",
    )


def merged(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """The RDF merge of all graphs, in the default graph (RDF 1.1 Semantics, section 4.1; no blank nodes are shared)."""
    return {ox.Quad(q.subject, q.predicate, q.object) for q in quads}


def cache_folder(root: Path) -> Path:
    """The folder that holds the stores of one workspace: MOSTY_CACHE_DIR or the user's cache."""
    base = os.environ.get("MOSTY_CACHE_DIR")
    if not base:
        import platformdirs

        base = platformdirs.user_cache_dir("mosty")
    return Path(base) / hashlib.blake2b(str(root.resolve()).encode(), digest_size=8).hexdigest()


def _build(quads: list[ox.Quad], folder: Path) -> None:
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    # The default graph holds each triple once. pyoxigraph's own union of graphs does not merge: a triple
    # that stands in two graphs would match twice, and counts would differ from every other engine.
    store.bulk_extend(merged(quads))
    store.flush()
    store.optimize()
    del store


def _sweep(folder: Path, keep: Path) -> None:
    """Remove old stores and what killed builds left; never one that may be in use."""
    old = time.time() - _HOUR
    aged = []
    for entry in folder.iterdir():
        with suppress(OSError):
            if entry != keep and (modified := entry.stat().st_mtime) < old:
                aged.append((not entry.name.startswith("."), modified, entry))
    for _, _, entry in sorted(aged)[: max(0, len(aged) - _KEPT_STORES + 1)]:
        shutil.rmtree(entry, ignore_errors=True)
    for finished, _, entry in aged:
        if not finished:
            shutil.rmtree(entry, ignore_errors=True)
