"""The command line: one verb a file; parse, one call into the library, render."""
