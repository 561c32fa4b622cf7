"""The map: where records are, for what purpose, drawn when the site is made and enlarged by a script.

Without a script the picture and the list beside it stand; without outlines (`make assets` was not run) the points do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

from mosty.rdf.keys import Key
from mosty.site import assets
from mosty.site.environment import data_block, environment
from mosty.site.labels import shortened
from mosty.site.memo import once_for
from mosty.site.page import Page, Pages, render
from mosty.site.pictures.clusters import Cluster, best_window, clusters
from mosty.site.pictures.lettering import Sign, sides
from mosty.site.pictures.outlines import Outlines, Paths, Window, read_outlines
from mosty.site.pictures.placing import LOCATED_IN, Placed, last_part, placed
from mosty.site.pictures.projection import HEIGHT, WIDTH, XY
from mosty.site.pictures.symbols import SHAPES, shapes_of
from mosty.site.things import Things

PIXELS, RATIO = 960, 1.6
"""Width of the picture as it is meant to be seen, and width by height."""

_PLANE = Window(0, 0, WIDTH, HEIGHT)
_WORLD = Window(0, 260, WIDTH, 15_600)
_LEAST = 1_200
_MOST_LISTED, _MOST_LINES, _MOST_SHAPES, _MOST_TINTED, _MOST_NAMED = 200, 2_000, 3, 60, 10
_LOCATOR = 2_400
_OUTLINES_FILE = "static/outlines.svg"


class Marker(NamedTuple):
    """What is drawn at a position: one place, or a cluster of several.

    Attributes:
        at: where.
        entry: the place, the weightiest one of a cluster.
        others: how many places more.
        shapes: numbers of the shapes of its purposes; those of a cluster are told in words only.
        half: half the width, in pixels.
        text: the name.
        side: where the name stands: below, above, right, left; empty where there is no room for it.
    """

    at: XY
    entry: Placed
    others: int
    shapes: tuple[int, ...]
    half: int
    text: str
    side: str


class Gathered:
    """What the map of a release shows, in whatever language.

    Attributes:
        entries: all places that records have to do with.
        mapped: those with a position.
        purposes: the purposes in use, the most frequent ones first, with the number of places.
    """

    def __init__(self, things: Things) -> None:
        self.entries = placed(things)
        self.mapped = [entry for entry in self.entries if entry.at is not None]
        counted = Counter(purpose for entry in self.mapped for purpose in entry.purposes())
        self.purposes = sorted(counted, key=lambda purpose: (-counted[purpose], purpose or ""))
        self.counted = counted
        self.shapes = shapes_of([purpose or "" for purpose in self.purposes])
        found = assets.find_assets()
        self.assets = found if found and assets.OUTLINES in found.parts else None
        weighted = [(entry.at, len(entry.records)) for entry in self.mapped if entry.at is not None]
        self.window = best_window(weighted, _LEAST, RATIO, _WORLD)
        self.scale = self.window.width / PIXELS

    @property
    def outlines(self) -> Outlines | None:
        """The outlines, where they were built."""
        return read_outlines(self.assets.file("outlines.json")) if self.assets else None

    @cached_property
    def paths(self) -> Paths | None:
        """Land and borders, fine around what is seen first."""
        window = self.window
        wider = Window(
            window.x - window.width // 2, window.y - window.height // 2, 2 * window.width, 2 * window.height
        )
        return self.outlines.paths(wider) if self.outlines else None

    @cached_property
    def tinted(self) -> list[str]:
        """The paths of countries that stand for a point in their middle; coarse ones for those far away."""
        if not self.outlines:
            return []
        countries = (entry for entry in self.mapped if entry.kind and last_part(entry.kind) == "country")
        middles = [entry.at for entry in countries if entry.at][:_MOST_TINTED]
        found = {code: at for at in middles if (code := self.outlines.country_at(at))}
        near = self.window.contains
        return [self.outlines.country(code, 2 if near(at) else 0) for code, at in sorted(found.items())]

    @cached_property
    def clusters(self) -> list[Cluster]:
        """The places as they are put together at first."""
        points = [entry.at for entry in self.mapped if entry.at is not None]
        return clusters(points, round(64 * self.scale), round(30 * self.scale))

    @cached_property
    def located(self) -> dict[Key, list[XY]]:
        """The positions of each place, and of the places of each record, sorted."""
        found: dict[Key, set[XY]] = defaultdict(set)
        for entry in self.mapped:
            if entry.at is not None:
                for key in (entry.place, *entry.records):
                    found[key].add(entry.at)
        return {key: sorted(points) for key, points in found.items()}

    def shapes_at(self, entry: Placed) -> list[int]:
        """The shapes of a place's purposes, the most frequent one first."""
        return [self.shapes[purpose or ""] for purpose in entry.purposes()]


