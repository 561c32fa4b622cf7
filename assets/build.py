"""Make what the site takes from others, out of the packages that `npm ci` has put into assets/node_modules.

    python assets/build.py [--packages FOLDER] [--into FOLDER]

writes the outlines of countries in a compact form, the query engine for the browser, their licences, and
manifest.json, which says of each file where it comes from, under which licence, and its SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import json
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCALE = 500
# Effective areas in square degrees: below the first a bend is smaller than a dot on a map of the world that is
# a thousand dots wide, below the second on one of a continent.
LEVELS = (0.065, 0.003)

Point = tuple[int, int]


def main() -> None:
    """Build all of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--packages", type=Path, default=ROOT / "assets" / "node_modules")
    parser.add_argument("--into", type=Path, default=ROOT / "src" / "mosty" / "site" / "vendor")
    options = parser.parse_args()
    build(options.packages, options.into)


def build(packages: Path, target: Path) -> None:
    """Write every file and the manifest into a folder, which is emptied first."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    atlas, engine = packages / "world-atlas", packages / "oxigraph"
    topology = json.loads((atlas / "countries-50m.json").read_text("utf-8"))
    (target / "outlines.json").write_text(compact(outlines(topology)), "utf-8")
    shutil.copyfile(atlas / "LICENSE", target / "LICENSE-world-atlas.txt")
    for name in ("web.js", "web_bg.wasm"):
        shutil.copyfile(engine / name, target / name)
    shutil.copyfile(ROOT / "LICENSE", target / "LICENSE-Apache-2.0.txt")
    parts = [
        part(
            "outlines",
            atlas,
            "Natural Earth, public domain; ISC",
            ["LICENSE-world-atlas.txt", "outlines.json"],
        ),
        part("engine", engine, "MIT OR Apache-2.0", ["LICENSE-Apache-2.0.txt", "web.js", "web_bg.wasm"]),
    ]
    for entry in parts:
        entry["files"] = {
            name: hashlib.sha256((target / name).read_bytes()).hexdigest() for name in entry["files"]
        }
    manifest = json.dumps({"parts": parts}, indent=2, sort_keys=True)
    (target / "manifest.json").write_text(manifest + "\n", "utf-8")


def part(name: str, package: Path, license_: str, files: list[str]) -> dict[str, Any]:
    """What the manifest says about one part."""
    about = json.loads((package / "package.json").read_text("utf-8"))
    source = about["repository"]["url"].removeprefix("git+").removesuffix(".git")
    return {
        "name": name,
        "package": about["name"],
        "version": about["version"],
        "license": license_,
        "source": source,
        "files": files,
    }


def compact(value: object) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n"


def outlines(topology: dict[str, Any]) -> dict[str, Any]:
    """Arcs, each point with the level of detail from which on it is needed, and the rings made of them.

    An arc is `[[dx, dy, ...], levels]`: the first pair is a position, the others are steps, in 1/SCALE of a degree
    (longitude, latitude); `levels` has one digit for each point. A ring lists arcs; ~i is arc i backwards.
    """
    arcs = [decode(arc, topology["transform"]) for arc in topology["arcs"]]
    countries = {
        geometry["id"]: rings(geometry)
        for geometry in topology["objects"]["countries"]["geometries"]
        if geometry.get("id") is not None
    }
    uses = Counter(
        index if index >= 0 else ~index
        for geometry in topology["objects"]["countries"]["geometries"]
        for ring in rings(geometry)
        for index in ring
    )
    return {
        "scale": SCALE,
        "arcs": [[deltas(arc), "".join(map(str, levels(arc)))] for arc in arcs],
        "land": rings(topology["objects"]["land"]["geometries"][0]),
        "countries": countries,
        "borders": sorted(index for index, count in uses.items() if count > 1),
    }


def decode(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """The points of an arc of a quantized topology, in 1/SCALE of a degree, none twice in a row."""
    (east, north), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    points: list[Point] = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        point = (round((x * east + west) * SCALE), round((y * north + south) * SCALE))
        if not points or points[-1] != point:
            points.append(point)
    return points


def deltas(points: Iterable[Point]) -> list[int]:
    """The first point, then steps, in one flat list."""
    found: list[int] = []
    x = y = 0
    for px, py in points:
        found += (px - x, py - y)
        x, y = px, py
    return found


def rings(geometry: dict[str, Any]) -> list[list[int]]:
    """All rings of a polygon or of several, outer and inner ones alike: they are filled by the even-odd rule."""
    if geometry["type"] == "Polygon":
        return list(geometry["arcs"])
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["arcs"] for ring in polygon]
    return []


def levels(points: list[Point]) -> list[int]:
    """The level from which on each point is needed, by the area of the triangle that it spans (Visvalingam)."""
    last = len(points) - 1
    before, after = list(range(-1, last)), list(range(1, last + 2))
    area = [float("inf")] * (last + 1)

    def spanned(i: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = points[before[i]], points[i], points[after[i]]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    heap = [(spanned(i), i) for i in range(1, last)]
    for size, i in heap:
        area[i] = size
    heapq.heapify(heap)
    largest, gone = 0.0, [False] * (last + 1)
    while heap:
        size, i = heapq.heappop(heap)
        if gone[i] or size != area[i]:
            continue
        gone[i] = True
        area[i] = largest = max(largest, size)
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            if 0 < j < last:
                area[j] = spanned(j)
                heapq.heappush(heap, (area[j], j))
    square = SCALE * SCALE
    return [sum(size < level * square for level in LEVELS) for size in area]


if __name__ == "__main__":
    main()
