"""Putting a release together: which files it has, in which order, and who writes each."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple, TypeAlias

from mosty.diff import Differences, State, changes_markdown, compare, dumped, read_release, tombstones
from mosty.diff.telling import Teller
from mosty.model.formats import TABLE_FORMATS
from mosty.model.terms import RDF
from mosty.publish import citation, dcat, provenance, settings, void
from mosty.publish.content import Content
from mosty.publish.description import VOCABULARIES, Description, with_vocabularies
from mosty.publish.dumping import Dumps
from mosty.publish.folder import CHECKSUMS
from mosty.publish.history import CHANGES, HISTORY, PATCH, TOMBSTONES, Before, changes_path
from mosty.publish.info import FILE as INFO
from mosty.publish.info import Previous, ReleaseInfo, counts, to_json
from mosty.publish.listing import SITE, rows
from mosty.publish.sources import dataset, file_name
from mosty.publish.staging import Stage
from mosty.publish.tables import write_tables
from mosty.publish.versioning import Choice
from mosty.rdf.canonical import dataset_hash
from mosty.rdf.graph import Graph
from mosty.rdf.keys import iri_key
from mosty.rdf.reading import read_bytes
from mosty.rdf.writing import turtle_chunks
from mosty.workspace.config import Config

_TYPE, _ONTOLOGY = iri_key(RDF + "type"), iri_key(VOCABULARIES["owl"] + "Ontology")
MOST_HEADLINES = 12
"""So many sentences of each language does release.json hold of what changed."""

_SUMS = f"SHA-256 of all files: sha256sum --check {CHECKSUMS}"

SiteBuilder: TypeAlias = Callable[[Content, ReleaseInfo, Graph, Mapping[str, str], Stage], None]
"""Makes the pages of a release among its files: from what it says, what was withdrawn, and its changes by language."""


class Plan(NamedTuple):
    """What a release is to be.

    Attributes:
        date: what it says of its day.
        choice: its version, and why it has it.
        before: the release before.
        texts: stored queries and rules by path.
        formats: which of `RELEASE_FORMATS` to write.
        licence: the text of the licence, if there is one.
        site: makes the pages, when there are to be any.
    """

    date: datetime.date | None
    choice: Choice
    before: Before | None
    texts: Mapping[str, bytes]
    formats: Set[str]
    licence: bytes | None = None
    site: SiteBuilder | None = None


class Composer:
    """Composes the files of a release.

    Args:
        config: of the workspace whose release it is.
        content: what is published.
        stage: where the files go.
        plan: what it is to be.
    """

    def __init__(self, config: Config, content: Content, stage: Stage, plan: Plan) -> None:
        self.config = config
        self._content = content
        self._stage = stage
        self._plan = plan
        self._name = file_name(self.config.name)
        self._prefixes = with_vocabularies(self.config.prefixes)
        licence = self.config.publish.get("license")
        self._licence = [f"Licence: {licence}"] if licence else []
        self._dumps = Dumps(
            content,
            self.config,
            stage,
            name=self._name,
            prefixes=self._prefixes,
            header=self._header(),
            licence=self._licence,
        )

    def compose(self) -> ReleaseInfo:
        """Write all files; give what the release says of itself."""
        plan, stage, content = self._plan, self._stage, self._content
        parts = self._dumps.turtle()
        dump = self._dumps.dataset()
        self._dumps.others(plan.formats)
        if tables := plan.formats & frozenset(TABLE_FORMATS):
            write_tables(
                content,
                self.config,
                stage.add,
                formats=tables,
                name=self._name,
                version=plan.choice.version,
                date=plan.date,
                scratch=stage.scratch,
            )
        for path, text in plan.texts.items():
            kind, _, file = path.partition("/")
            stage.add(path, f"{'Rule' if kind == 'rules' else 'Stored query'} {file[:-3]}", text)
        stage.add(
            settings.FILE, "The settings that it was made with", settings.to_toml(self.config, plan.formats)
        )
        if plan.licence is not None:
            stage.add(settings.LICENCE, "The licence", plan.licence)
        info = self._info(dump.path, dump.sha256)
        differences, gone = self._history(info)
        told = self._changes(differences, info)
        info = info._replace(changes=self._headlines(differences, info))
        stage.add(INFO, "What this release is, for programs", to_json(info))
        stage.add("CITATION.cff", "How to cite this release", citation.cff(content, self.config, info))
        origins = provenance.describe(content, self.config, info)
        self._describe("provenance.ttl", "The sources, and how much rests on each", origins)
        dumps = [f"{self._name}.ttl", dump.path]
        about = void.describe(content, self.config, parts, dumps, issued=info.issued, modified=info.date)
        self._describe("void.ttl", "Counts of triples, classes and properties (VoID)", about)
        if plan.site:
            stage.part = SITE
            plan.site(content, info, gone, told, stage)
            stage.part = ""
        catalogue = dcat.describe(content, self.config, stage.files, info, conforms_to=self._ontologies())
        self._describe("dcat.ttl", "Description for data portals (DCAT-AP 3)", catalogue)
        stage.add("README.txt", "What the files are", self._readme())
        stage.add(CHECKSUMS, _SUMS, "".join(f"{file.sha256}  {file.path}\n" for file in stage.files))
        return info

    def _info(self, dump: str, hash_: str) -> ReleaseInfo:
        plan, said = self._plan, self.config.publish
        return ReleaseInfo(
            name=self.config.name,
            title=said.get("title", self.config.title),
            base=self.config.base,
            version=plan.choice.version,
            date=plan.date,
            previous=self._previous(hash_),
            dump=dump,
            hash=hash_,
            shapes_hash=dataset_hash([("", self._content.shapes)]),
            counts=counts(self._content, self._dumps.graphs),
            inputs_hash=settings.inputs_hash(self._stage.files),
            reasons=plan.choice.reasons,
            issued=(plan.before and plan.before.info.issued) or plan.date,
        )

    def _previous(self, hash_: str) -> Previous | None:
        before = self._plan.before
        if before is None or self._is_same(hash_):
            return before and before.info.previous
        return Previous(before.info.version, before.info.hash)

    def _is_same(self, hash_: str) -> bool:
        """Whether this is the release before once more."""
        before = self._plan.before
        return before is not None and (before.info.hash, before.info.version) == (
            hash_,
            self._plan.choice.version,
        )

    def _history(self, info: ReleaseInfo) -> tuple[Differences | None, Graph]:
        """Write the patch from the release before, and what went away."""
        before = self._plan.before
        if before is not None and self._is_same(info.hash):
            for name in (PATCH, TOMBSTONES):
                if (before.folder / name).is_file():
                    self._stage.add(name, HISTORY[name], read_bytes(before.folder / name))
            return None, before.tombstones
        differences = None if before is None else self._differences(before, info)
        gone = Graph()
        if differences is not None and before is not None:
            gone = tombstones(differences, before.tombstones, info.date)
        if differences is not None:
            self._stage.add(PATCH, HISTORY[PATCH], differences.patch())
        if gone.columns:
            header = [*self._header(), f"{HISTORY[TOMBSTONES]}.", *self._licence]
            self._stage.add(TOMBSTONES, HISTORY[TOMBSTONES], turtle_chunks(gone, self._prefixes, header))
        return differences, gone

    def _changes(self, differences: Differences | None, info: ReleaseInfo) -> Mapping[str, str]:
        """Write what changed in words: a file in each language."""
        before, first = self._plan.before, self.config.languages[0]
        texts = {}
        for language in dict.fromkeys(self.config.languages):
            path = changes_path(language, first)
            earlier = before.changes(path) if before else ""
            texts[language] = earlier
            if not self._is_same(info.hash):
                told = changes_markdown(
                    differences,
                    self.config,
                    version=info.version,
                    date=info.date,
                    previous=before and before.info.version,
                    earlier=earlier or (before.changes(CHANGES) if before else ""),
                    language=language,
                )
                texts[language] = "".join(told)
            if text := texts[language]:
                title = HISTORY[CHANGES] if language == first else f"{HISTORY[CHANGES]} ({language})"
                self._stage.add(path, title, text)
        return texts

    def _headlines(self, differences: Differences | None, info: ReleaseInfo) -> Mapping[str, Sequence[str]]:
        """What changed, in the first sentences of each language."""
        before = self._plan.before
        if differences is None:
            return before.info.changes if before is not None and self._is_same(info.hash) else {}
        return {
            language: Teller(differences, language, curies=False).headlines()[:MOST_HEADLINES]
            for language in self.config.languages
        }

    def _differences(self, before: Before, info: ReleaseInfo) -> Differences:
        name, version, shapes, texts = self.config.name, info.version, self._content.shapes, self._plan.texts
        if self._stage.folder is None:
            graphs = dataset(self._content, self.config)
            new = State.of(name, graphs, shapes, version=version, texts=texts)
        else:
            new = dumped(name, self._stage.folder / info.dump, shapes, version=version, texts=texts)
        return compare(read_release(before.folder), new, self.config)

    def _describe(self, path: str, title: str, description: Description) -> None:
        self._stage.add(path, title, description.turtle(self._prefixes, [*self._header(), *self._licence]))

    def _ontologies(self) -> list[str]:
        found = self._content.ontology.inverse(_TYPE).values(_ONTOLOGY)
        return sorted(subject[1:-1] for subject in found if subject[0] == "<")

    def _header(self) -> list[str]:
        known = (
            self.config.publish.get("title", self.config.title),
            self._plan.choice.version,
            self._plan.date and self._plan.date.isoformat(),
        )
        return [" ".join(", ".join(part for part in known if part).split())]

    def _readme(self) -> str:
        files = {row.path: row.title for row in rows(self._stage.files)} | {CHECKSUMS: _SUMS}
        width = max(map(len, files))
        lines = [f"{path:<{width}}  {title}" for path, title in sorted(files.items())]
        name = self._name
        notes = [
            "Literals are as they were written in the source files. Nothing here is derived but the triples of",
            f"{name}-derived.ttl and of the graph {self.config.derived_graph}.",
            "A query that relies on derived triples or on subclasses needs three files together:",
            f"{name}.ttl, {name}-derived.ttl and ontology.ttl; {name}.nq holds all of them.",
            f"The SHA-256 of {name}.nq is the RDFC-1.0 hash of the dataset.",
            "Beside large files lies a compressed copy (.gz).",
            *(f"Not made: {path}: {why}" for path, why in sorted(self._dumps.absent.items())),
        ]
        return "\n".join([*self._header(), *self._licence, "", *lines, "", *notes]) + "\n"
