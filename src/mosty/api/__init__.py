"""The library's face: a register, and what can be asked of it."""

from mosty.api.differences import compare
from mosty.api.register import DEFAULT_TIMEOUT, Register, open  # noqa: A004 - reads like `gzip.open`
from mosty.api.verifying import verify

__all__ = ["DEFAULT_TIMEOUT", "Register", "compare", "open", "verify"]
