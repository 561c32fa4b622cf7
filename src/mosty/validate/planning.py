"""Which shapes take part: those of the workspace, or those that were named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mosty.model.errors import InputError, UsageError
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate.plan import Plan, make_plan
from mosty.validate.sources import read_shapes
from mosty.workspace.workspace import Workspace


def plan_of(
    workspace: Workspace | None, shapes: Sequence[Path] = (), declared: Mapping[str, str] | None = None
) -> Plan:
    """Read the shapes into a plan.

    Args:
        workspace: whose shapes and prefixes are used; None for neither.
        shapes: files to read instead of the workspace's.
        declared: prefixes of the data, for messages.

    Raises:
        UsageError: neither workspace nor shapes.
        InputError: a file cannot be read, or the shapes are ill-formed.
    """
    if workspace is None and not shapes:
        raise UsageError("no workspace here and no shapes given", "name the shapes with --shapes FILE")
    shown = str if workspace is None else workspace.show_path
    paths = shapes or (workspace.shape_files() if workspace is not None else ())
    if not paths and workspace is not None:
        folder = workspace.show_path(workspace.root / "shapes")
        raise InputError(
            f"{folder}: no shapes to validate against", "write some, or name a file with --shapes"
        )
    files = read_shapes([(path, shown(path)) for path in paths])
    known: dict[str, str] = dict(workspace.prefixes) if workspace is not None else {}
    if shapes:  # foreign shapes have names of their own
        own = {prefix: space for file in files for prefix, space in file.prefixes.items()}
        known = (STANDARD | dict(declared or {}) | own) | known
    return make_plan([(file.name, file.quads) for file in files], Prefixes(known))
