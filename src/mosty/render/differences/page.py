"""Differences as one HTML page that loads nothing."""

from __future__ import annotations

from collections.abc import Iterator

from mosty.diff import Differences
from mosty.diff.records import Change
from mosty.diff.telling import Teller
from mosty.model.wording import readable


def page(differences: Differences, language: str | None = None) -> Iterator[str]:
    """Fill the template in, some entries at a time."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mosty.render.differences"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["readable"] = readable
    teller = Teller(differences, language)
    stream = environment.get_template("page.html").stream(
        language=teller.language if teller.language in ("en", "cs") else "en",
        title=teller.word("title"),
        between=teller.word(
            "between", old=readable(differences.old.name), new=readable(differences.new.name)
        ),
        none=teller.word("none") if differences.empty else "",
        words={str(change): teller.word(change) for change in Change},
        chapters=teller.chapters(),
        derived=teller.derived() or "",
        hashes=(differences.old.hash, differences.new.hash),
    )
    stream.enable_buffering(100)
    yield from stream
