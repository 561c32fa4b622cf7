"""What the site takes from others: how it is pinned, built, checked, and done without."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from conftest import ROOT, need
from mosty.model.errors import InputError
from mosty.site import assets
from mosty.site.pictures.outlines import Outlines, Window
from mosty.site.pictures.projection import HEIGHT, WIDTH, project

FOLDER = ROOT / "assets"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """assets/build.py, as a module."""
    spec = importlib.util.spec_from_file_location("assets_build", FOLDER / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def topology() -> dict[str, Any]:
    """Two countries that share a border, and an island on the 180th meridian, quantized to degrees."""
    border, west, east = (
        [[10, 0], [0, 10]],
        [[10, 10], [-10, 0], [0, -10], [10, 0]],
        [[10, 0], [10, 0], [0, 10], [-10, 0]],
    )
    island = [[178, 50], [2, 0], [-358, 0], [0, 2], [356, 0], [0, -2]]
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [border, west, east, island],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": "001", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "id": "002", "arcs": [[[~0, 2]], [[3]]]},
                    {"type": None},
                ]
            },
            "land": {"geometries": [{"type": "MultiPolygon", "arcs": [[[1, 2]], [[3]]]}]},
        },
    }


@pytest.fixture
def built(builder: ModuleType, tmp_path: Path) -> Path:
    """Assets built from packages as small as can be."""
    for name, files in (
        ("world-atlas", {"countries-50m.json": json.dumps(topology()), "LICENSE": "as you like"}),
        ("oxigraph", {"web.js": "export {}", "web_bg.wasm": "\0asm"}),
    ):
        folder = tmp_path / "node_modules" / name
        folder.mkdir(parents=True)
        about = {
            "name": name,
            "version": "1.0.0",
            "repository": {"url": f"git+https://example.org/{name}.git"},
        }
        (folder / "package.json").write_text(json.dumps(about))
        for file, text in files.items():
            (folder / file).write_text(text)
    target = tmp_path / "vendor"
    builder.build(tmp_path / "node_modules", target)
    return target


def test_packages_are_pinned_by_hash_and_name_no_registry() -> None:
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    locked = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    assert {name.removeprefix("node_modules/") for name in locked if name} == set(wanted)
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        entry = locked[f"node_modules/{name}"]
        assert entry["version"] == version
        method, _, digest = entry["integrity"].partition("-")
        assert method == "sha512"
        assert len(base64.b64decode(digest)) == 64
        assert "resolved" not in entry


def test_the_manifest_says_what_was_built(built: Path) -> None:
    found = assets.find_assets(built)
    assert found
    assert set(found.parts) == {assets.OUTLINES, assets.ENGINE}
    listed = {name for part in found.parts.values() for name in part.files}
    assert listed | {"manifest.json"} == {file.name for file in built.iterdir()}
    for part in found.parts.values():
        assert part.version == "1.0.0"
        assert part.source == f"https://example.org/{part.package}"
        for name, digest in part.files.items():
            assert hashlib.sha256(found.file(name).read_bytes()).hexdigest() == digest


def test_the_same_packages_give_the_same_bytes(builder: ModuleType, built: Path, tmp_path: Path) -> None:
    builder.build(tmp_path / "node_modules", tmp_path / "again")
    for file in built.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()


def test_nothing_built_is_nothing_found(tmp_path: Path) -> None:
    assert assets.find_assets(tmp_path) is None
    assert list(assets.pages(None)) == []


@pytest.mark.parametrize("name", ["outlines.json", "web_bg.wasm", "LICENSE-world-atlas.txt"])
def test_a_changed_file_is_refused(built: Path, name: str) -> None:
    (built / name).write_bytes((built / name).read_bytes() + b" ")
    with pytest.raises(InputError, match=re.escape(name)) as caught:
        assets.find_assets(built)
    assert "make assets" in (caught.value.hint or "")


def test_a_lost_file_is_told(built: Path) -> None:
    (built / "web.js").unlink()
    with pytest.raises(InputError, match=r"web\.js"):
        assets.find_assets(built)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"parts": [1]}', '{"parts": [{"name": "x"}]}', "\0"])
def test_a_broken_manifest_is_told(built: Path, text: str) -> None:
    (built / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="manifest"):
        assets.find_assets(built)


def test_a_site_carries_the_engine_and_all_licences(built: Path) -> None:
    paths = [path for path, _ in assets.pages(assets.find_assets(built))]
    names = ["LICENSE-Apache-2.0.txt", "LICENSE-world-atlas.txt", "web.js", "web_bg.wasm"]
    assert sorted(paths) == [f"static/vendor/{name}" for name in names]


def test_a_point_finds_its_country(built: Path) -> None:
    outlines = Outlines(built / "outlines.json")
    assert outlines.country_at(project(5, 5)) == "001"
    assert outlines.country_at(project(15, 5)) == "002"
    assert outlines.country_at(project(-90, 40)) is None


def test_what_crosses_the_180th_meridian_is_drawn_on_both_sides(built: Path) -> None:
    land = Outlines(built / "outlines.json").paths(Window(0, 0, WIDTH, HEIGHT)).land
    starts = [int(x) for x in re.findall(r"M(-?\d+) ", land)]
    assert project(178, 50).x in starts
    assert project(178, 50).x - WIDTH in starts


def test_borders_are_drawn_once(built: Path) -> None:
    paths = Outlines(built / "outlines.json").paths(Window(0, 0, WIDTH, HEIGHT))
    assert paths.borders.count("M") == 1
    assert paths.borders.startswith(f"M{project(10, 0).x} {project(10, 0).y}l")


def test_points_on_a_straight_line_are_needed_last(builder: ModuleType) -> None:
    assert builder.levels([(0, 0), (500, 0), (1000, 0), (1000, 1000)]) == [0, 2, 0, 0]


def test_the_real_assets_are_what_the_lock_file_names() -> None:
    found = assets.find_assets()
    need(found is not None, "`make assets`")
    assert found
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    assert {part.package: part.version for part in found.parts.values()} == wanted
    outlines = Outlines(found.file("outlines.json"))
    # Prague, Kyiv, Chisinau by ISO 3166-1; and the middle of the Atlantic.
    points = [(14.42, 50.09), (30.52, 50.45), (28.86, 47.01), (-40, 30)]
    assert [outlines.country_at(project(*point)) for point in points] == ["203", "804", "498", None]
    assert len(outlines.paths(Window(0, 0, WIDTH, HEIGHT)).land) < 200_000
