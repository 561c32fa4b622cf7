"""What the timeline, the network and the pages of donors say."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, Run
from mosty.site import donors
from mosty.site.pictures import network, timeline
from mosty.site.pictures.layout import layout
from mosty.site.pictures.spans import date_range
from mosty.site.things import Things
from site_pages import XSD, Reader, made, things_of, write


@pytest.fixture(scope="module")
def things() -> Things:
    return things_of(ROOT)


@pytest.fixture(scope="module")
def pages(things: Things) -> dict[str, str]:
    found: dict[str, str] = {}
    for pages_of in (timeline.pages, network.pages, donors.pages):
        found |= made(pages_of(things, "en"))
    return found


@pytest.fixture(scope="module")
def answers(run: Run) -> dict[str, list[dict[str, str]]]:
    """What stored queries say: another road to the same data."""
    found = {}
    for name in ("timeline", "who-funded-what"):
        result = run("query", name, "-f", "json")
        bindings = json.loads(result.stdout)["results"]["bindings"]
        found[name] = [{key: term["value"] for key, term in row.items()} for row in bindings]
    return found


# The timeline.


def test_the_timeline_has_what_the_query_finds(
    pages: dict[str, str], answers: dict[str, list[dict[str, str]]]
) -> None:
    table = Reader(pages["timeline.html"].split('id="table"')[1]).text
    assert "funding, Department of Asylum and Migration Policies" in table, "whose funding it was"
    rows = answers["timeline"]
    assert len(rows) > 40
    for row in rows:
        assert " ".join(row["recordLabel"].split()) in table
        assert row["stated"][:4] in table


@pytest.mark.parametrize(
    ("lexical", "datatype", "days"),
    [
        ("2012", "gYear", 372),
        ("2012-05", "gYearMonth", 31),
        ("2012-05-07", "date", 1),
        ("2012-05-07Z", "date", 1),
    ],
)
def test_a_date_means_no_more_than_it_says(lexical: str, datatype: str, days: int) -> None:
    found = date_range(f'"{lexical}"^^<{XSD}{datatype}>')
    assert found
    assert found.last - found.first == days


@given(st.text(max_size=12))
def test_what_is_no_date_has_no_range(text: str) -> None:
    written = text.replace("\\", "").replace('"', "").replace("\n", "").replace("\r", "")
    found = date_range(f'"{written}"^^<{XSD}date>')
    assert found is None or re.match(r"\d{4}", written)


def test_an_open_end_goes_on_and_a_silent_one_is_asked(workspace_copy: Path) -> None:
    period(workspace_copy, "open", 'mosty:begins "2016"^^xsd:gYear ; mosty:openEnd true')
    period(workspace_copy, "silent", 'mosty:begins "2016"^^xsd:gYear')
    period(workspace_copy, "late", 'mosty:ends "2016-03"^^xsd:gYearMonth')
    period(workspace_copy, "far", 'mosty:begins "0012"^^xsd:gYear ; mosty:ends "9999"^^xsd:gYear')
    text = made(timeline.pages(things_of(workspace_copy), "en"))["timeline.html"]
    bars = dict(re.findall(r"<title>Project (\w+): (.*?)</title>(?:.*?)</a>", text, re.DOTALL))
    assert bars["open"] == "2016 – goes on"
    assert bars["silent"] == "2016 – not stated"
    assert bars["late"] == "not stated – March 2016"
    assert "far" not in bars
    assert "0012 – 9999" in Reader(text).text
    drawn = {
        name: block
        for block in text.split('<a class="bar-link"')
        for name in re.findall(r"<title>Project (\w+)", block)
    }
    assert 'class="arrow"' in drawn["open"]
    assert 'class="unsaid"' in drawn["silent"]
    assert 'class="unsaid before"' in drawn["late"]


def period(root: Path, name: str, said: str) -> None:
    write(
        root,
        f"""<project/{name}> a mosty:Project ; rdfs:label "Project {name}"@en ; mosty:period <period/{name}.main> .
