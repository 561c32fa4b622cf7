"""The same questions on a real endpoint: Apache Jena Fuseki on loopback, holding the repository's graph.

The jar comes from tests/tools/fetch-fuseki; the server is started here and stopped at the end.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import mosty
from asking import open_here
from conftest import ROOT, WORKSPACE, Run, need
from mosty.api import Register
from mosty.engines.endpoint import EndpointEngine
from mosty.model.errors import DeadlineError, EndpointError, MostyError
from mosty.model.solutions import Answer, Row, Solutions, Triples, python_value
from mosty.model.terms import IRI, BlankNode, Term
from mosty.query.frontmatter import StoredQuery
from mosty.workspace import Workspace
from query_cases import Case, all_cases, dealt, make_workspace

FUSEKI = ROOT / ".tools" / "fuseki"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d) }"


class Fuseki:
    """A running server."""

    def __init__(self, address: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.address, self.process, self.log = address, process, log

    @property
    def query(self) -> str:
        """Address for queries."""
        return f"{self.address}/ds/query"


def start(jar: Path, data: Path, folder: Path) -> Fuseki:
    """Start Fuseki on a free port of loopback with a dataset in memory, and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "fuseki.log"
    command = [
        "java",
        "-Xmx1g",
        # Quick to start: a test asks little.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-jar",
        str(jar),
        "--localhost",
        f"--port={port}",
        f"--file={data}",
        "--timeout=20000",
        "/ds",
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    server = Fuseki(f"http://127.0.0.1:{port}", process, log)
    try:
        wait(server)
    except BaseException:
        stop(server)
        raise
    return server


def wait(server: Fuseki) -> None:
    """Wait until the server answers, at most two minutes."""
    engine, end = EndpointEngine(server.query), time.monotonic() + 120
    while True:
        try:
            if engine.run("ASK { ?s ?p ?o }", timeout=10):
                return
        except MostyError as error:
            if server.process.poll() is not None or time.monotonic() > end:
                pytest.fail(
                    f"Fuseki did not start: {error}\n{server.log.read_text(errors='replace')[-2000:]}"
                )
        time.sleep(0.2)


def stop(server: Fuseki) -> None:
    """Stop the server, gently first."""
    server.process.terminate()
    try:
        server.process.wait(10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """A copy of the repository's workspace: both sides must hold the same, whatever is edited meanwhile."""
    folder = tmp_path_factory.mktemp("repository")
    for name in WORKSPACE:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return open_here(folder)


@pytest.fixture(scope="module")
def fuseki(register: Register, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuseki]:
    server = serve(register.workspace, tmp_path_factory.mktemp("fuseki"))
    yield server
    stop(server)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Register, Register]]:
    """The small dataset of the stored queries' expected answers: embedded, and on a server of its own."""
    folder = tmp_path_factory.mktemp("small")
    workspace = Workspace(make_workspace(folder))
    server = serve(workspace, tmp_path_factory.mktemp("fuseki-small"))
    yield open_here(workspace.root), Register(workspace, endpoint=server.query)
    stop(server)


def serve(workspace: Workspace, folder: Path) -> Fuseki:
    """Start a server with everything that queries of a workspace see, all in its default graph."""
    jars = sorted(FUSEKI.glob("jena-fuseki-server-*.jar"))
    need(shutil.which("java") is not None, "Java")
    need(bool(jars), "Fuseki in .tools/fuseki (run tests/tools/fetch-fuseki)")
    dataset = workspace.dataset()
    asserted = dataset.asserted()
    triples = {f"{quad.triple} .\n" for quad in [*asserted, *dataset.derive(asserted)]}
    data = folder / "data.nt"
    data.write_text("".join(sorted(triples)), encoding="utf-8")
    return start(jars[-1], data, folder)


# -- comparing ---------------------------------------------------------------------------------------------


def by_value(term: Term | None) -> object:
    """Make terms comparable by value: the embedded store rewrites numbers (1.0 to 1) and language tags."""
    if term is None or isinstance(term, IRI):
        return term
    if isinstance(term, BlankNode):
        return "a blank node"
    value = python_value(term)
    if isinstance(value, bool):
        return value
    if isinstance(value, float | int | Decimal):
        return f"number {Decimal(str(value)).normalize():f}"
    return term.lexical, term.datatype, (term.language or "").lower()


def values(rows: tuple[Row, ...] | Iterator[Row]) -> list[tuple[object, ...]]:
    return [tuple(map(by_value, row)) for row in rows]


def assert_same(embedded: Answer, remote: Answer, *, ordered: bool) -> None:
    assert type(embedded) is type(remote)
    if isinstance(embedded, Solutions) and isinstance(remote, Solutions):
        assert embedded.variables == remote.variables
        ours, theirs = values(embedded.rows), values(remote.rows)
        assert sorted(ours, key=repr) == sorted(theirs, key=repr)
        assert not ordered or ours == theirs
    elif isinstance(embedded, Triples) and isinstance(remote, Triples):
        assert set(values(embedded.triples)) == set(values(remote.triples))
    else:
        assert embedded == remote


def is_ordered(query: StoredQuery) -> bool:
    return "ORDER BY" in query.text.upper()


# -- stored queries ----------------------------------------------------------------------------------------

NAMES = mosty.open(ROOT).queries.names()


def required_values(query: StoredQuery) -> dict[str, str]:
    """Something to ask for where a parameter has no default."""
    examples = {"mosty:Project": "project:czech-towns", "mosty:Place": "place:czechia"}
    return {p.name: examples.get(p.class_ or "", "org:esf") for p in query.parameters.values() if p.required}


