"""The `mosty` command: finds the verb, turns errors into messages and exit statuses."""

from __future__ import annotations

import importlib
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from mosty import __version__
from mosty.model.errors import MostyError, UsageError

# Verb -> what it does. The module cli/<verb>.py is imported only when the verb is used, so that
# `mosty --help` is instant; a test compares these lines with the commands' own help.
VERBS = {
    "query": "Run a stored query; without a name, list them.",
    "sparql": "Run SPARQL given as text, file or standard input.",
    "validate": "Check the workspace, or new files in its context, against the shapes.",
    "explain": "Tell what a rule checks, why, and how to mend what it finds.",
    "shapes": "Test the shapes.",
    "publish": "Write a release: dumps, description, checksums.",
    "verify": "Work out again all that a release says about itself.",
    "diff": "Tell what changed between two states, in domain words or as a patch.",
    "show": "Show one record with its parts and what points at it.",
    "find": "Find records and concepts by name.",
    "why": "Tell which source says a triple, and where in its text.",
    "evidence": "Record and check which passage of which source says a triple.",
    "fmt": "Rewrite Turtle files in canonical form.",
    "stats": "Figures of the graph.",
    "init": "Make a new workspace.",
    "completion": "Print the completion script of a shell.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs in the order of the day's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a verb."""
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"mosty.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the verbs without importing them, and the options before the verb."""
        verbs = [
            CompletionItem(verb, help=text) for verb, text in VERBS.items() if verb.startswith(incomplete)
        ]
        return verbs + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one was probably meant."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], VERBS, 1)
            hint = f"did you mean `{close[0]}`?" if close else "`mosty --help` lists them"
            raise UsageError(f"no command is called {args[0]!r}", hint)
        return super().resolve_command(ctx, args)


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done and clean, 1 findings, 2 usage, 3 unreadable input, 4 engine or endpoint "
    "failure, 5 partial result.",
)
@click.option(
    "-C",
    "workspace",
    metavar="DIR",
    type=click.Path(path_type=Path, readable=False),
    help="Work on the workspace in DIR. Default: the nearest folder upwards with a mosty.toml, else the "
    "graph that mosty carries.",
)
@click.option("-q", "--quiet", is_flag=True, help="No notes on standard error; errors stay.")
@click.version_option(__version__, prog_name="mosty")
@click.pass_context
def command(ctx: click.Context, workspace: Path | None, quiet: bool) -> None:
    """Ask, check and publish a linked-data register of projects.

    \b
    Examples:
      mosty query                                   list the stored queries
      mosty query projects-by-donor --donor org:esf
      mosty validate new-record.ttl                 check new data in the graph's context
      mosty publish -o release                      write a release
    """
    from mosty.cli.options import Session

    ctx.obj = Session(workspace, quiet)


def run(args: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(main(args))


def main(args: list[str] | None = None) -> int:
    """Run the command line and return its exit status; never a traceback for what a user can cause."""
    if "_MOSTY_COMPLETE" in os.environ:
        from mosty.cli.completion import complete

        return complete(command)
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status: Any = command.main(args, prog_name="mosty", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except MostyError as error:
        return _report(error)
    except click.ClickException as error:
        text = io.StringIO()
        error.show(file=text)
        _say(text.getvalue().rstrip())
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("stopped")
        return 130
    except SystemExit:  # so click takes it that the reader of its help (head, less) has enough
        return 0
    except FileNotFoundError as error:
        # Only asking for the current folder fails without a name.
        gone = MostyError("the current folder is gone", "change to a folder that exists")
        return _report(MostyError(f"{error.filename}: {error.strerror}") if error.filename else gone)
    except OSError as error:
        from mosty.cli.options import discard_output

        discard_output()
        name = f"{error.filename}: " if error.filename else ""
        return _report(MostyError(f"{name}{error.strerror or error}"))
    except (MemoryError, RecursionError) as error:
        return _report(MostyError(f"too large or nested too deep to handle ({type(error).__name__})"))


def _open_streams() -> None:
    """Open closed standard streams on nothing: else the next file to be opened would stand in for them."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        # What is written to standard output must fail, not vanish; messages may vanish.
        descriptor = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
        if descriptor != number:
            os.dup2(descriptor, number)
            os.close(descriptor)
        setattr(sys, name, open(number, "r" if name == "stdin" else "w", closefd=False))  # noqa: SIM115


def _report(error: MostyError) -> int:
    _say(f"{error.message}\n  {error.hint}" if error.hint else error.message, "error: ")
    return error.exit_status


def _say(text: str, mark: str = "") -> None:
    from mosty.cli.options import safe

    if not os.environ.get("NO_COLOR"):
        mark = click.style(mark, fg="red", bold=True)
    with suppress(OSError):  # where nobody can read it, the exit status still says it
        click.echo(mark + safe(text), err=True)
