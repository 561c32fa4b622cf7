"""What commands share: the session, option sets, and writing results."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mosty.model.errors import OutputError

if TYPE_CHECKING:
    from mosty.api import Register
    from mosty.model.solutions import Answer
    from mosty.model.terms import IRI
    from mosty.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


class Seconds(click.FloatRange):
    """A number of seconds that a timer can count: not for ever, and not a number that is none."""

    def __init__(self) -> None:
        super().__init__(min=0, max=1_000_000)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class Session:
    """What the options before the verb say."""

    def __init__(self, folder: Path | None, quiet: bool) -> None:
        self.folder = folder
        self.quiet = quiet

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace to work on."""
        from mosty.workspace import Workspace

        return Workspace.discover(self.folder)

    @cached_property
    def alone(self) -> bool:
        """Whether no workspace is around, so that named shapes and files stand by themselves."""
        from mosty.workspace import Workspace

        # Of what is no folder the workspace, when asked for, says what is wrong.
        if self.folder is not None and not os.path.isdir(self.folder):  # noqa: PTH112 - raises for no folder
            return False
        return Workspace.nearest(self.folder) is None

    def register(
        self, *, endpoint: str | None = None, timeout: float | None = None, allow_network: bool = False
    ) -> Register:
        """Open the workspace for asking; a timeout of 0 means no deadline."""
        from mosty.api import Register

        return Register(
            self.workspace, endpoint=endpoint, timeout=timeout or None, allow_network=allow_network
        )

    def note(self, text: str) -> None:
        """Tell something beside the result, on standard error."""
        if not self.quiet:
            with suppress(OSError):  # a note that nobody can read is no failure
                click.echo(safe(text), err=True)


# click would call a file that may not be read a wrong usage; who opens it says what is wrong.
PATH = click.Path(path_type=Path, readable=False)

pass_session = click.make_pass_decorator(Session)


def format_option(formats: list[str], default: str | None = None) -> Callable[[F], F]:
    """`-f/--format` with these choices; without a default, the output's extension or the terminal decides."""
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(formats),
        default=default,
        help="Format of the result." + ("" if default else " Default: by the extension of -o, else a table."),
    )


def output_option(function: F) -> F:
    """`-o/--output`: a file, written whole or not at all; `-` is standard output."""
    return click.option(
        "-o",
        "--output",
        metavar="FILE",
        default="-",
        help="Write to FILE (whole or not at all); - is standard output.",
    )(function)


def timeout_option(function: F) -> F:
    """`--timeout` in seconds."""
    return click.option(
        "--timeout",
        metavar="SECONDS",
        type=Seconds(),
        default=60.0,
        show_default=True,
        help="Stop the query after this many seconds; 0 means never.",
    )(function)


def endpoint_option(function: F) -> F:
    """`-e/--endpoint`: send queries elsewhere."""
    return click.option(
        "-e",
        "--endpoint",
        metavar="NAME|URL",
        help="Send the query to a SPARQL 1.1 endpoint: a name from mosty.toml, or an address.",
    )(function)


def limit_option(function: F) -> F:
    """`--limit`: show at most so many."""
    return click.option(
        "--limit",
        metavar="N",
        type=click.IntRange(min=0),
        help="Show at most N; a note says how many there are.",
    )(function)


def limited(session: Session, answer: Answer, limit: int | None) -> Answer:
    """Cut an answer to `limit` solutions or triples, and say so."""
    from mosty.model.solutions import Boolean, Solutions

    if limit is None or isinstance(answer, Boolean):
        return answer
    what, found = ("solutions", answer.rows) if isinstance(answer, Solutions) else ("triples", answer.triples)
    if len(found) <= limit:
        return answer
    session.note(f"The first {limit} of {len(found)} {what}.")
    if isinstance(answer, Solutions):
        return answer._replace(rows=answer.rows[:limit])
    return answer._replace(triples=answer.triples[:limit])


def network_option(function: F) -> F:
    """`--allow-network`: SERVICE is refused without it."""
    return click.option("--allow-network", is_flag=True, help="Let SERVICE call other endpoints.")(function)


def iris_option(function: F) -> F:
    """`--iris`: CURIEs instead of labels."""
    return click.option("--iris", is_flag=True, help="Show CURIEs instead of labels.")(function)


def safe_csv_option(function: F) -> F:
    """`--safe-csv`: CSV that a spreadsheet program cannot run."""
    return click.option(
        "--safe-csv",
        is_flag=True,
        help="With -f csv: put an apostrophe before text that a spreadsheet program would run as a formula.",
    )(function)


def emit(text: str | bytes | Iterable[str], output: str = "-") -> None:
    """Write a result to standard output or to a file, piece by piece when it comes in pieces.

    The file gets everything or, when a piece fails, stays as it was.

    Raises:
        OutputError: it cannot be written.
    """
    pieces = [text] if isinstance(text, str | bytes) else text
    # The name of a file need not be UTF-8; Python reads its bytes as lone surrogates.
    data = (part.encode("utf-8", "backslashreplace") if isinstance(part, str) else part for part in pieces)
    if output != "-":
        from mosty.rdf.files import write_atomically

        write_atomically(Path(output), data)
        return
    try:
        stream = sys.stdout.buffer
        sys.stdout.flush()
        stream.writelines(data)
        stream.flush()
    except BrokenPipeError:
        # The reader (head, less) has enough; what was found still decides the exit status.
        discard_output()
    except OSError as error:
        discard_output()
        raise OutputError(f"standard output cannot be written: {error.strerror or error}") from None


def discard_output() -> None:
    """Let what is still buffered for standard output go nowhere, so that Python does not fail while it closes."""
    with suppress(OSError):  # inside another program standard output may be no file at all
        number = sys.stdout.fileno()
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, number)
        os.close(descriptor)


def emit_answer(
    session: Session,
    register: Register,
    answer: Answer,
    *,
    format_: str | None,
    output: str,
    iris: bool,
    safe_csv: bool = False,
    languages: list[str] | None = None,
    title: str | None = None,
) -> None:
    """Render the answer of a query and write it."""
    from mosty.render.solutions import EXTENSIONS, default_format, render

    chosen = format_ or (EXTENSIONS.get(Path(output).suffix.lower()) if output != "-" else None)
    chosen = chosen or default_format(answer)
    labels = {}
    if chosen in ("table", "md", "html") and not iris and (unnamed := _iris_without_label(answer)):
        labels = dict(register.labels(unnamed, languages))
    text = render(
        answer,
        chosen,
        prefixes=register.prefixes,
        labels=labels,
        iris=iris,
        width=terminal_width() if output == "-" else None,
        color=output == "-" and use_color(),
        title=title,
        safe_csv=safe_csv,
    )
    emit(text, output)


def safe(text: str) -> str:
    """Make a message safe for a terminal: no escapes that came with data, no word that fills the screen."""
    short = re.sub(r"\S{1000,}", lambda match: match[0][:500] + "…", text)
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in short)


def use_color() -> bool:
    """Colour only on a terminal, and never against NO_COLOR (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def terminal_width() -> int | None:
    """Columns of the terminal; None when the result goes to a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else None


def _iris_without_label(answer: Answer) -> set[IRI]:
    """IRIs in columns that no label column stands beside."""
    from mosty.model.solutions import Solutions
    from mosty.model.terms import IRI
    from mosty.rdf.prefixes import is_iri

    if not isinstance(answer, Solutions):
        return set()
    alone = [i for i, name in enumerate(answer.variables) if f"{name}Label" not in answer.variables]
    return {
        term for row in answer.rows for i in alone if isinstance(term := row[i], IRI) and is_iri(term.value)
    }
