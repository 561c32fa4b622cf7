"""What the verification of a release found, for people and for programs."""

from __future__ import annotations

import json

from mosty.model.verification import Verification
from mosty.model.wording import readable

_MARKS = {"passed": "ok", "failed": "FAILED", "skipped": "-"}
_MOST = 10


def render_verification(found: Verification, format_: str) -> str:
    """Write a verification as text (a line for each check, then what is wrong) or json (everything)."""
    return _json(found) if format_ == "json" else _text(found)


def summary(found: Verification) -> str:
    """One line: what was verified, and how it came out.

    >>> summary(Verification("release", "mosty", "1.2.0", None, None, ()))
    'release (mosty 1.2.0): verified, 0 checks'
    """
    failed = sum(check.status == "failed" for check in found.checks)
    passed = sum(check.status == "passed" for check in found.checks)
    left = sum(check.status == "skipped" and bool(check.findings) for check in found.checks)
    checks = f"{passed + failed} check{'' if passed + failed == 1 else 's'}"
    result = f"NOT verified, {failed} of {checks} failed" if failed else f"verified, {checks}"
    if left:
        result += f", {left} left open"
    told = " ".join(readable(part) for part in (found.name, found.version, found.date) if part)
    return f"{readable(found.place)}{f' ({told})' if told else ''}: {result}"


def _text(found: Verification) -> str:
    width = max((len(check.name) for check in found.checks), default=0)
    lines = []
    for check in found.checks:
        lines.append(f"{_MARKS[check.status]:<6}  {check.name:<{width}}  {readable(check.text)}")
        lines += [f"{'':<8}{readable(finding)}" for finding in check.findings[:_MOST]]
        if (more := len(check.findings) - _MOST) > 0:
            lines.append(f"{'':<8}... and {more:,} more (-f json has them)")
    return "\n".join([*lines, "", summary(found)]) + "\n"


def _json(found: Verification) -> str:
    document = {
        "place": found.place,
        "name": found.name,
        "version": found.version,
        "date": found.date,
        "hash": found.hash,
        "passed": found.passed,
        "checks": [check._asdict() for check in found.checks],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
