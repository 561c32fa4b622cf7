"""A workspace: a folder with a mosty.toml, its files, and the dataset that they make."""

from mosty.workspace.config import Config, Kind
from mosty.workspace.dataset import Dataset
from mosty.workspace.workspace import Workspace

__all__ = ["Config", "Dataset", "Kind", "Workspace"]
