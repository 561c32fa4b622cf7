"""Read `faults.txt`: ways to break a bundle of the generator, each with the results that must be found.

One paragraph is one fault, with its name first. ``{n}`` is the number of the project, ``{funder}`` and the like
are terms that the bundle chose. The lines after the name:

    + SUBJECT PREDICATE VALUE        add a triple
    - SUBJECT PREDICATE [VALUE]      take away all values, or this one, or those in a language (@cs)
    = SUBJECT PREDICATE VALUE        the same as taking away all and adding one
    ! SHAPE FOCUS PATH COMPONENT [VALUE]    a result that is expected; the path of a node shape is a full stop

A fault without expected results is a trap: it looks wrong and is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

COPIES = 4
"""How often each fault occurs."""

Bundle = dict[str, list[tuple[str, str]]]


class Expected(NamedTuple):
    """A validation result, its terms written as in the data; an empty text is a part that is absent."""

    shape: str
    focus: str
    path: str
    component: str
    value: str = ""


Fault = Callable[[Bundle, int], list[Expected]]
_CHOSEN = {
    "funder": ("funding:p{n}", "mosty:funder"),
    "related": ("project:p{n}", "mosty:relatedTo"),
    "programme": ("project:p{n}", "mosty:underProgramme"),
    "begin": ("period:p{n}", "mosty:begins"),
    "place": ("placelink:p{n}", "mosty:place"),
}


def _fault(lines: list[str]) -> Fault:
    def apply(bundle: Bundle, number: int) -> list[Expected]:
        names = {name: _value(bundle, place, number) for name, place in _CHOSEN.items()}
        expected = []
        for line in lines:
            mark, _, text = _filled(line, names | {"n": str(number)}).partition(" ")
            if mark == "!":
                expected.append(_expected(*text.split(maxsplit=4)))
            else:
                _edit(bundle, mark, *text.split(maxsplit=2))
        return expected

    return apply


def _filled(text: str, names: Mapping[str, str]) -> str:
    # Not str.format: patterns and literals may hold other braces; long texts are written as 'x' * 161.
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return re.sub(r"\{(.)\*(\d+)\}", lambda match: match[1] * int(match[2]), text)


def _value(bundle: Bundle, place: tuple[str, str], number: int) -> str:
    subject, predicate = place[0].replace("{n}", str(number)), place[1]
    return next(value for name, value in bundle[subject] if name == predicate)


def _edit(bundle: Bundle, mark: str, subject: str, predicate: str, value: str = "") -> None:
    pairs = bundle.setdefault(subject, [])
    if mark in "-=":
        kept = [pair for pair in pairs if not _meant(pair, predicate, value if mark == "-" else "")]
        assert len(kept) < len(pairs) or mark == "=", f"{subject} {predicate} {value}: not there"
        pairs[:] = kept
    if mark in "+=":
        pairs.append((predicate, value))
    if not pairs:
        del bundle[subject]


def _meant(pair: tuple[str, str], predicate: str, value: str) -> bool:
    return (predicate in ("*", pair[0])) and (
        pair[1].endswith(f'"{value}') if value.startswith("@") else value in ("", pair[1])
    )


def _expected(shape: str, focus: str, path: str, component: str, value: str = "") -> Expected:
    if value == "focus":
        value = focus
    return Expected(
        f"<https://w3id.org/mosty/bench#{shape}>",
        focus,
        "" if path == "." else path,
        f"<http://www.w3.org/ns/shacl#{component}ConstraintComponent>",
        value,
    )


def _read(path: Path) -> dict[str, Fault]:
    faults: dict[str, Fault] = {}
    for paragraph in path.read_text(encoding="utf-8").split("\n\n"):
        name, *lines = [line.strip() for line in paragraph.splitlines() if not line.startswith("#")] or [""]
        if name:
            assert name not in faults, name
            faults[name] = _fault(lines)
    return faults


FAULTS = _read(Path(__file__).with_name("faults.txt"))
