"""A fixture for tests that validate data against shapes, both written in the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mosty.cli.main import main

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DEADLINE = "30"
HEADER = (
    "file,line,column,severity,rule,message,record,label,focus,path,value,suggestion,description,component,shape,"
    "shape_position,fingerprint,waived_until,waiver_reason\r\n"
)
REFUSED, STOPPED = 3, 4


class Outcome(NamedTuple):
    status: int
    report: str
    messages: str

    @property
    def results(self) -> int:
        return len(self.report.splitlines())


Validate = Callable[..., Outcome]


@pytest.fixture
def validate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Validate:
    """Validate data against shapes, both in Turtle: validate(shapes, data, *options)."""
    monkeypatch.chdir(tmp_path)

    def run(shapes: str, data: str = "ex:a ex:p ex:b .", *options: str) -> Outcome:
        (tmp_path / "shapes.ttl").write_text(PREFIXES + shapes)
        (tmp_path / "data.ttl").write_text(PREFIXES + data)
        command = ["validate", "data.ttl", "--shapes", "shapes.ttl", "-f", "csv", "--timeout", DEADLINE]
        status = main([*command, *options])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert len(said.err) < 20_000, "a message is something to read"
        lines = said.out.splitlines(keepends=True)
        return Outcome(status, "".join(lines[lines[:1] == [HEADER] :]), said.err)

    return run


def refused(outcome: Outcome, *words: str) -> None:
    assert outcome.status == REFUSED, outcome
    assert "error: " in outcome.messages
    for word in ("shapes.ttl", *words):
        assert word in outcome.messages
