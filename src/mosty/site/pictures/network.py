"""The network: which organisations take part in or fund what, drawn when the site is made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from mosty.model.terms import MOSTY
from mosty.rdf.keys import Key, iri_key
from mosty.site.labels import collated, shortened
from mosty.site.memo import once_for
from mosty.site.page import Pages, render
from mosty.site.pictures.layout import layout
from mosty.site.pictures.lettering import Sign, sides
from mosty.site.pictures.placing import last_part
from mosty.site.things import Things

WIDTH, HEIGHT = 1080, 780
MOST_NODES = 120
_MOST_LISTED = 500
_PARTICIPANT, _IN, _ROLE, FUNDER, _FUNDS = (
    iri_key(MOSTY + name) for name in ("participant", "participatesIn", "role", "funder", "funds")
)
_LEADING = frozenset(("lead", "implementer"))

FRAMES = {
    "agent": "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0z",
    "project": "M-8-8h16v16h-16z",
    "programme": "M0-11L11 0 0 11-11 0z",
    "other": "M0-10L10 8h-20z",
}
"""Shapes of nodes: agents, projects, programmes, all else."""


class Tie(NamedTuple):
    """What binds an organisation to an undertaking.

    Attributes:
        agent: the organisation.
        undertaking: the record that it takes part in or funds.
        roles: concepts, and the property of funders; sorted.
    """

    agent: Key
    undertaking: Key
    roles: tuple[Key, ...]

    @property
    def style(self) -> str:
        """How the line is drawn: leads, takes-part, funds."""
        if any(last_part(role) in _LEADING for role in self.roles):
            return "leads"
        return "funds" if self.roles == (FUNDER,) else "takes-part"


class Node(NamedTuple):
    """A thing in the picture.

    Attributes:
        key: the record.
        x, y: where it is drawn.
        frame: its shape: agent, project, programme, other.
        degree: how many ties it has, in the picture or not.
    """

    key: Key
    x: int
    y: int
    frame: str
    degree: int


class Gathered(NamedTuple):
    """The network of a release.

    Attributes:
        ties: all ties, sorted.
        total: how many records they bind.
        nodes: those that are drawn, the most connected ones first.
        drawn: the ties between them, with the numbers of their nodes.
        roles: the roles in use, the most frequent ones first, with how often.
    """

    ties: Sequence[Tie]
    total: int
    nodes: Sequence[Node]
    drawn: Sequence[tuple[int, int, Tie]]
    roles: Mapping[Key, int]


def ties(things: Things) -> list[Tie]:
    """All ties between organisations and undertakings; those of an activity count for its record."""
    graph = things.graph
    found: dict[tuple[Key, Key], set[Key]] = defaultdict(set)

    def add(agent: Key, undertaking: Key, roles: Sequence[Key]) -> None:
        record = things.record_of(undertaking)
        if things.is_record(agent) and record is not None and record != agent:
            found[agent, record].update(roles)

    whole, roles = graph.column(_IN), graph.column(_ROLE)
    for node, agent in graph.column(_PARTICIPANT).pairs():
        for undertaking in whole.values(node):
            add(agent, undertaking, [role for role in roles.values(node) if role[0] == "<"])
    funded = graph.column(_FUNDS)
    for node, agent in graph.column(FUNDER).pairs():
        for undertaking in funded.values(node) or ((node,) if things.is_record(node) else ()):
            add(agent, undertaking, [FUNDER])
    return [Tie(agent, record, tuple(sorted(roles))) for (agent, record), roles in sorted(found.items())]


@once_for
def gathered(things: Things) -> Gathered:
    """The network of a release, laid out once for all languages."""
    found = ties(things)
    degrees = Counter(key for tie in found for key in tie[:2])
    agents = {tie.agent for tie in found}
    names = _grown(found, degrees)
    chosen = set(names)
    shown = [tie for tie in found if tie.agent in chosen and tie.undertaking in chosen]
    number = {key: place for place, key in enumerate(names)}
    links = [(number[tie.agent], number[tie.undertaking]) for tie in shown]
    places = layout(len(names), links, WIDTH, HEIGHT, (90, 34))
    nodes = [
        Node(key, x, y, "agent" if key in agents else frame_of(things, key), degrees[key])
        for key, (x, y) in zip(names, places, strict=True)
    ]
    counted = Counter(role for tie in found for role in tie.roles)
    roles = dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
    drawn = [(a, b, tie) for (a, b), tie in zip(links, shown, strict=True)]
    return Gathered(found, len(degrees), nodes, drawn, roles)


def _grown(found: Sequence[Tie], degrees: Mapping[Key, int]) -> list[Key]:
    """The things to draw: from the most connected one on, always the one with most ties to those that are there."""
    neighbours: dict[Key, list[Key]] = defaultdict(list)
    for agent, undertaking, _ in found:
        neighbours[agent].append(undertaking)
        neighbours[undertaking].append(agent)
    chosen: dict[Key, None] = {}
    bound: Counter[Key] = Counter()
    waiting = [(0, -degree, key) for key, degree in degrees.items()]
    heapify(waiting)
    while waiting and len(chosen) < MOST_NODES:
        count, _, key = heappop(waiting)
        if key in chosen or -count != bound[key]:
            continue
        chosen[key] = None
        for other in neighbours[key]:
            bound[other] += 1
            heappush(waiting, (-bound[other], -degrees[other], other))
    return [key for key in chosen if any(other in chosen for other in neighbours[key])]


def frame_of(things: Things, undertaking: Key) -> str:
    """The shape of an undertaking, by its kind."""
    kind = things.kind_of(undertaking)
    name = last_part(f"<{kind.record_class}>").lower() if kind else ""
    return name if name in FRAMES else "other"


def pages(things: Things, language: str) -> Pages:
    """The page of the network."""
    model = gathered(things)
    texts = [shortened(things.label(node.key, language).text, 28) for node in model.nodes]
    signs = [Sign(node.x, node.y, 11, 11, text) for node, text in zip(model.nodes, texts, strict=True)]
    chosen = sides(signs, bounds=(0, 0, WIDTH, HEIGHT))
    listed = sorted(
        model.ties,
        key=lambda tie: (
            collated(things.label(tie.agent, language).text, language),
            tie.agent,
            tie.undertaking,
        ),
    )
    yield render(
        things,
        language,
        "network.html",
        "pictures/network.html",
        model=model,
        nodes=list(zip(model.nodes, texts, chosen, strict=True)),
        frames=FRAMES,
        funder=FUNDER,
        number={role: place for place, role in enumerate(model.roles)},
        width=WIDTH,
        height=HEIGHT,
        listed=listed[:_MOST_LISTED],
        unlisted=max(0, len(listed) - _MOST_LISTED),
    )
