"""`mosty fmt`: Turtle files in canonical form."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mosty.cli import options
from mosty.cli.options import Session
from mosty.model.errors import FindingsError, InputError, MostyError, UsageError

if TYPE_CHECKING:
    from mosty.rdf.prefixes import Prefixes
    from mosty.workspace.formatting import Formatted


@click.command("fmt", short_help="Rewrite Turtle files in canonical form.")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option(
    "--check", is_flag=True, help="Write nothing; list the files that would change and exit with 1."
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@options.pass_session
def command(session: Session, files: tuple[str, ...], check: bool, diff: bool) -> None:
    """Rewrite Turtle files in canonical form: sorted, grouped, one triple a line, literals as written.

    Without FILE: all Turtle files of the workspace. With -: standard input to standard output. Comments at
    the top of a file stay there, comments right above a subject stay with it; a file with comments elsewhere
    is left alone. The names of the files that change go to standard output.

    \b
    Examples:
      mosty fmt                               the whole workspace
      mosty fmt --check                       for continuous integration
      mosty fmt --diff data/projects/x.ttl
      mosty fmt - < draft.ttl > tidy.ttl
    """
    if "-" in files:
        _format_stdin(session, files, check, diff)
        return
    same, changed = 0, 0
    problems: list[MostyError] = []
    for formatted in _formatted(session, files, problems):
        if not formatted.changed:
            same += 1
            continue
        if not (check or diff or _written(formatted, problems)):
            continue
        changed += 1
        name = _shown(formatted.path)
        options.emit(_diff(name, formatted.before, formatted.after) if diff else f"{name}\n")
    verb = "would be rewritten" if check or diff else "rewritten"
    session.note(f"{_files(changed)} {verb}, {_files(same)} canonical already.")
    _raise(problems)
    if check and changed:
        raise FindingsError(f"{_files(changed)} not in canonical form", "run `mosty fmt`")


def _formatted(session: Session, files: tuple[str, ...], problems: list[MostyError]) -> Iterator[Formatted]:
    """Format each file; one that cannot be does not keep the others from being formatted."""
    from mosty.workspace.formatting import format_file, turtle_files

    paths = [Path(file) for file in files] if files else turtle_files(session.workspace)
    known: dict[Path, Prefixes | None] = {}
    for path in paths:
        try:
            yield format_file(path, _prefixes(session, path, known), _shown(path))
        except MostyError as error:
            problems.append(error)


def _prefixes(session: Session, path: Path, known: dict[Path, Prefixes | None]) -> Prefixes | None:
    """The prefixes of the workspace that the file lies in, or of the one named with -C."""
    from mosty.workspace.formatting import prefixes_around

    if session.folder is not None:
        return session.workspace.prefixes
    return prefixes_around(path.parent, known)


def _written(formatted: Formatted, problems: list[MostyError]) -> bool:
    from mosty.rdf.files import write_atomically

    try:
        write_atomically(formatted.path, formatted.after)
    except MostyError as error:
        problems.append(error)
        return False
    return True


def _format_stdin(session: Session, files: tuple[str, ...], check: bool, diff: bool) -> None:
    from mosty.rdf.formatting import format_turtle

    if len(files) > 1:
        raise UsageError("- and files are given", "give - alone")
    before = sys.stdin.buffer.read()
    name = "standard input"
    after = format_turtle(before, name, _prefixes(session, Path.cwd() / "-", {})).encode()
    if diff:
        options.emit(_diff(name, before, after))
    elif not check:
        options.emit(after)
    if check and before != after:
        raise FindingsError(f"{name} is not in canonical form", "run `mosty fmt -`")


def _raise(problems: list[MostyError]) -> None:
    """Tell every problem, and end with the status of the worst."""
    if not problems:
        return
    worst = max(problems, key=lambda error: error.exit_status)
    if len(problems) == 1:
        raise worst
    hints = list(dict.fromkeys(error.hint for error in problems if error.hint))
    message = "\n".join([f"{_files(len(problems))} left alone", *(error.message for error in problems)])
    kind = InputError if worst.exit_status == InputError.exit_status else type(worst)
    raise kind(message, "\n  ".join(hints) or None)


def _diff(name: str, before: bytes, after: bytes) -> str:
    from difflib import unified_diff

    old, new = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (before, after))
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in unified_diff(old, new, f"{name} (as it is)", f"{name} (canonical)")
    )


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _shown(path: Path) -> str:
    from mosty.rdf.files import real_path
    from mosty.render.people import readable

    with suppress(ValueError):
        path = real_path(path).relative_to(Path.cwd())
    return readable(str(path))
