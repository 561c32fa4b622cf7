"""Releases that tests verify, and what spoils them."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path

import mosty
from mosty.model.verification import Verification
from mosty.workspace.scaffold import create_workspace

RULE = """
PREFIX reg: <https://example.org/small/ontology#>
CONSTRUCT { ?project reg:isAbout ?project } WHERE { ?project a reg:Project }
"""


def make_release(folder: Path) -> Path:
    """Make a release of a new workspace, with a rule, after another one (in the folder `first`)."""
    root = create_workspace(folder / "small").root
    (root / "ontology/rules").mkdir()
    (root / "ontology/rules/about.rq").write_text(RULE)
    (root / "ontology/more.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "<urn:A> a owl:Class ; owl:unionOf ( <urn:B> [ a owl:Class ] ) ."
    )
    register = mosty.open(root)
    register.publish(folder / "release", allow={"dirty"})
    shutil.copytree(folder / "release", folder / "first")
    record = root / "data/projects/reading-together.ttl"
    text = record.read_text().rstrip().removesuffix(".").rstrip()
    record.write_text(f'{text} ;\n    rdfs:comment "Writing too"@en .\n')
    register = mosty.open(root)
    register.publish(folder / "release", allow={"dirty"})
    return folder / "release"


def failed(found: Verification) -> set[str]:
    return {check.name for check in found.checks if check.status == "failed"}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def sum_up_again(release: Path) -> None:
    """Make the checksums fit, as somebody would who wants to hide a change; the packed copies too."""
    for packed in release.rglob("*.gz"):
        plain = packed.with_suffix("").read_bytes()
        if gzip.decompress(packed.read_bytes()) != plain:
            packed.write_bytes(gzip.compress(plain, mtime=0))
    files = sorted(path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file())
    files.remove("SHA256SUMS")
    lines = [f"{hashlib.sha256((release / name).read_bytes()).hexdigest()}  {name}\n" for name in files]
    (release / "SHA256SUMS").write_text("".join(lines))
