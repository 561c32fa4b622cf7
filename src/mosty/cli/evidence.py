"""`mosty evidence`: record and check which passage of which source says a triple."""

from __future__ import annotations

from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session


@click.group("evidence", short_help="Record and check which passage of which source says a triple.")
def command() -> None:
    """Record and check which passage of which source says a triple.

    \b
    Examples:
      mosty evidence add iom-handbook --text page.txt --phrase "since 2001" period:moi-development-projects mosty:begins
      mosty evidence add --table evidence.csv --texts sources/
      mosty evidence check --texts sources/
    """


@command.command("add")
@click.argument("arguments", nargs=-1, metavar="[SOURCE] SUBJECT [PREDICATE [OBJECT]]")
@click.option("--text", metavar="FILE", type=options.PATH, help="A copy of the source.")
@click.option(
    "--texts",
    metavar="DIR",
    type=options.PATH,
    help="A folder with copies of sources, found by their SHA-256; instead of --text.",
)
@click.option("--phrase", metavar="WORDS", help="The words that say it, as they stand in the text.")
@click.option("--nth", metavar="N", type=click.IntRange(min=1), help="Which occurrence of the phrase.")
@click.option("--basis", metavar="NAME", help="The basis of a statement of our own, such as own-words.")
@click.option(
    "--checked-against", metavar="SOURCE", help="The source that a statement of our own was checked against."
)
@click.option("--all", "every", is_flag=True, help="Without PREDICATE: also triples that have evidence.")
@click.option("--replace", is_flag=True, help="Take the earlier evidence of these triples away.")
@click.option(
    "--table",
    metavar="FILE",
    type=options.PATH,
    help="Read many at once from a CSV file; all are recorded, or none.",
)
@options.pass_session
def add(
    session: Session,
    arguments: tuple[str, ...],
    text: Path | None,
    texts: Path | None,
    phrase: str | None,
    nth: int | None,
    basis: str | None,
    checked_against: str | None,
    every: bool,
    replace: bool,
    table: Path | None,
) -> None:
    """Record where a triple comes from.

    With --phrase: the words stand in the text of SOURCE, and say the triples. The position is found; words
    that are not there, or there more than once, are refused, and so is a text whose SHA-256 is not the one
    in the record of the source. Without --phrase the statement is our own (no SOURCE then), on the --basis
    given. With both, the passage is retold on that basis, for example in our own words.

    Without OBJECT all triples of SUBJECT and PREDICATE are meant; without PREDICATE those of SUBJECT that
    have no evidence yet, with --all every one. They must stand in the data. OBJECT is a CURIE, an IRI, a
    literal in Turtle syntax, or the plain text of one.

    A table has the columns source, phrase, nth, subject, predicate, object, basis, checked, named in its
    first row; only subject must be there.

    \b
    Examples:
      mosty evidence add iom-handbook --text page.txt --phrase "since 2001" period:moi-development-projects mosty:begins
      mosty evidence add iom-handbook --texts sources/ --phrase "IOM Prague" --nth 1 org:iom-czechia a
      mosty evidence add --basis translation org:esf rdfs:label '"Evropský sociální fond"@cs'
      mosty evidence add --basis reference --checked-against eu-countries place:czechia rdfs:label --replace
      mosty evidence add --table evidence.csv --texts sources/
    """
    from mosty.render.evidence import render_added

    if text is not None and texts is not None:
        raise click.UsageError("Give --text or --texts, not both.")
    copies = text or texts
    register = session.register()
    if table is not None:
        if arguments or phrase is not None or nth is not None or basis or checked_against:
            raise click.UsageError("With --table, everything else stands in the table.")
        added = register.evidence.add_table(table, copies, every=every, replace=replace)
    else:
        if phrase is None and (copies is not None or nth is not None):
            raise click.UsageError("--text, --texts and --nth need --phrase.")
        if phrase is None and basis is None:
            raise click.UsageError("Say where it comes from: --phrase WORDS, or --basis NAME.")
        if phrase is not None and copies is None:
            raise click.UsageError("--phrase needs --text FILE, or --texts DIR.")
        source, pattern = None, arguments
        if phrase is not None:
            source, pattern = next(iter(arguments), None), arguments[1:]
        if not pattern:
            raise click.UsageError(
                "Give SUBJECT." if phrase is None else "With --phrase, give SOURCE and SUBJECT."
            )
        if len(pattern) > 3:
            raise click.UsageError("Too many arguments; put an OBJECT with spaces in quotes.")
        added = [
            register.evidence.add(
                *pattern,
                source=source,
                phrase=phrase,
                nth=nth,
                texts=copies,
                basis=basis,
                checked_against=checked_against,
                every=every,
                replace=replace,
            )
        ]
    shown = session.workspace.show_path
    width = options.terminal_width()
    options.emit(render_added(added, prefixes=register.prefixes, show_path=shown, width=width))


@command.command("check")
@click.option(
    "--texts",
    metavar="DIR",
    type=options.PATH,
    help="Read every passage again in copies of the sources in DIR, found by their SHA-256.",
)
@click.option("--missing-ok", is_flag=True, help="With --texts: pass over documents without a copy in DIR.")
@options.format_option(["text", "json"], "text")
@options.output_option
@options.pass_session
@click.pass_context
def check(
    ctx: click.Context, session: Session, texts: Path | None, missing_ok: bool, format_: str, output: str
) -> None:
    """Check that every triple has evidence, and that the evidence still holds.

    Every triple of the records needs a statement with a passage or a basis; every statement's triple must
    still stand, and its IRI must be made from it; every passage must lie within its text. With --texts, the
    words at every position must have the hash that was recorded, and no document's text may be missing.
    Exit status 1 when anything is found.

    \b
    Examples:
      mosty evidence check
      mosty evidence check --texts sources/ -f json -o evidence.json
    """
    from mosty.render.evidence import render_check, summary

    if missing_ok and texts is None:
        raise click.UsageError("--missing-ok needs --texts DIR.")
    register = session.register()
    result = register.evidence.check(texts, missing_ok=missing_ok)
    width = options.terminal_width()
    options.emit(render_check(result, format_, prefixes=register.prefixes, width=width), output)
    if format_ != "text" or output != "-":
        session.note(summary(result))
    if result.findings:
        ctx.exit(1)


@command.command("prune")
@options.pass_session
def prune(session: Session) -> None:
    """Take away statements whose triple is gone, and passages that nothing rests on.

    \b
    Examples:
      mosty evidence prune
      mosty -C my-register evidence prune
    """
    removed = session.register().evidence.prune()
    for path, number in removed.items():
        options.emit(f"{session.workspace.show_path(path)}: {number} taken away\n")
    if not removed:
        session.note("nothing to take away")
