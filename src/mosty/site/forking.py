"""Many small files, made by several processes. What they hold does not depend on how many there are."""

from __future__ import annotations

import gc
import os
import pickle
import select
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from mosty.model.errors import MostyError, OutputError
from mosty.publish.staging import Stage
from mosty.site.page import Chunks

File: TypeAlias = tuple[str, str, Chunks]
"""Path, title, content."""

Unit: TypeAlias = Callable[[], Iterable[File]]
"""Makes some files."""

_FEW = 100


def processes_for(records: int) -> int:
    """How many processes are worth their start, for so many records."""
    if records < _FEW or not hasattr(os, "fork"):
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, cores))


def make_files(stage: Stage, units: Sequence[Unit], count: int) -> None:
    """Make files, those of a unit in one of several processes: the first in the first, the second in the second ...

    Args:
        stage: takes the files.
        units: make them.
        count: how many processes.

    Raises:
        MostyError, OSError: what a unit raises, in whichever process.
        RuntimeError: it raised something else in another process; the message holds the traceback.
        OutputError: a process ended before its work did.
    """
    if count == 1:
        _work(stage, units)
        return
    # Objects that the collector never visits stay in memory that the processes share.
    gc.collect()
    gc.freeze()
    children: list[tuple[int, int]] = []
    try:
        for number in range(1, count):
            children.append(_start(stage, units[number::count], [reader for _, reader in children]))
        _work(stage, units[::count])
        for _, reader in children:
            stage.join(_answer(reader))
    finally:
        # A child whose pipe is closed ends by itself.
        for _, reader in children:
            os.close(reader)
        for child, _ in children:
            os.waitpid(child, 0)
        gc.unfreeze()


def _work(stage: Stage, units: Sequence[Unit], go_on: Callable[[], bool] = lambda: True) -> None:
    for unit in units:
        for path, title, content in unit():
            if not go_on():
                return
            stage.add(path, title, content)


def _start(stage: Stage, units: Sequence[Unit], others: Sequence[int]) -> tuple[int, int]:
    """Start a child; gives its id and the end of the pipe on which it answers."""
    reader, writer = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        for end in (reader, *others):
            os.close(end)
        own = stage.sibling()
        answer: object
        try:
            # A parent that ended leaves nobody to answer: what the child still wrote would be an orphan.
            _work(own, units, lambda: not _is_closed(writer) and os.getppid() == parent)
            answer = own.result()
        except (MostyError, OSError) as error:
            answer = error
        except Exception:
            answer = RuntimeError(f"in a process that makes pages:\n{traceback.format_exc()}")
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(answer, pipe)
        status = 0
    except BrokenPipeError:
        status = 0
    finally:
        os._exit(status)


def _is_closed(writer: int) -> bool:
    """Whether nobody reads any more what goes into a pipe."""
    poll = select.poll()
    poll.register(writer, 0)
    return bool(poll.poll(0))


def _answer(reader: int) -> object:
    with os.fdopen(reader, "rb", closefd=False) as pipe:
        try:
            answer = pickle.load(pipe)
        except (EOFError, pickle.UnpicklingError):
            raise OutputError("a process that made pages ended before its work did", "run it again") from None
    if isinstance(answer, BaseException):
        raise answer
    return answer
