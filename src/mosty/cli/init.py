"""`mosty init`: a new workspace."""

from __future__ import annotations

from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session


@click.command("init", short_help="Make a new workspace.")
@click.argument("folder", metavar="DIR", type=options.PATH)
@click.option("--name", metavar="NAME", help="Short name. Default: the name of the folder.")
@click.option("--title", metavar="TEXT", help="One line for people.")
@click.option(
    "--base",
    metavar="IRI",
    help="What every IRI of the workspace starts with. Default: https://example.org/NAME/, to be changed later.",
)
@options.pass_session
def command(session: Session, folder: Path, name: str | None, title: str | None, base: str | None) -> None:
    """Make a new workspace in DIR.

    It holds a small example that passes every check: an ontology, a record with its source and evidence, a
    shape and a stored query. Files that exist are never overwritten.

    \b
    Examples:
      mosty init my-register
      mosty init . --base https://example.org/my-register/ --title 'Projects of our region'
    """
    from mosty.workspace.scaffold import create_workspace

    workspace = create_workspace(folder, name=name, title=title, base=base)
    session.note(
        f"Made {workspace.config.title!r} in {folder}. Next: cd {folder}; mosty query; read README.md."
    )
