"""Verifying a release: all that it says about itself is worked out again from its files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from importlib.util import find_spec
from pathlib import Path

from mosty.model.errors import InputError, MostyError
from mosty.model.verification import Check, Status, Verification
from mosty.publish import claims, settings, sums
from mosty.publish.composing import SiteBuilder
from mosty.publish.folder import CHECKSUMS
from mosty.publish.growth import Growth
from mosty.publish.info import FILE as INFO
from mosty.publish.info import GENERATOR, ReleaseInfo, read_info
from mosty.publish.rederiving import Conforms, Remade
from mosty.publish.remaking import Comparison, remake
from mosty.publish.staging import ReleaseFile
from mosty.workspace.config import Config

_FORMATS = (".nt", ".jsonld", ".rdf", ".trig")
_RECORDS = (".ttl", ".nt", ".jsonld", ".rdf")
_ANNOTATED = "-annotated.ttl"
_MOST_FINDINGS = 1_000
# What fails here was made of other data than the release holds: making it again would tell nothing more.
_GROUND = frozenset(("hash", "dataset"))

_LEFT = "tables, descriptions and pages have only their sums, and what else is checked here"

Pages = Callable[[Config, Path, Collection[str]], SiteBuilder | str]
"""Gives what makes the pages of the release in a folder with some files, or says why they are not made."""


def verify(
    folder: Path,
    *,
    conforms: Conforms,
    pages: Pages,
    expected: str | None = None,
    previous: Path | None = None,
    place: str | None = None,
    before: Iterable[Check] = (),
) -> Verification:
    """Verify a release: files, sums, hash, every format, derived triples, counts, descriptions, conformance.

    Args:
        folder: of the release.
        conforms: says what is wrong with the data by the shapes.
        pages: makes the pages of the site.
        expected: the hash that the dataset must have, when somebody knows it from elsewhere.
        previous: the folder of the release before; the patch is replayed on it.
        place: how the result calls the release.
        before: checks that were made already, as when it was fetched.

    Raises:
        InputError: the folder is no release, or cannot be read.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder", "name the folder of a release, or its address")
    verifier = _Verifier(folder, before)
    verifier.files()
    info = verifier.info()
    if info is not None:
        if expected is not None:
            wrong = [] if expected == info.hash else [f"the dataset has the hash {info.hash}, not {expected}"]
            verifier.check("expected", "the hash is the one that was asked for", lambda: wrong)
        made = Remade(folder, info)
        verifier.dataset(info, made, conforms, previous)
        verifier.again(info, made, pages, previous)
    return Verification(
        place or str(folder),
        info and info.name,
        info and info.version,
        info.date.isoformat() if info and info.date else None,
        info and info.hash,
        tuple(verifier.checks),
    )


