"""What changed between two places: workspaces, git revisions, releases, folders and files of RDF."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import NamedTuple

from mosty import diff
from mosty.diff import Differences, State, read_files, read_folder
from mosty.diff.replay import apply, read
from mosty.diff.texts import texts_of
from mosty.model.errors import InputError, UsageError
from mosty.workspace import Workspace
from mosty.workspace.config import FILE_NAME, Config

_GIT = "git:"


class Place(NamedTuple):
    """A state, and the workspace whose words it is told in, if it is one."""

    state: State
    config: Config | None


def compare(
    old: str | PathLike[str] = "HEAD",
    new: str | PathLike[str] | None = None,
    *,
    path: str | PathLike[str] | None = None,
) -> Differences:
    """Tell what changed between two places.

    Args:
        old, new: see `differences`.
        path: the folder of the workspace; without one, that of `mosty.open`.

    Raises:
        UsageError: a place is neither there nor a revision.
        InputError: a file cannot be read.

    >>> compare("data/projects", "data/projects").empty
    True
    """
    workspace = Workspace.discover(Path(path) if path is not None else None)
    return differences(workspace, str(old), None if new is None else str(new))


def differences(workspace: Workspace, old: str = "HEAD", new: str | None = None) -> Differences:
    """Compare two places.

    Args:
        workspace: where git revisions are looked up, and whose kinds and prefixes are used where the new place is no
            workspace itself.
        old, new: a folder (workspace, release, or RDF files), an RDF file, or a git revision; ``git:NAME`` is always a
            revision. Without a new one: the workspace as it is.

    Raises:
        UsageError: a place is neither there nor a revision.
        InputError: a file cannot be read.
    """
    after = (
        read_place(new, workspace)
        if new is not None
        else _of_workspace(workspace, workspace.root.resolve().name)
    )
    before = read_place(old, workspace)
    # Files hold no ontology as a rule: that of the workspace lends its labels and superclasses.
    ontology = [] if after.config else workspace.ontology_files()
    background = read_files(ontology) if ontology else None
    return diff.compare(before.state, after.state, after.config or workspace.config, background)


def patched(patch: Path, old: str, workspace: Workspace) -> State:
    """Replay an RDF Patch on a place.

    Raises:
        FindingsError: the patch is for another dataset, or was altered.
        UsageError: the place is neither there nor a revision.
        InputError: the patch or a file cannot be read.
    """
    read_patch = read(patch)
    place = read_place(old, workspace)
    return State(str(patch), apply(read_patch, place.state), prefixes=place.state.prefixes)


def read_place(name: str, workspace: Workspace) -> Place:
    """Read what somebody named; for arguments and errors see `differences`."""
    path = Path(name)
    if name.startswith(_GIT):
        return _of_revision(name.removeprefix(_GIT), workspace)
    if (path / FILE_NAME).is_file():
        return _of_workspace(Workspace(path), name)
    if path.is_dir():
        return Place(read_folder(path), None)
    if path.exists():
        return Place(read_files([path], name), None)
    try:
        return _of_revision(name, workspace)
    except UsageError:
        raise UsageError(
            f"{name!r} is no file or folder here, and git knows no such revision",
            "name a workspace, a release, an RDF file, or a commit, branch or tag",
        ) from None
    except InputError as error:
        if "git repository" not in error.message:
            raise
        raise InputError(
            f"{name}: no such file or folder (and {workspace.root} is in no git repository)", "check the name"
        ) from None


def _of_revision(revision: str, workspace: Workspace) -> Place:
    from mosty.workspace.checkout import checked_out

    with checked_out(workspace.root, revision) as then:
        return _of_workspace(then, revision)


def _of_workspace(workspace: Workspace, name: str) -> Place:
    """The dataset that a release would hold."""
    from mosty.publish.content import read_content
    from mosty.publish.sources import dataset

    content, config = read_content(workspace), workspace.config
    texts = texts_of(workspace)
    return Place(State.of(name, dataset(content, config, strict=False), content.shapes, texts=texts), config)
