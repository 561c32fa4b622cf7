"""mosty: a linked-data register of projects, and the library that asks, checks and publishes it.

>>> import mosty
>>> register = mosty.open()
>>> [row["schemeLabel"] for row in register.query("projects-by-donor", donor="org:esf").dicts()]
['Operational Programme Human Resources and Employment (OP LZZ)']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mosty.model.version import __version__

__all__ = ["Register", "__version__", "compare", "open", "verify"]

if TYPE_CHECKING:
    from mosty.api import Register, compare, open, verify  # noqa: A004


def __getattr__(name: str) -> Any:
    # `import mosty` stays instant: the engine is imported at first use.
    if name in __all__:
        return getattr(import_module("mosty.api"), name)
    raise AttributeError(f"module 'mosty' has no attribute {name!r}")
