"""Looking at the graph without writing a query: one record, a reason, the figures."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

from mosty.model.errors import UsageError
from mosty.model.records import Evidence, Property, Record, Statistics
from mosty.model.terms import IRI, RDF, Term
from mosty.query.asking import Asker
from mosty.workspace.texts import Texts

_RDF_TYPE = IRI(RDF + "type")


class Explorer(Asker):
    """Answers the questions behind `show`, `why` and `stats`, over one engine."""

    def show(self, record: IRI) -> Record:
        """Everything that the graph says of one thing, its parts, and what points at it.

        Raises:
            UsageError: the graph says nothing about it.
        """
        derived = IRI(self._workspace.config.derived_graph)
        about: dict[tuple[IRI, Term], bool] = {}
        home: IRI | None = None
        for graph, predicate, value in self._ask("about", record=record):
            assert isinstance(predicate, IRI)
            assert value is not None
            about[predicate, value] = about.get((predicate, value), True) and graph == derived
            if predicate == _RDF_TYPE and graph != derived and isinstance(graph, IRI):
                home = graph
        incoming = tuple(
            (subject, predicate)
            for subject, predicate in self._ask("incoming", record=record)
            if isinstance(subject, IRI) and isinstance(predicate, IRI)
        )
        if not about and not incoming:
            raise UsageError(
                f"{self._prefixes.compact(record)} is unknown: the graph says nothing about it",
                "look the name up with `mosty find`",
            )
        parts: dict[IRI, list[Property]] = defaultdict(list)
        if home and self._is_record(record):
            for subject, predicate, value in self._ask("record", file=home):
                if (
                    isinstance(subject, IRI)
                    and subject != record
                    and isinstance(predicate, IRI)
                    and value is not None
                ):
                    parts[subject].append(Property(predicate, value))
        path = self._workspace.file_of(home.value) if home else None
        return Record(
            iri=record,
            properties=tuple(Property(p, o, is_derived) for (p, o), is_derived in about.items()),
            parts=tuple(Record(iri, tuple(properties)) for iri, properties in parts.items()),
            incoming=tuple(pair for pair in incoming if pair[0] not in parts),
            file=str(path) if path else None,
        )

    def why(
        self,
        subject: IRI,
        predicate: IRI | None = None,
        value: str | Term | None = None,
        *,
        texts: Path | None = None,
    ) -> list[Evidence]:
        """Tell which source says a triple, and where; for a derived triple, which rule made it.

        Args:
            subject, predicate, value: the triple; what is left out stands for any.
            texts: a folder with copies of the sources; passages are quoted from those whose SHA-256 is the
                one in the source's record.

        Raises:
            UsageError: no such triple, or no such folder.
        """
        copies = Texts(texts) if texts else None
        found = []
        for p, o, source, text, url, start, end, sha256, basis, checked in self._ask(
            "why", subject=subject, predicate=predicate
        ):
            if o is None or not isinstance(p, IRI) or not self._means(value, o):
                continue
            evidence = Evidence(subject, p, o, _iri(source), basis=_iri(basis), checked_against=_iri(checked))
            evidence = evidence._replace(url=None if url is None else str(url))
            if start is not None and end is not None:
                evidence = evidence._replace(start=int(str(start)), end=int(str(end)))
                evidence = evidence._replace(quote=_quote(copies, str(text), evidence, str(sha256)))
            found.append(evidence)
        found += self._without_statement(subject, predicate, value, {(e.predicate, e.object) for e in found})
        if not found:
            raise UsageError(
                f"nothing is stated for {self._prefixes.compact(subject)}"
                + (f" {self._prefixes.compact(predicate)}" if predicate else ""),
                "see what the graph says with `mosty show`",
            )
        return found

    def _without_statement(
        self,
        subject: IRI,
        predicate: IRI | None,
        value: str | Term | None,
        known: set[tuple[IRI, Term]],
    ) -> list[Evidence]:
        """Triples that no statement is about: derived ones with their rule, asserted ones without any reason."""
        derived = IRI(self._workspace.config.derived_graph)
        asserted: dict[tuple[IRI, Term], bool] = {}
        for graph, p, o in self._ask("about", record=subject):
            if o is None or not isinstance(p, IRI) or (p, o) in known:
                continue
            if predicate in (None, p) and self._means(value, o):
                asserted[p, o] = asserted.get((p, o), False) or graph != derived
        terms = {(p, o): o if p == _RDF_TYPE else p for (p, o), stated in asserted.items() if not stated}
        wanted = sorted({term for term in terms.values() if isinstance(term, IRI)})
        rules = {term: str(rule) for term, rule in self._ask("rules", term=wanted)} if wanted else {}
        return [
            Evidence(subject, p, o, rule=None if stated else rules.get(terms[p, o], ""))
            for (p, o), stated in asserted.items()
        ]

    def stats(self) -> Statistics:
        """Count triples, things and evidence."""
        parts: dict[str, int] = defaultdict(int)
        base = self._workspace.config.base + "graph/"
        for graph, count in self._ask("stats-graphs"):
            name = str(graph).removeprefix(base).split("/")[0]
            parts[name if name in ("evidence", "ontology", "derived") else "records"] += int(str(count))
        classes = tuple((_must(c), int(str(n)), int(str(thin))) for c, n, thin in self._ask("stats"))
        evidence = tuple((_iri(s), _iri(b), int(str(n))) for s, b, n in self._ask("stats-evidence"))
        return Statistics(tuple(sorted(parts.items())), classes, evidence)

    def _means(self, given: str | Term | None, term: Term) -> bool:
        """Tell whether what a person typed is this term: nothing, the term, its CURIE or its text."""
        if given is None or given == term:
            return True
        return isinstance(given, str) and given in (
            str(term),
            isinstance(term, IRI) and self._prefixes.compact(term),
        )


def _quote(copies: Texts | None, text_sha256: str, evidence: Evidence, phrase_sha256: str) -> str | None:
    """Quote a passage from the copy of its source; only when the words there are those that were recorded."""
    text = copies.find(text_sha256) if copies else None
    words = text[evidence.start : evidence.end] if text else ""
    return words if hashlib.sha256(words.encode()).hexdigest() == phrase_sha256 else None


def _iri(term: Term | None) -> IRI | None:
    return term if isinstance(term, IRI) else None


def _must(term: Term | None) -> IRI:
    assert isinstance(term, IRI)
    return term
