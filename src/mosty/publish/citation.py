"""How to cite a release: CITATION.cff (Citation File Format 1.2.0, https://citation-file-format.github.io/)."""

from __future__ import annotations

import json
import re

from mosty.publish import coverage
from mosty.publish.content import Content
from mosty.publish.info import ReleaseInfo
from mosty.publish.portals import licence
from mosty.rdf.keys import lexical_form, literal_parts
from mosty.workspace.config import Config

# What JSON holds as it is and YAML does not.
_NOT_IN_YAML = re.compile("[\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def cff(content: Content, config: Config, info: ReleaseInfo) -> str:
    """Write CITATION.cff.

    Args:
        content: what is published; its widest themes are the keywords.
        config: of the workspace.
        info: what the release says of itself.
    """
    said = config.publish
    known = licence(said.get("license", ""))
    entries: list[tuple[str, object]] = [
        ("cff-version", "1.2.0"),
        ("message", "If you use this dataset, please cite it as below."),
        ("type", "dataset"),
        ("title", said.get("title", config.title)),
        ("abstract", said.get("description")),
        ("authors", [{"name": said.get("publisher", config.name)}]),
        ("version", info.version),
        ("date-released", info.date and info.date.isoformat()),
        ("url", _web(said.get("download")) or _web(config.base)),
        ("license", known and known.spdx),
        ("license-url", None if known else _web(said.get("license"))),
        (
            "identifiers",
            [
                {
                    "type": "other",
                    "value": f"sha256:{info.hash}",
                    "description": f"SHA-256 of the dataset's RDFC-1.0 canonical N-Quads ({info.dump})",
                }
            ],
        ),
        ("keywords", _keywords(content, config)),
    ]
    return "".join(f"{key}:{_yaml(value)}" for key, value in entries if value not in (None, []))


def _keywords(content: Content, config: Config) -> list[str]:
    own = {word.strip() for word in config.publish.get("keywords", "").split(",")} - {""}
    themes = coverage.subjects_covered(content.graph, config.languages[:1])
    return sorted(own | {lexical_form(text) for text in themes if literal_parts(text)[0]})


def _yaml(value: object) -> str:
    """Write text, a list of texts, or a list of mappings; JSON strings are YAML strings."""
    if not isinstance(value, list):
        return f" {_text(value)}\n"
    lines = "\n"
    for item in value:
        if isinstance(item, dict):
            rows = [f"{key}: {_text(text)}\n" for key, text in item.items()]
            lines += "  - " + "    ".join(rows)
        else:
            lines += f"  - {_text(item)}\n"
    return lines


def _text(value: object) -> str:
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def _web(address: str | None) -> str | None:
    return address if address and address.startswith(("https://", "http://")) else None
