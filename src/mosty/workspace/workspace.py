"""A workspace on disk: where it is, which files it has, which named graph each file is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from mosty.model.errors import InputError, UsageError
from mosty.model.terms import IRI
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reading import FORMATS, read_quads, walk
from mosty.workspace.config import FILE_NAME, Config, read_config
from mosty.workspace.dataset import Dataset

PRIVATE = "private"
EVIDENCE = "evidence"

# .xml and .json can be anything; in a workspace, RDF has a name of its own.
_EXTENSIONS = tuple(FORMATS.keys() - {".xml", ".json"})
# What is percent-encoded in the name of a graph: many file names hold what no IRI may.
_NOT_IN_IRI = re.compile(r"[^\w.~!$&'()*+,;=:@/-]")


class Workspace:
    """A folder with a mosty.toml.

    Args:
        root: the folder.

    Raises:
        UsageError: the folder has no mosty.toml.
        InputError: its mosty.toml is wrong.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        if not _is_file(root / FILE_NAME):
            raise UsageError(
                f"{root}: no workspace here (no {FILE_NAME})",
                "make one with `mosty init DIR`, or name one with -C DIR",
            )
        self.config: Config = read_config(root / FILE_NAME)

    @classmethod
    def discover(cls, path: Path | None = None) -> Workspace:
        """Find the workspace to work on.

        With a path: that folder. Without: the nearest folder upwards from the current one that has a
        mosty.toml, and when there is none, the graph that mosty itself carries.
        """
        if path is not None:
            return cls(path)
        return cls.nearest() or cls(packaged())

    @classmethod
    def nearest(cls, path: Path | None = None) -> Workspace | None:
        """Find the workspace around a folder (without path the current one), if there is one."""
        here = Path.cwd() if path is None else path.resolve()
        for folder in (here, *here.parents):
            if _is_file(folder / FILE_NAME):
                return cls(folder)
        return None

    @property
    def prefixes(self) -> Prefixes:
        """The prefixes of the workspace."""
        return self.config.prefixes

    def data_files(self, *, private: bool = False) -> list[Path]:
        """Files of records (without evidence), sorted; those in data/private only when asked for."""
        skip = {EVIDENCE} if private else {EVIDENCE, PRIVATE}
        depth = len((self.root / "data").parts)
        return [path for path in self._rdf("data") if path.parts[depth] not in skip]

    def private_files(self) -> list[Path]:
        """Files under data/private: loaded here, never published."""
        return self._rdf(f"data/{PRIVATE}")

    def evidence_files(self) -> list[Path]:
        """Files of evidence, sorted."""
        return self._rdf(f"data/{EVIDENCE}")

    def ontology_files(self) -> list[Path]:
        """Files of the ontology and its SKOS schemes, sorted."""
        return self._rdf("ontology")

    def is_public(self, path: Path) -> bool:
        """Whether a path, of a file that is there or was, is one of public data or of the ontology."""
        if not path.is_relative_to(root := self.root.resolve()) or path.suffix.lower() not in FORMATS:
            return False
        parts = path.relative_to(root).parts
        return parts[0] == "ontology" or (parts[0] == "data" and parts[1:2] != (PRIVATE,))

    def shape_files(self) -> list[Path]:
        """Files of shapes, sorted."""
        return self._rdf("shapes")

    def query_files(self) -> list[Path]:
        """Stored queries, sorted."""
        return self._files("queries", (".rq",))

    def rule_files(self) -> list[Path]:
        """Derivation rules (CONSTRUCT queries), in the order in which they run."""
        return self._files("ontology/rules", (".rq",))

    def graph_of(self, path: Path) -> IRI:
        """Name the graph of a file: the path without ``data/`` and extension, under ``<base>graph/``."""
        relative = path.relative_to(self.root).with_suffix("")
        parts = relative.parts[1:] if relative.parts[0] == "data" else relative.parts
        name = _NOT_IN_IRI.sub(lambda m: "".join(f"%{b:02X}" for b in os.fsencode(m[0])), "/".join(parts))
        return IRI(self.config.base + "graph/" + name)

    def file_of(self, graph: str) -> Path | None:
        """Find the file of a named graph, relative to the root; None when no file is that graph."""
        return self._file_by_graph.get(graph)

    def show_path(self, path: Path) -> str:
        """Name a file for people: relative to the current folder when it lies below it."""
        # As Path.relative_to, which takes 15 microseconds for each of many files.
        here = os.path.join(os.getcwd(), "")  # noqa: PTH118, PTH109
        text = str(path)
        return text.removeprefix(here)

    def read(self, paths: Iterable[Path]) -> list[ox.Quad]:
        """Read files of the workspace, each into its named graph, literals as written.

        Raises:
            InputError: a file cannot be read; the message has the position.
        """
        quads: list[ox.Quad] = []
        for path in paths:
            graph = ox.NamedNode(self.graph_of(path).value)
            quads += read_quads(path, graph=graph, name=self.show_path(path), rename_blank_nodes=True)
        return quads

    def dataset(self, *, private: bool = True) -> Dataset:
        """The dataset that queries see: records, evidence, ontology, and what the rules derive."""
        files = [*self.data_files(private=private), *self.evidence_files(), *self.ontology_files()]
        return Dataset(self, files, self.rule_files())

    def _rdf(self, folder: str) -> list[Path]:
        return self._files(folder, _EXTENSIONS)

    def _files(self, folder: str, extensions: tuple[str, ...]) -> list[Path]:
        found = sorted(
            Path(path)
            for path in walk(self.root / folder)
            if path.endswith(extensions) and not path.rpartition("/")[2].startswith(".")
        )
        for path in found:
            _refuse_irregular(path)
        return found

    @cached_property
    def _file_by_graph(self) -> dict[str, Path]:
        files = [*self.data_files(private=True), *self.evidence_files(), *self.ontology_files()]
        return {self.graph_of(path).value: path.relative_to(self.root) for path in files}


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}", "check its rights") from None


def _refuse_irregular(path: Path) -> None:
    """Refuse a pipe or a device, which could be read for ever."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return  # who reads it will say why it cannot be read
    if not regular:
        raise InputError(f"{path}: is not a regular file", "take it out of the workspace")


def packaged() -> Path:
    """The folder of mosty's own graph: inside the installed package, or the checkout it runs from."""
    inside = Path(__file__).resolve().parents[1] / "_workspace"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[3]
