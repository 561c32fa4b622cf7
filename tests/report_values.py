"""Validation reports made by hand: one that has everything, and one that means harm; and how to read the formats."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from mosty.model.diagnostics import (
    Position,
    Remark,
    Severity,
    ValidationReport,
    ValidationResult,
    Waived,
)
from mosty.model.paths import Inverse, Sequence
from mosty.model.terms import IRI, XSD, BlankNode, literal

SH = "http://www.w3.org/ns/shacl#"
EX = "https://example.org/"
EVIL = (
    "\x1b[31m\x00\x07\u202e\ufffe]]> </script><b onload=x>&amp; \"' ::error file=x::y "
    "[a](https://evil.example) {0}\r\n::stop-commands::x\n=1+1"
)
EVIL_FILE = "a,b:c%d/\x1b[31m \u202e<b>&'\"\n::error::x\udcff.ttl"


def result(**changes: object) -> ValidationResult:
    """A validation result with some fields of its own."""
    values: dict[str, object] = {
        "rule": "some-rule",
        "severity": Severity.WARNING,
        "message": "Something is odd.",
        "focus": IRI(EX + "a"),
        "shape": IRI(EX + "shape"),
        "component": IRI(SH + "PatternConstraintComponent"),
        "messages": (literal("Something is odd.", language="en"),),
    }
    return ValidationResult(**(values | changes))  # type: ignore[arg-type]


PROJECT, PERIOD = IRI(EX + "project/kitchen"), IRI(EX + "period/kitchen.main")

BACKWARDS = result(
    rule="end-before-start",
    severity=Severity.VIOLATION,
    message="The period ends (2014-06) before it begins (2015-05).",
    focus=PERIOD,
    record=PROJECT,
    component=IRI(SH + "LessThanConstraintComponent"),
    path=IRI(EX + "ends"),
    value=literal("2014-06", datatype=XSD + "gYearMonth"),
    description="The dates are compared as far as both are stated. Look whether begin and end were exchanged.",
    position=Position("data/kitchen.ttl", 12, 13, 25),
    source_line='    ex:ends "2014-06"^^xsd:gYearMonth ;\n',
    shape_position=Position("shapes/periods.ttl", 7, 1, 22),
)
EITHER = result(
    rule="theme-unknown",
    severity=Severity.VIOLATION,
    message="The theme is neither a concept nor a text.",
    focus=PROJECT,
    record=PROJECT,
    component=IRI(SH + "OrConstraintComponent"),
    path=IRI(EX + "theme"),
    value=IRI(EX + "theme/hosing"),
    suggestion="did you mean ex:theme/housing?",
    position=Position("data/kitchen.ttl", 9, 14, 14),
    source_line="    ex:theme <theme/hosing> ;",
    shape_position=Position("shapes/projects.ttl", 30, 1, 19),
    details=(
        result(
            rule="concept",
            message="It is no ex:Concept.",
            focus=IRI(EX + "theme/hosing"),
            value=IRI(EX + "theme/hosing"),
            branch=IRI(EX + "shapes/concept"),
            component=IRI(SH + "ClassConstraintComponent"),
        ),
        result(
            rule="text",
            message="It does not fit either kind of text.",
            focus=IRI(EX + "theme/hosing"),
            value=IRI(EX + "theme/hosing"),
            branch=BlankNode("b1"),
            component=IRI(SH + "NodeConstraintComponent"),
            details=(
                result(message="It has no language.", path=IRI(EX + "lang"), value=literal("x")),
                result(message="It is no literal."),
            ),
        ),
    ),
)
NAMELESS = result(
    rule="address-without-town",
    message="The address names no town.",
    focus=BlankNode("b7"),
    record=PROJECT,
    path=Sequence((IRI(EX + "town"), Inverse(IRI(EX + "within")))),
    position=Position("data/kitchen.ttl", 15, 1, 1),
    source_line="[] a ex:Address .",
)
QUIET = result(
    rule="place-without-code",
    severity=Severity.INFO,
    message="The place has no code.",
    focus=IRI(EX + "place/brno"),
    record=IRI(EX + "place/brno"),
    position=Position("data/brno.jsonld"),
)

REPORT = ValidationReport(
    results=(QUIET, BACKWARDS, EITHER, NAMELESS),
    triples=1234,
    shapes=12,
    targeted=4,
    idle=("funding-without-donor",),
    remarks=(
        Remark(
            "misspelt-class",
            "ex:Projct is used once and declared nowhere.",
            "Did you mean ex:Project?",
            Position("data/kitchen.ttl", 20, 5, 9),
        ),
    ),
    waived=(
        Waived(
            result(
                rule="title-missing",
                severity=Severity.VIOLATION,
                message="The project needs a title.",
                focus=IRI(EX + "project/old"),
                record=IRI(EX + "project/old"),
                position=Position("data/old.ttl", 3, 1, 10),
            ),
            "the source gives none",
            "2027-01-31",
        ),
    ),
    stale=(
        Remark(
            "waiver-expired",
            "The waiver of theme-unknown has expired on 2026-01-01.",
            "Mend it, or renew it.",
        ),
    ),
    fallbacks={"theme-unknown": "a pattern has back-references"},
    checked={"theme-unknown": "pyshacl", "end-before-start": "compiled", "place-without-code": "compiled"},
    labels={PROJECT: "Neighbours' kitchen", IRI(EX + "place/brno"): "Brno"},
    prefixes={"ex": EX},
)

HOSTILE = ValidationReport(
    results=(
        result(
            rule=EVIL,
            severity=Severity.VIOLATION,
            message=EVIL,
            focus=IRI(EX + "p\u202e"),
            record=IRI("javascript:alert(1)"),
            value=literal(EVIL),
            path=IRI(EX + "p\u202e"),
            description=EVIL,
            suggestion=EVIL,
            messages=(literal(EVIL),),
            position=Position(EVIL_FILE, 1, 3, 9),
            source_line=EVIL.replace("\n", " ").replace("\r", " "),
            shape_position=Position(EVIL_FILE, 2, 1),
            component=IRI(SH + "OrConstraintComponent"),
            details=(result(message=EVIL, branch=IRI(EX + "b\u202e")),),
        ),
    ),
    idle=(EVIL,),
    targeted=3,
    remarks=(Remark(EVIL, EVIL, EVIL, Position(EVIL_FILE, 1)),),
    waived=(Waived(result(message=EVIL, rule=EVIL), EVIL, EVIL),),
    stale=(Remark(EVIL, EVIL, EVIL),),
    fallbacks={EVIL: EVIL},
    checked={EVIL: EVIL},
    labels={IRI(EX + "p\u202e"): EVIL, IRI("javascript:alert(1)"): EVIL},
)

COMMAND = re.compile(r"::(?P<kind>error|warning|notice) (?P<properties>[^:\r\n]*)::(?P<text>[^\r\n]*)")
VOID = {"meta", "br", "input", "link", "img", "hr"}


class Page(HTMLParser):
    """The elements of a page, and which are still open."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def read(name: str, text: str) -> object:
    """Read a report with what the field reads that format with; fails when it cannot be read."""
    if name in ("json", "sarif"):
        return json.loads(text)
    if name == "turtle":
        return list(ox.parse(text, ox.RdfFormat.TURTLE))
    if name == "junit":
        return ET.fromstring(text)
    if name == "csv":
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len({len(row) for row in rows}) == 1
        return rows
    if name == "html":
        page = Page()
        page.feed(text)
        page.close()
        assert page.open == []
        return page
    if name == "github":
        assert all(COMMAND.fullmatch(line) for line in text.split("\n")[:-1])
    return text
