"""What changed between two states of a dataset: in words, as a patch that replays, and as tombstones."""

from mosty.diff.comparing import Differences, compare
from mosty.diff.markdown import changes_markdown
from mosty.diff.states import State, dumped, is_release, read_files, read_folder, read_release
from mosty.diff.tombstones import tombstones

__all__ = [
    "Differences",
    "State",
    "changes_markdown",
    "compare",
    "dumped",
    "is_release",
    "read_files",
    "read_folder",
    "read_release",
    "tombstones",
]
