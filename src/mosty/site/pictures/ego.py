"""The nearest network of one organisation: what it takes part in or funds, and who else does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from mosty.rdf.keys import Key
from mosty.site.environment import environment
from mosty.site.labels import shortened
from mosty.site.memo import once_for
from mosty.site.page import Page
from mosty.site.pictures.network import FRAMES, FUNDER, Tie, frame_of, gathered
from mosty.site.things import Things

WIDTH, _ROW, _COLUMNS = 800, 30, (16, 450, 580)
_MOST_UNDERTAKINGS, _MOST_OTHERS, _LETTERS, _LETTER = 8, 10, (42, 28), 7


class Spot(NamedTuple):
    """A thing in the picture: where, of what shape, with which name; its roles, in words."""

    key: Key
    x: int
    y: int
    frame: str
    text: str
    roles: str


class _Index(NamedTuple):
    """Ties by organisation and by undertaking."""

    agents: Mapping[Key, Sequence[Tie]]
    undertakings: Mapping[Key, Sequence[Tie]]


@once_for
def _index(things: Things) -> _Index:
    agents: dict[Key, list[Tie]] = defaultdict(list)
    undertakings: dict[Key, list[Tie]] = defaultdict(list)
    for tie in gathered(things).ties:
        agents[tie.agent].append(tie)
        undertakings[tie.undertaking].append(tie)
    return _Index(agents, undertakings)


def ego(page: Page, key: Key) -> Markup:
    """A picture of what an organisation is bound to; empty when it is bound to nothing.

    Args:
        page: the page that it will stand on.
        key: the organisation.
    """
    index = _index(page.things)
    own = index.agents.get(key, ())
    if not own:
        return Markup("")
    degrees = {tie.undertaking: len(index.undertakings[tie.undertaking]) for tie in own}
    shown = sorted(own, key=lambda tie: (-degrees[tie.undertaking], tie.undertaking))[:_MOST_UNDERTAKINGS]
    bound = [
        (tie, other) for tie in shown for other in index.undertakings[tie.undertaking] if other.agent != key
    ]
    counted = Counter(other.agent for _, other in bound)
    agents = sorted(counted, key=lambda agent: (-counted[agent], agent))[:_MOST_OTHERS]
    height = _ROW * max(len(shown), len(agents), 1) + 20
    middles = _spread([tie.undertaking for tie in shown], height)
    others = _spread(agents, height)
    spots = [_spot(page, tie.undertaking, 1, middles[tie.undertaking], tie) for tie in shown]
    # The name stands between the two: the line ends where it begins.
    starts = [_COLUMNS[1] - 18 - _LETTER * max(len(spot.text), len(spot.roles)) for spot in spots]
    lines = [
        (tie, _COLUMNS[0], height // 2, x, middles[tie.undertaking])
        for tie, x in zip(shown, starts, strict=True)
    ]
    lines += [
        (other, _COLUMNS[1], middles[tie.undertaking], _COLUMNS[2], others[other.agent])
        for tie, other in bound
        if other.agent in others
    ]
    spots += [_spot(page, agent, 2, y, None) for agent, y in others.items()]
    template = environment().get_template("pictures/ego.svg")
    return Markup(
        template.render(
            page=page,
            key=key,
            width=WIDTH,
            height=height,
            lines=lines,
            spots=spots,
            frames=FRAMES,
            x=_COLUMNS[0],
            hidden=len(own) - len(shown) + len(counted) - len(agents),
        )
    )


def _spread(keys: Sequence[Key], height: int) -> dict[Key, int]:
    """Things below each other, evenly."""
    return {key: height * (2 * place + 1) // (2 * len(keys)) for place, key in enumerate(keys)}


def _spot(page: Page, key: Key, column: int, y: int, tie: Tie | None) -> Spot:
    roles = shortened(", ".join(role_name(page, role) for role in tie.roles), _LETTERS[0]) if tie else ""
    text = shortened(page.things.label(key, page.language).text, _LETTERS[column - 1])
    return Spot(key, _COLUMNS[column], y, "agent" if tie is None else frame_of(page.things, key), text, roles)


def role_name(page: Page, role: Key) -> str:
    """What a role is called."""
    return page.t("network-funder") if role == FUNDER else page.things.label(role, page.language).text
