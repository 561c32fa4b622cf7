"""How the Turtle of a column is made from its keys: a slice of most of them, the others one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from mosty.rdf.keys import Key
from mosty.rdf.tokens import NUMBERS, SHORTHAND, TurtleTerms, is_as_it_is, is_local, is_plain, object_key

_SAMPLE = 64
_PART = 4096

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


def shape_of(
    values: set[Key], subjects: Set[Key], odd_subjects: Set[Key], terms: TurtleTerms
) -> Shape | None:
    """Find the shape of the values of a column; None when too many would be odd.

    Args:
        values: the values, each once.
        subjects: IRIs that the subjects' namespaces are known to fit ...
        odd_subjects: ... but for these.
        terms: learns the prefixes in use.
    """
    sample = list(islice(values, _SAMPLE))
    quoted = [value for value in sample if value[0] == '"']
    if len(quoted) * 2 > len(sample):
        shape = _literals(values, quoted, terms)
    else:
        shape = _iris(values, sample, subjects, odd_subjects, terms)
    return shape if shape is not None and len(shape.odd) * 4 <= len(values) else None


def _iris(
    values: set[Key], sample: Sequence[Key], subjects: Set[Key], odd_subjects: Set[Key], terms: TurtleTerms
) -> Shape | None:
    found = Counter(terms.namespace(value[1:-1]) for value in sample if value[0] == "<")
    namespace, _ = found.most_common(1)[0]
    if namespace is None:
        others = ('"', "<<", *(f"<{other}" for other in terms.namespaces))
        return as_it_is(bare, {key for key in values if key.startswith(others) or not key.isprintable()})
    if not ends_in_separator(namespace):
        return None
    start, cut = f"<{namespace}", slice(len(namespace) + 1, -1)
    odd = {value for value in values if not value.startswith(start)}
    is_longest = not any(other != namespace and other.startswith(namespace) for other in terms.namespaces)
    unknown = values.difference(subjects) if is_longest else values
    odd.update(value for value in unknown if not is_local(value[cut]))
    odd |= values & odd_subjects
    return curies(namespace, odd, terms) if len(odd) < len(values) else None


def _literals(values: set[Key], sample: Sequence[Key], terms: TurtleTerms) -> Shape | None:
    found = Counter(map(_tail, sample))
    tail, _ = found.most_common(1)[0]
    if tail.startswith("^"):
        return _typed(values, tail, terms)
    tails = {tail for tail in found if is_as_it_is(tail)}
    odd = _not_ending(values, tails)
    others = {key: _tail(key) for key in odd if key[0] == '"'}
    more = {tail for tail in others.values() if is_as_it_is(tail)} - tails
    odd.difference_update(key for key, tail in others.items() if tail in more)
    tails |= more
    # object_key puts texts without a language after those with one.
    shape = as_it_is(object_key if "" in tails and len(tails) > 1 else _by_tail)
    return shape._replace(odd=odd.union(_not_plain(values)))


def _typed(values: set[Key], tail: str, terms: TurtleTerms) -> Shape:
    """The shape of values that have a datatype for the most part."""
    odd = _not_ending(values, (tail,))
    datatype = tail[3:-1]
    if short := SHORTHAND.get(datatype):
        cut = slice(1, -len(tail) - 1)
        odd.update(key for key in values if not short.fullmatch(key[cut]))
        return Shape("", cut, "", object_key, odd)
    odd |= _not_plain(values)
    sort_key = object_key if datatype in NUMBERS else _by_tail
    return Shape("", slice(None, -len(tail)), f"^^{terms[f'<{datatype}>']}", sort_key, odd)


def _not_ending(values: set[Key], tails: Iterable[str]) -> set[Key]:
    """Give the values that end otherwise; what has one of these tails after a quote is a literal."""
    ends = tuple(f'"{tail}' for tail in tails)
    return {value for value in values if not value.endswith(ends)}


def _not_plain(values: set[Key]) -> set[Key]:
    found: set[Key] = set()
    rest = iter(values)
    while part := list(islice(rest, _PART)):
        if not is_plain("".join(part)):
            found.update(key for key in part if not is_plain(key))
    return found


def _tail(key: Key) -> str:
    return key[key.rindex('"') + 1 :]


def _by_tail(key: Key) -> tuple[str, ...]:
    """Order literals by language or datatype, then by text."""
    return key.rpartition('"')[::-1]
