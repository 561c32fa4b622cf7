"""`mosty verify` makes a release again from its own files: what was changed anywhere, with sums that fit, is named."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import mosty
from conftest import Run
from mosty.model.formats import RELEASE_FORMATS
from mosty.model.verification import Check, Verification
from mosty.publish.content import read_content
from mosty.workspace import Workspace
from mosty.workspace.scaffold import create_workspace
from releases import RULE, failed, replace, sum_up_again

DAY = datetime.date(2025, 3, 17)
NEW = """
@prefix project: <https://example.org/small/id/project/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix reg: <https://example.org/small/ontology#> .
project:NAME a reg:Project ; rdfs:label "Writing, =alone"@en , "Psaní"@cs .
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with everything, after another one (in the folder `first`): all kinds of changes lie between them."""
    folder = tmp_path_factory.mktemp("grown")
    root = create_workspace(folder / "small").root
    replace(root / "mosty.toml", 'languages = ["en"]', 'languages = ["en", "cs"]')
    replace(
        root / "mosty.toml", "[publish]", '[publish]\ndescription = "With \\"quotes\\"\\nand lines\\u007f"'
    )
    (root / "LICENSE-DATA").write_text("Take it.\n")
    (root / "ontology/rules").mkdir()
    (root / "ontology/rules/about.rq").write_text(RULE)
    union = "<urn:A> a owl:Class ; owl:unionOf ( <urn:B> [ a owl:Class ; owl:complementOf <urn:C> ] ) .\n"
    more = f"@prefix owl: <http://www.w3.org/2002/07/owl#> .\n{union}"
    (root / "ontology/more.ttl").write_text(more)
    (root / "data/projects/gone.ttl").write_text(NEW.replace("NAME", "gone"))
    (root / "data/loose.ttl").write_text(NEW.replace("NAME", "loose"))
    publish(root, folder / "first", "2025-01-01")
    shutil.copytree(folder / "first", folder / "release")
    (root / "data/projects/gone.ttl").unlink()
    (root / "data/projects/new.ttl").write_text(NEW.replace("NAME", "new"))
    replace(root / "data/projects/reading-together.ttl", '"Reading Together"@en', '"Reading"@en')
    replace(root / "data/evidence/first-page.ttl", '"Reading Together"@en', '"Reading"@en')
    (root / "ontology/more.ttl").write_text(more.replace("<urn:C>", "<urn:D>"))
    replace(root / "shapes/projects.ttl", "sh:minCount 1", "sh:minCount 0")
    replace(root / "queries/projects-by-funder.rq", "ORDER BY", "ORDER  BY")
    publish(root, folder / "release", "2025-03-17")
    return folder / "release"


def publish(root: Path, target: Path, day: str) -> None:
    mosty.open(root).publish(
        target, site=True, formats=RELEASE_FORMATS, date=datetime.date.fromisoformat(day), allow={"dirty"}
    )


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "release"))


def check(found: Verification, name: str) -> Check:
    return next(check for check in found.checks if check.name == name)


def test_all_of_it_is_made_again(made: Path) -> None:
    found = mosty.verify(made)
    assert found.passed, found
    passed = {check.name for check in found.checks if check.status == "passed"}
    assert passed >= {"inputs", "remade", "site", "history"}
    assert check(found, "earlier").status == "skipped"
    with_first = mosty.verify(made, previous=made.with_name("first"))
    assert with_first.passed, with_first
    assert "earlier" not in {check.name for check in with_first.checks}


def test_what_is_published_has_no_trace_of_what_is_not(made: Path) -> None:
    """A property that only the ontology has is none of the graph: pages listed it all the same."""
    content = read_content(Workspace(made.with_name("small")))
    for graph in (content.graph, content.ontology):
        assert all(column.one for column in graph.columns.values())


def in_workbook(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    changed = {
        name: part.replace(b"Example Foundation", b"Example Foundling") for name, part in parts.items()
    }
    assert changed != parts
    return packed(changed)


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return out.getvalue()


def in_parquet(data: bytes) -> bytes:
    table = pq.read_table(io.BytesIO(data))
    place = table.column_names.index("label_en")
    field = table.schema.field(place)
    out = io.BytesIO()
    pq.write_table(
        table.set_column(place, field, pc.replace_substring(table[place], "Reading", "Raiding")), out
    )
    return out.getvalue()


def text(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode(), 1)

    return change


# One of each kind of file that is made of others, and what is said of it.
CHANGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "tables/projects.csv": (text("Reading", "Raiding"), r":\d+: '.*Raiding.*', made again '.*Reading"),
    "tables/things.csv": (text("\r\n", "\r\nmore,,,\r\n"), r":2: "),
    "tables/datapackage.json": (text("Project", "Projectile"), r":\d+: "),
    "tables/places.geojson": (text("Feature", "Creature"), r":\d+: "),
    "tables/small.xlsx": (in_workbook, r": sheet .*, cell [A-Z]+\d+: 'Example Foundling', made again '.*Foundation'"),
    "tables/projects.parquet": (in_parquet, r": row \d+, label_en: 'Raiding', made again 'Reading'"),
    "queries/projects-by-funder.csv": (text("Reading", "Raiding"), r":2: "),
    "queries/projects-by-funder.json": (text("Reading", "Raiding"), r":\d+: "),
    "queries/projects-by-funder.html": (text("</h1>", "!</h1>"), r":\d+: "),
    "index.html": (text("<h1", "<h1 "), r":\d+: "),
    "cs/id/project/reading-together.html": (text("<title>", "<title>Not "), r":\d+: "),
    "id/project/reading-together.jsonld": (text('"', ' "'), r":\d+: "),
    "static/site.css": (text("{", "{}{"), r":\d+: "),
    "sitemap.xml": (text("<url>", "<url/><url>"), r":\d+: "),
    "void.ttl": (text("dcterms:title", "dcterms:abstract"), r":\d+: "),
    "dcat.ttl": (text("With ", "Without "), r":\d+: "),
    "provenance.ttl": (text("Page on", "Page of"), r":\d+: "),
    "CITATION.cff": (text("With ", "Without "), r":\d+: "),
    "README.txt": (text("Literals", "Letters"), r":\d+: "),
    "kinds/projects.ttl": (text("#", "# forged\n#"), r":1: "),
    "small.trig": (text("#", "# forged\n#"), r":1: "),
    "small.nt": (lambda data: b"".join(reversed(data.splitlines(keepends=True))), r":1: "),
    "ontology.rdf": (lambda data: data + b"<!-- -->\n", r":\d+: "),
    "context.jsonld": (text("{", "{ "), r":1: "),
    "small-derived.ttl": (text("#", "# forged\n#"), r":1: "),
}  # fmt: skip


def test_every_file_that_was_changed_is_named(release: Path) -> None:
    """One change in each kind of file at once, all sums mended: one verification names each, and where it differs."""
    for name, (change, _) in CHANGES.items():
        path = release / name
        path.write_bytes(change(path.read_bytes()))
    (release / "more.html").write_text("<h1>More</h1>")
    (release / "id/project/new.html").unlink()
    (release / "tables/values.csv").unlink()
    sum_up_again(release)
    found = mosty.verify(release)
    assert not failed(found) & {"files", "sums", "copies", "hash", "dataset"}
    said = [*check(found, "remade").findings, *check(found, "site").findings]
    for name, (_, pattern) in CHANGES.items():
        assert any(re.match(re.escape(name) + pattern, line) for line in said), (name, said)
    assert "more.html: is nothing that mosty makes of its data" in said
    assert "id/project/new.html: is missing" in said
    assert "tables/values.csv: is missing" in said
    others = (
        {line.split(":")[0] for line in said}
        - CHANGES.keys()
        - {"more.html", "id/project/new.html", "tables/values.csv"}
    )
    assert {Path(name).stem for name in others} <= {"about", "ontology", "sparql", "projects-by-funder"}, (
        "sizes of files"
    )
    found = mosty.verify(release, site=False)
    assert check(found, "site").status == "skipped"
    assert "no-site" in check(found, "site").text
    assert "remade" in failed(found)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("queries/projects-by-funder.rq", "since when?", "until when?"),
        ("rules/about.rq", "CONSTRUCT", "# forged\nCONSTRUCT"),
        ("LICENSE.txt", "Take", "Leave"),
        ("workspace.toml", 'title = "', 'title = "Not '),
    ],
)
def test_what_the_release_was_made_of(release: Path, file: str, old: str, new: str) -> None:
    replace(release / file, old, new)
    sum_up_again(release)
    found = mosty.verify(release, site=False)
    assert "inputs" in failed(found)
    document = json.loads((release / "release.json").read_text())
    (release / "release.json").write_text(json.dumps({**document, "inputs_hash": "0" * 64}))
    assert "inputs" in failed(mosty.verify(release, site=False))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("CHANGES.md", "Reading", "Raiding"),
        ("CHANGES.md", "2025-03-17", "2025-03-18"),
        ("CHANGES.cs.md", "Reading", "Raiding"),
        ("tombstones.ttl", "Writing", "Waiting"),
        ("changes.rdfp", "TX", "# forged\nTX"),
        ("release.json", "Writing", "Waiting"),
    ],
)
def test_what_is_said_to_have_changed(release: Path, file: str, old: str, new: str) -> None:
    replace(release / file, old, new)
    sum_up_again(release)
    found = check(mosty.verify(release, site=False), "history")
    assert found.status == "failed"
    assert file in found.findings[0]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("CHANGES.md", "### Shapes", "### Shapes\n\nNone."),
        ("CHANGES.md", "The first release.", "The best release."),
        ("tombstones.ttl", "project:gone", "project:gone-too"),
        ("release.json", '"text": "', '"text": "forged: '),
        ("release.json", '"issued": "2025-01-01"', '"issued": "2024-01-01"'),
    ],
)
def test_with_the_release_before_the_rest_of_what_is_said(
    made: Path, release: Path, file: str, old: str, new: str
) -> None:
    replace(release / file, old, new)
    sum_up_again(release)
    found = check(mosty.verify(release, previous=made.with_name("first"), site=False), "history")
    assert found.status == "failed"
    assert file in found.findings[0]


def test_the_same_published_again_later(made: Path, tmp_path: Path) -> None:
    """Its history is that of before: the headings bear the older day."""
    shutil.copytree(made, tmp_path / "release")
    publish(made.with_name("small"), tmp_path / "release", "2025-05-05")
    assert mosty.verify(tmp_path / "release", site=False).passed
    assert mosty.verify(tmp_path / "release", previous=made.with_name("first"), site=False).passed


def test_bytes_that_depend_on_a_library(release: Path) -> None:
    """Workbooks, Parquet and packed files of another version hold the same in other bytes."""
    book = release / "tables/small.xlsx"
    with zipfile.ZipFile(book) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["xl/styles.xml"] += b"\n"
    book.write_bytes(packed(parts))
    table = release / "tables/projects.parquet"
    pq.write_table(pq.read_table(table), table, compression="gzip")
    ttl = release / "small.ttl"
    (release / "small.ttl.gz").write_bytes(gzip.compress(ttl.read_bytes(), 1, mtime=0))
    sum_up_again(release)
    found = mosty.verify(release, site=False)
    said = check(found, "remade").findings
    assert {line.split(":")[0] for line in said} == {"dcat.ttl"}, "which has the sizes and sums"
    parts["xl/vbaProject.bin"] = b"x"
    book.write_bytes(packed(parts))
    assert any(
        "holds xl/vbaProject.bin" in line
        for line in check(mosty.verify(release, site=False), "remade").findings
    )
    book.write_bytes(b"no workbook")
    assert any("no workbook" in line for line in check(mosty.verify(release, site=False), "remade").findings)


def test_another_version_of_mosty_is_no_forger(release: Path, run: Run) -> None:
    replace(release / "release.json", '"generator": "mosty ', '"generator": "mosty 0.')
    replace(release / "tables/projects.csv", "Reading", "Raiding")
    sum_up_again(release)
    found = check(mosty.verify(release, site=False), "remade")
    assert found.status == "skipped"
    assert "made by mosty 0." in found.text
    assert any(line.startswith("tables/projects.csv:") for line in found.findings)
    done = run("verify", release, "--no-site")
    assert "2 left open" in done.stdout, "the pages too"


def test_pages_made_with_other_pictures_than_are_here(release: Path) -> None:
    (release / "static/vendor").mkdir(exist_ok=True)
    (release / "static/vendor/other.js").write_text("0")
    sum_up_again(release)
    found = check(mosty.verify(release), "site")
    assert found.status == "skipped"
    assert "make assets" in found.text
    assert "have only their sums" in found.findings[0]


def test_without_the_package_for_parquet(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mosty.publish.verifying.find_spec", lambda _: None)
    found = check(mosty.verify(made), "remade")
    assert found.status == "skipped"
    assert "mosty[parquet]" in found.text


def test_a_release_of_early_days_says_what_is_left_out(release: Path) -> None:
    document = json.loads((release / "release.json").read_text())
    del document["inputs_hash"]
    (release / "release.json").write_text(json.dumps(document))
    (release / "workspace.toml").unlink()
    sum_up_again(release)
    found = check(mosty.verify(release), "remade")
    assert found.status == "skipped"
    assert "did not yet tell" in found.text
    assert "site" not in {check.name for check in mosty.verify(release).checks}


FOLDER = 'base = "https://example.org/small/"\n[kinds]\np = { folder = "../x", class = "<urn:C>" }'


@pytest.mark.parametrize("settings", ["", "name = [", 'base = "x"', "a = " + "[" * 5_000, FOLDER])
def test_settings_that_nothing_can_be_made_with(release: Path, settings: str) -> None:
    (release / "workspace.toml").write_text(settings)
    sum_up_again(release)
    found = mosty.verify(release)
    assert failed(found) & {"settings", "remade"}
