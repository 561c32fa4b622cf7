"""The HTML page of a validation report: whole, harmless, accessible, and useful without scripts."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from mosty.model.diagnostics import Severity, ValidationReport
from mosty.render.report import View, render_report
from report_values import HOSTILE, REPORT, Page, read


def page(report: ValidationReport, view: View | None = None) -> Page:
    read_page = read("html", render_report(report, "html", view))
    assert isinstance(read_page, Page)
    return read_page


@pytest.mark.parametrize("report", [REPORT, HOSTILE], ids=["all", "hostile"])
def test_the_page_holds_no_element_or_address_of_the_data(report: ValidationReport) -> None:
    read_page = page(report)
    assert len(read_page.all("script", "style")) == 2
    assert not read_page.all("b", "img", "link", "iframe", "form", "object", "base")
    for _, attributes in read_page.elements:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
    for attributes in read_page.all("a"):
        assert str(attributes["href"]).startswith(("#", "https://", "http://"))
        assert "javascript:" not in str(attributes["href"])


def test_the_page_is_accessible() -> None:
    read_page = page(REPORT)
    assert read_page.all("html") == [{"lang": "en"}]
    assert len(read_page.all("h1")) == len(read_page.all("title")) == len(read_page.all("main")) == 1
    levels = [int(tag[1]) for tag, _ in read_page.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(cell.get("scope") in ("row", "col") for cell in read_page.all("th"))
    ids = [attributes["id"] for _, attributes in read_page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {str(a["href"])[1:] for a in read_page.all("a") if str(a["href"]).startswith("#")}
    assert inner <= set(map(str, ids))


def luminance(color: str) -> float:
    text = color.lstrip("#")
    text = "".join(c * 2 for c in text) if len(text) == 3 else text
    parts = [int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_of_the_page_has_contrast_by_day_and_by_night() -> None:
    """At least 4.5 to 1 (WCAG 2.1, criterion 1.4.3)."""
    themes = re.findall(r":root \{([^}]*)\}", render_report(REPORT, "html"))
    assert len(themes) == 2
    for theme in themes:
        colors = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", theme))
        pairs = [
            (ink, paper)
            for ink in ("text", "soft", "link", "violation", "warning", "info", "good")
            for paper in ("page", "box")
        ]
        for ink, paper in [*pairs, ("text", "mark")]:
            light, dark = sorted(map(luminance, (colors[ink], colors[paper])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)


def test_the_filter_of_the_page_needs_no_script() -> None:
    text = render_report(REPORT, "html")
    for severity in Severity:
        assert f'id="show-{severity.value}" checked' in text
        assert f"body:has(#show-{severity.value}:not(:checked)) :is(.result.{severity.value}, " in text


def test_the_page_shows_every_result_by_rule_and_by_record() -> None:
    read_page = page(REPORT)
    entries = read_page.all("article")
    links = [a["href"] for a in read_page.all("a") if str(a["href"]).startswith("#r")]
    assert (
        sorted(str(a["id"]) for a in entries)
        == sorted(str(link)[1:] for link in links)
        == ["r1", "r2", "r3", "r4"]
    )
