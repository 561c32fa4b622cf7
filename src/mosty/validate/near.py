"""Names that are one edit away from a known one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mosty.rdf.keys import Key

_SHORTEST = 4
"""Shorter names are one edit away from each other by chance."""


_LONGEST = 60
_LARGEST = 20_000
"""Nobody types the names of a larger vocabulary by hand."""


class Near:
    """Finds the known term of the same namespace that differs in one edit, or in upper and lower case only.

    Args:
        known: keys of IRIs.
        wanted: what will be looked for; only the namespaces of these are taken in.
    """

    def __init__(self, known: Iterable[Key], wanted: Iterable[Key]) -> None:
        self._shortened: dict[tuple[str, str], list[str]] = {}
        spaces = {split(key)[0] for key in wanted}
        near = [parts for key in known if (parts := split(key))[0] in spaces]
        for space, name in sorted(near) if len(near) <= _LARGEST else ():
            for variant in _variants(name.lower()):
                self._shortened.setdefault((space, variant), []).append(name)

    def find(self, key: Key) -> Key | None:
        """Find the nearest known term, but not the term itself.

        >>> near = Near(["<http://e/theme>"], ["<http://e/themes>"])
        >>> near.find("<http://e/themes>"), near.find("<http://e/Theme>"), near.find("<http://e/topic>")
        ('<http://e/theme>', '<http://e/theme>', None)
        """
        space, name = split(key)
        for variant in _variants(name.lower()):
            for known in self._shortened.get((space, variant), ()):
                if known != name and one_edit(name.lower(), known.lower()):
                    return f"{space}{known}>"
        return None


def split(key: Key) -> tuple[str, str]:
    """Split the key of an IRI into its namespace (with the bracket before it) and its name.

    >>> split("<http://e/theme>")
    ('<http://e/', 'theme')
    """
    cut = max(key.rfind("#"), key.rfind("/")) + 1
    return key[:cut], key[cut:-1]


def one_edit(one: str, other: str) -> bool:
    """Tell whether two names differ in one letter at most: put in, left out, exchanged, or two swapped.

    Names that differ in a digit belong to a series, and short names differ little by nature.

    >>> one_edit("theme", "themes"), one_edit("theme", "tehme"), one_edit("name1", "name2"), one_edit("to", "of")
    (True, True, False, False)
    """
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if short[at : at + 1].isdigit() or long[at : at + 1].isdigit():
        return False
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long[at:]


def _variants(name: str) -> Iterator[str]:
    """The name, and the name with each of its letters left out: names one edit apart have one in common."""
    yield name
    if len(name) <= _LONGEST:
        yield from dict.fromkeys(name[:i] + name[i + 1 :] for i in range(len(name)))