<period/{name}.main> a mosty:Period ; {said} .
""",
        f"projects/{name}",
    )


def test_many_periods_become_columns(tmp_path: Path, workspace_copy: Path) -> None:
    for number in range(160):
        period(workspace_copy, f"many{number}", f'mosty:begins "{1990 + number % 30}"^^xsd:gYear')
    text = made(timeline.pages(things_of(workspace_copy), "en"))["timeline.html"]
    assert "There are too many for a row each" in text
    assert 'class="bar-link"' not in text
    assert len(re.findall(r'class="column"', text)) > 30


# The network.


def test_the_network_has_each_tie_in_picture_and_table(things: Things, pages: dict[str, str]) -> None:
    model = network.gathered(things)
    text = pages["network.html"]
    assert len(re.findall(r'<path class="tie [a-z-]+" data-ends', text)) == len(model.ties)
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", text)
    assert len(rows) == len(model.ties)
    assert ("European Social Fund", "funder") in {(Reader(agent).text, role) for agent, role, _ in rows}


def test_a_large_network_shows_some_and_says_so(workspace_copy: Path) -> None:
    lines = []
    for number in range(150):
        lines.append(f'<org/many{number}> a mosty:Organisation ; rdfs:label "Many {number}"@en .')
        lines.append(
            f"<participation/access.many{number}> a mosty:Participation ; mosty:participant <org/many{number}> ;"
            " mosty:participatesIn <project/access> ; mosty:role <role/partner> ."
        )
    write(workspace_copy, "\n".join(lines))
    things = things_of(workspace_copy)
    model = network.gathered(things)
    assert len(model.nodes) == network.MOST_NODES < model.total
    drawn = {key for _, _, tie in model.drawn for key in tie[:2]}
    assert drawn == {node.key for node in model.nodes}
    assert f"shows 120 of {model.total}" in made(network.pages(things, "en"))["network.html"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30), st.randoms(use_true_random=False))
def test_nodes_lie_inside_and_apart(number: int, random: Random) -> None:
    links = [(random.randrange(number), random.randrange(number)) for _ in range(number)] if number else []
    places = layout(number, [(a, b) for a, b in links if a != b], 900, 700, (60, 40))
    assert len(places) == len(set(places)) == number
    assert all(60 <= x <= 840 and 40 <= y <= 660 for x, y in places)


def test_the_layout_is_that_of_other_machines() -> None:
    links = [(0, 1), (0, 2), (3, 4), (2, 5), (5, 6), (6, 0)]
    found = hashlib.sha256(repr(layout(8, links, 900, 700, (60, 40))).encode()).hexdigest()
    assert found[:16] == "25af24c1ce901df6"


# Donors.


def test_donors_fund_what_the_query_finds(
    pages: dict[str, str], answers: dict[str, list[dict[str, str]]]
) -> None:
    rows = answers["who-funded-what"]
    assert len(rows) == 5
    for row in rows:
        page = Reader(pages[f"donors/org/{row['donor'].rsplit('/', 1)[1]}.html"])
        assert row["recordLabel"] in page.text
        assert row.get("schemeLabel", "") in page.text
    page = Reader(pages["donors/org/esf.html"])
    assert "not stated" in page.text
    assert "nothing is said" in page.text


def test_sums_never_mix_kinds_or_currencies(workspace_copy: Path) -> None:
    funded = [
        ('mosty:amount 1000.50 ; mosty:currency "CZK" ; mosty:amountKind amount-kind:commitment', "stated"),
        ('mosty:amount 2000 ; mosty:currency "CZK" ; mosty:amountKind amount-kind:commitment', "stated"),
        ('mosty:amount 5 ; mosty:currency "CZK" ; mosty:amountKind amount-kind:budget', "stated"),
        ('mosty:amount 7 ; mosty:currency "EUR" ; mosty:amountKind amount-kind:budget', "stated"),
        (f'mosty:amount {"1" * 30}.01 ; mosty:currency "XAF"', "stated"),
        ('mosty:amount 0.0000000001 ; mosty:currency "XAF"', "stated"),
        ('mosty:amount 0.0000000001 ; mosty:currency "BTC"', "stated"),
        ('mosty:amount "many"', "stated"),
        ("", "not-stated"),
        ("", "none"),
    ]
    lines = [
        f"<funding/access.f{number}> a mosty:Funding ; mosty:funder <org/unicef> ; mosty:funds <project/access> ;"
        f" mosty:amountStatus <disclosure/{status}> {'; ' + amount if amount else ''} ."
        for number, (amount, status) in enumerate(funded)
    ]
    write(workspace_copy, "\n".join(lines))
    pages = made(donors.pages(things_of(workspace_copy), "en"))
    text = Reader(pages["donors/org/unicef.html"]).text.replace("\u00a0", " ")
    assert "3,000.50 CZK (commitment, 2 amounts)" in text
    assert "5 CZK (budget, 1 amount)" in text
    assert "7 EUR (budget, 1 amount)" in text
    assert f"{','.join(['111'] * 10)}.0100000001 XAF" in text
    assert "0.0000000001 BTC" in text
    assert "Fundings without a stated amount2" in text.replace(" 2", "2")
    assert "many (currency not stated)" in text
    for status in ("not stated", "none"):
        assert re.search(rf'<span class="silent"><a [^>]*>{status}</a>', pages["donors/org/unicef.html"])


def test_a_donor_with_many_fundings_has_several_pages(workspace_copy: Path) -> None:
    lines = [
        f"<funding/access.f{number}> a mosty:Funding ; mosty:funder <org/unicef> ; mosty:funds <project/access> ."
        for number in range(301)
    ]
    write(workspace_copy, "\n".join(lines))
    pages = made(donors.pages(things_of(workspace_copy), "en"))
    rows = [len(re.findall("<tr>\n<td>", pages[f"donors/org/unicef{end}.html"])) for end in ("", "~2")]
    assert rows == [300, 1]
    assert 'href="unicef~2.html"' in pages["donors/org/unicef.html"]
