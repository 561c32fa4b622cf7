"""Publishing: a workspace becomes a release, a folder of dumps with descriptions and checksums."""

from mosty.publish.description import ReleaseFile
from mosty.publish.release import Release, publish

__all__ = ["Release", "ReleaseFile", "publish"]
