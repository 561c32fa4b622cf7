"""`mosty evidence`: record and check which passage of which source says a triple."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mosty.cli import options
from mosty.cli.options import Session

if TYPE_CHECKING:
    from mosty.ingest.checking import EvidenceCheck
    from mosty.ingest.evidence import Added, TriplePattern


@click.group("evidence", short_help="Record and check which passage of which source says a triple.")
def command() -> None:
    """Record and check which passage of which source says a triple.

    \b
    Examples:
      mosty evidence add czech-towns-sheet --text sheet.txt --phrase "May 2012" period:czech-towns.main mosty:begins
      mosty evidence check --texts sources/
    """


@command.command("add")
@click.argument("arguments", nargs=-1, required=True, metavar="[SOURCE] SUBJECT [PREDICATE [OBJECT]]")
@click.option("--text", metavar="FILE", type=click.Path(path_type=Path), help="A copy of the source.")
@click.option("--phrase", metavar="WORDS", help="The words that say it, exactly as they stand in the text.")
@click.option("--nth", metavar="N", type=click.IntRange(min=1), help="Which occurrence of the phrase.")
@click.option("--basis", metavar="NAME", help="The basis of a statement of our own, such as own-words.")
@click.option(
    "--checked-against", metavar="SOURCE", help="The source that a statement of our own was checked against."
)
@options.pass_session
def add(
    session: Session,
    arguments: tuple[str, ...],
    text: Path | None,
    phrase: str | None,
    nth: int | None,
    basis: str | None,
    checked_against: str | None,
) -> None:
    """Record where a triple comes from.

    With --phrase: the words stand in the text of SOURCE, and say the triples. The position is found; words
    that are not there, or there more than once, are refused, and so is a text whose SHA-256 is not the one
    in the record of the source. Without --phrase the statement is our own (no SOURCE then), on the --basis
    given. With both, the passage is retold on that basis, for example in our own words.

    Without OBJECT all triples of SUBJECT and PREDICATE are meant, without PREDICATE all of SUBJECT; they
    must stand in the data. OBJECT is a CURIE, an IRI, a literal in Turtle syntax, or the plain text of one.

    \b
    Examples:
      mosty evidence add czech-towns-sheet --text sheet.txt --phrase "May 2012" period:czech-towns.main mosty:begins
      mosty evidence add czech-towns-sheet --text sheet.txt --phrase "CBAI" --nth 1 org:cbai rdfs:label CBAI
      mosty evidence add --basis translation project:czech-towns rdfs:label
      mosty evidence add --basis reference --checked-against eu-countries identifier:czechia.eu-country
    """
    from mosty.ingest.evidence import Own, add_own, add_phrase

    own = None if basis is None else Own(basis, checked_against)
    if own is None and checked_against is not None:
        raise click.UsageError("--checked-against needs --basis.")
    if phrase is None:
        if own is None:
            raise click.UsageError("Say where it comes from: --phrase WORDS, or --basis NAME.")
        if text is not None or nth is not None:
            raise click.UsageError("--text and --nth need --phrase.")
        added = add_own(session.workspace, own, _pattern(arguments))
    else:
        if text is None:
            raise click.UsageError("--phrase needs --text FILE.")
        if len(arguments) < 2:
            raise click.UsageError("With --phrase, give SOURCE and SUBJECT.")
        pattern = _pattern(arguments[1:])
        added = add_phrase(session.workspace, arguments[0], text, phrase, pattern, nth=nth, own=own)
    options.emit(_added(added, session))


@command.command("check")
@click.option(
    "--texts",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Read every passage again in copies of the sources in DIR, found by their SHA-256.",
)
@options.format_option(["text", "json"], "text")
@options.output_option
@options.pass_session
@click.pass_context
def check(ctx: click.Context, session: Session, texts: Path | None, format_: str, output: str) -> None:
    """Check that every triple has evidence, and that the evidence still holds.

    Every triple of the records needs a statement with a passage or a basis; every statement's triple must
    still stand, and its IRI must be made from it; with --texts, the words at every position must have the
    hash that was recorded. Exit status 1 when anything is found.

    \b
    Examples:
      mosty evidence check
      mosty evidence check --texts sources/ -f json -o evidence.json
    """
    from mosty.ingest.checking import check as check_evidence

    result = check_evidence(session.workspace, texts)
    options.emit(_json(result) if format_ == "json" else _text(result), output)
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
    from mosty.ingest.evidence import prune as prune_evidence

    removed = prune_evidence(session.workspace)
    for path, number in removed.items():
        options.emit(f"{session.workspace.show_path(path)}: {number} taken away\n")
    if not removed:
        session.note("nothing to take away")


def _pattern(arguments: tuple[str, ...]) -> TriplePattern:
    from mosty.ingest.evidence import TriplePattern

    if len(arguments) > 3:
        raise click.UsageError(
            "Too many arguments: SUBJECT, PREDICATE and OBJECT; put an OBJECT with spaces in quotes."
        )
    return TriplePattern(*arguments)


def _added(added: Added, session: Session) -> str:
    count = len(added.triples)
    supported = "1 triple has" if count == 1 else f"{count} triples have"
    where = (
        f"characters {added.passage.start}-{added.passage.end} of source:{added.passage.source}, "
        if added.passage
        else ""
    )
    return f"{supported} evidence now: {where}in {session.workspace.show_path(added.file)}\n"


def _text(result: EvidenceCheck) -> str:
    lines = [f"{finding.file}: {finding.kind}: {finding.message}\n" for finding in result.findings]
    findings = len(result.findings)
    verdict = "no findings" if not findings else "1 finding" if findings == 1 else f"{findings:,} findings"
    again = f", {result.reread:,} read again" if result.reread else ""
    return "".join(lines) + (
        f"{verdict}: {result.supported:,} of {result.triples:,} triples have evidence, "
        f"in {result.statements:,} statements and {result.passages:,} passages{again}\n"
    )


def _json(result: EvidenceCheck) -> str:
    figures = {**result._asdict(), "findings": [finding._asdict() for finding in result.findings]}
    return json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
