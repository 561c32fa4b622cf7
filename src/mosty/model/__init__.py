"""Plain frozen values that every other part speaks in: terms, solutions, diagnostics, errors."""
