"""The same workspace gives the same release, byte for byte, whatever the order, the machine's settings and the day."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import WORKSPACE, Published
from test_publish import tree

SETTINGS = (
    ("1", "Pacific/Kiritimati", "C.UTF-8"),
    ("0", "UTC", "C"),
    ("42", "America/Los_Angeles", "POSIX"),
    ("random", "Asia/Kathmandu", "C.UTF-8"),
)


def shuffled(origin: Path, target: Path, seed: int) -> Path:
    """Copy a workspace: its files in another order on disk, the triples of each in another order."""
    generator = random.Random(seed)
    files = [path for name in WORKSPACE for path in _files(origin / name)]
    generator.shuffle(files)
    for path in files:
        copy = target / path.relative_to(origin)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".ttl":
            lines = [f"{quad.triple} .\n" for quad in ox.parse(path=str(path))]
            generator.shuffle(lines)
            copy.write_text("".join(lines), encoding="utf-8")
        else:
            shutil.copyfile(path, copy)
    return target


def _files(path: Path) -> list[Path]:
    return [inner for inner in path.rglob("*") if inner.is_file()] if path.is_dir() else [path]


def published_apart(root: Path, target: Path, seed: str, zone: str, locale: str) -> dict[str, bytes]:
    """A release with a site, made by a process of its own."""
    options = ["publish", "--site", "--version", "1.2.0", "-o", str(target)]
    subprocess.run(
        [sys.executable, "-m", "mosty", "-q", "-C", str(root), *options],
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "SOURCE_DATE_EPOCH": "1742169600",
        },
        check=True,
        capture_output=True,
    )
    return tree(target)


def rounds(published_once: Published, tmp_path: Path, count: int) -> None:
    first = tree(published_once.folder)
    for number in range(count):
        root = shuffled(published_once.root, tmp_path / "elsewhere" / str(number), number)
        target = tmp_path / f"release-{number}"
        release = published_apart(root, target, *SETTINGS[number % len(SETTINGS)])
        assert release.keys() == first.keys()
        assert [path for path in first if release[path] != first[path]] == []
        shutil.rmtree(target)
        shutil.rmtree(root)
    assert b"2025-03-17" in first["dcat.ttl"]
    assert "index.html" in first


def test_the_same_bytes_from_shuffled_input(published_once: Published, tmp_path: Path) -> None:
    rounds(published_once, tmp_path, 1)


@pytest.mark.soak
def test_twenty_releases_are_the_same(published_once: Published, tmp_path: Path) -> None:
    rounds(published_once, tmp_path, 20)
