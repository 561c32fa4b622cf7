"""`mosty diff`: what changed, and replaying it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mosty.cli import options
from mosty.cli.options import Session
from mosty.model.formats import DIFFERENCE_FORMATS

if TYPE_CHECKING:
    from mosty.diff import State


@click.command("diff", short_help="Tell what changed between two states, in domain words or as a patch.")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(DIFFERENCE_FORMATS),
    help="Format of the result. Default: by the extension of -o, else text.",
)
@options.output_option
@click.option(
    "--language", metavar="TAG", help="Language of labels and sentences. Default: the workspace's first."
)
@click.option(
    "--apply",
    "patch",
    metavar="PATCH",
    type=options.PATH,
    help="Replay PATCH on OLD and write the new dataset: N-Quads, or by the extension of -o.",
)
@options.pass_session
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    old: str | None,
    new: str | None,
    format_: str | None,
    output: str,
    language: str | None,
    patch: Path | None,
) -> None:
    """Tell what changed between OLD and NEW, grouped by record.

    Each is a workspace, a release, another folder with RDF files, an RDF file, or a git revision of the workspace
    (git:NAME where a file has the same name). Without NEW: the workspace as it is; without OLD: the last commit.
    Workspaces are compared as the dataset that a release of them would hold, with shapes, queries and rules.

    With --apply, an RDF Patch (-f patch, or changes.rdfp of a release) is replayed on OLD: all of it or nothing,
    and only on the dataset that it was made from.

    Exit status: 0 no difference, or the patch was replayed; 1 differences, or the patch is for another dataset;
    2 usage, 3 a file cannot be read, 4 git or writing failed.

    \b
    Examples:
      mosty diff                                   since the last commit
      mosty diff v1.0.0                            since a tag
      mosty diff release-1.0.0 release-1.1.0 -o changes.html
      mosty diff old.ttl new.ttl -f patch -o changes.rdfp
      mosty diff --apply changes.rdfp old.ttl -o new.nq
    """
    if patch is not None:
        if old is None or new is not None or format_ is not None:
            raise click.UsageError(
                "--apply PATCH takes one OLD, and no format: mosty diff --apply PATCH OLD -o NEW."
            )
        _apply(session, patch, old, output)
        return
    from mosty.api.differences import differences
    from mosty.render.differences import EXTENSIONS, pieces

    chosen = format_ or (EXTENSIONS.get(Path(output).suffix.lower()) if output != "-" else None) or "text"
    found = differences(session.workspace, old or "HEAD", new)
    terminal = output == "-"
    options.emit(
        pieces(
            found,
            chosen,
            language=language,
            width=options.terminal_width() if terminal else None,
            color=terminal and options.use_color(),
        ),
        output,
    )
    if found.empty:
        session.note("No differences.")
        return
    if chosen == "patch" and (found.shapes or found.texts):
        session.note(
            "The patch leaves out shapes, queries and rules: they changed, but are no part of the dataset."
        )
    ctx.exit(1)


def _apply(session: Session, patch: Path, old: str, output: str) -> None:
    from mosty.api.differences import patched

    state = patched(patch, old, session.workspace)
    options.emit(_written(state, Path(output), session), output)
    session.note(f"The dataset has the hash {state.hash}.")


def _written(state: State, path: Path, session: Session) -> Iterable[str]:
    """The dataset in the format of a file name; N-Quads where it tells none."""
    from mosty.model.errors import UsageError
    from mosty.render.differences.dataset import EXTENSIONS, write

    extension = path.suffix.lower()
    if str(path) != "-" and extension not in EXTENSIONS:
        raise UsageError(
            f"{path}: datasets are not written in this format", "end its name in " + ", ".join(EXTENSIONS)
        )
    return write(state, extension, session.workspace.prefixes)
