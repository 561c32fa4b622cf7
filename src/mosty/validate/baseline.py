"""The baseline: findings that are known, each with a reason and a day on which somebody must look again.

It is a YAML file, a list with one entry a waiver::

    - rule: full-project-without-period
      focus: project:bridges-to-integration
      reason: The handbook names no year; asked the project office.
      expires: 2027-06-30

``path``, ``value`` and ``fingerprint`` narrow a waiver down; what narrows nothing down is left out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml

from mosty.model.diagnostics import (
    Position,
    Remark,
    Severity,
    SyntaxDiagnostic,
    ValidationReport,
    ValidationResult,
    Waived,
)
from mosty.model.errors import InputError, UsageError
from mosty.model.paths import path_text
from mosty.model.terms import IRI, Literal, Term, n_triples
from mosty.rdf.files import write_atomically
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reading import decode, read_bytes

_KEYS = ("rule", "focus", "path", "value", "fingerprint", "reason", "expires")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_LONGEST = 80


class Waiver(NamedTuple):
    """One entry of a baseline.

    Attributes:
        rule: the name of a rule, or the IRI of its shape.
        focus: the focus node's IRI; None when a fingerprint stands for it.
        path: the result path as written.
        value: the value node as written.
        fingerprint: that of the result.
        reason: why it is accepted.
        expires: the last day on which it is.
        position: where the entry stands.
    """

    rule: str
    focus: str | None
    path: str | None
    value: str | None
    fingerprint: str | None
    reason: str
    expires: datetime.date
    position: Position


def apply(
    report: ValidationReport, path: Path, today: datetime.date, *, partial: bool = False
) -> ValidationReport:
    """Take the findings that a baseline knows out of a report.

    Args:
        report: the report.
        path: the baseline.
        today: waivers whose day lies before it have expired; what they waived is a finding again.
        partial: the report is not about the whole workspace, so a waiver that matches nothing may be right.

    Returns:
        The report with `waived`, and with waivers that expired or match nothing in `stale`.

    Raises:
        InputError: the baseline cannot be read, or an entry is not as it must be.
    """
    prefixes = Prefixes(report.prefixes)
    waivers = read(path, prefixes)
    index = _index(waivers)
    kept: list[ValidationResult] = []
    waived: list[Waived] = []
    matched: set[Position] = set()
    for result in report.results:
        found = [waiver for waiver in _candidates(index, result) if _matches(waiver, result, prefixes)]
        matched.update(waiver.position for waiver in found)
        valid = [waiver for waiver in found if waiver.expires >= today]
        if valid:
            waived.append(Waived(result, valid[0].reason, valid[0].expires.isoformat()))
        else:
            kept.append(result)
    stale = []
    for waiver in waivers:
        if waiver.position in matched:
            if waiver.expires < today:
                message = f"the waiver of {_shown(waiver, prefixes)} expired on {waiver.expires}"
                hint = "mend what it waived, or look at the reason again and set another day"
                stale.append(Remark("expired-waiver", message, hint, waiver.position))
        elif not partial:
            message = f"the waiver of {_shown(waiver, prefixes)} matches no finding"
            hint = (
                "take it out of the baseline if it was mended; else compare its rule, focus, path and value"
            )
            stale.append(Remark("unmatched-waiver", message, hint, waiver.position))
    return report._replace(
        results=tuple(kept), waived=(*report.waived, *waived), stale=(*report.stale, *stale)
    )


def add(
    report: ValidationReport,
    path: Path,
    *,
    reason: str,
    expires: datetime.date,
    mildest: Severity = Severity.VIOLATION,
) -> int:
    """Write the findings that a baseline does not know yet to its end; what stands in it stays as it is.

    Args:
        report: the report; findings that an expired waiver matches are left to a person.
        path: the baseline; made when it is not there.
        reason: why the findings are accepted.
        expires: the last day on which they are.
        mildest: the mildest severity to write.

    Returns:
        How many waivers were added.

    Raises:
        UsageError: no reason.
        InputError: the baseline that is there cannot be read.
        OutputError: it cannot be written.
    """
    if not reason.strip():
        raise UsageError("a waiver needs a reason", "say with --reason why the findings are accepted")
    prefixes = Prefixes(report.prefixes)
    text = _text(path) if path.exists() else ""
    index = _index(read(path, prefixes)) if text else {}
    entries: dict[str, None] = {}  # an ordered set
    for result in report.results:
        known = any(_matches(waiver, result, prefixes) for waiver in _candidates(index, result))
        if not known and result.severity.rank <= mildest.rank:
            entry = _entry(result, prefixes) | {"reason": " ".join(reason.split()), "expires": expires}
            entries[_yaml(entry)] = None
    if entries:
        indent = re.search(r"^( *)- ", text, re.MULTILINE)
        added = "".join(entries)
        if indent is not None and indent[1]:
            added = re.sub(r"^(?=.)", indent[1], added, flags=re.MULTILINE)
        head = text if not text or text.endswith("\n") else text + "\n"
        write_atomically(path, (head + added).encode())
    return len(entries)


def read(path: Path, prefixes: Prefixes) -> tuple[Waiver, ...]:
    """Read a baseline.

    Args:
        path: the file.
        prefixes: what its CURIEs mean.

    Raises:
        InputError: not YAML, or an entry is not as it must be; the message has the position.
    """
    reader = _Reader(path, prefixes)
    return tuple(reader.waivers())


def _text(path: Path) -> str:
    data = read_bytes(path)
    return decode(data, str(path)) if data.strip() else ""


class _Reader:
    """Reads the nodes of a YAML document, which know their places, and accepts nothing that it does not know."""

    def __init__(self, path: Path, prefixes: Prefixes) -> None:
        self.path = path
        self.prefixes = prefixes
        self.text = _text(path)

    def waivers(self) -> Iterator[Waiver]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            top = yaml.compose(self.text, Loader=loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            self._fail(mark, f"not YAML: {getattr(error, 'problem', None) or error}")
        except RecursionError:
            self._fail(None, "nested too deep")
        if top is None:
            return
        if not isinstance(top, yaml.SequenceNode) or top.flow_style:
            self._fail(top.start_mark, "a baseline is a list of waivers", "begin each with `- rule: NAME`")
        for entry in top.value:
            yield self._waiver(entry)

    def _waiver(self, entry: yaml.Node) -> Waiver:
        if not isinstance(entry, yaml.MappingNode):
            self._fail(entry.start_mark, "a waiver is a table", f"its keys: {', '.join(_KEYS)}")
        found: dict[str, yaml.ScalarNode] = {}
        for key, value in entry.value:
            name = str(key.value)
            if name not in _KEYS:
                self._fail(key.start_mark, f"unknown key {name!r}", f"known keys: {', '.join(_KEYS)}")
            if name in found:
                self._fail(key.start_mark, f"{name} stands here twice", "keep one of them")
            if not isinstance(value, yaml.ScalarNode) or not str(value.value).strip():
                self._fail(value.start_mark, f"{name} must be a text that is not empty")
            found[name] = value
        for name in ("rule", "reason", "expires"):
            if name not in found:
                self._fail(entry.start_mark, f"a waiver without {name}", f"write `{name}: ...`")
        if "focus" not in found and "fingerprint" not in found:
            self._fail(entry.start_mark, "a waiver without focus", "name the node, or give a fingerprint")
        texts = {name: str(node.value).strip() for name, node in found.items()}
        if "fingerprint" in found and not _FINGERPRINT.match(texts["fingerprint"]):
            self._fail(found["fingerprint"].start_mark, "a fingerprint is 16 hexadecimal digits")
        rule = texts["rule"]
        return Waiver(
            rule=self._iri(found["rule"]) if ":" in rule else rule,
            focus=self._iri(found["focus"]) if "focus" in found else None,
            path=texts.get("path"),
            value=texts.get("value"),
            fingerprint=texts.get("fingerprint"),
            reason=texts["reason"],
            expires=self._day(found["expires"]),
            position=self._position(entry.start_mark),
        )

    def _iri(self, node: yaml.ScalarNode) -> str:
        try:
            return self.prefixes.expand(str(node.value).strip()).value
        except UsageError as error:
            self._fail(node.start_mark, error.message, error.hint)

    def _day(self, node: yaml.ScalarNode) -> datetime.date:
        text = str(node.value).strip()
        try:
            if not _DAY.match(text):
                raise ValueError
            return datetime.date.fromisoformat(text)
        except ValueError:
            self._fail(node.start_mark, f"expires is not a day: {text!r}", "write it as 2027-06-30")

    def _position(self, mark: Any) -> Position:
        return Position(str(self.path), mark.line + 1, mark.column + 1) if mark else Position(str(self.path))

    def _fail(self, mark: Any, message: str, hint: str | None = None) -> NoReturn:
        lines = self.text.split("\n")
        line = lines[mark.line].rstrip("\r") if mark and mark.line < len(lines) else None
        diagnostic = SyntaxDiagnostic(self._position(mark), message, line)
        raise InputError(str(diagnostic), hint, [diagnostic]) from None


def _index(waivers: Iterable[Waiver]) -> dict[tuple[str, str], list[Waiver]]:
    index: dict[tuple[str, str], list[Waiver]] = {}
    for waiver in waivers:
        index.setdefault((waiver.rule, waiver.focus or waiver.fingerprint or ""), []).append(waiver)
    return index


def _candidates(index: dict[tuple[str, str], list[Waiver]], result: ValidationResult) -> Iterator[Waiver]:
    if not index:
        return
    rules = [result.rule, *([result.shape.value] if isinstance(result.shape, IRI) else [])]
    nodes = [result.fingerprint, *([result.focus.value] if isinstance(result.focus, IRI) else [])]
    for rule in rules:
        for node in nodes:
            yield from index.get((rule, node), ())


def _matches(waiver: Waiver, result: ValidationResult, prefixes: Prefixes) -> bool:
    """Compare what the index does not: path, value and fingerprint, each in any way of writing it."""
    if waiver.fingerprint is not None and waiver.fingerprint != result.fingerprint:
        return False
    if waiver.path is not None:
        paths = (
            () if result.path is None else (path_text(result.path, prefixes.compact), path_text(result.path))
        )
        if waiver.path not in paths and f"<{waiver.path}>" not in paths:
            return False
    return waiver.value is None or (
        result.value is not None and waiver.value in _ways_to_write(result.value, prefixes)
    )


def _ways_to_write(term: Term, prefixes: Prefixes) -> tuple[str, ...]:
    if isinstance(term, IRI):
        return term.value, f"<{term.value}>", prefixes.compact(term)
    if isinstance(term, Literal):
        return n_triples(term), _short(term, prefixes), term.lexical.strip()
    return ()


def _short(term: Term, prefixes: Prefixes) -> str:
    """Write a term with CURIEs: ``"2005"^^xsd:gYear``."""
    if isinstance(term, IRI):
        return prefixes.compact(term)
    text = n_triples(term)
    if isinstance(term, Literal) and text.endswith(f"^^<{term.datatype}>"):
        return text.removesuffix(f"<{term.datatype}>") + prefixes.compact(term.datatype)
    return text


def _entry(result: ValidationResult, prefixes: Prefixes) -> dict[str, object]:
    entry: dict[str, object] = {"rule": result.rule}
    value = result.value if isinstance(result.value, IRI | Literal) else None
    if isinstance(result.focus, IRI):
        entry["focus"] = prefixes.compact(result.focus)
    if result.path is not None:
        entry["path"] = path_text(result.path, prefixes.compact)
    if value is not None and value != result.focus:
        entry["value"] = _short(value, prefixes)
    # A node without a name, or a long text, is told by its fingerprint.
    if "focus" not in entry or value != result.value or len(str(entry.get("value", ""))) > _LONGEST:
        entry.pop("value", None)
        entry["fingerprint"] = result.fingerprint
    return entry


def _yaml(entry: dict[str, object]) -> str:
    return str(yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=100_000))


def _shown(waiver: Waiver, prefixes: Prefixes) -> str:
    rule = prefixes.compact(waiver.rule) if ":" in waiver.rule else waiver.rule
    return f"{rule} at {prefixes.compact(waiver.focus) if waiver.focus else waiver.fingerprint}"
