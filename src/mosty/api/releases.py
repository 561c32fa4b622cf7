"""Making releases: the operations meet here, so that they need not know each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mosty.model.diagnostics import ValidationReport
from mosty.publish import Options, Release, publish

if TYPE_CHECKING:
    from mosty.api.register import Register
    from mosty.publish.content import Content
    from mosty.publish.info import ReleaseInfo
    from mosty.publish.staging import Stage
    from mosty.query.frontmatter import StoredQuery
    from mosty.rdf.graph import Graph
    from mosty.workspace.config import Config


def publish_release(
    register: Register, folder: Path, *, site: bool = False, **options: Unpack[Options]
) -> Release:
    """Validate the workspace, then write a release of it, with or without a site.

    Args:
        register: of the workspace.
        folder: where.
        site: make the pages of a site among the files.
        options: see `mosty.publish.Options`.
    """
    builder = SiteBuilder(register.workspace.config, register.queries.all()) if site else None
    # Without shapes there is nothing to violate; `mosty validate` says that there are none.
    report = register.validate() if register.workspace.shape_files() else ValidationReport(())
    return publish(register.workspace, folder, report=report, site=builder, **options)


class SiteBuilder:
    """Makes the pages of a release.

    Args:
        config: of the workspace.
        queries: its stored queries, sorted by name.
    """

    def __init__(self, config: Config, queries: Sequence[StoredQuery]) -> None:
        self._config = config
        self._queries = queries

    def __call__(
        self, content: Content, info: ReleaseInfo, gone: Graph, changes: Mapping[str, str], stage: Stage
    ) -> None:
        """Make them: see `mosty.publish.composing.SiteBuilder`."""
        from mosty.diff.tombstones import gone as withdrawn
        from mosty.publish.address import address, root
        from mosty.site.build import build
        from mosty.site.things import Info

        config = self._config
        about = Info(
            name=Path(info.dump).stem,
            version=info.version,
            date=info.date,
            files=stage.files,
            address=address(config),
            root=root(config),
            previous=info.previous and info.previous.version,
            changes=info.changes,
            gone=withdrawn(gone),
            tombstones=gone,
            history=changes,
        )
        build(content, config, self._queries, about, stage)
