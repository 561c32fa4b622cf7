"""What changed, in the words of the register."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT, Run
from differing import BRIDGE, change, sentences
from mosty.api.differences import read_place
from mosty.diff import compare, read_files
from mosty.diff.records import Change
from mosty.diff.telling import excerpts
from mosty.diff.words import words
from mosty.model.errors import InputError
from mosty.workspace import Workspace
from register import make_register, put


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A register, and a copy of it to change."""
    return make_register(tmp_path / "old"), make_register(tmp_path / "new")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[str]], dict[str, list[str]], Path]:
    """Many changes of this repository's workspace at once, told in English and in Czech."""
    root = tmp_path_factory.mktemp("diff") / "new"
    root.mkdir()
    for name in ("mosty.toml", "ontology", "data", "shapes", "queries"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    project = root / "data/projects/czech-towns.ttl"
    change(root / "data/places/prague.ttl", "mosty:within place:czechia", "mosty:within place:europe")
    change(project, "mosty:funder org:esf", "mosty:funder org:mlsa-cz")
    change(project, "theme:employment ,", "theme:housing ,")
    change(project, "with partners and cities abroad", "with partners and many cities abroad")
    change(project, '"Výzkum zaměstnávání cizinců"@cs', '"Výzkum"@cs')
    change(project, '"2015-04"^^', '"2015-05"^^')
    change(project, "participation:czech-towns.rejs a", "participation:czech-towns.cpic a")
    change(project, "mosty:participant org:rejs", "mosty:participant org:cpic")
    change(
        project,
        "participation:czech-towns.dresden a",
        "participation:czech-towns.mkc a mosty:Participation ;\n"
        "    mosty:participant org:multicultural-centre-prague ;\n"
        "    mosty:participatesIn activity:czech-towns.study-visit ;\n"
        "    mosty:role role:coordinator .\n\nparticipation:czech-towns.dresden a",
    )
    change(root / "ontology/participations.ttl", "            mosty:Agreement\n", "")
    change(root / "shapes/projects.ttl", "sh:maxCount 1", "sh:maxCount 2")
    organisation = root / "data/organisations/unicef.ttl"
    text = organisation.read_text(encoding="utf-8")
    (organisation.parent / "unicef-cz.ttl").write_text(
        text.replace("org:unicef", "org:unicef-cz").replace("unicef.", "unicef-cz."), encoding="utf-8"
    )
    organisation.unlink()
    return sentences(root, ROOT), sentences(root, ROOT, "cs"), root


@pytest.mark.parametrize(
    ("record", "english", "czech"),
    [
        ("place:prague", "moved under Europe, was under Czechia", "přesunuto pod Evropa, dříve pod Česko"),
        (
            "project:czech-towns",
            "donor changed from European Social Fund to Ministry of Labour and Social Affairs of the Czech Republic",
            "donor: změna z Evropský sociální fond na Ministerstvo práce a sociálních věcí České republiky",
        ),
        (
            "project:czech-towns",
            "theme changed from employment to housing",
            "téma: změna z zaměstnanost na bydlení",
        ),
        (
            "project:czech-towns",
            "description (en) changed from “…learn, with partners and cities abroad, how to bring…” "
            "to “…learn, with partners and many cities abroad, how to bring…”",
            "popis (en): změna z „…learn, with partners and cities abroad, how to bring…“ "
            "na „…learn, with partners and many cities abroad, how to bring…“",
        ),
        ("project:czech-towns", "end changed from 2015-04 to 2015-05", "konec: změna z 2015-04 na 2015-05"),
        (
            "project:czech-towns",
            "activity “Research on the employment of foreigners”: title (cs) changed from "
            "“Výzkum zaměstnávání cizinců” to “Výzkum”",
            "aktivita „Výzkum“: název (cs): změna z „Výzkum zaměstnávání cizinců“ na „Výzkum“",
        ),
        (
            "project:czech-towns",
            "Multicultural Centre Prague added in the role of coordinator (in activity “Study visit to Berlin, "
            "Brussels and Dresden”)",
            "přibyl účastník Multikulturní centrum Praha v roli koordinátor (v části aktivita „Studijní cesta do "
            "Berlína, Bruselu a Drážďan“)",
        ),
        ("org:unicef-cz", "added", "added"),
        ("org:unicef", "removed", "removed"),
        ("mosty:participatesIn", "range no longer includes agreement", "obor hodnot: vynecháno dohoda"),
        (
            "shape:lead-status-unknown",
            "greatest number changed from 1 to 2",
            "největší počet: změna z 1 na 2",
        ),
    ],
)
def test_changes_are_told_in_domain_words(
    told: tuple[dict[str, list[str]], dict[str, list[str]], Path], record: str, english: str, czech: str
) -> None:
    assert english in told[0][record]
    assert czech in told[1][record]


def test_a_participant_that_took_the_place_of_another_is_one_change(
    told: tuple[dict[str, list[str]], dict[str, list[str]], Path],
) -> None:
    said = [
        sentence for sentence in told[0]["project:czech-towns"] if "Integration of Foreigners" in sentence
    ]
    assert len(said) == 1
    assert said[0].endswith("added in the role of partner")  # two came, so nobody knows which replaced which


def test_a_rename_is_suggested_on_both_sides(
    told: tuple[dict[str, list[str]], dict[str, list[str]], Path],
) -> None:
    assert any(said.startswith("perhaps renamed: it is now") for said in told[0]["org:unicef"])
    assert any(said.startswith("perhaps renamed: it was") for said in told[0]["org:unicef-cz"])


def test_evidence_is_counted_for_the_record_that_it_is_about(
    told: tuple[dict[str, list[str]], dict[str, list[str]], Path],
) -> None:
    # Statements stay where they were: nobody touched data/evidence.
    assert not any("evidence" in said for all_said in told[0].values() for said in all_said)


def test_the_headings_follow_the_kinds_of_the_workspace(
    told: tuple[dict[str, list[str]], dict[str, list[str]], Path], run: Run
) -> None:
    result = run("diff", ROOT, told[2])
    assert result.exit_code == 1
    headings = [line for line in result.stdout.splitlines() if re.match(r"[A-Z]", line)]
    assert headings[0].startswith("Records  4 records: 1 added, 1 removed, 2 changed")
    assert headings[1:4] == ["Project", "Organisation", "Place"]
    assert [line.split("  ")[0] for line in headings[4::2]][:2] == ["Ontology and concepts", "Shapes"]
    assert "[org:esf]" in result.stdout
    assert "What the rules derive changed with it" in result.stdout


def test_evidence_that_came_is_told_with_its_source(pair: tuple[Path, Path]) -> None:
    old, new = pair
    for root, triples in ((old, 1), (new, 3)):
        statements = "".join(
            f"""<https://example.org/id/statement/{n}> a mosty:Statement ; rdf:subject project:bridge ;
                rdf:predicate rdfs:label ; rdf:object "Bridge"@en ;
                mosty:passage <https://example.org/id/passage/sheet/{n}-9> .
            <https://example.org/id/passage/sheet/{n}-9> a mosty:Passage ; mosty:source source:sheet .\n"""
            for n in range(triples)
        )
        put(root / "data/evidence/sheet.ttl", statements)
    assert sentences(new, old)["project:bridge"] == ["changed", "evidence added for 2 triples (A sheet)"]
    assert sentences(old, new)["project:bridge"] == ["changed", "evidence removed for 2 triples (A sheet)"]
    change(
        new / "data/evidence/sheet.ttl",
        "<https://example.org/id/statement/0>",
        "<https://example.org/id/statement/9>",
    )
    assert sentences(new, old, "cs")["project:bridge"] == [
        "changed",
        "doklad přibyl pro 3 trojice, ubyl pro 1 trojici (A sheet)",
    ]


def test_a_new_record_tells_its_parts(pair: tuple[Path, Path]) -> None:
    old, new = pair
    (old / BRIDGE).unlink()
    assert sentences(new, old)["project:bridge"] == ["added", "with part (1)"]
    assert sentences(old, new)["project:bridge"] == ["removed", "with part (1)"]


def test_values_come_and_go_by_language(pair: tuple[Path, Path]) -> None:
    old, new = pair
    change(new / BRIDGE, '"Bridge"@en , "Most"@cs', '"Bridges"@en , "Brücke"@de')
    assert sentences(new, old)["project:bridge"] == [
        "changed",
        "title (en) changed from “Bridge” to “Bridges”",
        "title (cs) removed: “Most”",
        "title (de) added: “Brücke”",
    ]


def test_what_takes_the_place_of_a_record_is_told(pair: tuple[Path, Path]) -> None:
    old, new = pair
    (new / "data/organisations/charity.ttl").unlink()
    put(
        new / "data/organisations/aid.ttl",
        'org:aid a ex:Organisation ; rdfs:label "Aid"@en ; <http://purl.org/dc/terms/replaces> org:charity .',
    )
    assert sentences(new, old)["org:charity"] == ["removed", "replaced by Aid"]


def test_a_changed_rule_is_told_and_what_it_derives_summed_up(pair: tuple[Path, Path], run: Run) -> None:
    old, new = pair
    change(
        new / "ontology/rules/partners.rq",
        "?project ex:hasPartner ?partner",
        "?partner ex:partnerOf ?project",
    )
    result = run("diff", old, new)
    assert (result.exit_code, result.stdout) == (
        1,
        "Queries and rules  1 query or rule: 0 added, 0 removed, 1 changed\n\n"
        "Derivation rule\n  changed  partners\n\n"
        "What the rules derive changed with it: 1 added, 1 removed.\n",
    )


def test_queries_are_compared_though_no_part_of_the_dataset(pair: tuple[Path, Path], run: Run) -> None:
    old, new = pair
    (new / "queries").mkdir(exist_ok=True)
    (new / "queries/anew.rq").write_text("SELECT * { ?s ?p ?o }")
    done = run("diff", old, new, "-f", "json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["same"], found["records"]) == (1, False, [])
    assert found["texts"] == [{"change": "added", "path": "queries/anew.rq"}]
    patch = run("diff", old, new, "-f", "patch")
    assert "TX ." not in patch.stdout
    assert "queries" in patch.stderr


def test_a_participant_that_is_withheld_now_is_told_once(pair: tuple[Path, Path]) -> None:
    old, new = pair
    told = "mosty:participatesIn project:bridge ; mosty:role role:partner"
    for root, more in ((old, " ; mosty:participant org:charity"), (new, "")):
        part = f"<https://example.org/id/participation/bridge.x> a mosty:Participation ; {told}{more} ."
        put(root / "data/projects/participation.ttl", f"PREFIX role: <https://example.org/id/role/> {part}")
    assert sentences(new, old)["project:bridge"] == ["changed", "Charity is no longer named as a participant"]


def test_a_figure_is_named_by_what_it_counts(pair: tuple[Path, Path]) -> None:
    old, new = pair
    for root, value in ((old, 2012000), (new, 2013)):
        put(
            root / "data/projects/figures.ttl",
            f"""<https://example.org/id/figure/bridge.courses> a mosty:StatedFigure ;
                mosty:figureOf project:bridge ; mosty:subject "courses held"@en ; mosty:value {value} .""",
        )
    [_, sentence] = sentences(new, old)["project:bridge"]
    assert sentence.endswith("“courses held”: value changed from 2,012,000 to 2013")
    assert sentences(new, old, "cs")["project:bridge"][1].endswith("z 2\xa0012\xa0000 na 2013")


def test_blank_nodes_that_nothing_leads_to_are_told(pair: tuple[Path, Path]) -> None:
    old, new = pair
    put(
        new / "ontology/axioms.ttl",
        "[] a owl:AllDisjointClasses ; owl:members ( ex:Project ex:Organisation ) .",
    )
    assert sentences(new, old) == {
        "": [
            "changed",
            "a statement without a name now includes class owl:AllDisjointClasses, organisation, project",
        ]
    }


def test_no_difference_is_status_0_and_says_so(pair: tuple[Path, Path], run: Run) -> None:
    old, new = pair
    for format_ in ("text", "patch", "json", "md", "html"):
        result = run("diff", old, new, "-f", format_)
        assert (result.exit_code, result.stderr) == (0, "No differences.\n")
        assert ("A <" in result.stdout) is False
    assert run("diff", old, new).stdout == ""
    assert json.loads(run("diff", old, new, "-f", "json").stdout)["same"] is True


def test_names_that_mean_nothing(pair: tuple[Path, Path], tmp_path: Path, run: Run) -> None:
    old, new = pair
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.ttl").write_text("<a:s> <a:p> .", encoding="utf-8")
    (tmp_path / "terms.ttl").write_text("<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> .", encoding="utf-8")
    for arguments, status, said in (
        (("nonsense", new), 3, "nonsense: no such file or folder"),
        ((old, tmp_path / "empty"), 3, "holds no RDF file"),
        ((old, tmp_path / "broken.ttl"), 3, "broken.ttl:1:13"),
        ((old, tmp_path / "terms.ttl"), 3, "a triple term (RDF 1.2) cannot be compared"),
        ((old, new, "-f", "pdf"), 2, "pdf"),
        (("--apply", old / BRIDGE), 2, "--apply PATCH takes one OLD"),
        (("--apply", tmp_path / "no.rdfp", old), 3, "no.rdfp: no such file"),
    ):
        result = run("diff", *arguments, cwd=new)
        assert (result.exit_code, result.stdout) == (status, ""), arguments
        assert said in result.stderr
        assert "Traceback" not in result.stderr


def test_text_of_the_data_is_never_a_command_or_markup(
    pair: tuple[Path, Path], tmp_path: Path, run: Run
) -> None:
    old, new = pair
    change(
        new / BRIDGE,
        '"Bridge"@en',
        r'"<script>alert(1)</script> \u001b[31m *bold* \u202e [a](javascript:b)"@en',
    )
    text = run("diff", old, new).stdout
    assert "\x1b" not in text
    assert "\\u001B[31m" in text
    page = run("diff", old, new, "-f", "html").stdout
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "default-src 'none'" in page
    assert "\u202e" not in page
    document = run("diff", old, new, "-f", "md").stdout
    assert "\\<script\\>" in document
    assert "\\[a\\](javascript:b)" in document
    assert json.loads(run("diff", old, new, "-f", "json").stdout)["records"][0]["curie"] == "project:bridge"


def test_the_page_is_in_the_language_asked_for(pair: tuple[Path, Path], tmp_path: Path, run: Run) -> None:
    old, new = pair
    change(new / BRIDGE, '"Most"@cs', '"Mosty"@cs')
    target = tmp_path / "changes.html"
    assert run("diff", old, new, "--language", "cs", "-o", target).exit_code == 1
    page = target.read_text(encoding="utf-8")
    assert '<html lang="cs">' in page
    assert "název (cs): změna z „Most“ na „Mosty“" in page
    assert "http" not in re.sub(r'href="https?://[^"]*" rel="noreferrer"|http-equiv', "", page)


def test_json_holds_the_facts(pair: tuple[Path, Path], run: Run) -> None:
    old, new = pair
    change(new / BRIDGE, '"2012"^^xsd:gYear', '"2013"^^xsd:gYear')
    change(new / BRIDGE, "ex:partner org:interior", "ex:partner org:charity")
    document = json.loads(run("diff", old, new, "-f", "json").stdout)
    [record] = document["records"]
    assert record["change"] == "changed"
    assert record["class"] == "https://example.org/ontology#Project"
    year = "http://www.w3.org/2001/XMLSchema#gYear"
    assert record["facts"] == [
        {
            "predicate": "https://example.org/ontology#begins",
            "removed": [{"value": "2012", "datatype": year}],
            "added": [{"value": "2013", "datatype": year}],
        }
    ]
    [part] = record["parts"]
    assert part["facts"][0]["added"] == [{"iri": "https://example.org/id/org/charity"}]
    assert document["quads"] == {"added": 3, "removed": 3}
    assert document["derived"] == {"added": 1, "removed": 1}
    assert document["from"]["hash"] != document["to"]["hash"]


def test_every_sentence_is_there_in_every_language() -> None:
    known = words()
    assert known.languages == ("en", "cs")
    table = json.dumps(
        tomllib.loads((ROOT / "src/mosty/diff/words.toml").read_text("utf-8")),
        ensure_ascii=False,
    )
    entries = re.findall(r'\{"en": "((?:[^"\\]|\\.)*)"(, "cs": "((?:[^"\\]|\\.)*)")?\}', table)
    assert len(entries) > 100
    for english, rest, czech in entries:
        assert rest, english
        places = [sorted(re.findall(r"\{[^{}]+\}", text)) for text in (english, czech)]
        assert places[0] == places[1], english


def test_an_unknown_language_is_told_in_english(pair: tuple[Path, Path]) -> None:
    old, new = pair
    change(new / BRIDGE, '"Most"@cs', '"Mosty"@cs')
    assert sentences(new, old, "fr")["project:bridge"][1] == "title (cs) changed from “Most” to “Mosty”"


def test_long_texts_are_cut_to_where_they_differ() -> None:
    same = "many words " * 30
    one, other = excerpts(f"{same}old{same}", f"{same}new{same}")
    assert one.startswith("…")
    assert one.endswith("…")
    assert "old" in one
    assert "new" in other
    assert max(len(one), len(other)) < 90
    assert excerpts("same", "same and more")[1] == "same and more"


def test_literals_that_are_written_otherwise_differ(tmp_path: Path) -> None:
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    files = []
    for name, value in (("a", "01"), ("b", "1")):
        files.append(tmp_path / f"{name}.nt")
        files[-1].write_text(f'<a:s> <a:p> "{value}"^^{integer} .\n', encoding="utf-8")
    workspace = Workspace(ROOT)
    found = compare(read_files(files[:1]), read_files(files[1:]), workspace.config)
    assert [(fact.old, fact.new) for record in found.records for fact in record.facts] == [
        ((f'"01"^^{integer}',), (f'"1"^^{integer}',))
    ]
    assert [record.change for record in found.records] == [Change.CHANGED]


def test_a_file_cut_short_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text("<a:s> <a:p> <a:o> .\n<a:s> <a:p", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.nq:2"):
        read_place(str(tmp_path / "a.nq"), Workspace(ROOT))
