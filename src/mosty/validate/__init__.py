"""Validation: shapes become a plan, an engine follows it, results come back as values with their places."""

from mosty.validate.validation import validate_files, validate_workspace

__all__ = ["validate_files", "validate_workspace"]