@once_for
def gathered(things: Things) -> Gathered:
    """What the map of a release shows, found once for all languages."""
    return Gathered(things)


def pages(things: Things, language: str) -> Pages:
    """The map, and the points that its script reads."""
    model = gathered(things)
    points = Page(things, language, "map-points.js")
    yield points.path, _points(model, points)
    listed = model.entries[:_MOST_LISTED]
    yield render(
        things,
        language,
        "map.html",
        "pictures/map.html",
        model=model,
        symbols=SHAPES,
        purpose_name=_purpose,
        markers=_markers(model, things, language),
        listed=[entry for entry in listed if entry.at],
        pointless=[entry for entry in listed if not entry.at],
        unlisted=len(model.entries) - len(listed),
        outside=[entry for entry in model.mapped if entry.at and not model.window.contains(entry.at)],
        world=_WORLD,
        most_records=max(5, _MOST_LINES // max(len(listed), 1)),
        outlines=model.assets.parts[assets.OUTLINES] if model.assets else None,
    )


def files(things: Things) -> Pages:
    """What all languages share: what others made, and one picture of all outlines for small maps."""
    model = gathered(things)
    yield from assets.pages(assets.find_assets())
    if model.outlines:
        paths = model.outlines.paths(_PLANE, 1)
        yield (
            _OUTLINES_FILE,
            environment().get_template("pictures/outlines.svg").render(paths=paths, plane=_PLANE),
        )


def locator(page: Page, key: Key) -> Markup:
    """A small map of where a place is, or the places of a record; empty when none has a position.

    Args:
        page: the page that it will stand on.
        key: a place or another record.
    """
    model = gathered(page.things)
    points = model.located.get(key)
    if not points or not model.assets:
        return Markup("")
    left, right = min(p.x for p in points), max(p.x for p in points)
    top, bottom = min(p.y for p in points), max(p.y for p in points)
    width = min(max(_LOCATOR, (right - left) * 5 // 4, (bottom - top) * 2), WIDTH)
    height = width * 5 // 8
    window = Window((left + right - width) // 2, (top + bottom - height) // 2, width, height)
    template = environment().get_template("pictures/locator.svg")
    image = page.url(_OUTLINES_FILE)
    return Markup(
        template.render(
            page=page, key=key, window=window, points=points, radius=width // 45, image=image, plane=_PLANE
        )
    )


def _markers(model: Gathered, things: Things, language: str) -> list[Marker]:
    """What is drawn at first, with names where they cover nothing else; weighty places get theirs first."""
    found: list[Marker] = []
    for cluster in model.clusters:
        if not model.window.contains(cluster.at):
            continue
        entry, others = model.mapped[cluster.members[0]], len(cluster.members) - 1
        shapes = () if others else tuple(model.shapes_at(entry)[:_MOST_SHAPES])
        text = shortened(things.label(entry.place, language).text, 24)
        text += f" +{others}" if others else " ~" if entry.vague else ""
        wide = max(len(shapes), 1) if others < 999 else 1.5
        found.append(
            Marker(
                cluster.at,
                entry,
                others,
                shapes,
                round(9 + 9 * wide),
                text if others < _MOST_NAMED else "",
                "",
            )
        )
    chosen = sides((Sign(*marker.at, marker.half, 14, marker.text) for marker in found), model.scale)
    return [
        marker._replace(side=side if marker.text else "") for marker, side in zip(found, chosen, strict=True)
    ]


def _points(model: Gathered, page: Page) -> Iterator[str]:
    """The script that hands the places over, one line each; JSON that is a script as well."""
    purposes = [[_purpose(page, purpose), model.shapes[purpose or ""]] for purpose in model.purposes]
    number = {purpose: place for place, purpose in enumerate(model.purposes)}
    words = {
        name: page.t(f"map-{name}") for name in ("places-forms", "records-forms", "here", "more", "vague")
    }
    about = {"language": page.ui, "purposes": purposes, "shapes": SHAPES, "words": words}
    yield f"window.mostyMap={data_block(about)};\nwindow.mostyMap.places=[\n"
    for entry in model.mapped:
        assert entry.at is not None
        counted = entry.purposes()
        yield (
            data_block(
                [
                    *entry.at,
                    page.things.label(entry.place, page.language).text,
                    page.href(entry.place) or "",
                    len(entry.records),
                    int(entry.is_area) + 2 * bool(entry.vague),
                    [number[purpose] for purpose in counted],
                    list(counted.values()),
                ]
            )
            + ",\n"
        )
    yield "];\n"


def _purpose(page: Page, purpose: Key | None) -> str:
    """What a purpose is called."""
    if purpose == LOCATED_IN:
        return page.t("map-seat")
    return page.things.label(purpose, page.language).text if purpose else page.t("map-no-purpose")