class _Verifier:
    """Makes one check after the other; what cannot be read fails its check and no other."""

    def __init__(self, folder: Path, before: Iterable[Check]) -> None:
        self._folder = folder
        self._files: dict[str, sums.Lying] = {}
        self._foreign: frozenset[str] = frozenset()
        self.checks = [*before]

    def check(
        self,
        name: str,
        text: str,
        findings: Callable[[], Iterable[str]],
        *,
        needs: Collection[str] = (),
        skip: str | None = None,
        excuse: str | None = None,
    ) -> None:
        """Make a check.

        Args:
            name: its name.
            text: what it makes sure of.
            findings: gives what is wrong.
            needs: files that it needs.
            skip: why it is not made, if so.
            excuse: why what is found is not wrong, if so.
        """
        if skip is not None:
            self.checks.append(Check(name, "skipped", skip))
            return
        found = [f"{path}: is missing" for path in needs if path not in self._files]
        if not found:
            try:
                found = list(findings())
            except MostyError as error:
                found = [*error.message.splitlines()]
        more = [f"... and {len(found) - _MOST_FINDINGS:,} more"] if len(found) > _MOST_FINDINGS else []
        status: Status = "passed" if not found else "failed" if excuse is None else "skipped"
        told = text if status != "skipped" or excuse is None else excuse
        self.checks.append(Check(name, status, told, (*found[:_MOST_FINDINGS], *more)))

    def files(self) -> None:
        """Look at the files themselves."""
        listed, wrong = sums.listed(self._folder)
        there, odd = sums.there(self._folder)
        missing = [f"{path}: is missing" for path in sorted(listed.keys() - there)]
        self._foreign = frozenset(there - listed.keys() - {CHECKSUMS})
        foreign = [f"{path}: is not of this release" for path in sorted(self._foreign)]
        text = f"the {len(listed):,} files of {CHECKSUMS} are there, and no others"
        self.check("files", text, lambda: [*wrong, *odd, *missing, *foreign])
        self._files = {path: sums.measured(self._folder / path) for path in sorted(there)}
        changed = [
            f"{path}: has another SHA-256"
            for path, digest in sorted(listed.items())
            if path in there and self._files[path].sha256 != digest
        ]
        self.check("sums", "each file has the SHA-256 that is listed", lambda: changed)
        packed = sum(path.endswith(".gz") for path in there)
        self.check(
            "copies",
            f"{packed:,} compressed copies hold what lies beside them",
            lambda: sums.packed_findings(self._folder, self._files),
            skip=None if packed else "there are no compressed copies",
        )

    def info(self) -> ReleaseInfo | None:
        """Read what the release says of itself."""
        found: list[ReleaseInfo] = []

        def read() -> Iterable[str]:
            if (info := read_info(self._folder)) is not None:
                found.append(info)
            return ()

        self.check("release", f"{INFO} can be read", read, needs=[INFO])
        return found[0] if found else None

    def dataset(self, info: ReleaseInfo, made: Remade, conforms: Conforms, previous: Path | None) -> None:
        """Work out again what the release says about its data."""
        stem = made.stem
        turtle = [f"{stem}.ttl", f"{stem}-derived.ttl", "ontology.ttl"]
        formats = {path: origin for path in self._files if (origin := self._origin(path, made.stem))}
        parts = [
            path
            for path in self._files
            if path == "schemes.ttl" or (path.startswith("kinds/") and path.endswith(".ttl"))
        ]
        self.check("hash", f"{info.hash} is the hash of {info.dump}", made.dump, needs=[info.dump])
        self.check(
            "dataset",
            f"{info.dump} holds what the Turtle files and their evidence make",
            made.dataset,
            needs=[*turtle, info.dump],
        )
        self.check(
            "formats",
            f"{len(formats)} files in other formats say the same",
            lambda: made.formats(formats),
            needs=[f"{stem}.ttl", info.dump],
            skip=None if formats else "there are no other formats",
        )
        self.check(
            "parts",
            f"{len(parts)} files hold parts of the graph",
            lambda: made.parts(parts),
            needs=turtle[:2],
        )
        records = [path for path in self._files if path.startswith("id/") and path.endswith(_RECORDS)]
        self.check(
            "records",
            f"{len(records):,} files hold a record each",
            lambda: made.parts(records),
            needs=turtle[:2],
            skip=None if records else "there are no files of single records",
        )
        self.check("derived", "the rules derive what is said to be derived", made.derivation, needs=turtle)
        self.check("counts", f"the figures of {INFO} are right", made.counts, needs=[*turtle, "shapes.ttl"])
        self._claims(info, made, previous)
        self.check(
            "shapes", f"{info.shapes_hash} is the hash of shapes.ttl", made.shapes_hash, needs=["shapes.ttl"]
        )
        self.check(
            "conformance",
            "the data conform to the shapes of the release",
            lambda: conforms(made.whole, made.derived, self._folder / "shapes.ttl") if made.shapes else (),
            needs=[*turtle, "shapes.ttl"],
        )

    def _origin(self, path: str, stem: str) -> str | None:
        """The file that says the same in Turtle or N-Quads, of a dump in another format; None for other files."""
        name, dot, ending = path.rpartition(".")
        if "/" in path or (dot + ending not in _FORMATS and not path.endswith(_ANNOTATED)):
            return None
        plain = path.removesuffix(_ANNOTATED) if path.endswith(_ANNOTATED) else name
        origin = f"{stem}.nq" if path == f"{stem}.trig" else f"{plain}.ttl"
        return origin if origin in self._files else None

    def _claims(self, info: ReleaseInfo, made: Remade, previous: Path | None) -> None:
        base = info.base
        folder, files, main = self._folder, self._files, f"{made.stem}.ttl"
        self.check(
            "void",
            "the numbers of void.ttl are right",
            lambda: claims.void_findings(claims.read(folder / "void.ttl"), base, made.asserted, made.sizes),
            needs=["void.ttl", main],
        )
        self.check(
            "provenance",
            "the numbers of provenance.ttl are right",
            lambda: claims.provenance_findings(claims.read(folder / "provenance.ttl"), base, made.graphs),
            needs=["provenance.ttl", main, info.dump],
        )
        self.check(
            "dcat",
            "dcat.ttl names each file of data with its size and SHA-256, and the version",
            lambda: claims.dcat_findings(claims.read(folder / "dcat.ttl"), base, files, info),
            needs=["dcat.ttl"],
        )
        self.check(
            "citation",
            "CITATION.cff names this version",
            lambda: claims.citation_findings(folder / "CITATION.cff", info),
            needs=["CITATION.cff"],
        )
        self.check(
            "tables",
            "the data package describes the tables",
            lambda: claims.table_findings(folder / "tables" / "datapackage.json", files),
            skip=None if "tables/datapackage.json" in files else "there are no tables",
        )
        self.check(
            "context",
            "context.jsonld has the names that the JSON-LD uses",
            lambda: claims.context_findings(folder / "context.jsonld", folder / f"{made.stem}.jsonld"),
            skip=None if f"{made.stem}.jsonld" in files else "there is no JSON-LD",
        )
        self.check(
            "patch",
            "changes.rdfp leads from the release before to this one",
            lambda: made.patch(previous),
            skip=None if "changes.rdfp" in files else "there is no patch",
        )
        self.check(
            "tombstones",
            "what is said to be gone is gone",
            made.tombstones,
            needs=[main],
            skip=None if "tombstones.ttl" in files else "nothing is said to be gone",
        )

    def again(self, info: ReleaseInfo, made: Remade, pages: Pages, previous: Path | None) -> None:
        """Make the release again with what publishes, and hold each file against the one that is made."""
        if info.inputs_hash is None and settings.FILE not in self._files:
            why = f"{info.generator} did not yet tell what is needed to make each file again"
            self.check("remade", "", lambda: [_LEFT], excuse=why)
            return
        self.check(
            "inputs",
            "release.json has the hash of settings, licence, queries and rules",
            lambda: self._inputs(info),
            needs=[settings.FILE],
        )
        if spoilt := [one.name for one in self.checks if one.name in _GROUND and one.status == "failed"]:
            why = f"nothing is made of what is not right itself: {', '.join(spoilt)}"
            self.check("remade", "", list, skip=why)
            return
        if settings.FILE not in self._files:
            return
        try:
            config = settings.read_settings(self._folder)
        except InputError as error:
            wrong = error.message.splitlines()
            self.check("settings", f"{settings.FILE} can be read", lambda: wrong, excuse=_excuse(info))
            return
        self._made_again(info, config, made, pages)
        self.check(
            "history",
            _history(info, previous),
            lambda: _tried(lambda: Growth(self._folder, info, config, made.content, previous).findings()),
            excuse=_excuse(info),
        )
        if info.previous is not None and previous is None:
            why = "why it has this version, and what changed in shapes and queries and before, only --previous can tell"
            self.check("earlier", "", list, skip=why)

    def _inputs(self, info: ReleaseInfo) -> Iterable[str]:
        found = settings.inputs_hash(ReleaseFile(path, "", *lying) for path, lying in self._files.items())
        if found != info.inputs_hash:
            yield f"they have the hash {found}, release.json says {info.inputs_hash}"

    def _made_again(self, info: ReleaseInfo, config: Config, made: Remade, pages: Pages) -> None:
        if "parquet" in settings.formats_of(config) and find_spec("pyarrow") is None:
            why = "to make the tables again, `pip install 'mosty[parquet]'`"
            self.check("remade", "", lambda: [_LEFT], excuse=why)
            return
        site: SiteBuilder | str = ""
        results: list[Comparison] = []

        def compare() -> Iterable[str]:
            nonlocal site
            if settings.SITE_MARK in self._files:
                site = pages(config, self._folder, self._files)
            listed = {path: lying for path, lying in self._files.items() if path not in self._foreign}
            builder = None if isinstance(site, str) else site
            results.append(remake(self._folder, listed, made.content, info, config, builder))
            return results[0].findings

        wrong = _tried(compare)
        same = "are byte for byte what mosty makes of the data"
        count = sum(result.files for result in results)
        self.check("remade", f"{count:,} files {same}", lambda: wrong, excuse=_excuse(info))
        if results:
            pages_made = f"{results[0].pages:,} files of the site"
            left = isinstance(site, str) and results[0].pages
            self.check(
                "site",
                f"{pages_made} {same}",
                lambda: [f"{pages_made} have only their sums"] if left else results[0].page_findings,
                skip=None if results[0].pages else "there is no site",
                excuse=site if isinstance(site, str) else _excuse(info),
            )


def _tried(work: Callable[[], Iterable[str]]) -> list[str]:
    """What some work finds; what nobody would have published may break what publishes, and that is a finding too."""
    try:
        return [*work()]
    except MostyError as error:
        return [*error.message.splitlines()]
    except Exception as error:
        why = [*str(error).splitlines(), ""]
        return [f"it cannot be made again: {type(error).__name__}: {why[0]}"]


def _history(info: ReleaseInfo, previous: Path | None) -> str:
    if info.previous is None:
        return "nothing is said of a release before"
    if previous is None:
        return "what is said to have changed follows from changes.rdfp, taken back"
    return "version, changes and tombstones follow from the release before"


def _excuse(info: ReleaseInfo) -> str | None:
    """What explains that files are made otherwise here."""
    if info.generator == GENERATOR:
        return None
    return f"made by {info.generator}; this is {GENERATOR}, which writes these otherwise"
