"""The settings in a release are those of the workspace, whatever its texts hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.publish.settings import FILE, read_settings, to_toml
from mosty.workspace.config import read_config

CONFIG = read_config(Path(__file__).parents[1] / "mosty.toml")
CHECKED = {"license", "download", "contact", "frequency", "themes", "formats"}
keys = st.text(min_size=1, max_size=5).filter(lambda key: key not in CHECKED)


@settings(max_examples=100)
@given(st.text(), st.dictionaries(keys, st.text(), max_size=3))
def test_settings_come_back(title: str, said: dict[str, str]) -> None:
    config = CONFIG._replace(title=title, publish={**CONFIG.publish, **said})
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, FILE).write_text(to_toml(config, {"csv"}), "utf-8", newline="")
        back = read_settings(Path(folder))
    assert back == config._replace(publish={**config.publish, "formats": "csv"}, endpoints={})
