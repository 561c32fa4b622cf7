"""A register: a workspace opened for asking, checking and publishing.

The examples are run on the graph that mosty carries.

>>> import mosty
>>> register = mosty.open()
>>> [row["schemeLabel"] for row in register.query("projects-by-donor", donor="org:esf").dicts()]
['Operational Programme Human Resources and Employment (OP LZZ)']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mosty.api.paths import Paths, paths_of
from mosty.engines.embedded import EmbeddedEngine
from mosty.engines.protocol import Engine
from mosty.model.errors import UsageError
from mosty.model.solutions import Answer
from mosty.model.terms import IRI, Term
from mosty.query.binding import Value, bind, bound_terms
from mosty.query.catalogue import Catalogue
from mosty.query.choices import Choice, choices
from mosty.query.emptiness import explain_empty
from mosty.query.explore import Explorer
from mosty.query.frontmatter import Parameter
from mosty.query.names import Names
from mosty.rdf.prefixes import Prefixes
from mosty.workspace import Workspace

if TYPE_CHECKING:
    from mosty.api.evidence import EvidenceRecorder
    from mosty.model.diagnostics import ValidationReport
    from mosty.model.records import Evidence, Match, Record, Statistics
    from mosty.publish import Options, Release
    from mosty.validate.checking import RecordChecker
    from mosty.validate.engine import ValidationEngine

DEFAULT_TIMEOUT = 60.0
"""Seconds that a query may take when nothing else is said."""


def open(  # noqa: A001 - `mosty.open` reads like `gzip.open`
    path: str | PathLike[str] | None = None,
    *,
    endpoint: str | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    allow_network: bool = False,
) -> Register:
    """Open a workspace.

    Args:
        path: its folder. Without one: the nearest folder upwards that has a mosty.toml, or else the graph
            that mosty itself carries.
        endpoint: name (from mosty.toml) or address of a SPARQL endpoint to send queries to.
        timeout: seconds that one query may take; None for no deadline.
        allow_network: let SERVICE in queries call other endpoints.

    Raises:
        UsageError: there is no workspace in that folder.
        InputError: its mosty.toml is wrong.

    >>> open().workspace.config.name
    'mosty'
    """
    workspace = Workspace.discover(Path(path) if path is not None else None)
    return Register(workspace, endpoint=endpoint, timeout=timeout, allow_network=allow_network)


class Register:
    """A workspace opened for asking, checking and publishing.

    Args:
        workspace: the workspace.
        endpoint: name or address of a SPARQL endpoint; the embedded engine when not given.
        timeout: seconds that one query may take; None for no deadline.
        allow_network: let SERVICE in queries call other endpoints.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        endpoint: str | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        allow_network: bool = False,
    ) -> None:
        self.workspace = workspace
        self._endpoint = endpoint
        self._timeout = timeout
        self._allow_network = allow_network

    @property
    def prefixes(self) -> Prefixes:
        """What CURIEs mean here.

        >>> open().prefixes["org"]
        'https://w3id.org/mosty/id/org/'
        """
        return self.workspace.prefixes

    @cached_property
    def queries(self) -> Catalogue:
        """The stored queries.

        >>> open().queries.get("projects-by-donor").question
        'Which projects did an organisation fund, through which programme?'
        """
        return Catalogue(self.workspace)

    @cached_property
    def engine(self) -> Engine:
        """Where queries run: embedded over the built store, or a remote endpoint.

        Raises:
            InputError: a file of the workspace cannot be read.
            UsageError: the endpoint is neither a known name nor an address.
        """
        if self._endpoint is None:
            return self.embedded
        from mosty.engines.endpoint import EndpointEngine

        return EndpointEngine(self.workspace.config.endpoints.get(self._endpoint, self._endpoint))

    @cached_property
    def embedded(self) -> EmbeddedEngine:
        """The embedded engine over the built store of this workspace."""
        return EmbeddedEngine(self.workspace.dataset().store())

    def query(self, name: str, /, **values: Value | Sequence[Value] | None) -> Answer:
        """Run a stored query.

        Args:
            name: its name; ``register.queries.names()`` lists them.
            values: parameters; a list binds several values, none keeps the default.

        Raises:
            UsageError: no such query or parameter, or a value of the wrong type.
            DeadlineError, EngineError: the engine could not answer.

        >>> answer = open().query("projects-by-donor", donor=["org:esf", "org:mlsa-cz"])
        >>> [row["donorLabel"] for row in answer.dicts()]
        ['European Social Fund', 'Ministry of Labour and Social Affairs of the Czech Republic']
        """
        stored = self.queries.get(name)
        text = bind(stored, values, self.prefixes, resolve=self.resolve)
        return self.engine.run(text, timeout=self._timeout, allow_network=self._allow_network)

    def choices(self, parameter: Parameter) -> list[Choice]:
        """List the values that a parameter of a stored query can take: records or concepts.

        >>> register = open()
        >>> status = register.queries.get("projects-without-donor").parameters["status"]
        >>> [choice.curie for choice in register.choices(status)]
        ['disclosure:none', 'disclosure:not-stated', 'disclosure:stated']
        """
        return choices(parameter, self.workspace, self.engine, timeout=self._timeout)

    def explain_empty(self, name: str, /, **values: Value | Sequence[Value] | None) -> list[str]:
        """Say why a stored query with these parameters found nothing.

        >>> open().explain_empty("projects-by-donor", donor="org:efs")
        ['org:efs is unknown: the graph says nothing about it. `mosty find` looks names up.']
        """
        stored = self.queries.get(name)
        terms = bound_terms(stored, values, self.prefixes, resolve=self.resolve)
        wider = self.queries.get(stored.wider) if stored.wider else None
        return explain_empty(stored, terms, self.engine, self.prefixes, wider=wider, timeout=self._timeout)

    def sparql(self, text: str, *, prefixes: bool = True) -> Answer:
        """Run SPARQL text over the union of all graphs.

        Args:
            text: a SELECT, ASK, CONSTRUCT or DESCRIBE query.
            prefixes: know the prefixes of the workspace without PREFIX lines.

        Raises:
            QuerySyntaxError: not a query.
            UsageError: SERVICE or LOAD, and the register was opened without `allow_network`.

        >>> bool(open().sparql("ASK { org:esf a mosty:Donor }"))
        True
        """
        known = self.prefixes if prefixes else None
        return self.engine.run(text, timeout=self._timeout, allow_network=self._allow_network, prefixes=known)

    def resolve(self, name: str, parameter: Parameter | None = None) -> IRI:
        """Tell which thing a CURIE, an IRI, or a name of one thing only means.

        Args:
            name: what a person typed.
            parameter: the parameter of a stored query that it is for, which narrows the choice.

        Raises:
            UsageError: it means nothing, or several things; the hint names what comes near.

        >>> open().resolve("IOM Prague").value
        'https://w3id.org/mosty/id/org/iom-czechia'
        """
        return self._names.resolve(name, parameter)

    def show(self, record: str | IRI) -> Record:
        """Everything about one record, given by CURIE, IRI or name.

        >>> [str(place) for place in open().show("place:prague").objects("https://w3id.org/mosty/ontology#within")]
        ['https://w3id.org/mosty/id/place/czechia']
        """
        return self._explorer.show(self._iri(record))

    def find(self, text: str, *, limit: int = 20) -> list[Match]:
        """Find records and concepts by name; forgives accents, case and typing errors.

        >>> open().find("dobris", limit=1)[0].name
        'Dobříš'
        """
        return self._names.find(text, limit=limit)

    def why(
        self,
        subject: str | IRI,
        predicate: str | IRI | None = None,
        value: str | Term | None = None,
        *,
        texts: Path | None = None,
    ) -> list[Evidence]:
        """Tell which source says a triple, and where.

        Args:
            subject: CURIE or IRI.
            predicate: CURIE or IRI, or ``a`` for rdf:type; None for any.
            value: the object: a term, or its CURIE, IRI or literal text; None for any.
            texts: a folder with copies of the sources, to quote passages from.

        Raises:
            UsageError: nothing is stated for such a triple.

        >>> [evidence] = open().why("funding:czech-towns.esf", "mosty:funder")
        >>> str(evidence.source), evidence.start, evidence.end
        ('https://w3id.org/mosty/id/source/czech-towns-sheet', 2744, 2868)
        """
        if isinstance(predicate, str):
            predicate = self.prefixes.expand("rdf:type" if predicate == "a" else predicate)
        return self._explorer.why(self._iri(subject), predicate, value, texts=texts)

    def stats(self) -> Statistics:
        """Count triples, things and evidence.

        >>> [part for part, count in open().stats().triples]
        ['derived', 'evidence', 'ontology', 'records']
        """
        return self._explorer.stats()

    def labels(self, iris: Iterable[IRI], languages: Sequence[str] | None = None) -> Mapping[str, str]:
        """Find a label for each IRI, in the workspace's preferred language first.

        >>> open().labels([IRI("https://w3id.org/mosty/id/place/czechia")], ["cs"])
        {'https://w3id.org/mosty/id/place/czechia': 'Česko'}
        """
        return self._names.labels(iris, languages or self.workspace.config.languages)

    def validate(
        self,
        *files: str | PathLike[str],
        shapes: Paths = (),
        context: bool = True,
        timeout: float | None = None,
        engine: ValidationEngine | str | None = None,
        since: str | None = None,
        baseline: str | PathLike[str] | None = None,
    ) -> ValidationReport:
        """Validate the workspace, or new files in its context.

        Args:
            files: RDF files; none means the whole workspace.
            shapes: a file of shapes, or several, to use instead of the workspace's own.
            context: whether the workspace's own records take part when files are judged.
            timeout: seconds after which the validation is stopped.
            engine: ``auto`` (when not given), ``compiled``, ``pyshacl``, or an engine of one's own.
            since: a git revision: only what the changes since then brought is reported.
            baseline: a file of accepted findings, which are told apart.

        Raises:
            UsageError: files and a revision, or no such engine or revision.
            InputError: a file cannot be read, or the shapes are ill-formed.
            DeadlineError: the deadline passed.

        >>> open().validate("data/projects/czech-towns.ttl").conforms
        True
        """
        from mosty.validate import validate_files, validate_workspace

        chosen = paths_of(shapes)
        if not files:
            report = validate_workspace(self.workspace, chosen, timeout=timeout, engine=engine, since=since)
        elif since is not None:
            raise UsageError(
                "a revision asks for the workspace's own changes", "leave out the files, or since"
            )
        else:
            paths = [Path(file) for file in files]
            report = validate_files(
                self.workspace, paths, chosen, context=context, timeout=timeout, engine=engine
            )
        if baseline is None:
            return report
        import datetime

        from mosty.validate.baseline import apply

        partial = bool(files) or since is not None
        return apply(report, Path(baseline), datetime.date.today(), partial=partial)

    def checker(self, shapes: Paths = (), *, derive: bool = False) -> RecordChecker:
        """Load the workspace once, to ask about new records from then on: milliseconds for each.

        Args:
            shapes: a file of shapes, or several, to use instead of the workspace's own.
            derive: run the rules for each record anew, as `validate` does; their cost grows with the workspace.
                Without it, shapes do not see what the rules would derive from a new record.

        Returns:
            A checker with `check_text`, `check_file` and, for key triples, `check`. It does not see what is
            saved in files later: let it keep what it has checked, or make a new one.

        Raises:
            InputError: a file cannot be read, or the shapes are ill-formed.

        >>> checker = open().checker()
        >>> results = checker.check_text("PREFIX mosty: <https://w3id.org/mosty/ontology#> "
        ...                              "<https://w3id.org/mosty/id/project/new> a mosty:Project .")
        >>> "project-without-title" in {result.rule for result in results}
        True
        """
        from mosty.validate.checking import checker_of

        return checker_of(self.workspace, paths_of(shapes), derive=derive)

    @cached_property
    def evidence(self) -> EvidenceRecorder:
        """Recording and checking where triples come from.

        >>> open().evidence.check().findings
        ()
        """
        from mosty.api.evidence import EvidenceRecorder

        return EvidenceRecorder(self.workspace, self._refresh)

    def publish(
        self, folder: str | PathLike[str], *, site: bool = False, **options: Unpack[Options]
    ) -> Release:
        """Write a release, after validating the workspace.

        Args:
            folder: where; an earlier release there is replaced, anything else is refused.
            site: make the pages of a static site in it.
            options: date, version and so on: see `mosty.publish.Options`.

        Raises:
            ViolationsError: the workspace has violations; nothing is written.
            FindingsError: there is what must not get out: personal data, files that no commit holds.
            UsageError: the folder is no place for a release.
            OutputError: the release cannot be written; what was there before still is.

        >>> release = open().publish("release", allow=["dirty"], dry_run=True)
        >>> release.files[-1].path
        'workspace.toml'
        """
        from mosty.api.releases import publish_release

        return publish_release(self, Path(folder), site=site, **options)

    @cached_property
    def _names(self) -> Names:
        return Names(self.workspace, self.embedded, self._timeout)

    def _refresh(self) -> None:
        """Forget what was built from files that have changed since."""
        for name in ("engine", "embedded", "_explorer"):
            self.__dict__.pop(name, None)

    @cached_property
    def _explorer(self) -> Explorer:
        return Explorer(self.workspace, self.embedded, self._timeout)

    def _iri(self, name: str | IRI) -> IRI:
        return name if isinstance(name, IRI) else self.resolve(name)
