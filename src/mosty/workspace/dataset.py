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
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from mosty.model.errors import InputError, OutputError
from mosty.rdf.files import sync_folder
from mosty.rdf.graph import Graph
from mosty.rdf.loading import Loaded, load
from mosty.rdf.reading import read_bytes
from mosty.workspace import derivation, snapshots

if TYPE_CHECKING:
    from mosty.workspace.workspace import Workspace

# Raise it when the layout of the store changes.
_LAYOUT = "2"
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
        self.files = files
        self._rules = rules

    def only(self, files: Sequence[Path]) -> Dataset:
        """The dataset that some of the files make, with the same rules."""
        return Dataset(self._workspace, files, self._rules)

    def asserted(self) -> list[ox.Quad]:
        """What the files say, as written, each file in its named graph."""
        return self._workspace.read(self.files)

    def derive(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        """Run the rules over quads and return what they add, sorted, in the graph of derived triples.

        Raises:
            InputError: a rule is not a CONSTRUCT query, or the rules derive without end.
        """
        if not self._rules:
            return []
        return derivation.to_quads(self.derive_from(Graph.of(quads)), self._workspace.config.derived_graph)

    def derive_from(self, graph: Graph) -> list[derivation.KeyTriple]:
        """Run the rules over a graph of keys and return what they add, sorted.

        Raises:
            InputError: a rule is not a CONSTRUCT query, or the rules derive without end.
        """
        return derivation.derive(graph, derivation.read_rules(self._rules))

    def key(self) -> str:
        """A digest of everything that the store depends on."""
        return self._key(read_bytes)

    def _key(self, read: Callable[[Path], bytes]) -> str:
        digest = hashlib.blake2b(f"{_LAYOUT} {ox.__version__}".encode(), digest_size=16)
        start = len(os.fsencode(self._workspace.root / "x")) - 1
        for path in (self._workspace.root / "mosty.toml", *self.files, *self._rules):
            name, content = os.fsencode(path)[start:], read(path)
            digest.update(b"%d %d " % (len(name), len(content)) + name + content)
        return digest.hexdigest()

    def load(self) -> Loaded:
        """What the files say and what the rules derive, as keys; from the cache when it has just that.

        Raises:
            InputError: files cannot be read (all are named), or a rule is none.
        """
        named = [(path, self._workspace.show_path(path)) for path in self.files]
        contents: dict[Path, bytes] = {}

        def read(path: Path) -> bytes:
            if path not in contents:  # what is loaded is what the key was made of
                contents[path] = read_bytes(path)
            return contents[path]

        try:
            key = self._key(read)
        except InputError:
            load(named, read=read)  # it says what is wrong with every file
            raise
        folder = cache_folder(self._workspace.root)
        if (found := snapshots.find(folder, key, named)) is not None:
            return found
        loaded = load(named, read=contents.pop)
        rules = derivation.read_rules(self._rules, contents.pop)
        loaded.derived = derivation.derive(loaded.graph, rules)
        snapshots.keep(folder, key, loaded)
        return loaded

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
            if entry != keep and entry.is_dir() and (modified := entry.stat().st_mtime) < old:
                aged.append((not entry.name.startswith("."), modified, entry))
    for _, _, entry in sorted(aged)[: max(0, len(aged) - _KEPT_STORES + 1)]:
        shutil.rmtree(entry, ignore_errors=True)
    for finished, _, entry in aged:
        if not finished:
            shutil.rmtree(entry, ignore_errors=True)