@pytest.mark.parametrize("name", NAMES)
def test_stored_queries_give_the_same_answer(
    name: str, fuseki: Fuseki, register: Register, tmp_path: Path
) -> None:
    query = register.queries.get(name)
    given = required_values(query)
    embedded = register.query(name, **given)
    remote = Register(register.workspace, endpoint=fuseki.query).query(name, **given)
    assert_same(embedded, remote, ordered=is_ordered(query))


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_the_cases_of_the_small_dataset_give_the_same_answer(
    case: Case, small: tuple[Register, Register]
) -> None:
    embedded, remote = (register.query(case.query, **case.parameters) for register in small)
    assert_same(embedded, remote, ordered=is_ordered(small[0].queries.get(case.query)))


@pytest.mark.parametrize("name", ["projects-by-donor", "is-a-donor", "projects-as-schema-org"])
def test_the_command_line_asks_the_endpoint(
    name: str, fuseki: Fuseki, register: Register, run: Run, tmp_path: Path
) -> None:
    given = required_values(register.queries.get(name))
    options = [text for key, value in given.items() for text in (f"--{key}", value)]
    folder = register.workspace.root
    embedded = run("-C", folder, "query", name, *options)
    remote = run("-C", folder, "query", name, *options, "-e", fuseki.query)
    assert remote.exit_code == 0, remote.stderr
    assert remote.stdout == embedded.stdout


# -- parameters --------------------------------------------------------------------------------------------

INJECTIONS = [
    '" } ?s ?p ?o . { "',
    "' } UNION { ?s ?p ?o } #",
    "org:esf } ?s ?p ?o . VALUES ?x { 1",
    "<https://example.org/> } } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o",
    'en" } DROP ALL #',
    "\\u0022 } ?s ?p ?o #",
    "\\",
    "\n#\n",
    "1 2",
    "{{donor}}",
]


def outcome(register: Register, name: str, given: dict[str, str]) -> Answer | str:
    try:
        return register.query(name, **given)
    except MostyError as error:
        return type(error).__name__


DEALT = dealt(mosty.open(ROOT).queries, INJECTIONS)


def assert_harmless(fuseki: Fuseki, register: Register, name: str, texts: dict[str, list[str]]) -> None:
    """Give each parameter of a query some of these texts: refused on both sides, or found nowhere on both."""
    query = register.queries.get(name)
    remote = Register(register.workspace, endpoint=fuseki.query)
    for parameter in query.parameters:
        for text in texts[parameter]:
            given = {**required_values(query), parameter: text}
            ours, theirs = outcome(register, name, given), outcome(remote, name, given)
            if isinstance(ours, str) or isinstance(theirs, str):
                assert ours == theirs == "UsageError", (parameter, text)
            else:
                assert_same(ours, theirs, ordered=is_ordered(query))
                assert not ours, (parameter, text)


@pytest.mark.parametrize("name", NAMES)
def test_injection_texts_are_refused_or_plain_text_on_both_sides(
    name: str, fuseki: Fuseki, register: Register
) -> None:
    """Each parameter with some of the texts; each type of parameter meets all of them."""
    assert_harmless(fuseki, register, name, DEALT[name])


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_every_injection_text_in_every_parameter(name: str, fuseki: Fuseki, register: Register) -> None:
    assert_harmless(fuseki, register, name, dict.fromkeys(register.queries.get(name).parameters, INJECTIONS))


# -- the endpoint itself -----------------------------------------------------------------------------------


def test_every_query_form(fuseki: Fuseki, register: Register) -> None:
    remote = Register(register.workspace, endpoint=fuseki.query)
    for text in (
        "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) STR(?p)",
        "ASK { org:esf a mosty:Donor }",
        "ASK { org:esf a mosty:Place }",
        "CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s a mosty:Place ; rdfs:label ?o }",
        "DESCRIBE org:esf",
        "SELECT ?x ?y WHERE { VALUES (?x ?y) { ('ž\\n\\t\"' 1.50) (UNDEF 'a'@cs) (<http://e/ž> true) } } ORDER BY ?x",
    ):
        ours, theirs = register.sparql(text), remote.sparql(text)
        if text.startswith("DESCRIBE"):
            # What a description holds is the engine's own choice (SPARQL 1.1, section 16.4).
            assert isinstance(theirs, Triples)
            assert theirs
        else:
            assert_same(ours, theirs, ordered="ORDER BY" in text)


def test_the_deadline_holds_on_the_endpoint(fuseki: Fuseki) -> None:
    begin = time.monotonic()
    with pytest.raises(DeadlineError):
        EndpointEngine(fuseki.query).run(SLOW, timeout=1)
    assert time.monotonic() - begin < 30


def test_a_dataset_that_is_not_there(fuseki: Fuseki, run: Run) -> None:
    with pytest.raises(EndpointError, match="answered 404"):
        EndpointEngine(f"{fuseki.address}/nothing/query").run("ASK {}", timeout=10)
    done = run("sparql", "ASK {}", "-e", f"{fuseki.address}/nothing/query")
    assert done.exit_code == 4
    assert "404" in done.stderr
    assert "/DATASET/query" in done.stderr


def test_the_servers_words_on_a_wrong_query(fuseki: Fuseki) -> None:
    with pytest.raises(EndpointError, match=r"answered 400 .*Parse error"):
        EndpointEngine(fuseki.query).run("SELECT ?x WHERE { ?x ", timeout=10)


def test_a_server_that_is_gone(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run("query", "projects-by-donor", "-e", f"http://127.0.0.1:{port}/ds/query")
    assert done.exit_code == 4
    assert f"nothing answers at 127.0.0.1:{port}" in done.stderr
