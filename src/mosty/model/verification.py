"""What the verification of a release found, as values."""

from __future__ import annotations

from typing import Literal, NamedTuple

Status = Literal["passed", "failed", "skipped"]


class Check(NamedTuple):
    """One thing that was checked.

    Attributes:
        name: its short name, for programs.
        status: skipped when the release has nothing to check there, when it could not be checked, or when another
            version of mosty explains what was found.
        text: what was found, in one line.
        findings: what is wrong, one line for each.
    """

    name: str
    status: Status
    text: str
    findings: tuple[str, ...] = ()


class Verification(NamedTuple):
    """The result of verifying a release.

    Attributes:
        place: the folder or address.
        name, version, date: what the release says of itself; None where it does not.
        hash: the hash that it says its dataset has.
        checks: in the order in which they were made.
    """

    place: str
    name: str | None
    version: str | None
    date: str | None
    hash: str | None
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed.

        >>> Verification("release", None, None, None, None, (Check("sums", "failed", "2 differ"),)).passed
        False
        """
        return all(check.status != "failed" for check in self.checks)
