"""The pages of donors: who they are, what they fund, with how much where that is stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from mosty.rdf.keys import Key
from mosty.site.funding import Funding, Total, donor_statuses, fundings, totals, unstated
from mosty.site.labels import collated
from mosty.site.memo import once_for
from mosty.site.page import Pages, render
from mosty.site.paths import RECORDS
from mosty.site.things import Things

_ROWS = 300
Item = TypeVar("Item")


class Donor(NamedTuple):
    """A donor and what it funds.

    Attributes:
        key: the organisation.
        path: its page, without language, number and extension.
        fundings: what it funds.
        totals: the sums of what can be added up.
        unstated: how many fundings have no stated amount.
    """

    key: Key
    path: str | None
    fundings: Sequence[Funding]
    totals: Sequence[Total]
    unstated: int


class Gathered(NamedTuple):
    """All donors, and the records that have none by what is said instead."""

    donors: Sequence[Donor]
    without: Mapping[Key, Sequence[Key]]


@once_for
def gathered(things: Things) -> Gathered:
    """The donors of a release, found once for all languages."""
    found = [
        Donor(key, _path(things, key), members, totals(members), unstated(members))
        for key, members in fundings(things).items()
    ]
    return Gathered(found, donor_statuses(things))


def _path(things: Things, donor: Key) -> str | None:
    """``donors/org/esf``, from the path of the record's own page."""
    own = things.paths.get(donor)
    return f"donors/{own.removeprefix(f'{RECORDS}/')}" if own else None


def pages(things: Things, language: str) -> Pages:
    """The list of donors, those with most fundings first, and the pages of each."""

    def name(key: Key) -> tuple[str, str]:
        return collated(things.label(key, language).text, language)

    model = gathered(things)
    donors = sorted(model.donors, key=lambda donor: (-len(donor.fundings), name(donor.key), donor.key))
    without = {status: sorted(records, key=name) for status, records in model.without.items()}
    for number, part in enumerate(_parts(donors), start=1):
        yield render(
            things,
            language,
            _numbered("donors", number),
            "donors.html",
            donors=part,
            number=number,
            paths=_numbers("donors", donors),
            total=len(donors),
            without={status: (len(records), records[:_ROWS]) for status, records in without.items()},
        )
    for donor in donors:
        if donor.path is None:
            continue
        ordered = sorted(
            donor.fundings,
            key=lambda funding: (
                name(funding.funded or funding.node),
                *map(str, funding[1:3]),
            ),
        )
        for number, rows in enumerate(_parts(ordered), start=1):
            yield render(
                things,
                language,
                _numbered(donor.path, number),
                "donor.html",
                donor=donor,
                rows=rows,
                number=number,
                paths=_numbers(donor.path, ordered),
            )


def donor_page(things: Things, key: Key) -> str | None:
    """The path of a donor's page, without language; None for whom no funding is known."""
    return _donor_pages(things).get(key)


@once_for
def _donor_pages(things: Things) -> dict[Key, str]:
    return {donor.key: _numbered(donor.path, 1) for donor in gathered(things).donors if donor.path}


def _parts(items: Sequence[Item]) -> list[Sequence[Item]]:
    """Items for one page each; one page at least."""
    return [items[start : start + _ROWS] for start in range(0, len(items), _ROWS)] or [items]


def _numbers(stem: str, items: Sequence[object]) -> list[str]:
    return [_numbered(stem, number + 1) for number in range(len(_parts(items)))]


def _numbered(stem: str, number: int) -> str:
    """The path of a page of several: no name of a record holds a tilde and a mere number."""
    return f"{stem}.html" if number == 1 else f"{stem}~{number}.html"
