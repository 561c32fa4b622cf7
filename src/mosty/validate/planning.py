"""Which shapes take part: those of the workspace, or those that were named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mosty.model.errors import InputError, UsageError
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate.places import shapes_located
from mosty.validate.plan import Plan, make_plan
from mosty.validate.sources import ShapesFile, read_shapes
from mosty.workspace.workspace import Workspace


def plan_of(workspace: Workspace | None, shapes: Sequence[Path] | None = None) -> Plan:
    """Read the shapes into a plan.

    Args:
        workspace: whose shapes and prefixes are used; None for neither.
        shapes: files to read instead of the workspace's.

    Raises:
        UsageError: neither workspace nor shapes.
        InputError: a file cannot be read, or the shapes are ill-formed.
    """
    files = shapes_of(workspace, shapes)
    return planned(files, foreign_prefixes(files) if shapes else {}, workspace)


def shapes_of(workspace: Workspace | None, shapes: Sequence[Path] | None = None) -> list[ShapesFile]:
    """Read the files of the shapes that take part; see `plan_of`."""
    if workspace is None and not shapes:
        raise UsageError("no workspace here and no shapes given", "name the shapes with --shapes FILE")
    shown = str if workspace is None else workspace.show_path
    paths = shapes or ([] if workspace is None else workspace.shape_files())
    if not paths and workspace is not None:
        folder = workspace.show_path(workspace.root / "shapes")
        raise InputError(
            f"{folder}: no shapes to validate against", "write some, or name a file with --shapes"
        )
    # Published shapes speak of themselves as `<>`; those of a workspace must say the same on every machine.
    return read_shapes([(path, shown(path)) for path in paths], relative=bool(shapes))


def foreign_prefixes(
    files: Sequence[ShapesFile], declared: Sequence[Mapping[str, str]] = ()
) -> Mapping[str, str]:
    """The names that shapes from elsewhere bring along, on top of those that the data declare."""
    spaces = [STANDARD, *declared, *(file.prefixes for file in files)]
    return {prefix: space for one in spaces for prefix, space in one.items()}


def planned(
    files: Sequence[ShapesFile], prefixes: Mapping[str, str], workspace: Workspace | None = None
) -> Plan:
    """Make the plan of some files.

    Args:
        files: the shapes.
        prefixes: prefixes for messages; those of the workspace come before them.
        workspace: the workspace.

    Raises:
        InputError: the shapes are ill-formed.
    """
    known = dict(prefixes) if workspace is None else {**prefixes, **workspace.prefixes}
    with shapes_located(files):
        return make_plan([(file.name, file.quads) for file in files], Prefixes(known))
