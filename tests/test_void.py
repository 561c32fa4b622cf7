"""VoID: what is counted from the columns is what counting every triple gives."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from mosty.model.terms import MOSTY, RDF
from mosty.publish import void
from mosty.publish.claims import read, void_findings
from mosty.publish.content import Content, read_content
from mosty.rdf.graph import Graph
from mosty.workspace import Workspace

TYPE = f"<{RDF}type>"
SKOS = "http://www.w3.org/2004/02/skos/core#"
VOID = "http://rdfs.org/ns/void#"
NODES = ["<urn:a>", "<urn:b>", "<urn:C>", '"1"', '"x"@en']
triples = st.lists(
    st.tuples(
        st.sampled_from(NODES[:3]), st.sampled_from([TYPE, "<urn:p>", "<urn:q>"]), st.sampled_from(NODES)
    )
)


@given(triples)
def test_counts_are_those_of_a_plain_count(found: list[tuple[str, str, str]]) -> None:
    whole = set(found)
    graph = Graph(found)
    for triple in found[::3]:  # a column that was changed counts alike
        graph.discard(*triple)
        whole.discard(triple)
    counts = void.count(graph)
    members, uses = defaultdict(set), defaultdict(list)
    for s, p, o in whole:
        uses[p].append((s, o))
        if p == TYPE and o[0] == "<":
            members[o].add(s)
    assert counts.triples == len(whole)
    assert counts.subjects == len({s for s, _, _ in whole})
    assert counts.objects == len({o for _, _, o in whole})
    assert counts.entities == len({s for s, p, _ in whole if p == TYPE})
    assert counts.classes == {kind: len(of) for kind, of in members.items()}
    assert counts.properties == {
        p: (len(pairs), len({s for s, _ in pairs}), len({o for _, o in pairs})) for p, pairs in uses.items()
    }


def test_a_linkset_for_each_crosswalk() -> None:
    mosty, skos = f"<{MOSTY}", f"<{SKOS}"
    graph = Graph(
        [
            ("<urn:i1>", f"{mosty}idScheme>", "<urn:geonames>"),
            ("<urn:i1>", f"{mosty}sameIdentity>", '"https://sws.geonames.org/1/"'),
            ("<urn:i2>", f"{mosty}idScheme>", "<urn:geonames>"),
            ("<urn:i2>", f"{mosty}sameIdentity>", '"https://sws.geonames.org/2/"'),
            ("<urn:i3>", f"{mosty}idScheme>", "<urn:codes>"),  # without the IRI of another dataset
            ("<urn:t1>", f"{skos}inScheme>", "<urn:themes>"),
            ("<urn:t2>", f"{skos}inScheme>", "<urn:themes>"),
            ("<urn:s1>", f"{skos}inScheme>", "<urn:sectors>"),
            ("<urn:t1>", f"{skos}closeMatch>", "<urn:s1>"),
            ("<urn:t2>", f"{skos}closeMatch>", "<urn:s1>"),
            ("<urn:t2>", f"{skos}exactMatch>", "<http://example.org/goals/4>"),
            ("<urn:t1>", f"{skos}closeMatch>", "<urn:t2>"),  # inside one scheme: no crosswalk
        ]
    )
    assert void.crosswalks(graph) == [
        (None, "<urn:geonames>", f"{mosty}sameIdentity>", 2),
        ("<urn:themes>", "<http://example.org/goals/>", f"{skos}exactMatch>", 1),
        ("<urn:themes>", "<urn:sectors>", f"{skos}closeMatch>", 2),
    ]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(ROOT)


@pytest.fixture(scope="module")
def content(workspace: Workspace) -> Content:
    return read_content(workspace)


def test_the_description_claims_what_is_there(workspace: Workspace, content: Content, tmp_path: Path) -> None:
    config = workspace.config
    parts = [void.Part("schemes.ttl", "Schemes", 12), void.Part("kinds/projects.ttl", "Projects", 34)]
    found = void.describe(content, config, parts, ["mosty.ttl"], issued=None, modified=None)
    file = tmp_path / "void.ttl"
    file.write_text(found.turtle(workspace.prefixes))
    said, sizes = read(file), {"schemes.ttl": 12, "kinds/projects.ttl": 34}
    assert list(void_findings(said, config.base, content.graph, sizes)) == []
    linksets = said.inverse(TYPE).values(f"<{VOID}Linkset>")
    assert len(linksets) > 5
    assert "<https://w3id.org/mosty/dataset/links/id-scheme-geonames>" in linksets
    assert list(void_findings(said, config.base, content.graph, {**sizes, "schemes.ttl": 13})) == [
        "schemes.ttl: 12 triples claimed, 13 found"
    ]
    content.graph.add("<urn:new>", TYPE, f"<{MOSTY}Project>")
    try:
        wrong = list(void_findings(said, config.base, content.graph, sizes))
    finally:
        content.graph.discard("<urn:new>", TYPE, f"<{MOSTY}Project>")
    assert any("entities of" in line and "Project" in line for line in wrong)


def test_terms_of_one_short_name_stay_apart(workspace: Workspace, content: Content) -> None:
    """`a:b-c` and `a-b:c` make the same path; each class has a node of its own all the same."""
    kinds = ("https://example.org/x/y", "https://example.org/x-y", "https://example.org/x?y")
    graph = Graph((f"<urn:{number}>", TYPE, f"<{kind}>") for number, kind in enumerate(kinds))
    found = void.describe(content._replace(graph=graph), workspace.config, [], [], issued=None, modified=None)
    nodes = {t.subject for t in found.triples if t.predicate.value == VOID + "class"}
    assert len(nodes) == len(kinds)
