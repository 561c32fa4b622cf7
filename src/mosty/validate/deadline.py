"""A deadline for work that runs in this process: a pattern that back-tracks for ever can be stopped too."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mosty.model.errors import DeadlineError, UsageError

_AGAIN = 1.0
"""Seconds between further signals, in case a library swallowed the error that the first one raised."""


@contextmanager
def deadline(seconds: float | None, what: str) -> Iterator[None]:
    """Stop the block when the time is up.

    A timer signal does it: Python's regular expressions look for signals while they back-track, so no
    child process (and its start-up time) is needed.

    Args:
        seconds: how long the block may take; None means as long as it likes.
        what: what is being done, for the message.

    Raises:
        DeadlineError: the time was up.
        UsageError: a deadline was asked for where no timer signal can be had (another thread, Windows).
    """
    if seconds is None:
        yield
        return
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        raise UsageError("a deadline needs the main thread of a POSIX system", "leave the deadline out")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise DeadlineError(
            f"{what} did not end within {seconds:g} s and was stopped", "allow more with --timeout"
        )

    before = signal.signal(signal.SIGALRM, stop)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:  # once more, for a signal that came just before the timer was switched off
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
