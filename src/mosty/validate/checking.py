"""New records asked about one by one, as a form or a pipeline does: text or a file in, results out, in milliseconds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock

from mosty.model.diagnostics import Position, ValidationResult
from mosty.model.errors import UsageError
from mosty.model.terms import IRI
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.loading import Loaded, collector_paused, load
from mosty.rdf.positions import Positions
from mosty.rdf.reading import FORMATS, read_bytes
from mosty.validate.changes import Change, Checker
from mosty.validate.compiled.constraint import KeyTriple
from mosty.validate.derived import asserted_by_hand, derived_terms
from mosty.validate.offending import Asked, offending, question_of
from mosty.validate.plan import Plan
from mosty.validate.planning import plan_of
from mosty.validate.stated import Stated, evidence_of_nothing
from mosty.validate.suggestions import Suggestions
from mosty.workspace.workspace import Workspace


def checker_of(workspace: Workspace, shapes: Sequence[Path] = (), *, derive: bool = False) -> RecordChecker:
    """Load the public data of a workspace, with what its rules derive, into a checker.

    Args:
        workspace: the workspace.
        shapes: files of shapes to use instead of the workspace's.
        derive: see `RecordChecker`.

    Raises:
        InputError: a file cannot be read, or the shapes are ill-formed.
    """
    plan = plan_of(workspace, shapes)
    dataset = workspace.dataset(private=False)
    with collector_paused():
        loaded = dataset.load()
        return RecordChecker(
            plan,
            loaded.graph,
            loaded.derived,
            rules=dataset.derive_from if derive else None,
            languages=workspace.config.languages,
        )


class RecordChecker(Checker):
    """Checks new records against a graph that stays loaded.

    Several threads may ask; they are answered one after the other.

    Args:
        plan: the shapes.
        graph: what is asserted; from now on it holds what is derived, too.
        derived: what rules derive from the graph.
        rules: run the rules over a graph, for each record anew: their cost grows with the whole graph. Without
            them, shapes do not see what the rules would derive from a new record.
        languages: languages of labels, the preferred one first.

    Raises:
        InputError: the shapes are ill-formed.
    """

    def __init__(
        self,
        plan: Plan,
        graph: Graph,
        derived: Sequence[KeyTriple] = (),
        *,
        rules: Callable[[Graph], Sequence[KeyTriple]] | None = None,
        languages: Sequence[str] = ("en",),
    ) -> None:
        self._derived = dict.fromkeys(derived)
        self._rules = rules
        self._languages = languages
        self._lock = Lock()
        Change(derived).apply(graph)
        super().__init__(plan, graph)

    def check_text(
        self,
        text: str | bytes,
        format: str = "turtle",  # noqa: A002 - the name that everyone expects
        *,
        replaces: str | IRI | Iterable[str | IRI] = (),
        keep: bool = False,
        timeout: float | None = None,
    ) -> tuple[ValidationResult, ...]:
        """Tell which results a new record would bring, in it or elsewhere in the graph.

        Args:
            text: RDF that describes the record.
            format: its format: ``turtle``, or any extension of RDF files (``nt``, ``trig``, ``jsonld``, ``rdf`` ...).
            replaces: CURIEs or IRIs of what the graph describes now and the text describes anew: all that is
                asserted about them goes, with the blank nodes there.
            keep: let the graph hold the change from now on, whatever was found; files stay as they are.
            timeout: seconds after which the check is stopped (not the rules); only in the main thread.

        Returns:
            The results in the order of the text, with position and source line where they are about something in
            it; then the others. Records are not looked up: `mosty.validate.validate_files` does.

        Raises:
            UsageError: no such format, or an unknown prefix.
            InputError: the text is not what the format says.
            DeadlineError: the deadline passed.
        """
        if f".{format}".lower() not in FORMATS:
            raise UsageError(
                f"no such format: {format!r}", "formats are " + ", ".join(name[1:] for name in FORMATS)
            )
        data = text.encode() if isinstance(text, str) else text
        return self._check(data, Path(f"text.{format}"), "text", replaces, keep, timeout)

    def check_file(
        self,
        path: str | os.PathLike[str],
        *,
        replaces: str | IRI | Iterable[str | IRI] = (),
        keep: bool = False,
        timeout: float | None = None,
    ) -> tuple[ValidationResult, ...]:
        """Tell which results a file would bring; see `check_text`.

        A file whose content the graph holds already brings nothing.

        Raises:
            UsageError: an unknown prefix.
            InputError: the file cannot be read.
            DeadlineError: the deadline passed.
        """
        file = Path(path)
        return self._check(read_bytes(file), file, str(path), replaces, keep, timeout)

    def _check(
        self,
        data: bytes,
        path: Path,
        name: str,
        replaces: str | IRI | Iterable[str | IRI],
        keep: bool,
        timeout: float | None,
    ) -> tuple[ValidationResult, ...]:
        new = load([(path, name)], read=lambda _: data)
        with self._lock:
            stated, gone = (
                [*new.graph.triples()],
                [*self._stated_of([replaces] if isinstance(replaces, str | IRI) else replaces)],
            )
            change = self._change(stated, gone)
            told = Stated(self.graph, self._derived)
            touched = told.touched(change)
            lacking = {*told.lacking(touched)}
            found = [*self.check(change.added, change.removed, timeout=timeout)]
            fresh = [t for t in stated if t in self._derived or t not in self.graph]
            found += asserted_by_hand(self.plan, Graph(fresh), derived_terms(self.graph))
            with change.applied(self.graph):
                now = {about for about in told.lacking(touched) if about[1] not in stated}
                found += evidence_of_nothing(self.plan, now - lacking)
                if found:
                    found = self._with_suggestions(_placed(found, new, data, self.graph))
            if keep:
                self._keep(change, stated)
        return tuple(found)

    def _with_suggestions(self, results: Iterable[ValidationResult]) -> list[ValidationResult]:
        suggestions = Suggestions(self.plan, self.graph, self._languages)
        return [result._replace(suggestion=suggestions.suggest(result)) for result in results]

    def _stated_of(self, replaced: Iterable[str | IRI]) -> Iterator[KeyTriple]:
        """What is asserted about some nodes, and about the blank nodes that they lead to."""
        nodes: dict[Key, None] = {
            iri_key((term if isinstance(term, IRI) else self.plan.prefixes.expand(term)).value): None
            for term in replaced
        }
        pending = [*nodes]
        while pending:
            subject = pending.pop()
            for predicate, value in self.graph.outgoing(subject):
                triple = (subject, predicate, value)
                if triple in self._derived:
                    continue
                yield triple
                if value[0] == "_" and value not in nodes:
                    nodes[value] = None
                    pending.append(value)

    def _change(self, added: Sequence[KeyTriple], removed: Sequence[KeyTriple]) -> Change:
        if self._rules is None:
            return Change.of(self.graph, added, removed)
        with Change((), [*self._derived]).applied(self.graph):
            asserted = Change.of(self.graph, added, removed)
            with asserted.applied(self.graph):
                return asserted.with_derived(self.graph, self._derived, self._rules(self.graph))

    def _keep(self, change: Change, stated: Iterable[KeyTriple]) -> None:
        change.apply(self.graph)
        for triple in (*stated, *change.removed):  # what is asserted too is no longer only derived
            self._derived.pop(triple, None)
        own = frozenset(stated)
        self._derived |= dict.fromkeys(triple for triple in change.added if triple not in own)


def _placed(
    results: Iterable[ValidationResult], new: Loaded, data: bytes, graph: Graph
) -> list[ValidationResult]:
    """Add position and line to results that are about something in a text; they come first, in its order."""
    (source,) = new.sources
    own = frozenset(source.subjects)
    asked: list[tuple[ValidationResult, Asked | None]] = []
    for result in results:
        question = question_of(result, graph)
        triples = (offending(graph, *question), (question[0], None, None))
        asked.append((result, next((triple for triple in triples if triple[0] in own), None)))
    positions = Positions(data, source.format, source.name, source.blank_nodes)
    found = positions.find(triple for _, triple in asked if triple is not None)
    nowhere = Position(source.name)
    placed = []
    for result, about in asked:
        at = None if about is None else found.get(about, nowhere)
        line = None if at is None or at.line is None else positions.line(at.line)
        placed.append(result._replace(position=at, source_line=line))
    return sorted(placed, key=_order)


def _order(result: ValidationResult) -> tuple[bool, int, int, str]:
    at = result.position
    return at is None, (at and at.line) or 0, (at and at.column) or 0, result.rule
