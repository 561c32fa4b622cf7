"""Who funds what: amounts as stated, and where none is stated, what is said instead."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from mosty.model.terms import MOSTY
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.site.labels import shown
from mosty.site.things import Things

FUNDER, _FUNDS, _SCHEME, _AMOUNT, _CURRENCY, _KIND, _STATUS, DONOR_STATUS, _PERIOD = (
    iri_key(MOSTY + name)
    for name in (
        "funder",
        "funds",
        "scheme",
        "amount",
        "currency",
        "amountKind",
        "amountStatus",
        "donorStatus",
        "period",
    )
)
_DECIMAL = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,10})?")
_EXACT = Context(prec=60)  # room for the sum of a trillion of these


class Funding(NamedTuple):
    """One donor and one thing that it funds.

    Attributes:
        donor: the organisation.
        node: the part that says it; the programme itself where only its funder is said.
        funded: what the money is for; None where it is not said.
        scheme: the programme that it comes through.
        amount: as written; None where no amount is stated.
        currency: its code.
        kind: the concept that tells commitment, budget and disbursement apart.
        status: the concept that says whether an amount is stated.
        period: the period of the funding.
        sources: the sources that say who funds, or how much; sorted.
    """

    donor: Key
    node: Key
    funded: Key | None
    scheme: Key | None
    amount: str | None
    currency: str | None
    kind: Key | None
    status: Key | None
    period: Key | None
    sources: tuple[Key, ...]

    @property
    def number(self) -> Decimal | None:
        """The amount as a number; None where it is none that can be added up."""
        return Decimal(self.amount) if self.amount and _DECIMAL.fullmatch(self.amount) else None


class Total(NamedTuple):
    """The sum of stated amounts of one kind in one currency: no others are ever added up."""

    currency: str
    kind: Key | None
    amount: str
    times: int


def fundings(things: Things) -> dict[Key, list[Funding]]:
    """The fundings of each donor, donors sorted by IRI."""
    found: dict[Key, list[Funding]] = defaultdict(list)
    for node, donor in things.graph.column(FUNDER).pairs():
        if donor[0] == "<":
            found[donor] += _fundings(things, node, donor)
    return {donor: sorted(found[donor], key=_order) for donor in sorted(found)}


def _order(funding: Funding) -> tuple[str, str]:
    return funding.funded or "", funding.node


def _fundings(things: Things, node: Key, donor: Key) -> Iterator[Funding]:
    """What one node says: a funding, or a programme with a funder."""
    graph = things.graph
    record = things.is_record(node)
    evidence = things.evidence_about(node)
    wanted = {FUNDER: donor, _AMOUNT: None, _STATUS: None}
    sources = {
        passage.source
        for (predicate, value), supports in evidence.items()
        if predicate in wanted and wanted[predicate] in (None, value)
        for support in supports
        for passage in support.passages
    }
    amounts = sorted(text for value in graph.column(_AMOUNT).values(node) if (text := _text(value)))

    def one(predicate: Key) -> Key | None:
        return min(graph.column(predicate).values(node), default=None)

    currency = one(_CURRENCY)
    for funded in sorted(graph.column(_FUNDS).values(node)) or (node if record else None,):
        for amount in amounts or (None,):
            yield Funding(
                donor,
                node,
                funded,
                None if record else one(_SCHEME),
                amount,
                _text(currency) if currency else None,
                one(_KIND),
                one(_STATUS),
                None if record else one(_PERIOD),
                tuple(sorted(sources)),
            )


def _text(key: Key) -> str:
    """What is written in a literal, or the end of an IRI (currencies of the EU have IRIs)."""
    return shown(literal_parts(key)[0] if key[0] == '"' else key[1:-1].rstrip("/").rsplit("/", 1)[-1])


def totals(members: Iterable[Funding]) -> list[Total]:
    """The sums of the stated amounts, each kind and currency for itself; one node counts once."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    counts: Counter[tuple[str, str]] = Counter()
    for _, currency, kind, number in sorted(
        {(f.node, f.currency, f.kind or "", f.number) for f in members if f.number is not None and f.currency}
    ):
        if currency and number is not None:
            sums[currency, kind] = _EXACT.add(sums[currency, kind], number)
            counts[currency, kind] += 1
    return [
        Total(currency, kind or None, format(total, "f"), counts[currency, kind])
        for (currency, kind), total in sorted(sums.items())
    ]


def donor_statuses(things: Things) -> dict[Key, list[Key]]:
    """The records without a funding by what is said instead: not stated, none."""
    found: dict[Key, list[Key]] = defaultdict(list)
    for record, status in things.graph.column(DONOR_STATUS).pairs():
        if things.is_record(record):
            found[status].append(record)
    return {status: sorted(found[status]) for status in sorted(found)}


def unstated(members: Sequence[Funding]) -> int:
    """How many fundings have no stated amount; a programme of which only the funder is said is none."""
    return len({f.node for f in members if f.amount is None and f.node != f.funded})
