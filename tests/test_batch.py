"""Many queries in one child process: one deadline, plain errors."""

from __future__ import annotations

import pytest

from mosty.engines.batch import answers
from mosty.model.errors import DeadlineError, QuerySyntaxError, UsageError
from mosty.model.solutions import Boolean, Solutions, Triples

LINES = [f'<http://example.org/s{n}> <http://example.org/p> "{n:03}" .\n' for n in range(300)]


def test_each_query_gets_its_answer() -> None:
    found = answers(
        LINES,
        {
            "ask": "ASK { ?s ?p '007' }",
            "select": "SELECT ?o { <http://example.org/s5> ?p ?o }",
            "nothing": "SELECT * { ?s ?s ?s }",
            "construct": "CONSTRUCT WHERE { <http://example.org/s5> ?p ?o }",
        },
        timeout=60,
    )
    asked, selected, nothing, constructed = (found[name].answer() for name in found)
    assert asked == Boolean(True)
    assert isinstance(selected, Solutions)
    assert [str(term) for row in selected.rows for term in row] == ["005"]
    assert nothing == Solutions(("s",), ())
    assert isinstance(constructed, Triples)
    assert len(constructed.triples) == 1


def test_nothing_is_asked_of_nothing() -> None:
    assert answers([], {}, timeout=60) == {}


def test_the_deadline_names_the_query() -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with pytest.raises(DeadlineError, match="slow-one: .* 2 s"):
        answers(LINES, {"fine": "ASK {}", "slow-one": slow, "after": "ASK {}"}, timeout=2)


def test_a_query_that_is_none_is_refused() -> None:
    with pytest.raises(QuerySyntaxError, match="line 1"):
        answers(LINES, {"fine": "ASK {}", "broken": "SELECT * WHERE"}, timeout=60)


def test_the_network_is_not_reached() -> None:
    with pytest.raises(UsageError, match="SERVICE"):
        answers(LINES, {"remote": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}, timeout=60)
