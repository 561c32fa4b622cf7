"""Publishing: a workspace becomes a release, a folder of dumps with descriptions and checksums."""

from mosty.publish.options import Options
from mosty.publish.release import Release, publish
from mosty.publish.staging import ReleaseFile

__all__ = ["Options", "Release", "ReleaseFile", "publish"]
