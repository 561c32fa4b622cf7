"""How the Turtle of a column is made from its keys: a slice of most of them, the others one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from mosty.rdf.graph import Column
from mosty.rdf.keys import Key
from mosty.rdf.nesting import NIL
from mosty.rdf.tokens import (
    NUMBERS,
    SHORTHAND,
    TurtleTerms,
    are_local,
    is_as_it_is,
    is_local,
    is_plain,
    object_key,
)

_SAMPLE = 64
_HANDFUL = 64

SortKey: TypeAlias = Callable[[Key], Any]

bare: SortKey = itemgetter(slice(None, -1))
"""Orders IRIs: without their last character, because > comes after the dot of a name."""


class Shape(NamedTuple):
    """How most keys of a column are written: a slice of the key between two texts.

    Attributes:
        before: what comes before the slice.
        cut: the slice.
        after: what comes after it.
        sort_key: orders these keys as `object_key` would.
        odd: keys that are written otherwise.
    """

    before: str
    cut: slice
    after: str
    sort_key: SortKey
    odd: Set[Key] = frozenset()


class Strip(NamedTuple):
    """A column for a batch of subjects: a text for each, between two that all have in common."""

    before: str
    texts: Iterable[str]
    after: str


def spelled(keys: Sequence[Key], shape: Shape | None, terms: TurtleTerms) -> Strip:
    """Write keys of a column; without a shape, one by one."""
    if shape is None:
        return Strip("", map(terms.__getitem__, keys), "")
    before, cut, after, _, odd = shape
    if odd and not odd.isdisjoint(keys):
        return Strip("", [terms[key] if key in odd else f"{before}{key[cut]}{after}" for key in keys], "")
    return Strip(before, map(itemgetter(cut), keys), after)


def as_it_is(sort_key: SortKey, odd: Set[Key] = frozenset()) -> Shape:
    """The shape of keys that are their own Turtle."""
    return Shape("", slice(None), "", sort_key, odd)


def curies(namespace: str, odd: Set[Key], terms: TurtleTerms) -> Shape:
    """The shape of IRIs of one namespace, whose prefix is then in use."""
    return Shape(f"{terms.use(namespace)}:", slice(len(namespace) + 1, -1), "", bare, odd)


def ends_in_separator(namespace: str) -> bool:
    """Tell whether an IRI that goes on with a local name belongs to this namespace, and to no longer or shorter one.

    A local name holds neither / nor #.
    """
    return namespace[-1:] in ("/", "#")


def shape_of(column: Column, terms: TurtleTerms) -> Shape | None:
    """Find the shape of the values of a column; None when too many would be odd.

    Blank nodes and the empty list are always odd.

    Args:
        column: subjects and values.
        terms: learns the prefixes in use.
    """
    sample = list(islice(column.one.values(), None, None, len(column.one) // _SAMPLE + 1))
    quoted = [value for value in sample if value[0] == '"']
    if len(quoted) * 2 > len(sample):
        return _literals(column, quoted, terms)
    return _iris(column, sample, terms)


def few_values(column: Column, most: int) -> set[Key] | None:
    """Give the values of a column, each once; None when there are more."""
    found: set[Key] = set()
    for part in column.parts():
        found.update(part)
        if len(found) > most:
            return None
    return found


def _odd(column: Column, choose: Callable[[list[Key]], Iterable[Key]]) -> set[Key] | None:
    """Give the values that are chosen from some at a time; None when they are more than a quarter."""
    found: set[Key] = set()
    seen = count = 0
    for part in column.parts():
        chosen = list(choose(part))
        found.update(chosen)
        seen += len(part)
        count += len(chosen)
    return found if count * 4 <= seen else None


def _iris(column: Column, sample: Sequence[Key], terms: TurtleTerms) -> Shape | None:
    found = Counter(terms.namespace(value[1:-1]) for value in sample if value[0] == "<")
    if not found:
        return None
    namespace, _ = found.most_common(1)[0]
    if namespace is None:
        others = ('"', "_", "<<", NIL, *(f"<{other}" for other in terms.namespaces))
        odd = _odd(column, lambda part: [k for k in part if k.startswith(others) or not k.isprintable()])
        return None if odd is None else as_it_is(bare, odd)
    if not ends_in_separator(namespace):
        return None
    start, cut = f"<{namespace}", slice(len(namespace) + 1, -1)

    def chosen(part: list[Key]) -> list[Key]:
        odd = [key for key in part if not key.startswith(start) or key == NIL]
        rest = [key for key in part if key.startswith(start)] if odd else part
        return odd + not_local(rest, cut)

    odd = _odd(column, chosen)
    return None if odd is None else curies(namespace, odd, terms)


def not_local(keys: Sequence[Key], cut: slice) -> list[Key]:
    """Give the IRIs whose local name cannot stand after a prefix."""
    if are_local(key[cut] for key in keys):
        return []
    if len(keys) <= _HANDFUL:
        return [key for key in keys if not is_local(key[cut])]
    handfuls = (keys[at : at + _HANDFUL] for at in range(0, len(keys), _HANDFUL))
    return [key for handful in handfuls for key in not_local(handful, cut)]


def _literals(column: Column, sample: Sequence[Key], terms: TurtleTerms) -> Shape | None:
    found = Counter(map(_tail, sample))
    tail, _ = found.most_common(1)[0]
    if tail.startswith("^"):
        return _typed(column, tail, terms)
    tails = {tail for tail in found if is_as_it_is(tail)}
    ends = tuple(f'"{tail}' for tail in tails)

    def chosen(part: list[Key]) -> list[Key]:
        nonlocal ends
        odd = [key for key in part if not key.endswith(ends)]
        if odd:
            tails.update(tail for tail in {_tail(key) for key in odd if key[0] == '"'} if is_as_it_is(tail))
            ends = tuple(f'"{tail}' for tail in tails)
            odd = [key for key in odd if not key.endswith(ends)]
        return odd + _not_plain(part)

    odd = _odd(column, chosen)
    # object_key puts texts without a language after those with one.
    sort_key = object_key if "" in tails and len(tails) > 1 else _by_tail
    return None if odd is None else as_it_is(sort_key, odd)


def _typed(column: Column, tail: str, terms: TurtleTerms) -> Shape | None:
    """The shape of values that have a datatype for the most part."""
    end, datatype = f'"{tail}', tail[3:-1]
    if short := SHORTHAND.get(datatype):
        cut = slice(1, -len(end))
        fits = short.fullmatch
        odd = _odd(column, lambda part: [k for k in part if not k.endswith(end) or not fits(k[cut])])
        return None if odd is None else Shape("", cut, "", object_key, odd)
    odd = _odd(column, lambda part: [key for key in part if not key.endswith(end)] + _not_plain(part))
    if odd is None:
        return None
    sort_key = object_key if datatype in NUMBERS else _by_tail
    return Shape("", slice(None, -len(tail)), f"^^{terms[f'<{datatype}>']}", sort_key, odd)


def _not_plain(part: Sequence[Key]) -> list[Key]:
    return [] if is_plain("".join(part)) else [key for key in part if not is_plain(key)]


def _tail(key: Key) -> str:
    return key[key.rindex('"') + 1 :]


def _by_tail(key: Key) -> tuple[str, ...]:
    """Order literals by language or datatype, then by text."""
    return key.rpartition('"')[::-1]
