"""What somebody with a spreadsheet program meets in the tables of a release."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tables import (
    TOML,
    Files,
    MakeContent,
    column,
    fields,
    files_of,
    package,
    raw_rows,
    references,
    rows,
    triples,
)

from conftest import Run
from mosty.model.errors import InputError
from mosty.publish.content import Content
from mosty.rdf.keys import iri_key
from mosty.workspace.config import Config


def published(**said: str) -> str:
    """Settings of the small workspace, with some keys under [publish]."""
    return f"{TOML}\n[publish]\n" + "".join(f"{key} = {json.dumps(text)}\n" for key, text in said.items())


# The order of columns


def test_what_people_ask_first_stands_first(own_tables: Files) -> None:
    header = raw_rows(own_tables["tables/projects.csv"])[0]
    wanted = (
        "id label_en label_cs record_status_en in_programme_en has_donor_en has_lead_en has_place_en "
        "period_begins theme_en was_derived_from_en record_status_id iri"
    ).split()
    assert [name for name in header if name in wanted] == wanted
    assert header[-1] == "iri"


def test_all_listed_columns_are_properties(own_content: tuple[Content, Config]) -> None:
    content, config = own_content
    listed = [one for one in config.publish["columns"].split() if one.startswith("mosty:")]
    known = {subject for subject, _, _ in content.ontology.triples()}
    assert {iri_key(config.prefixes.expand(one).value) for one in listed} <= known
    assert len(listed) == len(set(listed))


def test_the_workspace_says_the_order(make_content: MakeContent) -> None:
    data = 'project:a a ex:Project ; rdfs:label "A" ; ex:a 1 ; ex:b 2 ; ex:c 3 ; ex:d 4 .'
    orders = {None: "a b c d", "ex:c": "c a b d", "ex:d ... ex:b ex:a rdfs:label": "d c b a"}
    for said, wanted in orders.items():
        toml = published(columns=said) if said else TOML
        found = list(fields(files_of(*make_content(data, toml=toml)), "projects"))
        assert found == ["id", "label", *wanted.split(), "iri"]


@pytest.mark.parametrize(
    "said", [{"columns": "nobody:knows"}, {"shortcuts": "nobody:knows"}, {"shortcuts": "ex:a"}]
)
def test_a_list_that_means_nothing_is_refused(make_content: MakeContent, said: dict[str, str]) -> None:
    with pytest.raises(InputError, match=next(iter(said))):
        files_of(*make_content(toml=published(**said)))


def test_a_class_that_all_have_is_no_column(make_content: MakeContent) -> None:
    files = files_of(
        *make_content("project:a a ex:Project . place:p a ex:Place . place:q a ex:Place, ex:Town .")
    )
    assert "type_id" not in fields(files, "projects")
    assert column(files, "places", "type_id") == ["ex:Place", "ex:Place | ex:Town"]


# Periods, and other parts that are read where they are used


PERIODS = """
project:a a ex:Project ; ex:time link:r, link:s .
project:b a ex:Project ; ex:time link:t .
link:r a ex:Time ; ex:begins "2001"^^xsd:gYear ; ex:open true .
link:s a ex:Time ; ex:begins "2005"^^xsd:gYear ; ex:ends "2006"^^xsd:gYear .
link:t a ex:Time ; ex:ends "2007"^^xsd:gYear .
link:u a ex:Time ; ex:stopped true .
"""


def test_begin_and_end_have_columns_of_their_own(make_content: MakeContent) -> None:
    content, config = make_content(PERIODS)
    files = files_of(content, config)
    assert [name for name in fields(files, "projects") if "time" in name] == [
        "time_begins",
        "time_ends",
        "time_open",
        "time_id",
    ]
    # The end of the second period is not taken for that of the first.
    assert column(files, "projects", "time_begins") == ["2001 | 2005", ""]
    assert column(files, "projects", "time_ends") == [" | 2006", "2007"]
    assert column(files, "projects", "time_open") == ["true | ", ""]
    assert "Several values" in fields(files, "projects")["time_begins"]["description"]
    assert triples(files) == (set(content.graph.triples()), set())


def test_what_is_true_is_told_by_its_name(make_content: MakeContent) -> None:
    files = files_of(
        *make_content(PERIODS, ontology='ex:open rdfs:label "open end"@en, "otevřený konec"@cs .')
    )
    told = {row["value_id"]: (row["value_en"], row["value_cs"]) for row in rows(files, "values")}
    assert told["link:r"] == ("begins 2001; open end", "begins 2001; otevřený konec")


def test_a_property_without_a_name_goes_by_its_words(own_tables: Files) -> None:
    told = {row["predicate_id"]: row["predicate_en"] for row in rows(own_tables, "statement")}
    assert told["mosty:partOf"] == "part of"
    assert (told["dcterms:language"], told["rdf:type"]) == ("language", "type")


# Formulas, and texts that look like numbers


def test_texts_that_look_like_numbers_stay_texts(make_content: MakeContent) -> None:
    data = """
    project:a a ex:Project ; ex:phone "+420" ; ex:code "-3" ; ex:note "-5"@en ; ex:size -3 ;
        ex:share "+.5"^^xsd:decimal ; ex:odd "=1"^^xsd:integer .
    project:b a ex:Project ; ex:sizes -3, -4 .
    """
    files = files_of(*make_content(data))
    header, *body = raw_rows(files["tables/projects.csv"])
    cells = {name: [row[place] for row in body] for place, name in enumerate(header)}
    assert [cells[name][0] for name in ("phone", "code", "note_en")] == ["'+420", "'-3", "'-5"]
    assert [cells[name][0] for name in ("size", "share", "odd")] == ["-3", "+.5", "'=1"]
    assert column(files, "projects", "phone") == ["+420", ""]


# Who funded what


def test_the_table_of_fundings_agrees_with_the_stored_query(own_tables: Files, run: Run) -> None:
    asked = run("query", "who-funded-what", "-f", "csv")
    prefixes = package(own_tables)["prefixes"]

    def iri(curie: str) -> str:
        prefix, _, local = curie.partition(":")
        return f"{prefixes[prefix]}{local}"

    answered = csv.DictReader(io.StringIO(asked.stdout, newline=""))
    wanted = sorted((row["donor"], row["record"], row["amount"]) for row in answered)
    funding = rows(own_tables, "funding")
    found = [(iri(row["funder_id"]), iri(row["funds_id"]), row.get("amount", "")) for row in funding]
    assert wanted
    assert sorted(found) == wanted


def test_what_is_stated_shortly_has_a_row_without_an_id(make_content: MakeContent) -> None:
    data = """
    link:f a ex:Funding ; ex:funder place:p ; ex:funds project:a ; ex:amount 5 .
    project:a a ex:Project ; rdfs:label "A"@en ; ex:funder place:p, <https://elsewhere.example/> .
    place:p a ex:Place ; rdfs:label "P"@en .
    """
    content, config = make_content(data, toml=published(shortcuts="ex:Funding ex:funds ex:funder"))
    files = files_of(content, config)
    assert [
        (row["id"], row["funder_id"], row["funds_en"], row["amount"]) for row in rows(files, "funding")
    ] == [
        ("link:f", "place:p", "A", "5"),
        ("", "https://elsewhere.example/", "A", ""),
        ("", "place:p", "A", ""),
    ]
    assert triples(files) == (set(content.graph.triples()), set())
    described = next(r for r in package(files)["resources"] if r["name"] == "funding")
    assert described["rows"] == 3
    assert "primaryKey" not in described["schema"]
    assert "(projects: funder)" in described["description"]
    assert references(files, "funding")["funder_id"] == "things"
